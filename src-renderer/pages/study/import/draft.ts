/** What the import form holds. It lives in the address, so that a reload finds it again together with its report. */
import type { startImportCall } from "../../../../src-main/contract/api/study.ts";
import type { z } from "zod";
import { navigate, useRoute } from "../../../lib/routes.ts";
import { type ImportKind, isImportKind } from "./kinds.ts";

export interface Draft {
  readonly as: ImportKind;
  readonly path: string;
  readonly table: string;
  readonly labels: string;
}

export interface Shown {
  readonly draft: Draft;
  /** The preview or import that the page shows. */
  readonly task: string | null;
  /** The form was changed since that look. */
  readonly stale: boolean;
}

export function useDraft(): Shown & { show: (shown: Shown) => void } {
  const { search } = useRoute();
  const as = search.get("as") ?? "";
  const draft: Draft = {
    as: isImportKind(as) ? as : "casme2",
    path: search.get("path") ?? "",
    table: search.get("table") ?? "",
    labels: search.get("labels") ?? "paper",
  };
  return {
    draft,
    task: search.get("task"),
    stale: search.has("stale"),
    show: ({ draft: next, task, stale }) =>
      navigate(
        { page: "study", rest: ["import"], search: { ...next, task, stale: stale ? "yes" : null } },
        { replace: true },
      ),
  };
}

export function callOf({ as, path, table, labels }: Draft): z.input<typeof startImportCall> {
  return {
    as,
    path: path.trim(),
    table: as === "manifest" || table.trim() === "" ? undefined : table.trim(),
    labels: labels.trim() === "" ? undefined : labels.trim(),
  };
}

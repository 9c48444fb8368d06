/** The experiment that is being put together, kept in the address: a reload, Back and a copied link find it again. */
import { z } from "zod";
import { runConfig, type RunConfig } from "../../../../src-main/contract/run.ts";

const FIELDS = runConfig.keyof().options;

/** What differs from `base`, as the address carries it. */
export function draftToSearch(draft: RunConfig, base: RunConfig): Record<string, string> {
  const search: Record<string, string> = {};
  for (const field of FIELDS) {
    const text = textOf(draft[field]);
    if (text !== textOf(base[field])) search[field] = text;
  }
  return search;
}

/** The draft of an address; what is not understood stays as in `base`. */
export function draftFromSearch(search: URLSearchParams, base: RunConfig): RunConfig {
  let draft = base;
  for (const field of FIELDS) {
    const text = search.get(field);
    if (text === null) continue;
    const parsed = runConfig.safeParse({ ...draft, [field]: valueOf(field, text) });
    if (parsed.success) draft = parsed.data;
  }
  return draft;
}

/** The same experiment, however its fields are ordered. */
export const sameConfig = (a: RunConfig, b: RunConfig): boolean =>
  FIELDS.every((field) => textOf(a[field]) === textOf(b[field]));

function textOf(value: RunConfig[keyof RunConfig]): string {
  if (value === null) return "any";
  return Array.isArray(value) ? value.join(",") : String(value);
}

const plainNumber = z.string().regex(/^\d+(\.\d+)?(e-?\d+)?$/);

function valueOf(field: keyof RunConfig, text: string): unknown {
  if (text === "any") return null;
  if (field === "datasets") return text.split(",").filter((id) => id !== "");
  if (text === "true" || text === "false") return text === "true";
  return plainNumber.safeParse(text).success ? Number(text) : text;
}

/** Addresses of this page's views, and of the clips behind a figure. */
import type { EmotionClass } from "../../../src-main/contract/classes.ts";
import { href, type Target } from "../../lib/routes.ts";

export const runTarget = (run: string): Target => ({ page: "experiments", rest: [run] });
export const compareTarget = (runs: readonly string[]): Target => ({
  page: "experiments",
  rest: ["compare"],
  search: { run: runs },
});

export interface ClipsOf {
  readonly run: string;
  /** The held-out dataset's name. */
  readonly test: string;
  /** Absent: of all seeds. */
  readonly seed?: number;
  readonly true?: EmotionClass;
  readonly predicted?: EmotionClass;
}

/** Browse, showing only these clips. */
export const clipsHref = ({ run, test, seed, true: coded, predicted }: ClipsOf): string =>
  href({ page: "browse", search: { run, test, seed, true: coded, predicted } });

/** Reads the coded cells of a row: frame numbers, words, and the many ways to write "unknown". */
import type { Sample } from "../../../contract/sample.ts";
import type { Cell } from "../../tables/cells.ts";

/** A value that may be absent, and why it is doubtful. */
export interface Coded<T> {
  readonly value: T | null;
  readonly doubt: string | null;
}

export const NOT_CODED: Coded<never> = { value: null, doubt: null };

/** "/" in CASME II, "\" in CASME, and what people write by hand. */
const ABSENT = /^(?:[/\\?\-–—.]*|n\/?a|nan|none|null)$/i;

/** The sentence for a formula that no program has calculated; the value cannot be guessed. */
export function uncachedDoubt(header: string, formula: string): string {
  return `${header} is a formula without a calculated value (${formula}): open and save the table in a spreadsheet program.`;
}

function withoutValue(cell: Cell, header: string): string | null {
  if (cell.kind === "uncached") return uncachedDoubt(header, cell.written ?? "");
  return cell.kind === "error" ? `${header} is the error ${cell.written}.` : null;
}

/** A frame number: an integer from 0; absent where the table says so. */
export function codedFrame(cell: Cell, header: string): Coded<number> {
  const fault = withoutValue(cell, header);
  if (fault !== null) return { value: null, doubt: fault };
  if (ABSENT.test(cell.text)) return NOT_CODED;
  const number = /^\d+(?:\.0*)?$/.test(cell.text) ? Number(cell.text) : Number.NaN;
  if (Number.isSafeInteger(number)) return { value: number, doubt: null };
  return { value: null, doubt: `${header} is "${cell.text}" where a frame number belongs.` };
}

/** A word or name, as written. */
export function codedText(cell: Cell, header: string): Coded<string> {
  const fault = withoutValue(cell, header);
  if (fault !== null) return { value: null, doubt: fault };
  return { value: cell.text === "" ? null : cell.text, doubt: null };
}

/** A clip's name; a number there is what a spreadsheet made of a name. */
export function codedName(cell: Cell, header: string): Coded<string> {
  const coded = codedText(cell, header);
  if (cell.kind !== "number") return coded;
  return { value: coded.value, doubt: `${header} is the number ${cell.text} where text belongs.` };
}

/** Takes the value and keeps the doubt with the sample. */
export function take<T>(coded: Coded<T>, sample: Sample): T | null {
  if (coded.doubt !== null) sample.doubts.push(coded.doubt);
  return coded.value;
}

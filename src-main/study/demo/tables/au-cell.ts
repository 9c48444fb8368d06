import type { Cell } from "./workbook.ts";

/** One AU alone is a number in the releases' tables, anything else is text. */
export function auCell(coding: string): Cell {
  return /^\d+$/.test(coding) ? Number(coding) : coding;
}

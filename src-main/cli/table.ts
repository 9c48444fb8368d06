/** A table of text for the terminal: the first column to the left, all others to the right. */
import { column, tableText } from "../evaluation/report-table.ts";

export function textTable(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const columns = head.map((title, index) => column(title, index === 0 ? "left" : "right"));
  return tableText(
    columns,
    rows.map((row) => row.map((cell) => ({ text: String(cell) }))),
  ).join("\n");
}

/** Lays cells out in columns: text on the left, figures aligned on the right with what follows them (± 1.2) aligned too. */
export interface Cell {
  readonly text: string;
  /** What stands after the figure, such as " ± 1.2"; aligned on its own so that figures stay under each other. */
  readonly after?: string;
}

export interface Column {
  readonly title: string;
  readonly align: "left" | "right";
}

/** A row that is a line across the table. */
export const rule = Symbol("rule");

export function column(title: string, align: Column["align"]): Column {
  return { title, align };
}

const GAP = "   ";
const INDENT = "  ";

/** The table's lines: titles, a rule, the rows. Every row has as many cells as there are columns. */
export function tableText(columns: readonly Column[], rows: readonly (readonly Cell[] | typeof rule)[]): string[] {
  const cells = rows.filter((row) => row !== rule);
  const after = columns.map((_, c) => Math.max(0, ...cells.map((row) => (row[c].after ?? "").length)));
  const width = columns.map(({ title }, c) => Math.max(title.length, ...cells.map((row) => row[c].text.length)));
  const line = (parts: readonly Cell[]) => {
    const padded = parts.map((cell, c) => {
      const text = columns[c].align === "left" ? cell.text.padEnd(width[c]) : cell.text.padStart(width[c]);
      return text + (cell.after ?? "").padStart(after[c]);
    });
    return (INDENT + padded.join(GAP)).trimEnd();
  };
  const total = width.reduce((sum, w, c) => sum + w + after[c], 0) + GAP.length * (columns.length - 1);
  const across = INDENT + "─".repeat(total);
  return [
    line(columns.map(({ title }) => ({ text: title }))),
    across,
    ...rows.map((row) => (row === rule ? across : line(row))),
  ];
}

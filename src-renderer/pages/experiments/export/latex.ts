/** A run's table for a paper: LaTeX with booktabs, percent with one decimal. */
import type { PublishedRow } from "../../../../src-main/contract/api/runs.ts";
import type { RunDocument, Scores } from "../../../../src-main/contract/documents.ts";
import { percent } from "../../../lib/format.ts";
import { figureRows, type FigureRow, seedsOf } from "./rows.ts";

interface LatexWords {
  /** What was run: "CNN on optical flow, 64 px, 30 epochs". */
  readonly title: string;
  /** The selection rule's sentence. */
  readonly selection: string;
}

const METRICS = ["uf1", "uar", "accuracy"] as const satisfies readonly (keyof Scores)[];

export function runLatex(document: RunDocument, published: readonly PublishedRow[], words: LatexWords): string {
  const seeds = seedsOf(document);
  const rows = figureRows(document, published);
  const of = (kind: FigureRow["kind"]) => rows.filter((row) => row.kind === kind);
  const caption = [
    `${words.title}; leave one dataset out. Percent.`,
    `Weights: ${words.selection}.`,
    ...(seeds > 1 ? [`Mean ± standard deviation over ${seeds} seeds.`] : []),
    ...document.remarks,
  ];
  const body = [
    ...of("fold").map((row) => line(seeds > 1 ? `${row.name}, seed ${row.seed}` : row.name, row)),
    String.raw`\midrule`,
    ...of("mean").map((row) => line("Mean", row)),
    ...of("majority").map((row) => line("Majority class always", row)),
    ...(published.length === 0
      ? []
      : [String.raw`\midrule`, ...of("published").map((row) => line(`${row.test}: ${row.name}`, row))]),
  ];
  return `${[
    "% \\usepackage{booktabs}",
    String.raw`\begin{table}`,
    String.raw`\centering`,
    `\\caption{${latexText(caption.join(" "))}}`,
    String.raw`\begin{tabular}{lrrrr}`,
    String.raw`\toprule`,
    String.raw`Held-out dataset & $n$ & UF1 & UAR & Acc \\`,
    String.raw`\midrule`,
    ...body,
    String.raw`\bottomrule`,
    String.raw`\end{tabular}`,
    String.raw`\end{table}`,
  ].join("\n")}\n`;
}

function line(name: string, { n, figures, spread }: FigureRow): string {
  const cells = METRICS.map((metric) => {
    const value = figures[metric];
    if (value === null) return "--";
    return spread === null ? percent(value) : `$${percent(value)} \\pm ${percent(spread[metric])}$`;
  });
  return `${[latexText(name), n ?? "", ...cells].join(" & ")} \\\\`;
}

const SIGNS: Readonly<Record<string, string>> = {
  "\\": String.raw`\textbackslash{}`,
  "{": String.raw`\{`,
  "}": String.raw`\}`,
  "&": String.raw`\&`,
  "%": String.raw`\%`,
  $: String.raw`\$`,
  "#": String.raw`\#`,
  _: String.raw`\_`,
  "~": String.raw`\textasciitilde{}`,
  "^": String.raw`\textasciicircum{}`,
  λ: String.raw`$\lambda$`,
  "±": String.raw`$\pm$`,
  "×": String.raw`$\times$`,
};

/** A text as LaTeX prints it; line breaks become blanks. */
export const latexText = (text: string): string =>
  text.replaceAll(/[\\{}&%$#_~^λ±×]/g, (sign) => SIGNS[sign] ?? sign).replaceAll(/\s+/g, " ");

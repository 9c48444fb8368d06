/** A run document as a plain text table for a terminal. */
import { CLASSES } from "../contract/classes.ts";
import type { FoldDocument, RunDocument, Scores } from "../contract/documents.ts";
import { BACKBONE_NAMES, SELECTIONS, type RunConfig } from "../contract/run.ts";
import { type Cell, column, rule, tableText } from "./report-table.ts";
import { SELECTION_RULES } from "./selection.ts";
import { summariseScores } from "./summary.ts";

export interface ReportOptions {
  /** Finished runs on the same study whose means are shown under this one's, such as the apex input. */
  readonly beside?: readonly RunDocument[];
}

/** UF1 and UAR first: with these class sizes accuracy flatters whoever answers the largest class. */
const METRICS = [
  ["uf1", "UF1"],
  ["uar", "UAR"],
  ["accuracy", "Acc"],
] as const satisfies readonly (readonly [keyof Scores, string])[];

const INPUT_WORDS: Record<RunConfig["input"], string> = {
  flow: "optical flow",
  apex: "apex frame",
  onset: "onset frame",
};

const FLOW_WORDS: Record<NonNullable<RunConfig["flow"]>, string> = {
  tvl1: "TV-L1",
  raft: "RAFT",
  pictures: "given pictures",
};

const FLOW_IMAGE_WORDS: Record<RunConfig["flowImage"], string> = {
  "uv-strain": "u, v, strain",
  "uv-magnitude": "u, v, magnitude",
};

const WIDTH = 80;

/** Keeps the words of one detail on one line. */
const NO_BREAK = "\u00a0";

/** The report of one run; figures in percent with one decimal. Ends with a line break. */
export function runReport(document: RunDocument, options: ReportOptions = {}): string {
  const notes = new Footnotes();
  const lines = [...heading(document), "", ...tableText(columns(), rows(document, options, notes)), ""];
  lines.push(...fill("Percent. UF1 and UAR are means over the classes, so that each class counts alike.", "  "));
  lines.push(...fill(`Chosen weights: ${selectionWords(document.selection)}.`, "  "));
  if (spansSeeds(document.folds)) {
    lines.push(...fill("± is the standard deviation over seeds; a dataset's row is its mean over them.", "  "));
  }
  for (const [mark, text] of notes.all()) lines.push(...fill(text, `  ${mark} `));
  for (const remark of remarksOf(document)) lines.push(...fill(remark, "  ! "));
  return `${lines.join("\n")}\n`;
}

/** The rule's sentence for a person; a rule that this version does not know is shown by its name. */
function selectionWords(name: string): string {
  const known = SELECTIONS.find((selection) => selection === name);
  return known === undefined ? name : SELECTION_RULES[known].words;
}

/** "Optical flow (TV-L1; u, v, strain)", "Apex frame": what the network saw. */
function inputWords(config: RunConfig): string {
  if (config.input !== "flow") return INPUT_WORDS[config.input];
  const made = config.flow === null ? [] : [FLOW_WORDS[config.flow]];
  if (config.flow !== "pictures") made.push(FLOW_IMAGE_WORDS[config.flowImage]);
  return `${INPUT_WORDS.flow} (${made.join("; ")})`;
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

const plural = (n: number, noun: string) => `${n} ${noun}${n === 1 ? "" : "s"}`;

function heading({ config, protocol, seconds, state }: RunDocument): string[] {
  const name = protocol === "lodo" ? "Leave one dataset out" : protocol;
  const brlFrom = config.brlFrom ?? Math.floor(config.epochs / 2);
  const brl =
    config.lambda === 0
      ? "without BRL"
      : brlFrom === 0
        ? `BRL λ ${config.lambda}`
        : `BRL λ ${config.lambda} after epoch ${brlFrom}`;
  const details = [
    `${BACKBONE_NAMES[config.backbone]} at ${config.size}×${config.size}`,
    plural(config.epochs, "epoch"),
    `batch ${config.batch}${config.batches === "stratified" ? " stratified by dataset" : ""}`,
    brl,
    plural(config.seeds, "seed"),
    ...(state === "finished" ? [`${Math.round(seconds)} s`] : []),
  ];
  return [
    `${name}: ${capital(inputWords(config))}`,
    ...fill(details.map((detail) => detail.replaceAll(" ", NO_BREAK)).join(" · "), ""),
  ];
}

function columns() {
  return [
    column("Held-out dataset", "left"),
    column("n", "right"),
    ...METRICS.map(([, name]) => column(name, "right")),
  ];
}

function rows(document: RunDocument, { beside = [] }: ReportOptions, notes: Footnotes): (Cell[] | typeof rule)[] {
  const byDataset = Map.groupBy(document.folds, (fold) => fold.test);
  const datasetRows = [...byDataset].map(([test, folds]) => {
    const { mean, spread } = summariseScores(folds);
    return scoreRow([`${test}${absentNote(folds, notes)}`, String(folds[0].n)], {
      mean,
      spread: folds.length > 1 ? spread : null,
    });
  });
  const meanRow = (name: string, run: RunDocument) =>
    scoreRow([`${name}${selectionNote(run, notes)}`, ""], {
      mean: run.mean,
      spread: spansSeeds(run.folds) ? run.spread : null,
    });
  const mean = meanRow("Mean", document);
  const others = beside.map((other) => meanRow(`Mean with ${inputWords(other.config)}`, other));
  const majority = scoreRow(["Majority class always", ""], { mean: document.majority, spread: null });
  return [...datasetRows, rule, mean, ...others, majority];
}

function scoreRow(start: readonly string[], { mean, spread }: { mean: Scores; spread: Scores | null }): Cell[] {
  return [
    ...start.map((text) => ({ text })),
    ...METRICS.map(([metric]) => ({
      text: percent(mean[metric]),
      after: spread === null ? "" : ` ± ${percent(spread[metric])}`,
    })),
  ];
}

/** A fraction in percent with one decimal. */
export function percent(fraction: number): string {
  return (100 * fraction).toFixed(1);
}

function absentNote(folds: readonly FoldDocument[], notes: Footnotes): string {
  const absent = CLASSES.filter((name) => folds.some((fold) => fold.absent.includes(name)));
  if (absent.length === 0) return "";
  return notes.mark(
    `No ${absent.join(" or ")} sample in this dataset: UAR and UF1 are means over the classes that it has.`,
  );
}

function selectionNote({ selection }: RunDocument, notes: Footnotes): string {
  const known = SELECTIONS.find((name) => name === selection);
  return known === undefined || SELECTION_RULES[known].validForReporting
    ? ""
    : notes.mark("Not valid for reporting: the epoch was chosen by its score on the held-out dataset itself.");
}

function remarksOf({ config, remarks, state }: RunDocument): string[] {
  const own: string[] = [];
  if (state !== "finished") own.push(`This run is ${state}: the figures are those of the folds scored so far.`);
  if (config.input === "onset")
    own.push("Sanity check: onset frames are neutral, so the figures should be at chance (33.3).");
  if (config.shuffleLabels)
    own.push("Sanity check: the labels are shuffled, so the figures should be at chance (33.3).");
  return [...own, ...remarks];
}

function spansSeeds(folds: readonly FoldDocument[]): boolean {
  return new Set(folds.map((fold) => fold.seed)).size > 1;
}

/** Wraps at 78 characters; `lead` starts the first line, blanks of its length the others. */
function fill(text: string, lead: string): string[] {
  const lines: string[] = [];
  let line = lead;
  for (const word of text.split(" ")) {
    const blank = line.trim() === lead.trim() && line.length <= lead.length;
    if (!blank && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = " ".repeat(lead.length) + word;
    } else {
      line += blank ? word : ` ${word}`;
    }
  }
  return [...lines, line].map((text) => text.replaceAll(NO_BREAK, " "));
}

/** Footnote marks (a superscript digit each); the same text keeps its mark. */
class Footnotes {
  readonly #texts: string[] = [];

  mark(text: string): string {
    if (!this.#texts.includes(text)) this.#texts.push(text);
    return superscript(this.#texts.indexOf(text) + 1);
  }

  all(): [mark: string, text: string][] {
    return this.#texts.map((text, i) => [superscript(i + 1), text]);
  }
}

function superscript(n: number): string {
  return String(n).replaceAll(/\d/g, (digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹".charAt(Number(digit)));
}

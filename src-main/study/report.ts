/** The import report as a person reads it: what was read, what it counts against, and every row that needs a look. */
import { CLASSES } from "../contract/classes.ts";
import type { ImportDocument, RowFault } from "../contract/documents.ts";
import { rangesText } from "./frames.ts";

/** The whole report, without a final line break; nothing in it is cut short. */
export function importReport(document: ImportDocument, options: { dryRun?: boolean } = {}): string {
  const { skipped, doubtful, notes, matchedTolerantly } = document;
  const parts = [
    head(document, options.dryRun === true),
    faults("Skipped, nothing usable", skipped),
    faults("Needs review, kept", doubtful),
    tolerant(matchedTolerantly),
    faults("Worth knowing", notes),
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

function head(document: ImportDocument, dryRun: boolean): string {
  const { dataset, preset, rows, samples, outsidePreset, framesFound, changes } = document;
  const { added, updated, unchanged } = changes;
  const lines = [
    `${dataset}: ${plural(rows, "row")} read, ${plural(samples, "sample")} under the labels ${preset}, ${plural(framesFound, "frame")} found`,
    ...counts(document),
  ];
  if (outsidePreset > 0) {
    lines.push(`  ${plural(outsidePreset, "more sample")} stored whose emotion these labels leave out`);
  }
  lines.push(
    `  ${dryRun ? "would change in the study (nothing was stored)" : "in the study"}: ${added} added, ${updated} updated, ${unchanged} unchanged`,
  );
  if (samples + outsidePreset === 0 && rows > 0) {
    lines.push("  No row led to a sample: is this the right folder? The reasons are below.");
  }
  return lines.join("\n");
}

function counts({ perClass, known, samples }: ImportDocument): string[] {
  const classed = CLASSES.reduce((sum, name) => sum + perClass[name], 0);
  const lines = [
    `  ${"".padEnd(10)} ${wide([...CLASSES, "total"])}`,
    `  ${"found".padEnd(10)} ${wide([...CLASSES.map((name) => perClass[name]), classed])}`,
  ];
  if (known !== null) {
    const total = CLASSES.reduce((sum, name) => sum + known[name], 0);
    lines.push(`  ${"known".padEnd(10)} ${wide([...CLASSES.map((name) => known[name]), total])}  ${known.release}`);
    const differences = [...CLASSES.map((name) => signed(perClass[name] - known[name])), signed(classed - total)];
    lines.push(`  ${"difference".padEnd(10)} ${wide(differences)}`);
  }
  if (samples > classed) lines.push(`  ${plural(samples - classed, "sample")} without a class yet`);
  return lines;
}

const wide = (values: readonly (string | number)[]) => values.map((value) => String(value).padStart(9)).join(" ");

const signed = (value: number) => (value > 0 ? `+${value}` : value === 0 ? "=" : String(value));

function faults(title: string, list: readonly RowFault[]): string {
  if (list.length === 0) return "";
  const rows = list.map(({ file, row, clip, reason }) => ({
    where: row === null ? file : `${file} row ${row}`,
    clip: clip ?? "",
    reason,
  }));
  const width = (field: "where" | "clip") => Math.max(...rows.map((row) => row[field].length));
  const [where, clip] = [width("where"), width("clip")];
  const lines = rows.map((row) =>
    ["", row.where.padEnd(where), ...(clip === 0 ? [] : [row.clip.padEnd(clip)]), row.reason].join("  "),
  );
  return [`${title} (${list.length}):`, ...lines].join("\n");
}

/** One line for all clips of a subject that only the subject's spelling sets apart, one a row for the others. */
function tolerant(list: ImportDocument["matchedTolerantly"]): string {
  if (list.length === 0) return "";
  const groups = Map.groupBy(list, ({ table, folder }) => {
    const [from, to] = [table.split("/"), folder.split("/")];
    const sameClip = from.length === 2 && to.length === 2 && from[1] === to[1];
    return sameClip ? `subject ${from[0]} = folder ${to[0]}` : `${table} = folder ${folder}`;
  });
  const entries = [...groups].map(([what, rows]) => {
    const ranges = rowRanges(rows.map(({ row }) => row));
    return { what, rows: `${rows.length === 1 ? "row" : "rows"} ${ranges}` };
  });
  const width = Math.max(...entries.map(({ what }) => what.length));
  const lines = entries.map(({ what, rows }) => `  ${what.padEnd(width)}  ${rows}`);
  return [`Matched although spelled otherwise (${plural(list.length, "row")}):`, ...lines].join("\n");
}

function rowRanges(rows: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const row of rows.toSorted((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last !== undefined && row <= last[1] + 1) last[1] = row;
    else ranges.push([row, row]);
  }
  return rangesText(ranges);
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/**
 * `--labels FILE`: a JSON mapping `{"casme2": {"disgust": "negative", "others": null}}`, or the headerless label table
 * of MEGC 2019 (dataset, subject, clip, 0 negative / 1 positive / 2 surprise), which lists samples one by one.
 */
import { basename } from "node:path";
import { z } from "zod";
import { emotionClass, type EmotionClass } from "../contract/classes.ts";
import { datasetId, datasetName } from "../contract/datasets.ts";
import { ApexError } from "../contract/errors.ts";
import type { LabelRule } from "../contract/sample.ts";
import { presetRule, squeezeEmotion } from "./presets.ts";
import { parseCsv } from "./tables/csv.ts";
import { readTableBytes } from "./tables/read.ts";

/** The rule of each dataset; null where the file says nothing about it. */
export interface Labels {
  readonly name: string;
  readonly ruleFor: (dataset: string) => LabelRule | null;
}

/** @throws ApexError file-missing, file-unreadable, table-invalid, naming the file and the row. */
export async function readLabels(labels: string): Promise<Labels> {
  const preset = presetRule(labels);
  if (preset !== null) return { name: preset.name, ruleFor: () => preset };
  const bytes = await readTableBytes(labels);
  const text = bytes
    .toString("utf8")
    .replace(/^\uFEFF/, "")
    .trimStart();
  const rules = text.startsWith("{") ? parseMapping(text, labels) : parseLabelTable(bytes, labels);
  return { name: basename(labels), ruleFor: (dataset) => rules.get(dataset) ?? null };
}

/** The sentence for a dataset that a labels file leaves out. */
export function noRule(labels: string, dataset: string): ApexError {
  const message = `The labels file ${labels} says nothing about ${datasetName(dataset)}: add it there, or choose a preset.`;
  return new ApexError("table-invalid", message, { file: labels });
}

const mappingFile = z.record(z.string(), z.record(z.string(), emotionClass.nullable()));

function parseMapping(text: string, file: string): Map<string, LabelRule> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ApexError("file-unreadable", `The labels file ${file} is no valid JSON: ${why}.`, { file, cause: error });
  }
  const parsed = mappingFile.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const where = issue.path.length === 0 ? "its top level" : `"${issue.path.join('" / "')}"`;
    const form =
      'the form is {"casme2": {"disgust": "negative", "others": null}} with positive, negative, surprise or null';
    throw new ApexError("table-invalid", `The labels file ${file} is wrong at ${where}: ${form}.`, { file });
  }
  const rules = new Map<string, LabelRule>();
  for (const [dataset, words] of Object.entries(parsed.data)) {
    const map = Object.fromEntries(Object.entries(words).map(([word, found]) => [squeezeEmotion(word), found]));
    rules.set(datasetId(dataset), { kind: "mapping", name: basename(file), map });
  }
  return rules;
}

/** MEGC 2019 numbers its classes in an order of its own. */
const MEGC_CLASSES: Readonly<Record<string, EmotionClass>> = { "0": "negative", "1": "positive", "2": "surprise" };

function parseLabelTable(bytes: Buffer, file: string): Map<string, LabelRule> {
  const byDataset = new Map<string, Map<string, { found: EmotionClass; row: number }>>();
  const { rows } = parseCsv(bytes, file);
  if (rows.length === 0) throw new ApexError("table-invalid", `The labels file ${file} is empty.`, { file });
  for (const { row, cells } of rows) {
    const fail = (why: string) =>
      new ApexError("table-invalid", `Row ${row} of the labels file ${file} ${why}.`, { file, row });
    const [dataset = "", subject = "", clip = "", digit = ""] = cells.map((cell) => cell.text);
    if (cells.length !== 4 || dataset === "" || subject === "" || clip === "") {
      throw fail("is not dataset,subject,clip,label (0 negative, 1 positive, 2 surprise)");
    }
    const found = Object.hasOwn(MEGC_CLASSES, digit) ? MEGC_CLASSES[digit] : null;
    if (found === null) throw fail(`has the label "${digit}"; it must be 0 (negative), 1 (positive) or 2 (surprise)`);
    const id = datasetId(dataset);
    const labels = byDataset.get(id) ?? new Map<string, { found: EmotionClass; row: number }>();
    byDataset.set(id, labels);
    const key = `${subject}/${clip}`;
    const before = labels.get(key);
    if (before !== undefined && before.found !== found)
      throw fail(`labels ${dataset} ${key} otherwise than row ${before.row}`);
    labels.set(key, { found, row });
  }
  return new Map(
    [...byDataset].map(([id, labels]): [string, LabelRule] => [
      id,
      {
        kind: "table",
        name: basename(file),
        labels: Object.fromEntries([...labels].map(([key, { found }]) => [key, found])),
      },
    ]),
  );
}

/**
 * From an original emotion word to one of the three classes. The rules are data: `paper` follows the counts of the
 * paper's Table 1 (method: happiness is positive, surprise is surprise, the other basic emotions are negative), `megc2019`
 * the composite database of the Micro-Expression Grand Challenge 2019 (See et al., FG 2019).
 */
import { emotionClass, type EmotionClass } from "../contract/classes.ts";
import { isKnownDataset, type DatasetId } from "../contract/datasets.ts";
import { unreachable } from "../contract/errors.ts";
import { labelRule, type LabelRule, type Sample } from "../contract/sample.ts";
import { ClipIndex } from "./match.ts";

type Words = Readonly<Record<string, EmotionClass | null>>;

/** Words that mean the same everywhere; SMIC's folders and clip names abbreviate theirs. */
const CLASS_WORDS: Words = {
  positive: "positive",
  negative: "negative",
  surprise: "surprise",
  pos: "positive",
  neg: "negative",
  sur: "surprise",
  po: "positive",
  ne: "negative",
};

/** Paper: contempt, repression, tense and others are outside, but where Table 1's counts need them. */
const PAPER: Words = {
  ...CLASS_WORDS,
  happiness: "positive",
  disgust: "negative",
  sadness: "negative",
  fear: "negative",
  anger: "negative",
  contempt: null,
  repression: null,
  tense: null,
  other: null,
  others: null,
};

const PAPER_EXCEPTIONS: Partial<Record<DatasetId, Words>> = {
  // Table 1 counts 53 negative: disgust 44, sadness 6, fear 2 and contempt 1.
  casme: { contempt: "negative" },
};

/**
 * MEGC 2019 grouped happiness as positive, and anger, contempt, disgust, fear, sadness and repression as negative. It
 * did not use CASME, MMEW or a lab's own data: there the same grouping is applied, with tense and others outside.
 */
const MEGC2019: Words = { ...PAPER, contempt: "negative", repression: "negative" };

const MEGC2019_EXCEPTIONS: Partial<Record<DatasetId, Words>> = {
  // Its CASME II part took happiness, disgust, repression and surprise only: 32, 63 + 27 = 90, 25.
  casme2: { fear: null, sadness: null, anger: null, contempt: null },
};

type Classed =
  | { readonly kind: "class"; readonly class: EmotionClass }
  /** The rule leaves this emotion out: stored, never trained or tested on. */
  | { readonly kind: "outside" }
  /** The rule does not know the word: a doubtful row. null = no emotion is given. */
  | { readonly kind: "unmapped"; readonly emotion: string | null };

export type Labelled = Pick<Sample, "dataset" | "subject" | "clip" | "emotion" | "label">;

/** `Happiness `, `happi ness` -> `happiness`. */
export function squeezeEmotion(word: string): string {
  return word.toLowerCase().replaceAll(/\s+/g, "");
}

/** The class of a sample under a dataset's rule. A class that a manifest states wins over every rule. */
export function classOf(sample: Labelled, rule: LabelRule): Classed {
  if (sample.label !== null) return { kind: "class", class: sample.label };
  switch (rule.kind) {
    case "preset":
      return byWord(sample.emotion, presetWords(rule.name, sample.dataset));
    case "mapping":
      return byWord(sample.emotion, rule.map);
    case "table":
      return byTable(sample, rule);
    default:
      return unreachable(rule, "label rule");
  }
}

/** The class, or null for a sample that the rule leaves out or cannot place. */
export function classOrNull(sample: Labelled, rule: LabelRule): EmotionClass | null {
  const classed = classOf(sample, rule);
  return classed.kind === "class" ? classed.class : null;
}

function byWord(emotion: string | null, words: Words): Classed {
  const word = emotion === null ? "" : squeezeEmotion(emotion);
  if (word === "" || !Object.hasOwn(words, word)) return { kind: "unmapped", emotion };
  const found = words[word];
  return found === null ? { kind: "outside" } : { kind: "class", class: found };
}

const MERGED = new Map<string, Words>();

function presetWords(name: "paper" | "megc2019", dataset: string): Words {
  const key = `${name}/${isKnownDataset(dataset) ? dataset : ""}`;
  let words = MERGED.get(key);
  if (words === undefined) {
    const [base, exceptions] = name === "paper" ? [PAPER, PAPER_EXCEPTIONS] : [MEGC2019, MEGC2019_EXCEPTIONS];
    words = isKnownDataset(dataset) ? { ...base, ...exceptions[dataset] } : base;
    MERGED.set(key, words);
  }
  return words;
}

type TableRule = Extract<LabelRule, { kind: "table" }>;
interface TableEntry {
  readonly subject: string;
  readonly clip: string;
  readonly class: EmotionClass;
}

const INDEXES = new WeakMap<TableRule, ClipIndex<TableEntry>>();

function byTable(sample: Labelled, rule: TableRule): Classed {
  let index = INDEXES.get(rule);
  if (index === undefined) {
    index = new ClipIndex(tableEntries(rule));
    INDEXES.set(rule, index);
  }
  const match = index.find(sample.subject, sample.clip);
  switch (match.kind) {
    case "exact":
    case "tolerant":
      return { kind: "class", class: match.found.class };
    case "none":
      return { kind: "outside" };
    case "ambiguous":
      return { kind: "unmapped", emotion: sample.emotion };
    default:
      return unreachable(match, "match");
  }
}

/** The entries of a sample-by-sample rule. A subject holds no slash; a clip may. */
export function tableEntries(rule: TableRule): TableEntry[] {
  return Object.entries(rule.labels).map(([key, found]) => {
    const slash = key.indexOf("/");
    return { subject: key.slice(0, slash), clip: key.slice(slash + 1), class: found };
  });
}

/** `paper`, `megc2019`, or null for anything else (then it is a file). */
export function presetRule(name: string): LabelRule | null {
  const rule = labelRule.safeParse({ kind: "preset", name: name.toLowerCase() });
  return rule.success ? rule.data : null;
}

/** A class word of a manifest's `label` column, ignoring case and blanks; null where it is none. */
export function classWord(text: string): EmotionClass | null {
  return emotionClass.safeParse(squeezeEmotion(text)).data ?? null;
}

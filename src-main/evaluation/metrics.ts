/**
 * Acc, UAR and UF1 from a confusion matrix (paper 4.3; MEGC 2019 uses the same three).
 *
 * `confusion[true][predicted]`, classes in the order of CLASSES. UAR and UF1 are means over the classes that the test
 * set holds: a class without a true sample has no recall, so it is left out of both means and named in `absent`.
 */
import { CLASSES, type EmotionClass, type PerClass } from "../contract/classes.ts";
import type { Confusion, Scores } from "../contract/documents.ts";
import { ApexError } from "../contract/errors.ts";

export interface FoldScores extends Scores {
  readonly n: number;
  /** Classes without a sample in this test set. */
  readonly absent: readonly EmotionClass[];
}

function emptyConfusion(): Confusion {
  return CLASSES.map(() => CLASSES.map(() => 0));
}

/**
 * Counts pairs of true and predicted class indices (0..2, order of CLASSES).
 * Throws `internal` when the lengths differ or an index is no class.
 */
export function confusionOf(labels: ArrayLike<number>, predicted: ArrayLike<number>): Confusion {
  if (labels.length !== predicted.length) {
    throw new ApexError("internal", `${labels.length} labels stand against ${predicted.length} predictions.`);
  }
  const confusion = emptyConfusion();
  for (let i = 0; i < labels.length; i++) {
    const row = confusion[labels[i]];
    if (row?.[predicted[i]] === undefined) {
      throw new ApexError(
        "internal",
        `Class index ${labels[i]} or ${predicted[i]} is none of 0..${CLASSES.length - 1}.`,
      );
    }
    row[predicted[i]]++;
  }
  return confusion;
}

/** True samples per class: the row sums. */
function classCounts(confusion: Confusion): PerClass {
  const [positive, negative, surprise] = confusion.map((row) => row.reduce((a, b) => a + b, 0));
  return { positive, negative, surprise };
}

/** Acc = sum TP / N, UAR = mean recall, UF1 = mean of 2TP / (2TP + FP + FN). Throws `run-invalid` without a sample. */
export function scoresOf(confusion: Confusion): FoldScores {
  const counts = classCounts(confusion);
  const n = counts.positive + counts.negative + counts.surprise;
  if (n === 0) {
    throw new ApexError("run-invalid", "There is no test sample to score: the held-out dataset is empty.");
  }
  const present = CLASSES.filter((name) => counts[name] > 0);
  let hits = 0;
  let recalls = 0;
  let f1s = 0;
  for (const name of present) {
    const k = CLASSES.indexOf(name);
    const truePositives = confusion[k][k];
    const predicted = confusion.reduce((sum, row) => sum + row[k], 0);
    hits += truePositives;
    recalls += truePositives / counts[name];
    // 2TP + FP + FN = (TP + FN) + (TP + FP): all true plus all predicted.
    f1s += (2 * truePositives) / (counts[name] + predicted);
  }
  return {
    n,
    accuracy: hits / n,
    uar: recalls / present.length,
    uf1: f1s / present.length,
    absent: CLASSES.filter((name) => counts[name] === 0),
  };
}

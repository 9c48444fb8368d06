import { z } from "zod";

/** The three classes, in the order that every table, confusion matrix and one-hot vector uses. */
export const CLASSES = ["positive", "negative", "surprise"] as const;
export const emotionClass = z.enum(CLASSES);
export type EmotionClass = z.infer<typeof emotionClass>;

/** Counts per class, as in every JSON document. */
export const perClass = z.object({ positive: z.int(), negative: z.int(), surprise: z.int() });
export type PerClass = z.infer<typeof perClass>;

export function countClasses(labels: Iterable<EmotionClass | null>): PerClass {
  const counts: PerClass = { positive: 0, negative: 0, surprise: 0 };
  for (const label of labels) if (label !== null) counts[label]++;
  return counts;
}

/** The action units whose intensities (0..5) OpenFace gives, in its order (paper 3.2.2). */
export const OPENFACE_AUS = [1, 2, 4, 5, 6, 7, 9, 10, 12, 14, 15, 17, 20, 23, 25, 26, 45] as const;

/** The row that every table has: always answering the training composite's largest class. */
import { CLASSES, type PerClass } from "../contract/classes.ts";
import type { Confusion } from "../contract/documents.ts";

/** Index of the largest class of a training composite; of equals the first in the order of CLASSES. */
export function majorityClass(train: PerClass): number {
  const counts = CLASSES.map((name) => train[name]);
  return counts.indexOf(Math.max(...counts));
}

/** The confusion of answering a fold's test set with the majority class of its training composite. */
export function majorityConfusion(train: PerClass, test: PerClass): Confusion {
  const answer = majorityClass(train);
  return CLASSES.map((name) => CLASSES.map((_, k) => (k === answer ? test[name] : 0)));
}

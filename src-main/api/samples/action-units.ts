/**
 * The action units that a coding names. Releases write them in many ways (dataset-formats: 12, "4+7", "L12", "R10",
 * "AU4", "4B", "15 or 17"): every number that can be an AU counts, sides and intensity letters are left off.
 */

/** Numbers in the Facial Action Coding System; head and eye positions go up to 84. */
const MOST = 99;

/** Ascending, each once; empty for null, "?" and "/". */
export function codedUnits(text: string | null): number[] {
  if (text === null) return [];
  const found = [...text.matchAll(/\d+/g)].map(([digits]) => Number(digits));
  return [...new Set(found)].filter((unit) => unit >= 1 && unit <= MOST).sort((a, b) => a - b);
}

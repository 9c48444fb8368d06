/**
 * Apex spotting: the frame that differs most from the onset (paper 4.1: "the frame with the largest detected motion
 * magnitude"), looked for on a curve of facial motion over the frames.
 */
import { ApexError } from "../../contract/errors.ts";

export interface Spotted {
  /** The curve as it is looked at: over a short window of frames. */
  readonly smooth: readonly number[];
  /** 0-based position of the apex; null where nothing moves. */
  readonly position: number | null;
}

/** Below this many pixels at 224 a face stands still: camera noise alone gives more between any two frames. */
const STILL = 0.01;
/** The window's half width, as a part of the curve's length; one frame at least, against the noise of single frames. */
const WINDOW = 1 / 15;

/**
 * The largest motion after the first frame, which is the onset itself; the earliest of equal ones.
 * @throws ApexError run-invalid for a curve of fewer than two frames.
 */
export function spotApex(motion: readonly number[]): Spotted {
  if (motion.length < 2)
    throw new ApexError("run-invalid", "It has one frame only: there is nothing to compare with its onset.");
  const smooth = smoothed(motion, Math.max(1, Math.round(motion.length * WINDOW)));
  if (Math.max(...motion) < STILL) return { smooth, position: null };
  let position = 1;
  for (let i = 2; i < smooth.length; i++) if (smooth[i] > smooth[position]) position = i;
  return { smooth, position };
}

/** Weighted mean over a triangle of `half` frames on either side; shorter at the ends. */
function smoothed(values: readonly number[], half: number): number[] {
  return values.map((_, i) => {
    let sum = 0;
    let total = 0;
    for (let k = Math.max(0, i - half); k <= Math.min(values.length - 1, i + half); k++) {
      const weight = 1 - Math.abs(k - i) / (half + 1);
      sum += weight * values[k];
      total += weight;
    }
    return sum / total;
  });
}

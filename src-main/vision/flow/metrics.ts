/** How far a flow is from the truth. */
import { ApexError } from "../../contract/errors.ts";
import type { Flow } from "./flow.ts";

/**
 * Mean end-point error in pixels (Baker et al. 2011, A Database and Evaluation Methodology for Optical Flow): the mean
 * length of the difference of the two vectors, over the pixels where `mask` is not 0 (all without a mask).
 * @throws ApexError shape-mismatch
 */
export function endPointError(flow: Flow, truth: Flow, mask?: ArrayLike<number>): number {
  if (flow.width !== truth.width || flow.height !== truth.height) {
    throw new ApexError(
      "shape-mismatch",
      `A flow of ${flow.width} x ${flow.height} cannot be compared with a truth of ${truth.width} x ${truth.height}.`,
    );
  }
  const length = flow.u.length;
  if (mask !== undefined && mask.length !== length) {
    throw new ApexError("shape-mismatch", `A mask of ${mask.length} pixels does not fit a flow of ${length}.`);
  }
  let sum = 0;
  let count = 0;
  for (let i = 0; i < length; i++) {
    if (mask !== undefined && mask[i] === 0) continue;
    sum += Math.hypot(flow.u[i] - truth.u[i], flow.v[i] - truth.v[i]);
    count++;
  }
  return count === 0 ? 0 : sum / count;
}

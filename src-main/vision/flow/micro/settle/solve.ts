/** The flow that evidence and prior agree on: a linear system of both components, by conjugate gradients. */
import type { Lattice } from "../grid.ts";
import type { Evidence } from "./evidence.ts";
import { applyPrior, type Prior } from "./prior.ts";

/** u and v of each place, pixels. */
export type Components = readonly [Float64Array, Float64Array];

export interface System {
  readonly lattice: Lattice;
  readonly evidence: Evidence;
  readonly prior: Prior;
  /** What the flow was thought to be. */
  readonly anchor: Components;
}

const ITERATIONS = 100;
/** The squared residual's share, of that at the start, at which the answer is good to a thousandth of its change. */
const ENOUGH = 1e-6;

/** Improves `flow`, around which the evidence was taken, in place. */
export function solve(system: System, flow: Components): void {
  const { lattice, evidence, prior, anchor } = system;
  const size = flow[0].length;
  const components = (): Components => [new Float64Array(size), new Float64Array(size)];
  const product = components();
  const applied = (of: Components): void => {
    for (const part of [0, 1] as const) applyPrior(lattice, prior, [of[part], product[part]]);
    for (let i = 0; i < size; i++) {
      product[0][i] += evidence.xx[i] * of[0][i] + evidence.xy[i] * of[1][i];
      product[1][i] += evidence.xy[i] * of[0][i] + evidence.yy[i] * of[1][i];
    }
  };
  // At the flow itself the evidence's quadratic part falls out of the residual.
  const residual = components();
  for (const part of [0, 1] as const) {
    applyPrior(lattice, prior, [flow[part], product[part]]);
    const slope = part === 0 ? evidence.x : evidence.y;
    for (let i = 0; i < size; i++) residual[part][i] = prior.anchor[i] * anchor[part][i] - slope[i] - product[part][i];
  }
  const precondition = preconditioner(system);
  const eased = components();
  precondition(residual, eased);
  const direction: Components = [eased[0].slice(), eased[1].slice()];
  let size2 = dot(residual, eased);
  const enough = ENOUGH * size2;
  for (let n = 0; n < ITERATIONS && size2 > enough; n++) {
    applied(direction);
    const step = size2 / dot(direction, product);
    for (const part of [0, 1] as const)
      for (let i = 0; i < size; i++) {
        flow[part][i] += step * direction[part][i];
        residual[part][i] -= step * product[part][i];
      }
    precondition(residual, eased);
    const next = dot(residual, eased);
    for (const part of [0, 1] as const)
      for (let i = 0; i < size; i++) direction[part][i] = eased[part][i] + (next / size2) * direction[part][i];
    size2 = next;
  }
}

const dot = (a: Components, b: Components): number => {
  let sum = 0;
  for (let i = 0; i < a[0].length; i++) sum += a[0][i] * b[0][i] + a[1][i] * b[1][i];
  return sum;
};

/** The inverse of each place's own 2 x 2 block. */
function preconditioner({ evidence, prior }: System): (from: Components, to: Components) => void {
  const own = prior.bending.map((bending, i) => prior.anchor[i] + 20 * bending);
  const [xx, yy] = [evidence.xx, evidence.yy].map((evident) => evident.map((value, i) => value + own[i]));
  const { xy } = evidence;
  const size = xx.map((value, i) => value * yy[i] - xy[i] * xy[i]);
  return ([x, y], [toX, toY]) => {
    for (let i = 0; i < size.length; i++) {
      toX[i] = (yy[i] * x[i] - xy[i] * y[i]) / size[i];
      toY[i] = (xx[i] * y[i] - xy[i] * x[i]) / size[i];
    }
  };
}

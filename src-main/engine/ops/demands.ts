/** What shape rules demand of operands and attributes, and how they refuse. */
import { describe, type Shape, type TensorType } from "../graph.ts";

export type Types = readonly TensorType[];

/** Why an op refuses its operands; `make` (build/make.ts) and the verifier add op, shapes and line. */
export class Misfit extends Error {}

export function demand(condition: boolean, reason: () => string): asserts condition {
  if (!condition) throw new Misfit(reason());
}

export function arity(inputs: Types, least: number, most = least): void {
  const count = least === most ? `${least}` : `${least} to ${most}`;
  demand(inputs.length >= least && inputs.length <= most, () => `it takes ${count} operands, not ${inputs.length}`);
}

export function whole(shape: Shape): void {
  demand(
    shape.every((n) => Number.isInteger(n) && n > 0),
    () => `sizes must be positive integers, not [${shape.join(",")}]`,
  );
}

export function floats(inputs: Types): void {
  const other = inputs.find((t) => t.dtype !== "float32");
  demand(other === undefined, () => `it takes float32 only, not ${other === undefined ? "" : describe(other)}`);
}

export function rank(type: TensorType, n: number, what: string): void {
  demand(type.shape.length === n, () => `${what} must have ${n} dimensions, not ${type.shape.length}`);
}

export function demandType(have: TensorType, want: TensorType, what: string): void {
  demand(describe(have) === describe(want), () => `${what} must be ${describe(want)}, not ${describe(have)}`);
}

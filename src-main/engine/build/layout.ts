/** Functions that move numbers without changing them: reshape, transpose, slices and their inverses, gathers. */
import { sameShape, size, type Shape, type Tensor } from "../graph.ts";
import { add } from "./elementwise.ts";
import { constant } from "./leaves.ts";
import { make, misfit } from "./make.ts";

/** One size may be -1: it is worked out from the others. */
export function reshape(x: Tensor, shape: Shape): Tensor {
  const known = size(shape.filter((n) => n !== -1));
  const target = shape.map((n) => (n === -1 ? size(x.shape) / known : n));
  return sameShape(target, x.shape) ? x : make("reshape", [x], { shape: target });
}

/** [N, ...] to [N, D]. */
export function flatten(x: Tensor): Tensor {
  return reshape(x, [x.shape[0], -1]);
}

/** Axis i of the result is axis `permutation[i]` of `x`. Default: reverses the axes. */
export function transpose(x: Tensor, permutation?: readonly number[]): Tensor {
  return make("transpose", [x], { permutation: permutation ?? x.shape.map((_, i) => x.shape.length - 1 - i) });
}

/** Stretches dimensions of 1, and adds dimensions at the left, as in NumPy. */
export function broadcast(x: Tensor, shape: Shape): Tensor {
  return sameShape(x.shape, shape) ? x : make("broadcast", [x], { shape: [...shape] });
}

/** Zeros around `x`: `before[i]` and `after[i]` of them along axis i. */
export function pad(x: Tensor, before: readonly number[], after: readonly number[]): Tensor {
  const counted = before.length === x.shape.length && after.length === before.length;
  const none = counted && [...before, ...after].every((n) => n === 0);
  return none ? x : make("pad", [x], { before, after });
}

/** x[starts[0]:ends[0], starts[1]:ends[1], ...] */
export function slice(x: Tensor, starts: readonly number[], ends: readonly number[]): Tensor {
  const whole = sameShape(ends, x.shape) && starts.length === ends.length && starts.every((n) => n === 0);
  return whole ? x : make("slice", [x], { starts, ends });
}

export function concat(tensors: readonly Tensor[], axis: number): Tensor {
  return make("concat", tensors, { axis });
}

/** Rows of `x` by int32 `indices`: [V, ...rest], [...I] -> [...I, ...rest]. Indices are 0..V-1; others fail at the run (onnxruntime lets -V..-1 count from the end: never rely on it). */
export function gather(x: Tensor, indices: Tensor): Tensor {
  return make("gather", [x, indices], {});
}

/** Rows by indices within each of N tensors: [N, V, ...rest], int32 [N, ...I] -> [N, ...I, ...rest]. */
export function gatherEach(x: Tensor, indices: Tensor): Tensor {
  const [n, rows, ...rest] = x.shape;
  if (x.shape.length < 2 || indices.shape[0] !== n)
    throw misfit("gatherEach", [x, indices], "it takes [N, V, ...] and [N, ...] indices of one N");
  const first = Array.from({ length: n }, (_, i) => i * rows);
  const offsets = constant(first, [n, ...indices.shape.slice(1).map(() => 1)], "int32");
  return gather(reshape(x, [n * rows, ...rest]), add(indices, offsets));
}

/** The adjoint of gather: [...I, ...rest], [...I] -> [rows, ...rest], rows of one index added up. */
export function scatterAdd(updates: Tensor, indices: Tensor, rows: number): Tensor {
  return make("scatterAdd", [updates, indices], { rows });
}

/** From the flow on the eighth grid to one for each pixel, in pixels (core/raft.py, core/utils/utils.py of the authors' code). */
import {
  concat,
  constant,
  exp,
  logSoftmax,
  matmul,
  mul,
  pad,
  reshape,
  slice,
  type Tensor,
  transpose,
} from "../../../engine/index.ts";

/** Side of the cell of pixels that one place of the grid stands for. */
export const CELL = 8;

/** Linear interpolation of `n` places at CELL * n, the first on the first and the last on the last: [CELL * n, n]. */
function interpolation(n: number): Tensor {
  const out = new Float64Array(CELL * n * n);
  for (let j = 0; j < CELL * n; j++) {
    const at = n === 1 ? 0 : (j * (n - 1)) / (CELL * n - 1);
    const left = Math.min(Math.floor(at), Math.max(0, n - 2));
    out[j * n + left] += 1 - (at - left);
    if (n > 1) out[j * n + left + 1] += at - left;
  }
  return constant(out, [CELL * n, n]);
}

/** Bilinear: [N, 2, h, w] in places of the grid to [N, 2, 8h, 8w] in pixels. */
export function upsampleBilinear(flow: Tensor): Tensor {
  const [, , h, w] = flow.shape;
  const wide = matmul(mul(flow, CELL), transpose(interpolation(w)));
  return matmul(interpolation(h), wide);
}

/**
 * Convex: each pixel is a mean of the nine places around its own, weighed by a softmax over `mask` [N, 9 * 64, h, w].
 * A place outside the grid counts as flow 0 and keeps its weight. Gives [N, 2, 8h, 8w] in pixels.
 */
export function upsampleConvex(flow: Tensor, mask: Tensor): Tensor {
  const [n, , h, w] = flow.shape;
  const scores = reshape(transpose(reshape(mul(mask, 0.25), [n, 9, CELL * CELL, h * w]), [0, 3, 2, 1]), [
    n * h * w,
    CELL * CELL,
    9,
  ]);
  const weights = exp(logSoftmax(scores));
  const edged = pad(mul(flow, CELL), [0, 0, 1, 1], [0, 0, 1, 1]);
  const neighbours = Array.from({ length: 9 }, (_, k) => {
    const [a, b] = [Math.floor(k / 3), k % 3];
    return reshape(slice(edged, [0, 0, a, b], [n, 2, a + h, b + w]), [n, 1, 2, h * w]);
  });
  const around = reshape(transpose(concat(neighbours, 1), [0, 3, 1, 2]), [n * h * w, 9, 2]);
  const cells = reshape(matmul(weights, around), [n, h, w, CELL, CELL, 2]);
  return reshape(transpose(cells, [0, 5, 1, 3, 2, 4]), [n, 2, CELL * h, CELL * w]);
}

/**
 * What is likely of a flow before the pictures are looked at: that it bends little, and is near what it was thought
 * to be. A quadratic form on a lattice, written as what it does to one component.
 */
import type { Lattice } from "../grid.ts";

export interface Prior {
  /** Weight of a place's second differences along both axes. */
  readonly bending: Float64Array;
  /** Of the mixed one, between a place, its right, its lower and its diagonal neighbour. */
  readonly twisting: Float64Array;
  /** Of a place's distance from what its flow was thought to be. */
  readonly anchor: Float64Array;
}

/** `out` = P `x`, half the form's gradient. */
export function applyPrior({ rows, columns }: Lattice, prior: Prior, [x, out]: readonly [Float64Array, Float64Array]) {
  const { bending, twisting, anchor } = prior;
  for (let i = 0; i < x.length; i++) out[i] = anchor[i] * x[i];
  for (let row = 0, i = 0; row < rows; row++)
    for (let column = 0; column < columns; column++, i++) {
      const beside = column < columns - 1;
      const below = row < rows - 1;
      if (column > 0 && beside) {
        const d = bending[i] * (x[i - 1] - 2 * x[i] + x[i + 1]);
        out[i - 1] += d;
        out[i] -= 2 * d;
        out[i + 1] += d;
      }
      if (row > 0 && below) {
        const d = bending[i] * (x[i - columns] - 2 * x[i] + x[i + columns]);
        out[i - columns] += d;
        out[i] -= 2 * d;
        out[i + columns] += d;
      }
      if (beside && below) {
        const d = 2 * twisting[i] * (x[i] - x[i + 1] - x[i + columns] + x[i + columns + 1]);
        out[i] += d;
        out[i + 1] -= d;
        out[i + columns] -= d;
        out[i + columns + 1] += d;
      }
    }
}

const BENDING = 2;
/** Bending, in pixels, beyond which it is paid for by its size instead of its square: folds may bend sharply. */
const FOLD = 0.005;
const ANCHOR = 0.0006;
/** On the wall behind a head (wall.ts). */
const ANCHOR_WALL = 2;
/** What is left of bending where head and wall meet. */
const CONTOUR = 0.3;

/** `wall`: the share of a difference's places that are wall. */
const held = (wall: number): number => (wall > 0 && wall < 1 ? CONTOUR : 1);

/**
 * The prior around a flow: what bends already is held less. What lies between places that see something is drawn from
 * them; a wall (wall.ts, 1 at its places) would have to be extrapolated from the head, and is left as it was thought.
 */
export function priorAround(lattice: Lattice, [u, v]: readonly [Float64Array, Float64Array], wall: Uint8Array): Prior {
  const { rows, columns } = lattice;
  const at = (x: Float64Array | Uint8Array, column: number, row: number): number =>
    x[Math.min(rows - 1, Math.max(0, row)) * columns + Math.min(columns - 1, Math.max(0, column))];
  const fill = (weigh: (column: number, row: number) => number): Float64Array =>
    Float64Array.from({ length: rows * columns }, (_, i) => weigh(i % columns, Math.floor(i / columns)));
  const squares = (x: Float64Array, c: number, r: number): number => {
    const middle = 2 * at(x, c, r);
    const across = at(x, c - 1, r) - middle + at(x, c + 1, r);
    const along = at(x, c, r - 1) - middle + at(x, c, r + 1);
    const mixed = at(x, c + 1, r + 1) - at(x, c - 1, r + 1) - at(x, c + 1, r - 1) + at(x, c - 1, r - 1);
    return across * across + along * along + (mixed * mixed) / 8;
  };
  const cross = (x: Float64Array | Uint8Array, c: number, r: number): number =>
    (at(x, c, r) + at(x, c - 1, r) + at(x, c + 1, r) + at(x, c, r - 1) + at(x, c, r + 1)) / 5;
  const square = (x: Float64Array | Uint8Array, c: number, r: number): number =>
    (at(x, c, r) + at(x, c + 1, r) + at(x, c, r + 1) + at(x, c + 1, r + 1)) / 4;
  const bending = fill((c, r) => (BENDING * FOLD) / Math.sqrt(FOLD * FOLD + squares(u, c, r) + squares(v, c, r)));
  return {
    bending: fill((c, r) => held(cross(wall, c, r)) * at(bending, c, r)),
    twisting: fill((c, r) => held(square(wall, c, r)) * square(bending, c, r)),
    anchor: Float64Array.from(wall, (is) => (is === 1 ? ANCHOR_WALL : ANCHOR)),
  };
}

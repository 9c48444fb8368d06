/**
 * Motions as formulas: where each point of the first frame goes, known exactly at every real coordinate, and the point
 * from which each point of the second frame came.
 */
export interface Vector {
  u: number;
  v: number;
}

/** Adds its part of the displacement (pixels) at (x, y) to `into`. */
export type Field = (x: number, y: number, into: Vector) => void;

/** Steeper motions might fold the picture over; the inverse's iteration converges well below. */
const STEEPEST = 0.45;
const PROBES = 17;

export class Motion {
  readonly #fields: readonly Field[];
  readonly #gain: number;

  /**
   * The sum of fields, scaled so that the longest displacement in a frame of `side` pixels is `peak` (less where that
   * would be too steep to be a motion of one surface).
   */
  constructor(fields: readonly Field[], o: { readonly side: number; readonly peak: number }) {
    this.#fields = fields;
    this.#gain = 1;
    let longest = 1e-9;
    let steepest = 1e-9;
    const [here, right, below] = [vector(), vector(), vector()];
    for (let i = 0; i < PROBES * PROBES; i++) {
      const x = ((i % PROBES) / (PROBES - 1)) * (o.side - 1);
      const y = (Math.floor(i / PROBES) / (PROBES - 1)) * (o.side - 1);
      this.at(x, y, here);
      this.at(x + 1, y, right);
      this.at(x, y + 1, below);
      longest = Math.max(longest, Math.hypot(here.u, here.v));
      const slopes = [right.u - here.u, right.v - here.v, below.u - here.u, below.v - here.v];
      steepest = Math.max(steepest, Math.hypot(...slopes));
    }
    this.#gain = Math.min(o.peak / longest, STEEPEST / steepest);
  }

  /** The displacement of the first frame's point (x, y). */
  at(x: number, y: number, into: Vector): void {
    into.u = 0;
    into.v = 0;
    for (const field of this.#fields) field(x, y, into);
    into.u *= this.#gain;
    into.v *= this.#gain;
  }

  /**
   * The displacement of that point of the first frame which arrives at (x, y), to a few ten thousandths of a pixel.
   * `into` is where the search begins: give it the answer of the pixel beside.
   */
  arriving(x: number, y: number, into: Vector): void {
    for (let i = 0; i < 30; i++) {
      const [u, v] = [into.u, into.v];
      this.at(x - u, y - v, into);
      if (Math.abs(into.u - u) + Math.abs(into.v - v) < 2e-4) return;
    }
  }
}

export const vector = (): Vector => ({ u: 0, v: 0 });

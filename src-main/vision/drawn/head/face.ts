/** One person's skin in motion: rest shape, the open eyes, action units as precomputed fields, lids over eyeballs. */
import type { Identity } from "../identity.ts";
import type { Mesh } from "../mesh.ts";
import { hill, smoothstep } from "../numeric.ts";
import { AU_FIELDS, DRAWN_AUS, type DrawnAu, lipShare } from "./action-units.ts";
import { creases } from "./creases.ts";
import { type Eyeball, type EyeShape, alongLid, lidEdge, lidSlide, overBall } from "./eyes.ts";
import { EYE, features } from "./features.ts";
import { type SkinGrid, skinGrid } from "./grid.ts";
import { shapeWarp } from "./shape.ts";
import { skinUv, skull } from "./skull.ts";

/** Intensities 0..5 of the two halves of the face, as the viewer sees them; an AU that is absent is 0. */
export type AuState = Partial<Record<DrawnAu, readonly [left: number, right: number]>>;

const GRID = skinGrid();

/** Canonical frontal x of each vertex: what every field is a function of. */
const CANONICAL_X = (() => {
  const out = new Float64Array(3);
  return Float32Array.from({ length: GRID.count }, (_, i) => {
    skull(GRID.s[i], GRID.y[i], out);
    return out[0];
  });
})();

/** How far each vertex belongs to the viewer's right half, 0..1, blending over the midline. */
const RIGHT_HALF = Float32Array.from(CANONICAL_X, (x) => smoothstep(x, -9, 9));

const UNIT_EYE: EyeShape = { upper: 1, lower: 1 };

/** The displacement (mm, upwards) of a vertex when its lid edge moves up by `shift` at the eye's middle. */
function lidShift(grid: SkinGrid, i: number, o: { upper: number; lower: number; shape: EyeShape }): number {
  const x = CANONICAL_X[i];
  if (Math.abs(alongLid(x)) >= 1) return 0;
  const side = grid.eyeSide[i] > 0 ? "upper" : "lower";
  const edge = Math.abs(lidEdge(x, side, o.shape)) * (side === "upper" ? o.upper : o.lower);
  return lidSlide(Math.abs(grid.y[i] - EYE.y), side, edge);
}

/** x, y, z displacements (mm) at intensity 1, 3 numbers a vertex. Blinks depend on how far the eye is open. */
export function auField(au: DrawnAu, eye: EyeShape): Float32Array {
  const field = AU_FIELDS[au];
  const out = new Float32Array(GRID.count * 3);
  for (let i = 0; i < GRID.count; i++) {
    if (Math.abs(GRID.s[i]) > 112) continue;
    const x = CANONICAL_X[i];
    const side = x < 0 ? -1 : 1;
    const m = { x: Math.abs(x), y: GRID.y[i] };
    let [ox, oy, oz] = [0, 0, 0];
    for (const pull of field.pulls) {
      let w = hill(m, { x: pull.at[0], y: pull.at[1] }, { x: pull.radii[0], y: pull.radii[1] });
      if (w === 0) continue;
      if (pull.lips !== undefined) {
        const own = GRID.mouthSide[i] > 0 ? pull.lips.upper : pull.lips.lower;
        w *= 1 + (own - 1) * lipShare(x);
      }
      // Outward motion dies at the midline, where both sides pull against each other.
      ox += side * pull.move[0] * w * smoothstep(m.x, 0, 6);
      oy += pull.move[1] * w;
      oz += pull.move[2] * w;
    }
    if (field.lids !== undefined) {
      const closing = au === 45 ? -(eye.upper - 0.4) : field.lids.upper;
      oy += lidShift(GRID, i, { upper: closing, lower: field.lids.lower, shape: UNIT_EYE });
    }
    // The widest pulls (the jaw's) fade before the back of the head.
    const k = smoothstep(Math.abs(GRID.s[i]), 112, 74) / 5;
    out[i * 3] = ox * k;
    out[i * 3 + 1] = oy * k;
    out[i * 3 + 2] = oz * k;
  }
  return out;
}

export class FaceSkin {
  /** The skin as last deformed, in head space. */
  readonly mesh: Mesh;
  /** The eyeballs, viewer's left first. */
  readonly balls: readonly [Eyeball, Eyeball];
  readonly grid = GRID;
  readonly canonicalX = CANONICAL_X;
  /** Darkness of furrows at the last deformation, 0..1 a vertex. */
  readonly furrow = new Float32Array(GRID.count);
  readonly #rest: Float32Array;
  readonly #open: Float32Array;
  readonly #fields = new Map<DrawnAu, Float32Array>();
  readonly #creases = new Map<DrawnAu, Float32Array>();
  readonly #eye: EyeShape;
  /** Vertices that may lie over an eyeball: index and which ball. */
  readonly #lids: readonly (readonly [number, 0 | 1])[];

  constructor(who: Identity) {
    const warp = shapeWarp(who);
    const rest = new Float32Array(GRID.count * 3);
    const uv = new Float32Array(GRID.count * 2);
    const p = new Float64Array(3);
    for (let i = 0; i < GRID.count; i++) {
      skull(GRID.s[i], GRID.y[i], p);
      if (Math.abs(GRID.s[i]) < 112) p[2] += features({ x: p[0], y: p[1] });
      warp(p);
      rest.set(p, i * 3);
      // A cut's two edges read the texture on their own side of it.
      const [u, v] = skinUv(GRID.s[i], GRID.y[i] + (GRID.y[i] === EYE.y ? GRID.eyeSide[i] * 0.3 : 0));
      uv[i * 2] = u;
      uv[i * 2 + 1] = v;
    }
    this.#rest = rest;
    this.#eye = { upper: who.eyeOpening, lower: 2.6 };
    const ball = (side: -1 | 1): Eyeball => {
      const c = Float64Array.from([side * EYE.x, EYE.y, EYE.depth]);
      warp(c);
      // The pupil sits above the lid line: eyes look ahead, their upper lids just over the iris.
      return { x: c[0], y: c[1] + 2.5, z: EYE.depth + 0.9, radius: EYE.radius };
    };
    this.balls = [ball(-1), ball(1)];
    this.#open = Float32Array.from({ length: GRID.count }, (_, i) =>
      // `lidEdge` of the lower lid is negative; lidShift wants a direction.
      lidShift(GRID, i, { upper: 1, lower: -1, shape: this.#eye }),
    );
    this.#lids = Array.from({ length: GRID.count }, (_, i) => i).flatMap((i) => {
      const side = CANONICAL_X[i] < 0 ? 0 : 1;
      const m = { x: Math.abs(CANONICAL_X[i]), y: GRID.y[i] };
      return Math.abs(GRID.s[i]) < 100 && Math.hypot(m.x - EYE.x, m.y - EYE.y) < 27 ? [[i, side] as const] : [];
    });
    this.mesh = { count: GRID.count, position: new Float32Array(GRID.count * 3), uv, triangles: GRID.triangles };
    this.deform({});
  }

  /** Sets the skin to an expression. */
  deform(state: AuState): void {
    const p = this.mesh.position;
    const { furrow } = this;
    p.set(this.#rest);
    furrow.fill(0);
    for (let i = 0; i < GRID.count; i++) p[i * 3 + 1] += this.#open[i];
    for (const au of DRAWN_AUS) {
      const both = state[au];
      if (both === undefined || (both[0] === 0 && both[1] === 0)) continue;
      const field = this.#field(au);
      const lines = this.#crease(au);
      const [left, right] = both;
      for (let i = 0; i < GRID.count; i++) {
        const k = left + (right - left) * RIGHT_HALF[i];
        p[i * 3] += field[i * 3] * k;
        p[i * 3 + 1] += field[i * 3 + 1] * k;
        p[i * 3 + 2] += field[i * 3 + 2] * k;
        furrow[i] += lines[i] * k;
      }
    }
    for (const [i, side] of this.#lids) {
      p[i * 3 + 2] = overBall(this.balls[side], p[i * 3 + 2], { x: p[i * 3], y: p[i * 3 + 1] });
    }
  }

  #field(au: DrawnAu): Float32Array {
    let field = this.#fields.get(au);
    if (field === undefined) {
      field = auField(au, this.#eye);
      this.#fields.set(au, field);
    }
    return field;
  }

  #crease(au: DrawnAu): Float32Array {
    let lines = this.#creases.get(au);
    if (lines === undefined) {
      lines = Float32Array.from({ length: GRID.count }, (_, i) =>
        Math.abs(GRID.s[i]) > 100 ? 0 : creases(au, { x: Math.abs(CANONICAL_X[i]), y: GRID.y[i] }),
      );
      this.#creases.set(au, lines);
    }
    return lines;
  }
}

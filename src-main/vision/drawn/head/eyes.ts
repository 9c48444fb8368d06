/**
 * Lids and eyeballs. In the rest shape the eyes are closed: the mesh has a slit along the lid line, `opening` draws
 * the lids apart, and every lid vertex is lifted onto its eyeball, so a blink slides skin over a ball.
 */
import { type Mesh, sheet } from "../mesh.ts";
import { clamp, smoothMax } from "../numeric.ts";
import { EYE } from "./features.ts";

export interface EyeShape {
  /** Heights (mm) of the upper and lower lid edge above and below the lid line, at their peaks. */
  readonly upper: number;
  readonly lower: number;
}

/** Position along the slit, -1 at the inner corner, 1 at the outer. */
export const alongLid = (x: number) => (2 * (Math.abs(x) - EYE.inner)) / (EYE.outer - EYE.inner) - 1;

/** How far (mm, upwards) a lid edge at canonical x moves from closed to open; 0 at both corners. */
export function lidEdge(x: number, side: "upper" | "lower", shape: EyeShape): number {
  const e = alongLid(x);
  if (e <= -1 || e >= 1) return 0;
  // Upper lid: highest a little inside; lower lid: lowest a little outside.
  if (side === "upper") return shape.upper * (1 - Math.abs((e + 0.12) / (e < -0.12 ? 0.88 : 1.12)) ** 2.3) ** 0.85;
  return -shape.lower * (1 - Math.abs((e - 0.15) / (e < 0.15 ? 1.15 : 0.85)) ** 2.1) ** 0.8;
}

/** Upward displacement (mm) of lid skin at the canonical position when the eye opens by `edge` at this x. */
export function lidSlide(d: number, side: "upper" | "lower", edge: number): number {
  // d: distance from the slit; the upper lid rolls up over 21 mm, the lower slides over 12.
  const t = clamp(d / (side === "upper" ? 21 : 12), 0, 1);
  return edge * (1 - t * t * (3 - 2 * t)) * (1 - 0.15 * t);
}

export interface Eyeball {
  readonly x: number;
  readonly y: number;
  /** Depth of the centre. */
  readonly z: number;
  readonly radius: number;
}

/** Depth of the ball's front at a frontal position, or -Infinity beside it. */
export function ballDepth(ball: Eyeball, x: number, y: number): number {
  const dx = x - ball.x;
  const dy = y - ball.y;
  const left = ball.radius * ball.radius - dx * dx - dy * dy;
  return left <= 0 ? -Infinity : ball.z + Math.sqrt(left);
}

/** Depth of lid skin of rest depth z over the ball: 1.1 mm of skin, without a crease where the ball emerges. */
export function overBall(ball: Eyeball, z: number, p: { x: number; y: number }): number {
  const depth = ballDepth(ball, p.x, p.y);
  return depth === -Infinity ? z : smoothMax(z, depth + 1.1, p.y > ball.y + 4 ? 4.5 : 2.4);
}

/** Half-size (mm) of the visible patch of an eye, whose texture spans it. */
export const EYE_PATCH = { x: 18, y: 12 } as const;

/** The visible front of one eye: the ball, and the wet corners beside it. `socket`: depth of the skin around. */
export function eyePatch(ball: Eyeball, socket: (x: number) => number): Mesh {
  return sheet({
    columns: 33,
    rows: 23,
    at: (u, v, out) => {
      out[0] = ball.x + (u * 2 - 1) * EYE_PATCH.x;
      out[1] = ball.y - (v * 2 - 1) * EYE_PATCH.y;
      const depth = ballDepth(ball, out[0], out[1]);
      const beside = socket(out[0]) - 2.6;
      // The cornea stands out of the ball a little.
      const dx = out[0] - ball.x;
      const dy = out[1] - ball.y;
      const cornea = 1.2 * Math.max(0, 1 - (dx * dx + dy * dy) / 44);
      out[2] = depth === -Infinity ? beside : smoothMax(beside, depth, 2) + cornea;
    },
  });
}

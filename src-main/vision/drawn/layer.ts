/** A drawn surface with all that it needs from rest shape to screen; arrays are made once and reused in every frame. */
import { BUST } from "./head/parts.ts";
import type { Mesh, Texture } from "./mesh.ts";
import { smoothstep } from "./numeric.ts";
import { type Finish, unit } from "./render/light.ts";

/** One drawn surface. */
export interface Layer {
  readonly name: string;
  readonly mesh: Mesh;
  readonly texture: Texture;
  readonly finish: Finish;
  /** face: changes its shape. still: skin or cloth that does not. */
  readonly kind: "face" | "still" | "hair";
  /** How much of the head's motion each vertex takes; null = all. */
  readonly share: Float32Array | null;
  readonly moved: Float32Array;
  readonly normal: Float32Array;
  readonly strand: Float32Array | null;
  readonly screen: Float32Array;
  readonly light: Float32Array;
}

export function layer(o: { name: string; mesh: Mesh; texture: Texture; kind: Layer["kind"]; gloss: number }): Layer {
  const n = o.mesh.count;
  return {
    ...o,
    finish: {
      open: new Float32Array(n).fill(1),
      seesKey: new Float32Array(n).fill(1),
      gloss: new Float32Array(n).fill(o.gloss),
    },
    share: null,
    moved: new Float32Array(n * 3),
    normal: new Float32Array(n * 3),
    strand: o.kind === "hair" ? strandDirections(o.mesh) : null,
    screen: new Float32Array(n * 3),
    light: new Float32Array(n * 4),
  };
}

/** Strands run down the texture: the direction of growing v at each vertex of a sheet. */
function strandDirections(mesh: Mesh): Float32Array {
  const out = new Float32Array(mesh.count * 3);
  const p = mesh.position;
  let columns = 1;
  while (mesh.uv[columns * 2 + 1] === mesh.uv[1]) columns++;
  for (let i = 0; i < mesh.count; i++) {
    // The last row of a sheet, or of one strip of many, looks back.
    const below = i + columns;
    const next = below < mesh.count && mesh.uv[below * 2 + 1] > mesh.uv[i * 2 + 1] ? below : i;
    const last = next === i ? i - columns : i;
    out.set(
      unit(p[next * 3] - p[last * 3], p[next * 3 + 1] - p[last * 3 + 1] - 1e-6, p[next * 3 + 2] - p[last * 3 + 2]),
      i * 3,
    );
  }
  return out;
}

/** The same sheet seen from both sides. */
export function twoSided(mesh: Mesh): Mesh {
  const back = mesh.triangles.slice().reverse();
  return { ...mesh, triangles: Uint32Array.from([...mesh.triangles, ...back]) };
}

/** The neck follows the head less and less downwards; the shoulders stay. */
export function neckShare(bustLayer: Layer): Layer {
  const share = new Float32Array(bustLayer.mesh.count);
  for (let i = 0; i < share.length; i++) share[i] = smoothstep(bustLayer.mesh.position[i * 3 + 1], -172, BUST.top - 10);
  return { ...bustLayer, share };
}

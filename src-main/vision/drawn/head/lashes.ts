/** Upper lashes: a strip that grows from the upper lid's edge, wherever the edge is. */
import type { Mesh } from "../mesh.ts";
import { gridTriangles } from "../mesh.ts";
import type { FaceSkin } from "./face.ts";
import { alongLid } from "./eyes.ts";
import { EYE } from "./features.ts";

const ROWS = 4;

export interface Lashes {
  readonly mesh: Mesh;
  /** The skin vertices of the lid's edge, inner corner to outer. */
  readonly edge: readonly number[];
}

/** Skin vertices along the upper (or lower) lid edge of one eye, from the viewer's left to right, corners included. */
export function lidEdgeVertices(face: FaceSkin, side: -1 | 1, lid: "upper" | "lower"): number[] {
  const { grid, canonicalX } = face;
  return Array.from({ length: grid.count }, (_, i) => i)
    .filter((i) => {
      if (grid.y[i] !== EYE.y || Math.sign(canonicalX[i]) !== side) return false;
      const e = alongLid(canonicalX[i]);
      if (Math.abs(e) > 1.0001) return false;
      return Math.abs(e) > 0.9999 || grid.eyeSide[i] > 0 === (lid === "upper");
    })
    .sort((a, b) => canonicalX[a] - canonicalX[b]);
}

export function lashes(face: FaceSkin, side: -1 | 1): Lashes {
  const edge = lidEdgeVertices(face, side, "upper");
  const n = edge.length;
  const uv = new Float32Array(n * ROWS * 2);
  for (let r = 0; r < ROWS; r++) {
    for (let c = 0; c < n; c++) {
      const u = c / (n - 1);
      uv[(r * n + c) * 2] = side > 0 ? u : 1 - u;
      // Roots at v = 0 lie on the lid; the mesh's first row is the tips, so that it faces the viewer.
      uv[(r * n + c) * 2 + 1] = 1 - r / (ROWS - 1);
    }
  }
  return {
    edge,
    mesh: { count: n * ROWS, position: new Float32Array(n * ROWS * 3), uv, triangles: gridTriangles(n, ROWS) },
  };
}

/** Follows the lid. */
export function placeLashes(strip: Lashes, skin: Float32Array): void {
  const { edge, mesh } = strip;
  const n = edge.length;
  for (let r = 0; r < ROWS; r++) {
    const t = 1 - r / (ROWS - 1);
    for (let c = 0; c < n; c++) {
      const from = edge[c] * 3;
      const to = (r * n + c) * 3;
      mesh.position[to] = skin[from];
      mesh.position[to + 1] = skin[from + 1] - 0.5 * t + 3.1 * t * t;
      mesh.position[to + 2] = skin[from + 2] + 0.7 + 4.2 * t;
    }
  }
}

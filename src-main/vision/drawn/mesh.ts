/** What the rasteriser draws: triangles in head space (mm: x to the viewer's right, y up, z towards the viewer). */

export interface Mesh {
  readonly count: number;
  /** x, y, z of each vertex. */
  readonly position: Float32Array;
  /** Texture coordinates of each vertex, 0..1, v downwards. */
  readonly uv: Float32Array;
  readonly triangles: Uint32Array;
}

/** Linear-light colours, row by row from the top; alpha null = opaque. */
export interface Texture {
  readonly width: number;
  readonly height: number;
  readonly rgb: Float32Array;
  readonly alpha: Float32Array | null;
}

export interface GridOptions {
  readonly columns: number;
  readonly rows: number;
  /** Position of the vertex at column and row (both 0..1) into `out`. */
  readonly at: (u: number, v: number, out: Float64Array) => void;
}

/** A plain rectangular sheet of vertices; u and v are its texture coordinates. Rows run downwards, facing the viewer. */
export function sheet(options: GridOptions): Mesh {
  const { columns, rows, at } = options;
  const count = columns * rows;
  const position = new Float32Array(count * 3);
  const uv = new Float32Array(count * 2);
  const out = new Float64Array(3);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const i = r * columns + c;
      const u = c / (columns - 1);
      const v = r / (rows - 1);
      at(u, v, out);
      position.set(out, i * 3);
      uv[i * 2] = u;
      uv[i * 2 + 1] = v;
    }
  }
  return { count, position, uv, triangles: gridTriangles(columns, rows) };
}

export function gridTriangles(columns: number, rows: number): Uint32Array {
  const triangles = new Uint32Array((columns - 1) * (rows - 1) * 6);
  let n = 0;
  for (let r = 0; r + 1 < rows; r++) {
    for (let c = 0; c + 1 < columns; c++) {
      const i = r * columns + c;
      triangles.set([i, i + columns, i + 1, i + 1, i + columns, i + columns + 1], n);
      n += 6;
    }
  }
  return triangles;
}

/** Unit vertex normals, area-weighted over the triangles around; `out` holds 3 numbers a vertex. */
export function normals(mesh: Mesh, out: Float32Array): void {
  const { position: p, triangles } = mesh;
  out.fill(0);
  for (let t = 0; t < triangles.length; t += 3) {
    const a = triangles[t] * 3;
    const b = triangles[t + 1] * 3;
    const c = triangles[t + 2] * 3;
    const ux = p[b] - p[a];
    const uy = p[b + 1] - p[a + 1];
    const uz = p[b + 2] - p[a + 2];
    const vx = p[c] - p[a];
    const vy = p[c + 1] - p[a + 1];
    const vz = p[c + 2] - p[a + 2];
    const nx = uy * vz - uz * vy;
    const ny = uz * vx - ux * vz;
    const nz = ux * vy - uy * vx;
    out[a] += nx;
    out[a + 1] += ny;
    out[a + 2] += nz;
    out[b] += nx;
    out[b + 1] += ny;
    out[b + 2] += nz;
    out[c] += nx;
    out[c + 1] += ny;
    out[c + 2] += nz;
  }
  for (let i = 0; i < out.length; i += 3) {
    const length = Math.sqrt(out[i] * out[i] + out[i + 1] * out[i + 1] + out[i + 2] * out[i + 2]) || 1;
    out[i] /= length;
    out[i + 1] /= length;
    out[i + 2] /= length;
  }
}

/**
 * The topology of the skin: one grid from ear to ear and crown to chin, finer at the features, cut open along the lid
 * lines and the line between the lips. A cut row holds its vertices twice: the upper copy belongs to the skin above.
 */
import { EYE, MOUTH } from "./features.ts";
import { BOTTOM, HALF_GIRTH, TOP, girthAt } from "./skull.ts";

export interface SkinGrid {
  readonly count: number;
  /** Along the skin (mm) and height (mm) of each vertex in the canonical rest shape. */
  readonly s: Float32Array;
  readonly y: Float32Array;
  /** 1 for skin above a cut or its upper edge, -1 below: per vertex for the eye row and the mouth row. */
  readonly eyeSide: Int8Array;
  readonly mouthSide: Int8Array;
  readonly triangles: Uint32Array;
}

/** Sample positions whose spacing follows `step(position)`, from `from` to `to` exactly, through each of `through`. */
function spaced(ends: readonly number[], step: (x: number) => number): number[] {
  const points: number[] = [ends[0]];
  for (let e = 0; e + 1 < ends.length; e++) {
    const run: number[] = [ends[e]];
    let x = ends[e];
    while (x < ends[e + 1]) {
      x += step(x);
      run.push(x);
    }
    const scale = (ends[e + 1] - ends[e]) / (run[run.length - 1] - ends[e]);
    for (const p of run.slice(1)) points.push(ends[e] + (p - ends[e]) * scale);
  }
  return points;
}

export function skinGrid(): SkinGrid {
  const eyeInner = girthAt(EYE.inner, EYE.y);
  const eyeOuter = girthAt(EYE.outer, EYE.y);
  const mouthCorner = girthAt(MOUTH.half, MOUTH.y);
  const half = spaced([0, eyeInner, mouthCorner, eyeOuter, HALF_GIRTH], (s) => (s < 52 ? 1.85 : s < 75 ? 2.8 : 5));
  const columns = [
    ...half
      .slice(1)
      .reverse()
      .map((s) => -s),
    ...half,
  ];
  const rows = spaced([BOTTOM, MOUTH.y, EYE.y, TOP], (y) => {
    if (y < -112) return 1.1;
    if (Math.abs(y - MOUTH.y) < 11) return 1.15;
    if (y > -56 && y < -38) return 1.3;
    if (Math.abs(y - EYE.y) < 12) return 1.15;
    return y > 40 ? 3.6 : 2.2;
  }).reverse();
  const eyeRow = rows.indexOf(EYE.y);
  const mouthRow = rows.indexOf(MOUTH.y);
  const inEye = (s: number) => Math.abs(s) > eyeInner + 1e-6 && Math.abs(s) < eyeOuter - 1e-6;
  const inMouth = (s: number) => Math.abs(s) < mouthCorner - 1e-6;
  const cut = (r: number, c: number) => (r === eyeRow && inEye(columns[c])) || (r === mouthRow && inMouth(columns[c]));

  const n = columns.length;
  const lower = new Map<number, number>();
  let count = n * rows.length;
  for (const r of [eyeRow, mouthRow]) {
    for (let c = 0; c < n; c++) if (cut(r, c)) lower.set(r * n + c, count++);
  }
  const s = new Float32Array(count);
  const y = new Float32Array(count);
  const eyeSide = new Int8Array(count);
  const mouthSide = new Int8Array(count);
  const put = (i: number, at: { r: number; c: number; below: boolean }) => {
    s[i] = columns[at.c];
    y[i] = rows[at.r];
    eyeSide[i] = at.r < eyeRow || (at.r === eyeRow && !at.below) ? 1 : -1;
    mouthSide[i] = at.r < mouthRow || (at.r === mouthRow && !at.below) ? 1 : -1;
  };
  for (let r = 0; r < rows.length; r++) {
    for (let c = 0; c < n; c++) {
      put(r * n + c, { r, c, below: false });
      const copy = lower.get(r * n + c);
      if (copy !== undefined) put(copy, { r, c, below: true });
    }
  }
  const triangles: number[] = [];
  for (let r = 0; r + 1 < rows.length; r++) {
    for (let c = 0; c + 1 < n; c++) {
      const a = r * n + c;
      const top = lower.get(a) ?? a;
      const topNext = lower.get(a + 1) ?? a + 1;
      triangles.push(top, a + n, topNext, topNext, a + n, a + n + 1);
    }
  }
  return { count, s, y, eyeSide, mouthSide, triangles: Uint32Array.from(triangles) };
}

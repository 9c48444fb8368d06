/**
 * Light on vertices: a key and a fill lamp, sky and floor. Skin scatters light, so its terminator is soft and red
 * (wrapped diffuse, wider in red), and it is glossy in two lobes; hair glosses along its strands (Kajiya and Kay 1989).
 */

export interface Lamp {
  /** Unit vector towards the lamp. */
  readonly to: readonly [number, number, number];
  readonly rgb: readonly [number, number, number];
}

export interface Lights {
  readonly key: Lamp;
  readonly fill: Lamp;
  readonly sky: readonly [number, number, number];
  readonly floor: readonly [number, number, number];
}

/** What stays of each vertex: how open it is to the sky (0..1), how much of the key lamp it sees, how glossy it is. */
export interface Finish {
  readonly open: Float32Array;
  readonly seesKey: Float32Array;
  readonly gloss: Float32Array;
}

export function unit(x: number, y: number, z: number): [number, number, number] {
  const length = Math.hypot(x, y, z);
  return [x / length, y / length, z / length];
}

/** Lambert's cosine, carried `w` beyond the terminator. */
function wrapped(cosine: number, w: number): number {
  const t = (cosine + w) / (1 + w);
  return t <= 0 ? 0 : t;
}

const WRAP = [0.34, 0.16, 0.1] as const;

/** Lights skin (and cloth): `normal` in camera space, into r, g, b, gloss a vertex. */
export function lightSkin(lights: Lights, normal: Float32Array, to: { finish: Finish; out: Float32Array }): void {
  const { finish, out } = to;
  const { key, fill, sky, floor } = lights;
  const [kx, ky, kz] = key.to;
  const [fx, fy, fz] = fill.to;
  const half = unit(kx, ky, kz + 1);
  const halfFill = unit(fx, fy, fz + 1);
  for (let i = 0, j = 0, v = 0; i < normal.length; i += 3, j += 4, v++) {
    const nx = normal[i];
    const ny = normal[i + 1];
    const nz = normal[i + 2];
    const open = finish.open[v];
    const sees = finish.seesKey[v];
    const k = nx * kx + ny * ky + nz * kz;
    const f = nx * fx + ny * fy + nz * fz;
    const up = ny * 0.5 + 0.5;
    // Light that enters beside a shadow comes out in it, red first.
    const seesRed = Math.sqrt(sees);
    const openRed = Math.sqrt(open);
    out[j] =
      key.rgb[0] * wrapped(k, WRAP[0]) * (0.55 * sees + 0.45 * seesRed) +
      (fill.rgb[0] * wrapped(f, WRAP[0]) + sky[0] * up + floor[0] * (1 - up)) * (0.5 * open + 0.5 * openRed);
    out[j + 1] =
      key.rgb[1] * wrapped(k, WRAP[1]) * sees +
      (fill.rgb[1] * wrapped(f, WRAP[1]) + sky[1] * up + floor[1] * (1 - up)) * open;
    out[j + 2] =
      key.rgb[2] * wrapped(k, WRAP[2]) * sees +
      (fill.rgb[2] * wrapped(f, WRAP[2]) + sky[2] * up + floor[2] * (1 - up)) * open;
    const gloss = finish.gloss[v];
    if (gloss === 0) {
      out[j + 3] = 0;
      continue;
    }
    const h = Math.max(0, nx * half[0] + ny * half[1] + nz * half[2]);
    const hf = Math.max(0, nx * halfFill[0] + ny * halfFill[1] + nz * halfFill[2]);
    const h2 = h * h;
    const h8 = h2 * h2 * h2 * h2;
    const h16 = h8 * h8;
    const hf8 = (hf * hf) ** 6;
    // A grazing view adds gloss.
    const graze = (1 - Math.max(0, nz)) ** 3;
    const rim = graze * (sky[1] * up + 0.4 * fill.rgb[1]) * open;
    out[j + 3] =
      gloss * (key.rgb[1] * sees * (0.05 * h8 + 0.09 * h16 * h16) + fill.rgb[1] * open * 0.05 * hf8 + 0.1 * rim);
  }
}

/** Lights hair: `strand` is the unit direction of the strands at each vertex. */
export function lightHair(
  lights: Lights,
  normal: Float32Array,
  to: { finish: Finish; strand: Float32Array; out: Float32Array },
): void {
  const { finish, strand, out } = to;
  const { key, fill, sky, floor } = lights;
  const half = unit(key.to[0], key.to[1], key.to[2] + 1);
  for (let i = 0, j = 0, v = 0; i < normal.length; i += 3, j += 4, v++) {
    const [nx, ny, nz] = [normal[i], normal[i + 1], normal[i + 2]];
    const [tx, ty, tz] = [strand[i], strand[i + 1], strand[i + 2]];
    const open = finish.open[v];
    const sees = finish.seesKey[v];
    const k = Math.max(0, (nx * key.to[0] + ny * key.to[1] + nz * key.to[2] + 0.35) / 1.35);
    const f = Math.max(0, (nx * fill.to[0] + ny * fill.to[1] + nz * fill.to[2] + 0.35) / 1.35);
    const up = ny * 0.5 + 0.5;
    const along = tx * half[0] + ty * half[1] + tz * half[2];
    // The sheen scales the strands' own colour, so that it breaks up into hairs; only a trace is added on top.
    const sheen = finish.gloss[v] * Math.max(0, 1 - along * along) ** 18 * k * sees * open;
    for (let c = 0; c < 3; c++) {
      out[j + c] =
        key.rgb[c] * k * sees * (1 + 5.5 * sheen) + (fill.rgb[c] * f + sky[c] * up + floor[c] * (1 - up)) * open;
    }
    out[j + 3] = 0.012 * sheen * key.rgb[1];
  }
}

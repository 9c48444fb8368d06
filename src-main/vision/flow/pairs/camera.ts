/** From canvases and a motion to two frames: sampling, then what light, lens, sensor and file do to them. */
import sharp from "sharp";
import type { Random } from "../../../engine/random.ts";
import type { Picture } from "../../pictures/picture.ts";
import { type Motion, vector } from "./motion.ts";
import { between } from "./textures/canvas.ts";

/** Three planes in one: R, G, B of each pixel, 0..255, not rounded. */
export type Frame = Float32Array;

/** How a frame lies on its canvas. */
export interface View {
  readonly canvas: Picture;
  /** Canvas pixels a frame pixel. */
  readonly scale: number;
  /** Radians. */
  readonly angle: number;
  /** Place on the canvas of the frame's middle. */
  readonly at: readonly [number, number];
}

/** A surface that moves; where `cover` is given, it hides what lies under it there (0..1 at a first frame's place). */
export interface Surface {
  readonly view: View;
  readonly motion: Motion | null;
  readonly cover: ((x: number, y: number) => number) | null;
}

/** A pixel is the mean of four points in it. */
const POINTS = [
  [-0.25, -0.25],
  [0.25, -0.25],
  [-0.25, 0.25],
  [0.25, 0.25],
] as const;

/** Paints a surface as it is in the first frame, or as it has moved in the second, over what `frame` shows. */
export function expose(surface: Surface, frame: Frame, o: { side: number; second: boolean }): void {
  const { view, motion, cover } = surface;
  const { side, second } = o;
  const moved = vector();
  const rgb = new Float64Array(3);
  const add = adding(view.canvas, rgb);
  const [cos, sin] = [view.scale * Math.cos(view.angle), view.scale * Math.sin(view.angle)];
  const middle = (side - 1) / 2;
  for (let y = 0, i = 0; y < side; y++) {
    for (let x = 0; x < side; x++, i += 3) {
      rgb.fill(0);
      let share = 0;
      for (const [ox, oy] of POINTS) {
        let [px, py] = [x + ox, y + oy];
        if (second && motion !== null) {
          motion.arriving(px, py, moved);
          px -= moved.u;
          py -= moved.v;
        }
        const weight = cover === null ? 0.25 : 0.25 * cover(px, py);
        if (weight === 0) continue;
        share += weight;
        const [dx, dy] = [px - middle, py - middle];
        add(view.at[0] + cos * dx - sin * dy, view.at[1] + sin * dx + cos * dy, weight);
      }
      for (let c = 0; c < 3; c++) frame[i + c] = frame[i + c] * (1 - share) + rgb[c];
    }
  }
}

/** Adds `weight` times the canvas at (x, y) to `into`; beyond its border the canvas is mirrored. */
function adding({ width, rgb }: Picture, into: Float64Array): (x: number, y: number, weight: number) => void {
  const last = width - 1;
  return (x, y, weight) => {
    const mx = mirrored(x, last);
    const my = mirrored(y, last);
    const ix = Math.min(last - 1, Math.floor(mx));
    const iy = Math.min(last - 1, Math.floor(my));
    const ax = mx - ix;
    const ay = my - iy;
    const at = (iy * width + ix) * 3;
    const below = at + width * 3;
    const [w00, w10] = [weight * (1 - ax) * (1 - ay), weight * ax * (1 - ay)];
    const [w01, w11] = [weight * (1 - ax) * ay, weight * ax * ay];
    for (let c = 0; c < 3; c++) {
      into[c] += w00 * rgb[at + c] + w10 * rgb[at + 3 + c] + w01 * rgb[below + c] + w11 * rgb[below + 3 + c];
    }
  };
}

function mirrored(x: number, last: number): number {
  const folded = Math.abs(x) % (2 * last);
  return folded > last ? 2 * last - folded : folded;
}

/** Brightness, contrast and colour of a pair: one look for both frames. `grey`: one number for R, G and B. */
export function tone(frames: readonly Frame[], random: Random, grey: boolean): void {
  const contrast = between(random, 0.55, 1.3);
  const brightness = between(random, -25, 25) + 128 * (1 - contrast);
  const gains = grey ? [contrast, contrast, contrast] : [0, 1, 2].map(() => contrast * between(random, 0.85, 1.15));
  for (const frame of frames) {
    for (let i = 0; i < frame.length; i += 3) {
      if (grey) {
        const luma = 0.299 * frame[i] + 0.587 * frame[i + 1] + 0.114 * frame[i + 2];
        frame.fill(luma, i, i + 3);
      }
      for (let c = 0; c < 3; c++) frame[i + c] = frame[i + c] * gains[c] + brightness;
    }
  }
}

/** The lamp flickers or a shadow falls: a gain, an offset and a slow gradient on the second frame. */
export function relight(frame: Frame, random: Random, side: number): void {
  const gain = 1 + 0.07 * random.normal();
  const offset = 5 * random.normal();
  const [slopeX, slopeY] = [(0.06 * random.normal()) / side, (0.06 * random.normal()) / side];
  for (let i = 0, n = 0; i < frame.length; i += 3, n++) {
    const light = gain + slopeX * ((n % side) - side / 2) + slopeY * (Math.floor(n / side) - side / 2);
    for (let c = 0; c < 3; c++) frame[i + c] = frame[i + c] * light + offset;
  }
}

/** A lens out of focus: Gaussian blur, separable, borders repeated. */
export function blur(frame: Frame, side: number, sigma: number): void {
  const reach = Math.ceil(2.5 * sigma);
  const taps = Array.from({ length: 2 * reach + 1 }, (_, k) => Math.exp(-((k - reach) ** 2) / (2 * sigma * sigma)));
  const total = taps.reduce((a, b) => a + b);
  const line = new Float64Array(side);
  for (const [step, row] of [
    [3, side * 3],
    [side * 3, 3],
  ]) {
    for (let r = 0; r < side; r++) {
      for (let c = 0; c < 3; c++) {
        const start = r * row + c;
        for (let k = 0; k < side; k++) {
          let sum = 0;
          for (let t = -reach; t <= reach; t++) {
            const inside = Math.min(side - 1, Math.max(0, k + t));
            sum += taps[t + reach] * frame[start + inside * step];
          }
          line[k] = sum / total;
        }
        for (let k = 0; k < side; k++) frame[start + k * step] = line[k];
      }
    }
  }
}

const BELL = 1 << 16;

/** Normal numbers, drawn once for many frames: `grain` reads them from a random place on in random strides. */
export function bellTable(random: Random): Float32Array {
  return Float32Array.from({ length: BELL }, () => random.normal());
}

/** The sensor's noise: mostly of brightness, a third of it of colour, unless `grey`. */
export function grain(
  frame: Frame,
  random: Random,
  o: { deviation: number; grey: boolean; table: Float32Array },
): void {
  const { deviation, table } = o;
  const stride = 1 + 2 * random.integer(500);
  let at = random.integer(BELL);
  const next = () => table[(at = (at + stride) & (BELL - 1))];
  for (let i = 0; i < frame.length; i += 3) {
    const luma = deviation * next();
    for (let c = 0; c < 3; c++) frame[i + c] += o.grey ? luma : luma + 0.33 * deviation * next();
  }
}

/** As the camera stores it: whole bytes. */
export function develop(frame: Frame, side: number): Picture {
  return { width: side, height: side, rgb: new Uint8Array(Uint8ClampedArray.from(frame).buffer) };
}

/** Through a JPEG file and back. */
export async function compressed(picture: Picture, quality: number): Promise<Picture> {
  const { width, height } = picture;
  const file = await sharp(picture.rgb, { raw: { width, height, channels: 3 } })
    .jpeg({ quality })
    .toBuffer();
  const { data } = await sharp(file).removeAlpha().toColourspace("srgb").raw().toBuffer({ resolveWithObject: true });
  return { width, height, rgb: new Uint8Array(data.buffer, data.byteOffset, data.length) };
}

import sharp from "sharp";
import type { Flow } from "../flow.ts";

const PER_PIXEL = 64;
const ZERO = 2 ** 15;
const MOST = 2 ** 16 - 1;

const code = (pixels: number) => Math.min(MOST, Math.max(0, Math.round(pixels * PER_PIXEL + ZERO)));

/**
 * KITTI's flow picture (Menze and Geiger 2015): a 16-bit RGB PNG, R = u * 64 + 2^15, G = v * 64 + 2^15, B = 1 where the
 * flow is valid (here everywhere). Steps of 1/64 px; what lies beyond +-512 px is cut off.
 */
export async function encodeKitti({ width, height, u, v }: Flow): Promise<Uint8Array<ArrayBuffer>> {
  const samples = new Uint16Array(width * height * 3);
  for (let i = 0; i < u.length; i++) {
    samples[3 * i] = code(u[i]);
    samples[3 * i + 1] = code(v[i]);
    samples[3 * i + 2] = 1;
  }
  const png = sharp(samples, { raw: { width, height, channels: 3 } })
    .toColourspace("rgb16")
    .png({ compressionLevel: 6 });
  return new Uint8Array(await png.toBuffer());
}

import { ApexError } from "../../../contract/errors.ts";
import type { Flow } from "../flow.ts";

/** "PIEH" as a little-endian float: what every .flo begins with. */
const TAG = 202021.25;
const HEADER = 12;

/**
 * Middlebury's .flo (Baker et al. 2011): the tag, width and height as 32-bit integers, then u and v of each pixel as
 * float32, interleaved, row by row; all little-endian.
 */
export function encodeFlo({ width, height, u, v }: Flow): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(HEADER + u.length * 8);
  const view = new DataView(bytes.buffer);
  view.setFloat32(0, TAG, true);
  view.setInt32(4, width, true);
  view.setInt32(8, height, true);
  for (let i = 0; i < u.length; i++) {
    view.setFloat32(HEADER + i * 8, u[i], true);
    view.setFloat32(HEADER + i * 8 + 4, v[i], true);
  }
  return bytes;
}

/** @throws ApexError file-unreadable, naming the file */
export function decodeFlo(bytes: Uint8Array, file: string): Flow {
  const refuse = (why: string): never => {
    throw new ApexError("file-unreadable", `The flow ${file} cannot be read: ${why}.`, { file });
  };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEADER || view.getFloat32(0, true) !== TAG) return refuse("it is no .flo file");
  const [width, height] = [view.getInt32(4, true), view.getInt32(8, true)];
  const count = width * height;
  if (width < 1 || height < 1 || bytes.length !== HEADER + count * 8)
    return refuse(`it says ${width} x ${height} pixels and holds ${bytes.length - HEADER} bytes`);
  const read = (first: number) =>
    Float32Array.from({ length: count }, (_, i) => view.getFloat32(HEADER + i * 8 + first, true));
  return { width, height, u: read(0), v: read(4) };
}

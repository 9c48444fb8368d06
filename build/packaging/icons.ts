/** The application's icons for each system, drawn from build/icon.svg. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import sharp from "sharp";

const LARGEST = 1024;
const ICO_SIZES = [16, 24, 32, 48, 64, 128, 256] as const;
/** Apple's four-letter types of the sizes that hold a PNG. */
const ICNS_TYPES = { icp4: 16, icp5: 32, icp6: 64, ic07: 128, ic08: 256, ic09: 512, ic10: 1024 } as const;

/** Writes icon.png (512 px), icon.ico and icon.icns into `folder`. */
export async function makeIcons(svg: string, folder: string): Promise<void> {
  const drawing = readFileSync(svg);
  const png = (size: number) => sharp(drawing, { density: 96 }).resize(size, size).png().toBuffer();
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, "icon.png"), await png(LARGEST / 2));
  const ico = await Promise.all(ICO_SIZES.map(async (size) => ({ size, data: await png(size) })));
  writeFileSync(path.join(folder, "icon.ico"), icoFile(ico));
  const icns = Object.entries(ICNS_TYPES).map(async ([type, size]) => ({ type, data: await png(size) }));
  writeFileSync(path.join(folder, "icon.icns"), icnsFile(await Promise.all(icns)));
}

/** ICO: a header of 6 bytes, an entry of 16 for each picture, then the PNGs. */
function icoFile(pictures: readonly { size: number; data: Buffer }[]): Buffer {
  const header = Buffer.alloc(6);
  header.writeUInt16LE(1, 2); // an icon, no cursor
  header.writeUInt16LE(pictures.length, 4);
  let offset = header.length + 16 * pictures.length;
  const entries = pictures.map(({ size, data }) => {
    const entry = Buffer.alloc(16);
    entry.writeUInt8(size % 256, 0); // 0 stands for 256
    entry.writeUInt8(size % 256, 1);
    entry.writeUInt16LE(1, 4);
    entry.writeUInt16LE(32, 6); // bits a pixel
    entry.writeUInt32LE(data.length, 8);
    entry.writeUInt32LE(offset, 12);
    offset += data.length;
    return entry;
  });
  return Buffer.concat([header, ...entries, ...pictures.map(({ data }) => data)]);
}

/** ICNS: `icns` and the file's length, then for each picture its type, the length with these eight bytes, and the PNG. */
function icnsFile(pictures: readonly { type: string; data: Buffer }[]): Buffer {
  return chunk("icns", Buffer.concat(pictures.map(({ type, data }) => chunk(type, data))));
}

function chunk(type: string, data: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.write(type, "latin1");
  head.writeUInt32BE(8 + data.length, 4);
  return Buffer.concat([head, data]);
}

import { mkdtempSync, rmSync, writeFileSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import sharp, { type Sharp } from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodeBmp } from "./bmp.ts";
import { cut, resize, toGrey, type Picture } from "./picture.ts";
import { probePicture, readPicture } from "./read.ts";
import { resample } from "./resample.ts";
import { writePng } from "./write.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "apexlab-pictures-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A smooth coloured ramp with some grain, so that JPEG data goes on to the last row. */
function ramp(width: number, height: number): Picture {
  const rgb = new Uint8Array(width * height * 3);
  for (let i = 0, seed = 1; i < rgb.length; i++) {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    const pixel = Math.floor(i / 3);
    rgb[i] = (pixel % width) + (i % 3) * 20 + (seed >>> 28);
  }
  return { width, height, rgb };
}

const raw = (p: Picture) => sharp(p.rgb, { raw: { width: p.width, height: p.height, channels: 3 } });

const mean = (p: Picture) => p.rgb.reduce((a, b) => a + b, 0) / p.rgb.length;

async function write(name: string, made: Sharp): Promise<string> {
  const path = join(folder, name);
  writeFileSync(path, await made.toBuffer());
  return path;
}

/** The smallest TIFF that holds 32-bit floats: one row of two grey pixels. */
function floatTiff(): Uint8Array {
  const tags: readonly (readonly [tag: number, value: number])[] = [
    [256, 2], // width
    [257, 1], // height
    [258, 32], // bits
    [259, 1], // not compressed
    [262, 1], // black is zero
    [273, 8], // where the pixels are
    [277, 1], // channels
    [278, 1], // rows a strip
    [279, 8], // bytes of the strip
    [339, 3], // IEEE floats
  ];
  const bytes = Buffer.alloc(16 + 2 + tags.length * 12 + 4);
  bytes.set([0x49, 0x49, 42, 0, 16]);
  bytes.writeFloatLE(0.5, 8);
  bytes.writeUInt16LE(tags.length, 16);
  tags.forEach(([tag, value], i) => {
    const at = 18 + i * 12;
    bytes.writeUInt16LE(tag, at);
    bytes.writeUInt16LE(4, at + 2);
    bytes.writeUInt32LE(1, at + 4);
    bytes.writeUInt32LE(value, at + 8);
  });
  return bytes;
}

describe("readPicture and probePicture", () => {
  it("gives back the pixels that writePng wrote", async () => {
    const picture = ramp(61, 40);
    const path = join(folder, "a.png");
    await writePng(path, picture);
    expect(await readPicture(path)).toEqual(picture);
    expect(await probePicture(path)).toEqual({
      ok: true,
      width: 61,
      height: 40,
      channels: 3,
      depth: "uchar",
      space: "srgb",
    });
  });

  it.each(["jpeg", "png", "webp", "tiff", "gif", "bmp"] as const)(
    "reads %s, and notices a truncated one",
    async (kind) => {
      const picture = ramp(120, 90);
      const bytes = kind === "bmp" ? encodeBmp(picture) : await raw(picture).toFormat(kind).toBuffer();
      const path = join(folder, `whole.${kind}`);
      writeFileSync(path, bytes);
      expect(await probePicture(path)).toMatchObject({ ok: true, width: 120, height: 90 });
      const read = await readPicture(path);
      let difference = 0;
      for (let i = 0; i < read.rgb.length; i++) difference += Math.abs(read.rgb[i] - picture.rgb[i]) / read.rgb.length;
      expect(difference).toBeLessThan(12);
      for (const kept of [0.98, 0.5, 0.02]) {
        const shorter = join(folder, `cut.${kind}`);
        writeFileSync(shorter, bytes.subarray(0, Math.floor(bytes.length * kept)));
        const probe = await probePicture(shorter);
        expect(probe.ok, `${kind} cut to ${kept}`).toBe(false);
        await expect(readPicture(shorter)).rejects.toMatchObject({ code: "file-unreadable", place: { file: shorter } });
      }
    },
  );

  it("agree about any damaged file, and never fail otherwise", async () => {
    const whole = await Promise.all(
      (["jpeg", "png", "webp", "tiff"] as const).map((kind) => raw(ramp(20, 16)).toFormat(kind).toBuffer()),
    );
    const path = join(folder, "damaged");
    const damage = fc.array(
      fc.tuple(fc.double({ min: 0, max: 0.999, noNaN: true }), fc.integer({ min: 0, max: 255 })),
      {
        minLength: 1,
        maxLength: 4,
      },
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...whole), damage, async (source, changes) => {
        const bytes = Uint8Array.from(source);
        for (const [where, value] of changes) bytes[Math.floor(where * bytes.length)] = value;
        writeFileSync(path, bytes);
        const probe = await probePicture(path);
        if (probe.ok) expect(await readPicture(path)).toMatchObject({ width: probe.width, height: probe.height });
        else await expect(readPicture(path)).rejects.toMatchObject({ code: "file-unreadable" });
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it("converts grey, 16-bit, CMYK and transparent pictures", async () => {
    const picture = ramp(64, 48);
    const grey = await readPicture(await write("grey.png", raw(picture).greyscale().png()));
    expect(grey.rgb.length).toBe(64 * 48 * 3);
    expect(grey.rgb[0] === grey.rgb[1] && grey.rgb[1] === grey.rgb[2]).toBe(true);

    const wide = Uint16Array.from(picture.rgb, (value) => value * 257);
    const wideRaw = sharp(wide, { raw: { width: 64, height: 48, channels: 3 } });
    const deep = await write("deep.png", wideRaw.toColourspace("rgb16").png());
    expect(await probePicture(deep)).toMatchObject({ ok: true, depth: "ushort" });
    expect(await readPicture(deep)).toEqual(picture);

    const cmyk = await write("cmyk.jpg", raw(picture).toColourspace("cmyk").jpeg({ quality: 95 }));
    expect(await probePicture(cmyk)).toMatchObject({ ok: true, space: "cmyk", channels: 4 });
    const back = await readPicture(cmyk);
    expect(back.rgb.length).toBe(picture.rgb.length);

    const clear = sharp({
      create: { width: 4, height: 4, channels: 4, background: { r: 255, g: 255, b: 255, alpha: 0 } },
    });
    expect((await readPicture(await write("clear.png", clear.png()))).rgb.every((value) => value === 0)).toBe(true);
  });

  it("applies EXIF orientation, in the facts too", async () => {
    const path = join(folder, "turned.jpg");
    writeFileSync(path, await raw(ramp(30, 20)).withMetadata({ orientation: 6 }).jpeg().toBuffer());
    expect(await probePicture(path)).toMatchObject({ ok: true, width: 20, height: 30 });
    expect(await readPicture(path)).toMatchObject({ width: 20, height: 30 });
  });

  it("refuses what is no picture, empty, missing, a folder, a drawing or made of floats", async () => {
    const cases: [string, Uint8Array | null, RegExp][] = [
      ["text.png", new TextEncoder().encode("onset,apex,offset\n"), /not a picture/],
      [
        "drawing.png",
        new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
        /not a picture/,
      ],
      ["empty.jpg", new Uint8Array(), /empty/],
      ["missing.jpg", null, /no such file/],
      ["float.tif", floatTiff(), /8 and 16 bits/],
    ];
    for (const [name, bytes, reason] of cases) {
      const path = join(folder, name);
      if (bytes !== null) writeFileSync(path, bytes);
      const probe = await probePicture(path);
      expect(probe.ok ? name : probe.reason).toMatch(reason);
      await expect(readPicture(path)).rejects.toThrow(path);
    }
    await expect(readPicture(join(folder, "missing.jpg"))).rejects.toMatchObject({ code: "file-missing" });
    const inside = join(folder, "folder.png");
    mkdirSync(inside);
    expect(await probePicture(inside)).toEqual({ ok: false, reason: "it is no file" });
  });

  it("refuses more than 100 megapixels without decoding them", async () => {
    const path = join(folder, "huge.png");
    const huge = sharp({
      create: { width: 10_001, height: 10_000, channels: 3, background: "#000" },
      limitInputPixels: false,
    });
    writeFileSync(path, await huge.greyscale().png({ compressionLevel: 1 }).toBuffer());
    const probe = await probePicture(path);
    expect(probe).toEqual({ ok: false, reason: expect.stringMatching(/10001 x 10000 pixels.*100 megapixels/) });
    await expect(readPicture(path)).rejects.toThrow(/100 megapixels/);
  });
});

describe("cut, resize, toGrey", () => {
  it("cuts exactly the box", () => {
    const picture = ramp(10, 8);
    const part = cut(picture, { left: 3, top: 2, width: 5, height: 5 });
    expect([...part.rgb.subarray(0, 3)]).toEqual([...picture.rgb.subarray((2 * 10 + 3) * 3, (2 * 10 + 3) * 3 + 3)]);
    expect([...part.rgb.subarray(-3)]).toEqual([...picture.rgb.subarray((6 * 10 + 7) * 3, (6 * 10 + 7) * 3 + 3)]);
    expect(() => cut(picture, { left: 6, top: 0, width: 5, height: 5 })).toThrow(/10 x 8/);
  });

  it("keeps a flat picture flat and the mean of a ramp when resizing", async () => {
    const flat = { width: 37, height: 53, rgb: new Uint8Array(37 * 53 * 3).fill(77) };
    expect(resize(flat, { width: 20, height: 20 }).rgb.every((value) => value === 77)).toBe(true);
    const picture = ramp(100, 100);
    expect(Math.abs(mean(resize(picture, { width: 40, height: 40 })) - mean(picture))).toBeLessThan(1);
  });

  it("keeps grey values exactly", () => {
    const rgb = Uint8Array.from({ length: 768 }, (_, i) => Math.floor(i / 3));
    expect([...toGrey({ width: 256, height: 1, rgb }).data]).toEqual(Array.from({ length: 256 }, (_, i) => i));
  });
});

describe("resample", () => {
  it("keeps constants and, inside, straight lines, up and down", () => {
    const line = { width: 30, height: 20, data: Float32Array.from({ length: 600 }, (_, i) => (i % 30) + 0.5) };
    for (const width of [10, 15, 60]) {
      const out = resample(line, { width, height: 20 });
      const middle = Math.floor(width / 2);
      expect(out[width * 10 + middle]).toBeCloseTo(((middle + 0.5) * 30) / width, 4);
    }
    const flat = resample({ width: 5, height: 9, data: new Float32Array(45).fill(0.7) }, { width: 13, height: 4 });
    for (const value of flat) expect(value).toBeCloseTo(0.7, 6);
  });
});

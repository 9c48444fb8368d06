import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Picture } from "../vision/pictures/picture.ts";
import { writePng } from "../vision/pictures/write.ts";
import { spot, spotConfig, spotResult } from "./spot.ts";

let root = "";
let made = 0;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "apexlab-spot-"));
});
afterAll(() => rmSync(root, { recursive: true }));

const SIDE = 96;

/** Skin whose left half is lifted by `up` pixels, all of it shifted by `shift`. */
function face({ up = 0, shift = 0, side = SIDE }: { up?: number; shift?: number; side?: number }): Picture {
  const rgb = new Uint8Array(side * side * 3);
  for (let i = 0; i < side * side; i++) {
    const [x, y] = [(i % side) - shift, Math.floor(i / side)];
    const down = y + up * Math.exp(-((x - 40) ** 2 + (y - 50) ** 2) / 160);
    rgb.fill(120 + 45 * Math.sin(x / 3 + Math.sin(down / 4)) + 45 * Math.sin(down / 2.5), 3 * i, 3 * i + 3);
  }
  return { width: side, height: side, rgb };
}

const black = (): Picture => ({ width: SIDE, height: SIDE, rgb: new Uint8Array(SIDE * SIDE * 3) });

async function spotted(pictures: readonly Picture[], signal = new AbortController().signal) {
  const folder = join(root, `clip-${made++}`);
  mkdirSync(folder);
  const frames = pictures.map((_, i) => 46 + 2 * i);
  for (const [i, picture] of pictures.entries()) await writePng(join(folder, `${frames[i]}.png`), picture);
  const config = spotConfig.parse({ method: "tvl1", rule: "resize", size: 96, frames, options: { scales: 3 } });
  const input = (name: string) => join(folder, `${name}.png`);
  await spot.run({ config, folder, inputs: frames.map(String), input, signal, progress: () => {} });
  return spotResult.parse(JSON.parse(readFileSync(join(folder, "result.json"), "utf8")));
}

describe("the step spot", () => {
  it("finds the frame of the largest motion by its number, whatever the head does", async () => {
    const rise = [0, 0.4, 1, 1.6, 2, 1.5, 0.7, 0.1];
    const result = await spotted(rise.map((up, i) => face({ up, shift: 0.4 * i })));
    expect(result.frames).toEqual([46, 48, 50, 52, 54, 56, 58, 60]);
    expect([52, 54]).toContain(result.apex);
    expect(result.motion[0]).toBe(0);
    expect(result.motion[4]).toBeGreaterThan(4 * result.motion[7]);
  });

  it("says that nothing moves in a clip of one frame over and over, and in the dark", async () => {
    for (const clip of [Array.from({ length: 4 }, () => face({})), Array.from({ length: 4 }, black)]) {
      const { apex, motion } = await spotted(clip);
      expect([apex, motion]).toEqual([null, [0, 0, 0, 0]]);
    }
  });

  it("refuses one frame, frames of two sizes by number and size, and ends when it is told to", async () => {
    await expect(spotted([face({})])).rejects.toMatchObject({ message: expect.stringMatching(/one frame only/) });
    await expect(spotted([face({}), face({ side: 90 })])).rejects.toMatchObject({
      code: "shape-mismatch",
      message: expect.stringMatching(/96 x 96 pixels, frame 48 .*48\.png\) 90 x 90/),
    });
    await expect(spotted([face({}), face({})], AbortSignal.abort())).rejects.toMatchObject({ code: "cancelled" });
  });

  it("gives the numbers of its version: raise the step's, or the method's, when this changes", async () => {
    const { motion } = await spotted([face({}), face({ up: 1.5 })]);
    expect(`${spot.version} ${motion[1].toFixed(3)}`).toBe("1 2.346");
  });
});

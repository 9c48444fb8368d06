import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { z } from "zod";
import { flowFromArray } from "../vision/flow/flow.ts";
import { encodeBmp } from "../vision/pictures/bmp.ts";
import { readNpy } from "../vision/pictures/npy.ts";
import type { Picture } from "../vision/pictures/picture.ts";
import { readPicture } from "../vision/pictures/read.ts";
import { writePng } from "../vision/pictures/write.ts";
import { crop, cropResult } from "./crop.ts";
import { flow, flowConfig, flowResult } from "./flow.ts";
import type { Step } from "./step.ts";

let root = "";
let made = 0;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "apexlab-steps-"));
});
afterAll(() => rmSync(root, { recursive: true }));

/** A textured frame; the texture stands `right` pixels further right and its middle `down` pixels further down. */
function frame(options: { right?: number; down?: number; width?: number; height?: number } = {}): Picture {
  const { right = 0, down = 0, width = 120, height = 90 } = options;
  const rgb = new Uint8Array(width * height * 3);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const px = x - right;
      const py = y - down * Math.exp(-((x - 60) ** 2 + (y - 45) ** 2) / 200);
      const light = 120 + 40 * Math.sin(px / 2 + Math.sin(py / 3)) + 40 * Math.sin(py / 2 + Math.cos(px / 4));
      for (let c = 0; c < 3; c++, i++) rgb[i] = light + 8 * c;
    }
  }
  return { width, height, rgb };
}

async function run<C>(step: Step<C>, config: z.input<z.ZodType<C>>, inputs: Record<string, string>): Promise<string> {
  const folder = join(root, `result-${made++}`);
  mkdirSync(folder);
  await step.run({
    config: step.config.parse(config),
    folder,
    inputs: Object.keys(inputs).sort(),
    input: (name) => inputs[name],
    signal: new AbortController().signal,
    progress: () => {},
  });
  return folder;
}

async function files(frames: Record<string, Picture>): Promise<Record<string, string>> {
  const folder = join(root, `input-${made++}`);
  mkdirSync(folder);
  const paths = Object.entries(frames).map(([name, picture]) => [name, join(folder, `${name}.png`), picture] as const);
  for (const [, path, picture] of paths) await writePng(path, picture);
  return Object.fromEntries(paths.map(([name, path]) => [name, path]));
}

const digest = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex").slice(0, 16);
const json = (folder: string): unknown => JSON.parse(readFileSync(join(folder, "result.json"), "utf8"));

describe("crop", () => {
  it("cuts onset and apex with one box and says which", async () => {
    const folder = await run(
      crop,
      { rule: "centre-square", size: 48 },
      await files({ onset: frame(), apex: frame({ right: 1 }) }),
    );
    expect(readdirSync(folder).sort()).toEqual(["apex.png", "onset.png", "result.json"]);
    expect(await readPicture(join(folder, "apex.png"))).toMatchObject({ width: 48, height: 48 });
    expect(cropResult.parse(json(folder))).toEqual({
      rule: "centre-square",
      size: 48,
      box: { left: 15, top: 0, width: 90, height: 90 },
      frame: { width: 120, height: 90 },
    });
  });

  it("makes do with an apex picture alone, in any format that is read", async () => {
    const bmp = join(root, "reg_image12.bmp");
    writeFileSync(bmp, encodeBmp(frame({ width: 19, height: 23 })));
    const folder = await run(crop, { rule: "resize", size: 32 }, { apex: bmp });
    expect(readdirSync(folder).sort()).toEqual(["apex.png", "result.json"]);
    expect(json(folder)).toMatchObject({ box: { left: 0, top: 0, width: 19, height: 23 } });
  });

  it("refuses frames of two sizes, naming both files and sizes, and an unreadable frame", async () => {
    const two = await files({ onset: frame(), apex: frame({ width: 100 }) });
    await expect(run(crop, { rule: "centre-square", size: 48 }, two)).rejects.toThrow(
      /onset\.png is 120 x 90.*apex\.png 100 x 90/,
    );
    writeFileSync(two.apex, "not a picture");
    await expect(run(crop, { rule: "centre-square", size: 48 }, two)).rejects.toMatchObject({
      code: "file-unreadable",
    });
  });

  it("gives the pixels of its version: raise `version` when this changes", async () => {
    const folder = await run(crop, { rule: "centre-square", size: 64 }, await files({ apex: frame() }));
    const { rgb } = await readPicture(join(folder, "apex.png"));
    expect(`${crop.version} ${digest(rgb)}`).toBe("1 43d4e90d129c90b0");
  });
});

describe("flow", () => {
  const config = { method: "tvl1" } as const;

  it("finds the face's motion without the head's", async () => {
    const frames = await files({ onset: frame(), apex: frame({ right: 1.5, down: 1.5 }) });
    const crops = await run(crop, { rule: "centre-square", size: 90 }, frames);
    const folder = await run(flow, flowConfig.parse(config), { crop: crops });
    expect(readdirSync(folder).sort()).toEqual(["flow.npy", "result.json"]);
    const result = flowResult.parse(json(folder));
    expect(result.globalMotion?.shiftX).toBeCloseTo(1.5, 1);
    const found = flowFromArray(await readNpy(join(folder, "flow.npy")), "flow.npy");
    const middle = 45 * 90 + 45;
    expect(found.u[middle]).toBeCloseTo(0, 0);
    expect(found.v[middle]).toBeGreaterThan(0.8);
    expect(Math.hypot(found.u[20 * 90 + 20], found.v[20 * 90 + 20])).toBeLessThan(0.1);
    expect(result.magnitude.max).toBeGreaterThan(0.8);
    expect(result.strain.mean).toBeGreaterThan(0);

    const kept = await run(flow, flowConfig.parse({ ...config, removeGlobal: false }), { crop: crops });
    expect(flowResult.parse(json(kept)).globalMotion).toBeNull();
    expect(flowFromArray(await readNpy(join(kept, "flow.npy")), "").u[20 * 90 + 20]).toBeCloseTo(1.5, 1);
  });

  it("refuses a job that was planned for another version of the method, and a crop without an onset", async () => {
    const crops = await run(crop, { rule: "resize", size: 48 }, await files({ apex: frame() }));
    await expect(run(flow, flowConfig.parse({ ...config, methodVersion: 99 }), { crop: crops })).rejects.toThrow(
      /version 99/,
    );
    await expect(run(flow, flowConfig.parse(config), { crop: crops })).rejects.toMatchObject({ code: "file-missing" });
  });

  it("gives the numbers of its version: raise the method's version, or the step's, when this changes", async () => {
    const frames = await files({ onset: frame(), apex: frame({ right: 0.7, down: 1 }) });
    const folder = await run(flow, flowConfig.parse(config), {
      crop: await run(crop, { rule: "resize", size: 64 }, frames),
    });
    const bytes = readFileSync(join(folder, "flow.npy"));
    expect(`${flow.version} ${flowConfig.parse(config).methodVersion} ${digest(bytes)}`).toBe("1 1 a3372e7ba74f2f31");
  });
});

/** Flow between any two pictures: what comes out, and what is refused in which words. */
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PairCall } from "../../contract/flow.ts";
import { Random, writeSafetensors } from "../../engine/index.ts";
import { decodeFlo } from "../../vision/flow/export/flo.ts";
import { flowFromArray } from "../../vision/flow/flow.ts";
import { parametersOf } from "../../vision/flow/raft/model.ts";
import { decodeNpy } from "../../vision/pictures/npy.ts";
import { writePng } from "../../vision/pictures/write.ts";
import { flowPair } from "./pair.ts";

let root = "";
const at = (name: string) => path.join(root, name);
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), "apexlab-pair-"));
  const random = new Random(1);
  const untrained = parametersOf("small").map(({ name, initial }) => [name, initial(random.split(name))] as const);
  await writeFile(at("raft.safetensors"), writeSafetensors(new Map(untrained), {}));
  await writeFile(at("other.safetensors"), writeSafetensors(new Map(untrained.slice(0, 3)), {}));
});
afterAll(() => rm(root, { recursive: true }));

interface Drawn {
  readonly width?: number;
  readonly height?: number;
  /** Everything stands so much further right. */
  readonly right?: number;
  readonly light?: number;
}

async function drawn(name: string, { width = 96, height = 80, right = 0, light = 1 }: Drawn = {}): Promise<string> {
  const rgb = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    const [x, y] = [(i % width) - right, Math.floor(i / width)];
    rgb.fill(light * (120 + 45 * Math.sin(x / 2.5 + Math.sin(y / 4)) + 45 * Math.sin(y / 3)), 3 * i, 3 * i + 3);
  }
  await writePng(at(name), { width, height, rgb });
  return at(name);
}

const pair = async (onset: string, apex: string, given: Partial<PairCall> = {}) =>
  await flowPair({
    onset,
    apex,
    method: null,
    weights: null,
    iterations: null,
    headMotion: "keep",
    out: at("flow.npy"),
    strain: null,
    ...given,
  });
const written = async (name = "flow.npy") => flowFromArray(decodeNpy(await readFile(at(name)), name), name);
const middle = ({ u, width, height }: Awaited<ReturnType<typeof written>>) => u[(height >> 1) * width + (width >> 1)];
const RAFT = { iterations: 1 } as const;

describe("flow between two pictures", () => {
  it("is raw, in pixels, u then v, unless the motion that all share is to be taken off", async () => {
    const [a, b] = [await drawn("a.png"), await drawn("b.png", { right: 1.5 })];
    expect(await pair(a, b)).toMatchObject({ method: "raft", head: null, width: 96, height: 80 });
    expect(middle(await written())).toBeCloseTo(1.5, 1);
    const { head, mean } = await pair(a, b, { headMotion: "remove" });
    expect(head?.shiftX).toBeCloseTo(1.5, 1);
    expect([mean < 0.2, Math.abs(middle(await written())) < 0.1]).toEqual([true, true]);
  });

  it("goes to .npy, .flo or .png by the name's ending, and its strain beside it", async () => {
    const [a, b] = [await drawn("a.png"), await drawn("b.png", { right: 1 })];
    await pair(a, b, { strain: at("strain.npy") });
    expect(decodeNpy(await readFile(at("strain.npy")), "").shape).toEqual([80, 96]);
    await pair(a, b, { out: at("flow.FLO") });
    expect(decodeFlo(await readFile(at("flow.FLO")), "")).toEqual(await written());
    await pair(a, b, { out: at("kitti.png") });
    expect((await readFile(at("kitti.png"))).subarray(1, 4).toString()).toBe("PNG");
  });

  it("is none between a picture and itself, and in the dark", async () => {
    const [a, dark] = [await drawn("a.png"), await drawn("dark.png", { light: 0 })];
    for (const same of [a, dark]) expect(await pair(same, same)).toMatchObject({ mean: 0, max: 0 });
  });

  it("has the pictures' own size, also where that is no multiple of 8 or under 128 pixels", async () => {
    const weights = at("raft.safetensors");
    for (const size of [
      { width: 100, height: 93 },
      { width: 135, height: 60 },
      { width: 17, height: 16 },
    ]) {
      const [a, b] = [await drawn("a.png", size), await drawn("b.png", { ...size, right: 1 })];
      for (const given of [{}, { weights, ...RAFT }]) {
        expect(await pair(a, b, given)).toMatchObject(size);
        expect(await written()).toMatchObject(size);
      }
    }
  });

  it("by RAFT names its weights by their digest, and more iterations are another flow", async () => {
    const [a, b] = [await drawn("a.png"), await drawn("b.png", { right: 1 })];
    const given = { weights: at("raft.safetensors"), iterations: 1 };
    expect(await pair(a, b, given)).toMatchObject({ method: "raft", weights: expect.stringMatching(/^[0-9a-f]{64}$/) });
    const one = await written();
    await pair(a, b, given);
    expect(await written()).toEqual(one);
    await pair(a, b, { ...given, iterations: 2 });
    expect(await written()).not.toEqual(one);
  });
});

describe("refused, and nothing written", () => {
  it.each<[string, () => Promise<[string, string, Partial<PairCall>]>, string, RegExp]>([
    [
      "two sizes",
      async () => [await drawn("a.png"), await drawn("b.png", { width: 88 }), {}],
      "shape-mismatch",
      /onset is 96 x 80, the apex 88 x 80/,
    ],
    [
      "two sizes for RAFT",
      async () => [await drawn("a.png"), await drawn("b.png", { width: 88 }), { weights: at("raft.safetensors") }],
      "shape-mismatch",
      /96 x 80.*88 x 80/,
    ],
    [
      "too small a picture",
      async () => [await drawn("a.png", { width: 15 }), await drawn("a.png", { width: 15 }), {}],
      "shape-mismatch",
      /at least 16 x 16.*15 x 80/,
    ],
    [
      "weights of another model",
      async () => [await drawn("a.png"), await drawn("b.png"), { weights: at("other.safetensors") }],
      "weights-invalid",
      /other\.safetensors/,
    ],
    [
      "weights that are none",
      async () => [await drawn("a.png"), await drawn("b.png"), { weights: at("a.png") }],
      "weights-invalid",
      /a\.png/,
    ],
    [
      "weights for TV-L1",
      async () => [await drawn("a.png"), await drawn("b.png"), { method: "tvl1", weights: at("raft.safetensors") }],
      "run-invalid",
      /TV-L1 has no weights/,
    ],
    [
      "iterations of TV-L1",
      async () => [await drawn("a.png"), await drawn("b.png"), { method: "tvl1", iterations: 5 }],
      "run-invalid",
      /Only RAFT's iterations/,
    ],
    [
      "no iterations",
      async () => [await drawn("a.png"), await drawn("b.png"), { weights: at("raft.safetensors"), iterations: 0 }],
      "run-invalid",
      /0 iterations/,
    ],
    ["no picture", async () => [await drawn("a.png"), at("gone.png"), {}], "file-missing", /gone\.png/],
    [
      "a file that is no picture",
      async () => [await drawn("a.png"), at("raft.safetensors"), {}],
      "file-unreadable",
      /raft\.safetensors/,
    ],
  ])("%s", async (...[, make, code, says]) => {
    const [onset, apex, given] = await make();
    const out = at("nothing.npy");
    await expect(pair(onset, apex, { ...given, out })).rejects.toMatchObject({
      code,
      message: expect.stringMatching(says),
    });
    expect(existsSync(out)).toBe(false);
  });

  it("names of no known format, and folders that are not there", async () => {
    const a = await drawn("a.png");
    await expect(pair(a, a, { out: at("flow.txt") })).rejects.toMatchObject({ code: "usage" });
    await expect(pair(a, a, { out: path.join(root, "none", "flow.npy") })).rejects.toMatchObject({
      code: "file-missing",
    });
  });
});

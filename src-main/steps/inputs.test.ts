import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { writeNpy } from "../vision/pictures/npy.ts";
import { writePng } from "../vision/pictures/write.ts";
import { FLOW_NORMALISER } from "../learning/normaliser.ts";
import { DecodingThread } from "./decoding/thread.ts";
import { loadSamples } from "./inputs.ts";
import { PictureMemory } from "./shared/pictures.ts";

test("flow comes as a network is fed it, from a job or a picture: no motion is 0, a pixel at 224 is 1", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "apexlab-inputs-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const size = 16;
  const count = size * size;
  // At 16 pixels a face's width, a pixel at 224 is a 14th.
  const data = new Float32Array(2 * count).fill(1 / 14, 0, count);
  await writeNpy(path.join(folder, "flow.npy"), { shape: [2, size, size], data });
  // Bytes of +3 px, no motion (as near as a byte gets) and no strain.
  const picture = path.join(folder, "flow.png");
  await writePng(picture, {
    width: size,
    height: size,
    rgb: new Uint8Array(3 * count).map((_, i) => [255, 128, 0][i % 3]),
  });
  const from = new Map([
    ["job", folder],
    ["picture", picture],
  ]);
  const context = { input: (id: string) => from.get(id) ?? "", signal: new AbortController().signal };
  const samples = [...from.keys()].map((id) => ({ id, dataset: "d", label: 0 }));
  const how = { input: "flow", flowImage: "uv-strain", size } as const;
  const decoding = new DecodingThread();
  onTestFinished(() => decoding.end());
  using loaded = await loadSamples(context, samples, { how, memory: new PictureMemory(2 ** 20), decoding });
  const { take, write } = loaded.samples.pictures;
  const taken = await take([0, 1]);
  const [job, given] = taken;
  const channels = (of: ArrayLike<number>) => [0, 1, 2].map((c) => of[c * count + count / 2 + size / 2]);
  channels(job).forEach((x, c) => expect(x).toBeCloseTo([1, 0, 0][c], 5));
  channels(given).forEach((x, c) => expect(x).toBeCloseTo([3, 6 * (128 / 255 - 0.5), 0][c], 5));
  const batch = new Float32Array(new SharedArrayBuffer(8 * 3 * count));
  await write?.(taken, FLOW_NORMALISER, batch);
  expect([...batch]).toEqual([...job, ...given]);
});

/** Flow and apex spotting by the host: tasks, what they leave in the study, and a sample's flow as files. */
import { mkdir, mkdtemp, readdir, rename, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { FlowCall, SpotCall } from "../../src-main/contract/flow.ts";
import { runConfig } from "../../src-main/contract/run.ts";
import { Random, writeSafetensors } from "../../src-main/engine/index.ts";
import { decodeFlo } from "../../src-main/vision/flow/export/flo.ts";
import { flowFromArray } from "../../src-main/vision/flow/flow.ts";
import { parametersOf } from "../../src-main/vision/flow/raft/model.ts";
import { decodeNpy } from "../../src-main/vision/pictures/npy.ts";
import { writePng } from "../../src-main/vision/pictures/write.ts";
import { TestHouse } from "./house.ts";

const SIDE = 64;
const FRAMES = [7, 8, 9, 10, 11, 12, 13, 14];
/** How far the cheek has risen in each frame, px: most in frame 9, which is not the middle one. */
const RISE = [0, 1.2, 2, 1.2, 0.8, 0.5, 0.3, 0.1];

let root = "";
let house: TestHouse;
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), "apexlab-flow-"));
  house = new TestHouse(path.join(root, "study"));
  const data = path.join(root, "data");
  const lines = ["dataset,subject,clip,emotion,frames,onset,apex,offset,fps"];
  const clip = async (name: string, pictures: readonly (readonly [number, number])[]) => {
    await mkdir(path.join(data, name), { recursive: true });
    for (const [frame, up] of pictures) await writePng(path.join(data, name, `img${frame}.png`), face(up));
  };
  const moving = FRAMES.map((frame, i) => [frame, RISE[i]] as const);
  for (const name of ["a", "b"]) await clip(name, moving);
  await clip(
    "still",
    FRAMES.map((frame) => [frame, 0] as const),
  );
  await clip("one", [[7, 0]]);
  await clip(
    "x",
    moving.map(([frame, up]) => [frame, -up]),
  );
  await clip("sizes", moving);
  await writePng(path.join(data, "sizes", "img10.png"), face(1, SIDE + 4));
  // The table gives an apex for `a` alone; without one the middle frame stands in.
  lines.push("lab,p,a,happiness,a,7,11,14,100");
  for (const name of ["b", "still", "sizes"]) lines.push(`lab,p,${name},disgust,${name},7,,14,100`);
  lines.push("lab,p,one,surprise,one,7,7,7,100", "other,p,x,surprise,x,7,11,14,100");
  await writeFile(path.join(data, "manifest.csv"), `${lines.join("\n")}\n`);
  // Written long ago, so that digests are remembered at once, however fast this machine is.
  for (const file of await readdir(data, { recursive: true })) await utimes(path.join(data, file), 1e9, 1e9);
  await house.import(path.join(data, "manifest.csv"));
});
afterAll(async () => {
  await house[Symbol.asyncDispose]();
  await rm(root, { recursive: true, force: true });
});

function face(up: number, side = SIDE) {
  const rgb = new Uint8Array(side * side * 3);
  for (let i = 0; i < side * side; i++) {
    const [x, y] = [i % side, Math.floor(i / side)];
    const down = y + up * Math.exp(-((x - 28) ** 2 + (y - 34) ** 2) / 90);
    rgb.fill(120 + 45 * Math.sin(x / 2.4 + Math.sin(down / 3)) + 45 * Math.sin(down / 2), 3 * i, 3 * i + 3);
  }
  return { width: side, height: side, rgb };
}

/** A network that nobody trained, in a file. */
async function untrainedRaft(file: string, seed: number): Promise<string> {
  const random = new Random(seed);
  const parameters = parametersOf("small").map(({ name, initial }) => [name, initial(random.split(name))] as const);
  await writeFile(file, writeSafetensors(new Map(parameters), {}));
  return file;
}

const key = (clip: string) => ({ dataset: "lab", subject: "p", clip });
const apexOf = async (clip: string) => {
  const { sample } = await house.calls.samples.get(key(clip));
  return [sample.apex, sample.apexSource];
};

async function computed(call: Partial<FlowCall> = {}) {
  const task = await house.ended((await house.calls.flow.compute(call)).id);
  if (task.kind !== "flow" || task.result === null) throw new Error(JSON.stringify(task.error));
  return task.result;
}
async function spotted(call: Partial<SpotCall> = {}) {
  const task = await house.ended((await house.calls.flow.spot(call)).id);
  if (task.kind !== "spot" || task.result === null) throw new Error(JSON.stringify(task.error));
  return task.result;
}
const get = async (address: string) => new Uint8Array(await (await house.get(address)).arrayBuffer());
const address = (format: string, clip = "a") => `/flow/${format}?dataset=lab&subject=p&clip=${clip}`;
const faultOf = async (answer: Response) => Object(await answer.json()).error.data.fault;

const byRaft = async (weights: string) => {
  const { weights: digest, datasets } = await computed({ datasets: ["other"], weights });
  const { flow } = await house.calls.flow.motion({ dataset: "other", subject: "p", clip: "x" });
  expect(flow).toMatchObject({ method: "raft", weights: digest, width: 224, height: 224 });
  return { digest, key: flow?.key, ...datasets[0] };
};

describe("flow of every sample", () => {
  it("is a task that lists what could not be done, and finds again what stands", async () => {
    expect((await house.calls.flow.motion(key("a"))).flow).toBeNull();
    const first = await computed({ datasets: ["lab"] });
    const how = { method: "raft", weights: expect.stringMatching(/^[0-9a-f]{64}$/) };
    expect(first).toMatchObject({ ...how, headMotion: "keep" });
    expect(first.datasets).toEqual([{ dataset: "lab", samples: 5, computed: 4, cached: 0 }]);
    expect(first.faults).toEqual([
      { ...key("sizes"), reason: expect.stringMatching(/frames of one clip must have one size/) },
    ]);
    expect((await computed({ datasets: ["lab"] })).datasets[0]).toMatchObject({ computed: 0, cached: 4 });
    const { flow } = await house.calls.flow.motion(key("a"));
    expect(flow).toMatchObject({ ...how, width: 224, height: 224 });
    expect((await house.calls.samples.get(key("a"))).has.flow).toBe(true);
    expect((await house.calls.study.overview()).datasets[0].readiness.flow).toEqual({ done: 4, total: 5 });
  });

  it("with the head's motion taken off is another flow, and the one that is shown from then on", async () => {
    await computed({ datasets: ["lab"] });
    const before = await house.calls.flow.motion(key("a"));
    await computed({ datasets: ["lab"], headMotion: "remove" });
    const after = await house.calls.flow.motion(key("a"));
    expect([before.flow?.head, after.flow?.head === null]).toEqual([null, false]);
    expect(after.flow?.key).not.toBe(before.flow?.key);
    await computed({ datasets: ["lab"] });
    expect((await house.calls.flow.motion(key("a"))).flow?.key).toBe(before.flow?.key);
  });

  it("of one clip over and over, and in the dark, is none", async () => {
    await computed({ datasets: ["lab"] });
    const { u, v } = flowFromArray(decodeNpy(await get(address("npy", "still")), ""), "");
    expect(Math.max(...u.map(Math.abs), ...v.map(Math.abs))).toBe(0);
  });

  it("is refused for a dataset that is not there, for TV-L1 with weights, and for weights of another network", async () => {
    const weights = path.join(root, "none.safetensors");
    await writeFile(weights, "no weights at all");
    for (const [call, code] of [
      [{ datasets: ["smic"] }, "not-found"],
      [{ method: "tvl1", weights }, "run-invalid"],
      [{ weights }, "weights-invalid"],
      [{ weights: path.join(root, "gone.pth") }, "file-missing"],
    ] as const) {
      const task = await house.ended(
        (await house.calls.flow.compute({ ...call, datasets: call.datasets ? [...call.datasets] : null })).id,
      );
      expect([task.state, task.error?.code]).toEqual(["failed", code]);
      expect(task.error?.message).toMatch(/\w.*\.$/);
    }
  });

  it("by RAFT is kept by its weights' digest: other weights are another flow", async () => {
    const [first, second] = await Promise.all(
      [1, 2].map((seed) => untrainedRaft(path.join(root, `${seed}.safetensors`), seed)),
    );
    const [one, two, again] = [await byRaft(first), await byRaft(second), await byRaft(first)];
    expect([one.computed, two.computed, again.cached]).toEqual([1, 1, 1]);
    expect([two.digest === one.digest, two.key === one.key, again.key === one.key]).toEqual([false, false, true]);
  });

  it("that is cancelled keeps what is finished and goes on from there", async () => {
    const task = await house.calls.flow.compute({ datasets: ["other"], headMotion: "remove" });
    house.tasks.cancel(task.id);
    expect((await house.ended(task.id)).state).toBe("cancelled");
    expect((await computed({ datasets: ["other"], headMotion: "remove" })).faults).toEqual([]);
  });
});

describe("a flow's files", () => {
  it("hold the same flow in every format, under the sample's name", async () => {
    await computed({ datasets: ["lab"] });
    const flow = flowFromArray(decodeNpy(await get(address("npy")), ""), "");
    expect(decodeFlo(await get(address("flo")), "")).toEqual(flow);
    const { data } = await sharp(await get(address("kitti")))
      .toColourspace("rgb16")
      .raw({ depth: "ushort" })
      .toBuffer({ resolveWithObject: true });
    const code = new Uint16Array(data.buffer, data.byteOffset, data.length / 2);
    const most = flow.v.reduce((best, value, i) => (Math.abs(value) > Math.abs(flow.v[best]) ? i : best), 0);
    expect(flow.v[most]).toBeLessThan(-1);
    expect(Math.abs((code[3 * most + 1] - 2 ** 15) / 64 - flow.v[most])).toBeLessThan(0.01);
    expect(decodeNpy(await get(address("strain")), "").shape).toEqual([224, 224]);
    const answer = await house.get(address("kitti"));
    expect(answer.headers.get("content-disposition")).toBe('attachment; filename="lab-p-a.png"');
    expect(answer.headers.get("content-security-policy")).toMatch(/default-src 'none'/);
    const etag = answer.headers.get("etag") ?? "";
    expect((await house.get(address("kitti"), { "if-none-match": etag })).status).toBe(304);
    expect((await house.get(address("flo"))).headers.get("etag")).not.toBe(etag);
  });

  it.each([
    ["another format", address("tiff"), 400],
    ["no sample", "/flow/npy", 400],
    ["a name of nothing", "/flow/npy?dataset=&subject=p&clip=a", 400],
    ["an unknown sample", address("npy", "..%2F..%2Fstudy.sqlite"), 404],
    ["a sample without flow", address("npy", "sizes"), 404],
    ["a path", "/flow/../study.sqlite", 404],
    ["an encoded path", "/flow/npy%2F..%2F..", 400],
  ])("are refused with a sentence for %s", async (_what, asked, status) => {
    const answer = await house.get(asked);
    expect(answer.status).toBe(status);
    expect((await faultOf(answer)).message).toMatch(/\w.*\.$/);
  });

  it("are not given where a link leads out of the workspace", async () => {
    await computed({ datasets: ["lab"] });
    const { flow } = await house.calls.flow.motion(key("b"));
    const file = path.join(house.folder, "cache", "flow", flow?.key ?? "", "flow.npy");
    const away = path.join(root, "away.npy");
    await rename(file, away);
    await symlink(away, file);
    const answer = await house.get(address("npy", "b"));
    expect([answer.status, (await faultOf(answer)).code]).toEqual([400, "path-escapes"]);
    await rm(file);
    await rename(away, file);
  });
});

describe("apex spotting", () => {
  it("stands in for the middle frame once it is chosen, and makes another flow and another run", async () => {
    await computed({ datasets: ["lab"] });
    expect(await apexOf("b")).toEqual([10, "middle"]);
    expect((await house.calls.flow.motion(key("b"))).flow).not.toBeNull();
    const { datasets, clips, faults } = await spotted({ datasets: ["lab"], use: "spotted" });
    expect(datasets).toEqual([{ dataset: "lab", clips: 3, computed: 2, cached: 0, rule: "spotted" }]);
    expect(clips.map(({ clip, spotted: apex, middle, coded }) => [clip, apex, middle, coded])).toEqual([
      ["b", 9, 10, null],
      ["still", null, 10, null],
    ]);
    expect(faults).toEqual([{ ...key("sizes"), reason: expect.stringMatching(/frame 10 .*68 x 68/) }]);
    expect([await apexOf("a"), await apexOf("b"), await apexOf("still")]).toEqual([
      [11, "table"],
      [9, "spotted"],
      [10, "middle"],
    ]);
    const { curve, rule } = await house.calls.flow.motion(key("b"));
    expect([rule, curve?.frames, curve?.spotted]).toEqual(["spotted", FRAMES, 9]);
    expect(curve?.motion.indexOf(Math.max(...(curve?.motion ?? [])))).toBe(2);
    expect((await house.calls.flow.motion(key("b"))).flow).toBeNull();
    const estimate = async () =>
      (await house.calls.runs.estimate(runConfig.parse({ input: "apex" }))).warnings.join(" ");
    expect(await estimate()).toMatch(/apex of 1 samples is the frame that moves most .*apex: spotted/);
    await house.calls.flow.setApexRule({ dataset: "lab", rule: "middle" });
    expect(await apexOf("b")).toEqual([10, "middle"]);
    expect((await house.calls.flow.motion(key("b"))).flow).not.toBeNull();
    expect(await estimate()).not.toMatch(/spotted/);
  });

  it("measures coded clips when asked, keeps their apex, and finds again what stands", async () => {
    await spotted({ datasets: ["lab"] });
    const { clips, datasets } = await spotted({ datasets: ["lab"], clips: [key("a")] });
    expect(clips).toMatchObject([{ clip: "a", coded: 11, spotted: 9 }]);
    // The same pictures as b's, which are measured already.
    expect(datasets[0]).toMatchObject({ clips: 1, computed: 0, cached: 1 });
    expect(await apexOf("a")).toEqual([11, "table"]);
    const again = await spotted({ datasets: ["lab"], coded: true });
    expect(again.datasets[0]).toMatchObject({ computed: 0, cached: 3 });
    expect(again.faults.find(({ clip }) => clip === "one")?.reason).toMatch(/one frame only/);
  });

  it("goes back to the middle frame without measuring", async () => {
    await spotted({ use: "spotted" });
    const { clips, datasets } = await spotted({ use: "middle" });
    expect([clips, datasets.map(({ rule }) => rule)]).toEqual([[], ["middle", "middle"]]);
    expect(await readdir(path.join(house.folder, "cache", "spot"))).not.toEqual([]);
    await expect(house.calls.flow.setApexRule({ dataset: "none", rule: "middle" })).rejects.toThrow(/none/);
  });
});

import { execFileSync } from "node:child_process";
import { closeSync, constants, openSync, writeSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { encodeNpy, writeNpy } from "../../vision/pictures/npy.ts";
import { FLOW_NORMALISER, writer } from "../../learning/normaliser.ts";
import { writePng } from "../../vision/pictures/write.ts";
import { decode } from "./decode.ts";
import { DecodingThread } from "./thread.ts";

const SIZE = 16;
const how = { input: "flow", flowImage: "uv-strain", size: SIZE } as const;
const going = new AbortController().signal;
let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "apexlab-decoding-"));
});
afterAll(() => rm(folder, { recursive: true }));

function thread(): DecodingThread {
  const one = new DecodingThread();
  onTestFinished(() => one.end());
  return one;
}

const flowOf = (n: number) => ({ shape: [2, SIZE, SIZE], data: new Float32Array(2 * SIZE * SIZE).fill(n / 14) });

async function flowFolder(n: number): Promise<{ file: string; folder: true }> {
  const file = path.join(folder, String(n));
  await mkdir(file, { recursive: true });
  await writeNpy(path.join(file, "flow.npy"), flowOf(n));
  return { file, folder: true };
}

it("gives what decoding here gives, of flow and of picture files, many at once", async () => {
  const decoding = thread();
  const sources = await Promise.all(Array.from({ length: 40 }, (_, n) => flowFolder(n / 40)));
  const there = await Promise.all(sources.map((source) => decoding.decode({ source, how }, going)));
  expect(there).toEqual(await Promise.all(sources.map((source) => decode(source, how))));
});

it("decodes while this thread can do nothing, as during a step", async () => {
  const decoding = thread();
  // Once it runs: its own start may need us.
  await decoding.decode({ source: await flowFolder(1), how }, going);
  const { source, write } = await pipedFlow("slow");
  const picture = decoding.decode({ source, how }, going);
  // A pipe holds less than this array: whoever reads it does so while this loop keeps the thread to itself.
  write();
  const [first] = await picture;
  expect(first).toBeCloseTo(1, 5);
});

it("writes a batch here while there is something to decode, and does not wait for that", async () => {
  const decoding = thread();
  const pictures = [await decoding.decode({ source: await flowFolder(3), how }, going)];
  const { source, write } = await pipedFlow("later");
  const later = decoding.decode({ source, how }, going);
  const out = new Float32Array(new SharedArrayBuffer(12 * SIZE * SIZE));
  const written = decoding.write({ pictures, how, normaliser: FLOW_NORMALISER, out }, going);
  expect([...out]).toEqual([...pictures[0]]);
  await written;
  write();
  await later;
});

/** A flow job's folder whose array comes once it is written, by a loop that keeps this thread to itself. */
async function pipedFlow(name: string): Promise<{ source: { file: string; folder: true }; write: () => void }> {
  const file = path.join(folder, name);
  await mkdir(file);
  const pipe = path.join(file, "flow.npy");
  execFileSync("mkfifo", [pipe]);
  const size = 224;
  const bytes = encodeNpy({ shape: [2, size, size], data: new Float32Array(2 * size * size).fill(1) });
  return { source: { file, folder: true }, write: () => writeWhole(pipe, bytes) };
}

it.each([
  ["flow", { mean: [0.5, 0.5, 0], deviation: [1, 1, 1] }],
  ["apex", { mean: [0.1, 0.2, 0.3], deviation: [0.5, 0.25, 0.125] }],
] as const)("writes a batch of %s while this thread can do nothing, as it would here", async (input, normaliser) => {
  const decoding = thread();
  const seen = { ...how, input };
  const sources =
    input === "flow" ? await Promise.all([3, 5, 9].map(flowFolder)) : await Promise.all([3, 5, 9].map(pictureFile));
  const pictures = await Promise.all(sources.map((source) => decoding.decode({ source, how: seen }, going)));
  const here = new Float32Array(9 * SIZE * SIZE);
  writer(normaliser)(pictures, here);
  const out = new Float32Array(new SharedArrayBuffer(here.byteLength));
  const written = decoding.write({ pictures, how: seen, normaliser, out }, going);
  const [again, last] = [pauses("The batch is not written."), here.length - 1];
  while (out[last] !== here[last]) again();
  await written;
  expect(out).toEqual(here);
  const elsewhere = [new Float32Array(3 * SIZE * SIZE)];
  await expect(decoding.write({ pictures: elsewhere, how: seen, normaliser, out }, going)).rejects.toThrow(
    "does not share",
  );
  const stop = new AbortController();
  const given = decoding.write({ pictures, how: seen, normaliser, out }, stop.signal);
  stop.abort();
  await expect(given).rejects.toMatchObject({ code: "cancelled" });
});

async function pictureFile(n: number): Promise<{ file: string; folder: false }> {
  const file = path.join(folder, `${n}.png`);
  await writePng(file, { width: SIZE, height: SIZE, rgb: new Uint8Array(3 * SIZE * SIZE).map((_, i) => n + (i % 7)) });
  return { file, folder: false };
}

/** A pause without giving way to this thread's events; only what never comes ends them. */
function pauses(why: string): () => void {
  const end = performance.now() + 120_000;
  const pause = new Int32Array(new SharedArrayBuffer(4));
  return () => {
    if (performance.now() > end) throw new Error(why);
    Atomics.wait(pause, 0, 0, 1);
  };
}

/** Without ever giving way to this thread's events; only a reader that never comes ends it. */
function writeWhole(pipe: string, bytes: Uint8Array): void {
  const again = pauses(`Nobody reads ${pipe}.`);
  const opened = (): number | null => {
    try {
      return openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK);
    } catch {
      return null;
    }
  };
  let descriptor = opened();
  for (; descriptor === null; descriptor = opened()) again();
  try {
    for (let at = 0; at < bytes.length;) {
      try {
        at += writeSync(descriptor, bytes, at);
      } catch (error) {
        if (!(error instanceof Error && "code" in error && error.code === "EAGAIN")) throw error;
        again();
      }
    }
  } finally {
    closeSync(descriptor);
  }
}

it("throws a picture's fault as it is, with its file, and goes on", async () => {
  const decoding = thread();
  const broken = await flowFolder(7);
  await writeFile(path.join(broken.file, "flow.npy"), "no array");
  const file = path.join(broken.file, "flow.npy");
  await expect(decoding.decode({ source: broken, how }, going)).rejects.toMatchObject({
    code: "file-unreadable",
    message: `The array ${file} cannot be read: it is no .npy file of version 1.0.`,
    place: { file },
  });
  const gone = { file: path.join(folder, "gone"), folder: true };
  await expect(decoding.decode({ source: gone, how }, going)).rejects.toMatchObject({ code: "file-missing" });
  await expect(decoding.decode({ source: await flowFolder(1), how }, going)).resolves.toHaveLength(3 * SIZE * SIZE);
});

it("lets a cancelled picture go at once, and a thread that ends, and begins another one", async () => {
  const decoding = thread();
  const source = await flowFolder(2);
  const stop = new AbortController();
  const given = decoding.decode({ source, how }, stop.signal);
  stop.abort();
  await expect(given).rejects.toMatchObject({ code: "cancelled" });
  await expect(decoding.decode({ source, how }, stop.signal)).rejects.toMatchObject({ code: "cancelled" });
  const ended = decoding.decode({ source, how }, going);
  decoding.end();
  await expect(ended).rejects.toMatchObject({ code: "worker-died" });
  await expect(decoding.decode({ source, how }, going)).resolves.toHaveLength(3 * SIZE * SIZE);
});

it("says that the thread failed to all who wait, and begins another one", async () => {
  const decoding = thread();
  const source = await flowFolder(3);
  // No run has pictures as small as these: the thread refuses the message itself.
  const failed = decoding.decode({ source, how: { ...how, size: 4 } }, going);
  await expect(failed).rejects.toMatchObject({ code: "worker-died", message: expect.stringContaining("failed (") });
  await expect(decoding.decode({ source, how }, going)).resolves.toHaveLength(3 * SIZE * SIZE);
});

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ApexError } from "../../contract/errors.ts";
import type { Picture } from "../../learning/pictures.ts";
import { Decoder } from "./decoder.ts";
import { PictureMemory } from "../shared/pictures.ts";

const ROWS = 12;
const BYTES = 8;
/** As much as may be under way. */
const MUCH = 2 ** 26;
let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "apexlab-decoder-"));
  for (let row = 0; row < ROWS; row++) await writeFile(fileOf(row), new Uint8Array(BYTES).fill(row));
});
afterAll(() => rm(folder, { recursive: true }));

const fileOf = (row: number) => path.join(folder, String(row));
const rowOf = (picture: Picture) => (new Set(picture).size === 1 ? picture[0] : -1);

interface Given {
  readonly memory: PictureMemory;
  /** Of one picture, as the decoder is told. */
  readonly bytes?: number;
  readonly signal?: AbortSignal;
  /** Rows whose file is read again and again. */
  readonly read?: number[];
  readonly broken?: number;
}

function decoderOf({
  memory,
  bytes = BYTES,
  signal = new AbortController().signal,
  read = [],
  broken,
}: Given): Decoder {
  const origins = Array.from({ length: ROWS }, (_, row) => ({
    key: String(row),
    decode: async (stop: AbortSignal): Promise<Picture> => {
      if (stop.aborted) throw new ApexError("cancelled", "The run was cancelled.");
      read.push(row);
      if (row === broken) throw new ApexError("file-unreadable", `${fileOf(row)} is no picture.`);
      return new Uint8Array(await readFile(fileOf(row)));
    },
  }));
  return new Decoder({ origins, bytes, memory, signal });
}

it("gives the pictures that are asked for, whatever was expected, at once and kept", async () => {
  const rows = fc.uniqueArray(fc.nat(ROWS - 1), { maxLength: ROWS });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ expected: rows, taken: rows }), { maxLength: 4 }),
      fc.constantFrom(BYTES, MUCH / 5, MUCH),
      fc.constantFrom(0, 3 * BYTES, ROWS * BYTES),
      async (rounds, bytes, room) => {
        const read: number[] = [];
        using decoder = decoderOf({ memory: new PictureMemory(room), bytes, read });
        for (const { expected, taken } of rounds) {
          decoder.expect(expected);
          expect((await decoder.take(taken)).map(rowOf)).toEqual(taken);
        }
        if (room === ROWS * BYTES) expect(new Set(read).size).toBe(read.length);
      },
    ),
    { numRuns: 60, seed: 3 },
  );
});

it("decodes each picture once where they fit, for later jobs too, and else again ahead of its use", async () => {
  const all = Array.from({ length: ROWS }, (_, row) => row);
  const read: number[] = [];
  const roomy = new PictureMemory(ROWS * BYTES);
  for (let job = 0; job < 3; job++) {
    roomy.beginJob();
    using decoder = decoderOf({ memory: roomy, read });
    for (let epoch = 0; epoch < 3; epoch++) {
      decoder.expect(all);
      await decoder.take(all);
    }
  }
  expect(read.toSorted((a, b) => a - b)).toEqual(all);

  read.length = 0;
  const small = new PictureMemory(4 * BYTES);
  using decoder = decoderOf({ memory: small, read });
  for (let epoch = 0; epoch < 3; epoch++) {
    decoder.expect(all);
    await decoder.take(all);
  }
  // Four are kept from the first epoch on, whatever the order.
  expect(read).toHaveLength(ROWS + 2 * (ROWS - 4));
});

it("begins before anything is taken, so much ahead and no more, and gives up what nobody will take", async () => {
  const read: number[] = [];
  const all = Array.from({ length: ROWS }, (_, row) => row);
  const decoder = decoderOf({ memory: new PictureMemory(0), bytes: MUCH / 3, read });
  decoder.expect(all);
  expect(read).toEqual([0, 1, 2]);
  await decoder.take([0]);
  expect(read).toEqual([0, 1, 2, 3]);
  decoder[Symbol.dispose]();
  await expect(decoder.take([ROWS - 1])).rejects.toMatchObject({ code: "cancelled" });
  expect(read).toEqual([0, 1, 2, 3]);
});

it("throws a picture's fault where it is taken, not before, and that of a cancelled run", async () => {
  const memory = new PictureMemory(0);
  using decoder = decoderOf({ memory, broken: 4 });
  decoder.expect([3, 4, 5]);
  expect((await decoder.take([3, 5])).map(rowOf)).toEqual([3, 5]);
  await expect(decoder.take([4])).rejects.toThrow(`${fileOf(4)} is no picture.`);
  const stopped = decoderOf({ memory, signal: AbortSignal.abort() });
  await expect(stopped.take([1])).rejects.toMatchObject({ code: "cancelled" });
});

it("drops pictures of earlier jobs for those of this one, the ones first that were wanted longest ago", () => {
  const memory = new PictureMemory(2);
  const picture = Uint8Array.of(1);
  memory.beginJob();
  expect([memory.offer("a", picture), memory.offer("b", picture), memory.offer("c", picture)]).toEqual([
    true,
    true,
    false,
  ]);
  memory.beginJob();
  memory.get("a");
  expect(memory.offer("c", picture)).toBe(true);
  expect([memory.get("a"), memory.get("b"), memory.get("c")]).toEqual([picture, undefined, picture]);
  expect(memory.offer("b", picture)).toBe(false);
});

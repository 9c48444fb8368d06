import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { writeDurably } from "./durable.ts";

test("parts of any number and length stand one after the other, and nothing else is left", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "apexlab-durable-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  // More than one system call takes; some are empty, one is long.
  const parts = Array.from({ length: 3000 }, (_, i) => new Uint8Array(i === 7 ? 3_000_000 : i % 5).fill(i));
  const file = path.join(folder, "weights");
  await writeDurably(file, parts);
  expect((await readFile(file)).equals(Buffer.concat(parts))).toBe(true);
  await writeDurably(file, "é\n");
  expect(await readFile(file, "utf8")).toBe("é\n");
  await writeDurably(file, []);
  expect((await readFile(file)).length).toBe(0);
  expect(await readdir(folder)).toEqual(["weights"]);
});

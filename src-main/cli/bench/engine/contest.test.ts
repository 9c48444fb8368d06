import { spawnSync } from "node:child_process";
import path from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { engineScores } from "./contest.ts";

const BIN = path.resolve(import.meta.dirname, "..", "..", "bin.ts");

const side = z.strictObject({ msPerSample: z.number().positive(), rssMb: z.number().positive() });
const engineBench = z.strictObject({
  models: z.array(
    z.strictObject({ name: z.string(), ours: side, torch: side.nullable(), ratio: z.number().positive().nullable() }),
  ),
  machine: z.string().min(1),
});

test("bench engine prints one document: each network's step, ours and PyTorch's where it is there", () => {
  const options = ["--models", "cnn", "--batch", "2", "--size", "16", "--rounds", "1", "--threads", "1", "--json"];
  const { status, stdout } = spawnSync(process.execPath, [BIN, "bench", "engine", ...options], { encoding: "utf8" });
  expect(status).toBe(0);
  const { models } = engineBench.parse(JSON.parse(stdout));
  expect(models.map(({ name }) => name)).toEqual(["cnn"]);
  for (const { torch, ratio } of models) expect(ratio === null).toBe(torch === null);
});

test("a side that ends before it has answered is a sentence with its last words", async () => {
  const contest = { models: ["cnn" as const], batch: 1, size: 16, threads: 1, rounds: 1 };
  await expect(engineScores({ ...contest, entry: ["-e", "throw new Error('no such luck')"] })).rejects.toThrow(
    expect.objectContaining({ code: "executor-failed" }),
  );
});

test("an unknown network is wrong usage, with the known ones named", () => {
  const done = spawnSync(process.execPath, [BIN, "bench", "engine", "--models", "vgg"], { encoding: "utf8" });
  expect(done.status).toBe(2);
  expect(done.stderr).toContain("cnn, resnet18, poolformer-s12");
});

/** WebGPU against the CPU, on a GPU in software: every op, and the whole training step of every backbone. */
import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { SHAPE } from "../../src-main/engine/ops/shape.ts";
import type { Compared } from "./on-webgpu.ts";
import { opsInOne } from "./ops-in-one.ts";
import { softwareGpu } from "./swiftshader.ts";
import { trainingSteps } from "./training-steps.ts";

const child = path.join(import.meta.dirname, "on-webgpu.ts");

/** Nothing in it may fall back to the CPU: the session is refused then, and this rejects with what the process printed. */
async function onWebGpu(what: "ops" | "steps" | "fallback"): Promise<Compared[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [child, what], { env: softwareGpu() });
  return stdout
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line): Compared => JSON.parse(line));
}

/** A software GPU on a busy machine takes minutes. */
const HANGS_MS = 1_200_000;

const below = (limit: number) => expect.toSatisfy((x: number) => x < limit, `below ${limit}`);

test("every op and its gradient compute on WebGPU what they compute on the CPU, none of them falling back", async () => {
  const tensors = Object.keys(opsInOne().program.outputs).length;
  expect(tensors).toBeGreaterThan(4 * Object.keys(SHAPE).length);
  expect(await onWebGpu("ops")).toEqual([{ name: "ops", tensors, worst: below(3e-5), where: expect.any(String) }]);
});

test(
  "the full training step of each backbone gives the CPU's gradients within 1e-4, none of its ops falling back",
  async () => {
    expect(await onWebGpu("steps")).toEqual(
      trainingSteps().map(({ name, gradients }) => ({
        name,
        tensors: gradients.length,
        worst: below(1e-4),
        where: expect.any(String),
      })),
    );
  },
  HANGS_MS,
);

test("an op that would fall back to the CPU is refused", async () => {
  await expect(onWebGpu("fallback")).rejects.toThrow(/assigned to the default CPU EP/);
});

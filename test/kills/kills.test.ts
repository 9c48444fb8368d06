import { beforeAll, expect, test } from "vitest";
import { readSafetensors } from "../../src-main/engine/index.ts";
import { type Outcome, killAndResume, undisturbed } from "./harness.ts";

let reference: Outcome;
beforeAll(async () => {
  reference = await undisturbed();
}, 120_000);

test("two trainings of one seed leave the same bytes", async () => {
  expect(await undisturbed()).toEqual(reference);
  expect(reference.files["metrics.jsonl"].toString().trim().split("\n")).toHaveLength(14);
}, 120_000);

test("ten kills, of the worker and of the whole group, some inside the checkpoint's write, change no byte", async () => {
  const { kills } = await killAndResume({ count: 10, seed: 1, reference });
  expect(kills).toHaveLength(10);
  for (const victim of ["worker", "group"])
    expect(kills.filter(({ death }) => death.victim === victim).length).toBeGreaterThan(1);
  expect(new Set(kills.map(({ death }) => death.at))).toEqual(new Set(["file", "progress"]));
  const writing = kills.filter(({ where }) => /^(write|flush|rename) checkpoint/.test(where));
  expect(writing.length).toBeGreaterThanOrEqual(3);
}, 600_000);

test("a network with batch norms goes on with its running statistics after real kills, to the same bytes", async () => {
  const network = "resnet18";
  const whole = await undisturbed(network);
  const { tensors } = readSafetensors(whole.files["weights.safetensors"]);
  const variance = tensors.get("layer4.1.bn2.running_var")?.data ?? [];
  expect(variance.length > 0 && Array.from(variance).every((x) => x > 0 && x !== 1)).toBe(true);
  const { kills, resumed } = await killAndResume({ count: 5, seed: 2, reference: whole, network });
  expect(kills).toHaveLength(5);
  expect(resumed).toBeGreaterThan(0);
}, 600_000);

import { beforeAll, expect, test } from "vitest";
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

import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { onnxExecutor } from "../../../../engine/index.ts";
import { checkFlow, checkParameters, type Check, passes } from "./check.ts";
import { type FlowFixture, flowFixture, parameterFixture } from "./fixture.ts";

const read = (name: string): unknown =>
  JSON.parse(readFileSync(path.join(import.meta.dirname, "../../../../../test/fixtures/raft", name), "utf8"));

const outside = (checks: readonly Check[]): readonly Check[] => checks.filter((check) => !passes(check));

test.each(["parameters.json", "parameters_large.json"])("%s: made-up weights are the official ones", (name) => {
  const checks = checkParameters(parameterFixture.parse(read(name)));
  expect(outside(checks)).toEqual([]);
});

test("a parameter of another value, name or shape is seen", () => {
  const fixture = parameterFixture.parse(read("parameters.json"));
  const changed = (i: number, change: object) => ({
    ...fixture,
    parameters: fixture.parameters.map((p, at) => (at === i ? { ...p, ...change } : p)),
  });
  for (const change of [{ last: 0.5 }, { name: "fnet.conv9.bias" }, { shape: [3] }, { sum: 1 }])
    expect(outside(checkParameters(changed(40, change)))).not.toEqual([]);
  expect(outside(checkParameters({ ...fixture, aliases: { "cnet.norm9.weight": "cnet.norm1.weight" } }))).toHaveLength(
    1,
  );
});

const FILES = ["flow_128", "flow_224", "flow_128x160", "flow_large_128", "flow_large_128x160"];
const STAGES = { small: 30, large: 36 } as const;

test.each(FILES)("%s: every stage within the float32 tolerances", { timeout: 120_000 }, async (name) => {
  const fixture = flowFixture.parse(read(`${name}.json`));
  const checks = await checkFlow(fixture, onnxExecutor());
  expect(outside(checks)).toEqual([]);
  // Two pictures, the flow after 1, 2 and 12 iterations, and the full one.
  expect(checks).toHaveLength(STAGES[fixture.model] + 2 + 3 + 1);
});

/** One iteration is enough to see a difference. */
const short = (fixture: FlowFixture): FlowFixture => ({
  ...fixture,
  flow: { "1": fixture.flow["1"] },
  full: { ...fixture.full, iterations: 1 },
  stages: Object.fromEntries(Object.entries(fixture.stages).filter(([stage]) => !/iteration(2|12)$/.test(stage))),
});

describe("numbers that are not the official ones", () => {
  test("are named by their stage, and a stage that is not there has none", { timeout: 60_000 }, async () => {
    const fixture = short(flowFixture.parse(read("flow_128.json")));
    const stage = fixture.stages["fnet.layer2/image1"];
    const checks = await checkFlow(
      {
        ...fixture,
        images: [fixture.images[0], { ...fixture.images[1], sum: 1 }],
        stages: {
          ...fixture.stages,
          "fnet.layer2/image1": { ...stage, values: stage.values.with(3, stage.values[3] + 0.001) },
          "fnet.layer9/image1": stage,
        },
      },
      onnxExecutor(),
    );
    // The full flow of the file is that after twelve iterations.
    expect(outside(checks).map((check) => check.stage)).toEqual([
      "picture 2",
      "fnet.layer2/image1",
      "fnet.layer9/image1",
      "full flow, 1 iterations",
    ]);
    expect(outside(checks)[2].difference).toBe(Infinity);
  });
});

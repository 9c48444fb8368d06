/** Training steps that only try a device: a tiny one whose numbers are known, and one of a run's own size by the clock. */
import type { RunConfig } from "../../contract/run.ts";
import { ApexError } from "../../contract/errors.ts";
import { CLASSES } from "../../contract/classes.ts";
import {
  type Executor,
  type Program,
  Random,
  referenceExecutor,
  type Shape,
  size as count,
  type Value,
  value,
} from "../../engine/index.ts";
import type { Backbone, InputShape } from "../../learning/backbones/backbone.ts";
import { cnnOf } from "../../learning/backbones/cnn.ts";
import { backboneNamed } from "../../learning/backbones/table.ts";
import { trainingProgram } from "../../learning/programs.ts";
import { initialState } from "../../learning/training/step.ts";

interface Sizes {
  readonly backbone: Backbone;
  readonly shape: InputShape;
  readonly batch: number;
}

const same = (of: Shape, x: number): Value => value(new Float32Array(count(of)).fill(x), of);

/** A step's program with first weights and a made-up batch. */
function stepOf({ backbone, shape, batch }: Sizes): { program: Program; feeds: Record<string, Value> } {
  const random = new Random(2);
  const drawn = (of: Shape) =>
    value(
      Float32Array.from({ length: count(of) }, () => random.uniform()),
      of,
    );
  const feeds: Record<string, Value> = {
    ...Object.fromEntries(initialState({ backbone, shape }, 1)),
    x: drawn([batch, ...shape]),
    targets: same([batch, CLASSES.length], 1 / (batch * CLASSES.length)),
    members: same([batch, DOMAINS], 1 / batch),
    absent: same([DOMAINS], 0),
    ce: same([], 0.5),
    brl: same([], 0.5),
    rate: same([], 1e-3),
    step: same([], 1),
  };
  return {
    program: trainingProgram({ backbone, shape, batch, domains: DOMAINS, weightDecay: 5e-4, clip: null }),
    feeds,
  };
}

const DOMAINS = 2;
const TINY: Sizes = { backbone: cnnOf({ first: 4, second: 8, features: 8 }), shape: [3, 8, 8], batch: 2 };
/** Of the largest number. */
const TOLERANCE = 1e-3;

/** Throws ApexError when the executor cannot do a whole training step, or gets other numbers than the reference. */
export async function computes(executor: Executor): Promise<void> {
  const { program, feeds } = stepOf(TINY);
  const results: Record<string, Value>[] = [];
  for (const one of [executor, referenceExecutor()]) {
    await using session = await one.compile(program);
    results.push(await session.run(feeds));
  }
  const [have, want] = results;
  for (const name of Object.keys(want).filter((key) => key === "loss" || key.startsWith("adam.mean."))) {
    const most = Math.max(1e-3, ...Array.from(want[name].data, Math.abs));
    if (want[name].data.every((x, i) => Math.abs(x - have[name].data[i]) <= TOLERANCE * most)) continue;
    throw new ApexError("executor-failed", "It computes wrong numbers in a training step whose results are known.");
  }
}

interface Timed {
  readonly backbone: RunConfig["backbone"];
  readonly size: number;
  readonly batch: number;
}

const ROUNDS = 3;
const LONG_ENOUGH_MS = 3000;

/** The fastest of a few steps, after a first one that compiles. */
export async function secondsOfStep(executor: Executor, { backbone, size, batch }: Timed): Promise<number> {
  const { program, feeds } = stepOf({ backbone: backboneNamed(backbone), shape: [3, size, size], batch });
  await using session = await executor.compile(program);
  await session.run(feeds);
  const begun = performance.now();
  let least = Infinity;
  for (let round = 0; round < ROUNDS && performance.now() - begun < LONG_ENOUGH_MS; round++) {
    const started = performance.now();
    await session.run(feeds);
    least = Math.min(least, performance.now() - started);
  }
  return least / 1000;
}

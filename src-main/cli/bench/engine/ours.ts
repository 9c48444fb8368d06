/** One training step of ours, as a process of its own: memory is counted by process, and its allocator is set at the start. */
import { createInterface } from "node:readline";
import { onnxExecutor, Random, size, type Value, value } from "../../../engine/index.ts";
import { backboneNamed } from "../../../learning/backbones/table.ts";
import { networkTensors, stateName, trainingProgram } from "../../../learning/programs.ts";
import type { RunConfig } from "../../../contract/run.ts";

export interface StepSetting {
  readonly model: RunConfig["backbone"];
  readonly batch: number;
  /** Height and width. */
  readonly size: number;
  readonly threads: number;
}

const WEIGHT_DECAY = 5e-4;
const SCALARS: Readonly<Record<string, number>> = { ce: 1, brl: 0, rate: 2e-4, step: 1 };

/**
 * Answers on stdout: `ready` after the first steps; then, for each line on stdin, one step's milliseconds and the
 * process's peak memory in MiB. Ends with stdin.
 */
export async function serveSteps({ model, batch, size: side, threads }: StepSetting): Promise<void> {
  const backbone = backboneNamed(model);
  const shape = [3, side, side] as const;
  const whole = trainingProgram({ backbone, shape, batch, domains: 2, weightDecay: WEIGHT_DECAY, clip: null });
  const random = new Random(1);
  const initial = new Map(networkTensors(backbone, shape).map((spec) => [stateName.parameter(spec.name), spec]));
  let feeds: Record<string, Value> = Object.fromEntries(
    whole.inputs.map(({ shape: own, attrs: { name } }) => [
      name,
      initial.get(name)?.initial(random, own) ?? firstFeed(name, { own, random }),
    ]),
  );
  const executor = onnxExecutor({ threads });
  await using session = await executor.compile(whole);
  const step = async (): Promise<number> => {
    const start = performance.now();
    const outputs = await session.run(feeds);
    const ms = performance.now() - start;
    const before = Object.entries(feeds);
    feeds = Object.fromEntries(before.map(([name, fed]) => [name, outputs[name] ?? fed]));
    // As a training does.
    executor.free?.(before.flatMap(([name, fed]) => (Object.hasOwn(outputs, name) ? [fed] : [])));
    return ms;
  };
  await step();
  await step();
  process.stdout.write("ready\n");
  for await (const _line of createInterface({ input: process.stdin }))
    process.stdout.write(`${await step()} ${process.resourceUsage().maxRSS / 1024}\n`);
}

/** Pictures at random, one class in turn, one dataset; moments at zero. */
function firstFeed(name: string, { own, random }: { own: readonly number[]; random: Random }): Value {
  const data = new Float32Array(size(own));
  if (Object.hasOwn(SCALARS, name)) data.fill(SCALARS[name]);
  if (name === "x") for (let i = 0; i < data.length; i++) data[i] = random.normal();
  if (name === "targets") for (let i = 0; i < own[0]; i++) data[i * own[1] + (i % own[1])] = 1 / own[0];
  return value(data, own);
}

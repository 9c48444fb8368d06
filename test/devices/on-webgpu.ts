/** Runs programs on WebGPU and on the CPU, in a process that was told of a GPU before it started; prints what differs. */
import { input, onnxExecutor, program, transpose, type Value } from "../../src-main/engine/index.ts";
import { opsInOne } from "./ops-in-one.ts";
import { relativeTo, worstOf } from "./compare.ts";
import { trainingSteps } from "./training-steps.ts";

/** A line of the output. */
export interface Compared {
  readonly name: string;
  /** How many tensors were compared. */
  readonly tensors: number;
  /** The largest difference, as a part of its tensor's scale, and where. */
  readonly worst: number;
  readonly where: string;
}

const webgpu = onnxExecutor({ provider: "webgpu" });
const cpu = onnxExecutor();

async function both({ program: whole, feeds }: Pick<ReturnType<typeof opsInOne>, "program" | "feeds">) {
  const results: Record<string, Value>[] = [];
  for (const executor of [webgpu, cpu]) {
    await using session = await executor.compile(whole);
    results.push(await session.run(feeds));
  }
  return { have: results[0], want: results[1] };
}

function tell(name: string, compared: Omit<Compared, "name">): void {
  process.stdout.write(`${JSON.stringify({ name, ...compared })}\n`);
}

switch (process.argv[2]) {
  case "ops": {
    const { have, want } = await both(opsInOne());
    tell("ops", worstOf({ have, want }, relativeTo(1)));
    break;
  }
  case "steps":
    for (const { name, gradients, ...step } of trainingSteps()) {
      const { have, want } = await both(step);
      const only = (all: Record<string, Value>) => Object.fromEntries(gradients.map((key) => [key, all[key]]));
      // Gradients that are zero but for rounding are held to a thousandth of the network's largest.
      const largest = Math.max(...gradients.map((key) => Math.max(...Array.from(want[key].data, Math.abs))));
      tell(name, worstOf({ have: only(have), want: only(want) }, relativeTo(largest / 1000)));
    }
    break;
  case "fallback": {
    // WebGPU's provider moves no truth values.
    const x = input("x", [2, 3], "bool");
    await using _session = await webgpu.compile(program({ inputs: [x], outputs: { y: transpose(x) } }));
    break;
  }
}

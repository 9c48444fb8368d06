/** How far a training has come: RAFT's mean end-point error on pairs kept aside. */
import { type Executor, input, program, type Value, value } from "../../engine/index.ts";
import { enlargedPlanes, gridToFlow, toPlanes } from "../../vision/flow/micro/grid.ts";
import { denseTruth, type Pair } from "../../vision/flow/pairs/pair.ts";
import { endPointError } from "../../vision/flow/metrics.ts";
import { parametersOf } from "../../vision/flow/raft/model.ts";
import { raftForward } from "../../vision/flow/raft/network.ts";
import { MODEL } from "./program.ts";

export interface Measure extends AsyncDisposable {
  /** Mean end-point error over all pixels of all pairs, px of the frames. */
  readonly error: (parameters: ReadonlyMap<string, Value>) => Promise<number>;
}

export interface MeasureOptions {
  readonly executor: Executor;
  /** All of one size. */
  readonly pairs: readonly Pair[];
  readonly factor: number;
  readonly iterations: number;
}

export async function createMeasure({ executor, pairs, factor, iterations }: MeasureOptions): Promise<Measure> {
  const { width, height } = pairs[0].onset;
  const [rows, columns] = [(height * factor) / 8, (width * factor) / 8];
  const shape = [1, 3, height * factor, width * factor];
  const [first, second] = [input("first", shape), input("second", shape)];
  const specs = parametersOf(MODEL);
  const parameters = specs.map((spec) => input(spec.name, spec.shape));
  const { low } = raftForward({
    model: MODEL,
    images: [first, second],
    parameters: Object.fromEntries(specs.map(({ name }, i) => [name, parameters[i]])),
    iterations,
  });
  const session = await executor.compile(
    program({ inputs: [first, second, ...parameters], outputs: { flow: low[iterations - 1] } }),
  );
  const picture = (which: Pair["onset"]): Value => {
    const size = { width: width * factor, height: height * factor };
    return value(enlargedPlanes(toPlanes(which), factor, size), shape);
  };
  return {
    error: async (weights) => {
      let sum = 0;
      for (const pair of pairs) {
        const feeds = { first: picture(pair.onset), second: picture(pair.apex), ...Object.fromEntries(weights) };
        const { flow } = await session.run(feeds);
        const dense = gridToFlow(Float32Array.from(flow.data), { rows, columns, factor }, { width, height });
        sum += endPointError(dense, denseTruth(pair));
      }
      return sum / pairs.length;
    },
    [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
  };
}

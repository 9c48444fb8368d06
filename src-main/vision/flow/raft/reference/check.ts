/** Our network against the official code's numbers, stage by stage. */
import {
  constant,
  type Executor,
  input,
  program,
  size,
  type Tensor,
  type Value,
  value,
} from "../../../../engine/index.ts";
import type { Picture } from "../../../pictures/picture.ts";
import { ALIASES } from "../weights/names.ts";
import { raftForward } from "../network.ts";
import { padded } from "../pad.ts";
import type { FlowFixture, ParameterFixture, Stage } from "./fixture.ts";
import { madeParameters, madePictures } from "./formulas.ts";

/** One comparison: the largest difference found, and how large it may be. */
export interface Check {
  /** `parameters`, `pictures`, `low flow, 12 iterations`, `full flow`, or a stage as the official code names it. */
  readonly stage: string;
  readonly difference: number;
  readonly tolerance: number;
}

/** NaN and infinities are outside of every tolerance. */
export const passes = ({ difference, tolerance }: Check): boolean => difference <= tolerance;

/** How exactly the executor computes. */
export type Arithmetic = "float32" | "float64";

interface Tolerances {
  readonly low: (iterations: number) => number;
  readonly full: number;
  readonly stage: (stage: Stage) => number;
}

const TOLERANCES: Readonly<Record<Arithmetic, Tolerances>> = {
  // Rounding grows with the iterations: 1e-5 after one, 2e-5 after two, 1e-4 after twelve.
  float32: {
    low: (iterations) => Math.min(1e-5 * iterations, 1e-4),
    full: 5e-4,
    stage: ({ diff32 }) => 10 * diff32 + 1e-6,
  },
  float64: { low: () => 1e-9, full: 2e-9, stage: () => 1e-8 },
};

/** The made-up weights and the names that stand for them: exact but for the order of a sum. */
export function checkParameters(fixture: ParameterFixture): readonly Check[] {
  const made = madeParameters(fixture.model, fixture.seed);
  const names = [...made.keys()];
  const wrong = fixture.parameters.filter(({ name, shape, first3, last }, t) => {
    const own = made.get(name);
    if (own === undefined || names[t] !== name || own.shape.join() !== shape.join()) return true;
    const ends = [...first3, last].map(Math.fround);
    return [...own.data.slice(0, first3.length), own.data[own.data.length - 1]].some((x, i) => x !== ends[i]);
  });
  const sums = fixture.parameters.map(({ name, sum }) => {
    let own = 0;
    for (const x of made.get(name)?.data ?? []) own += x;
    return Math.abs(own - sum);
  });
  const elements = [...made.values()].reduce((n, { shape }) => n + size(shape), 0);
  const aliases = new Set([...Object.entries(fixture.aliases), ...Object.entries(ALIASES[fixture.model])].map(String));
  return [
    { stage: "parameters", difference: wrong.length, tolerance: 0 },
    { stage: "parameters, how many", difference: Math.abs(names.length - fixture.parameters.length), tolerance: 0 },
    { stage: "parameters, numbers", difference: Math.abs(elements - fixture.elements), tolerance: 0 },
    { stage: "parameters, sums", difference: Math.max(0, ...sums), tolerance: 1e-6 },
    {
      stage: "parameters, aliases",
      difference: aliases.size - Object.keys(ALIASES[fixture.model]).length,
      tolerance: 0,
    },
  ];
}

/** The network on the fixture's made-up weights and pictures. Throws ApexError as the executor does. */
export async function checkFlow(fixture: FlowFixture, executor: Executor): Promise<readonly Check[]> {
  const { seed, width, height } = fixture;
  const allowed = TOLERANCES[executor.name === "reference" ? "float64" : "float32"];
  const pictures = madePictures(width, height, seed);
  const checks: Check[] = pictures.map((picture, i) => ({
    stage: `picture ${i + 1}`,
    difference: pictureDifference(picture, fixture.images[i]),
    tolerance: 0,
  }));
  const { outputs, inputs } = network(fixture);
  await using session = await executor.compile(program({ inputs, outputs }));
  const results = await session.run({ first: planes(pictures[0]), second: planes(pictures[1]) });

  for (const [name, stage] of Object.entries(fixture.stages)) {
    const have = Object.hasOwn(results, name) ? results[name] : null;
    checks.push({
      stage: name,
      difference: have === null ? Infinity : stageDifference(have, stage),
      tolerance: allowed.stage(stage),
    });
  }
  for (const [iterations, { low64 }] of Object.entries(fixture.flow))
    checks.push({
      stage: `low flow, ${iterations} iterations`,
      difference: largest(low64, results[`low ${iterations}`].data),
      tolerance: allowed.low(Number(iterations)),
    });
  checks.push({
    stage: `full flow, ${fixture.full.iterations} iterations`,
    difference: fullDifference(results["full"], fixture),
    tolerance: allowed.full,
  });
  return checks;
}

function network({ model, seed, width, height, stages, flow, full }: FlowFixture) {
  const parameters = Object.fromEntries(
    [...madeParameters(model, seed)].map(([name, { data, shape }]) => [name, constant(data, shape)] as const),
  );
  const images = [input("first", [1, 3, height, width]), input("second", [1, 3, height, width])] as const;
  const seen = new Map<string, Tensor>();
  const iterations = Math.max(full.iterations, ...Object.keys(flow).map(Number));
  const forward = raftForward({
    model,
    images,
    parameters,
    iterations,
    watch: (stage, tensor) => seen.set(stage, tensor),
  });
  const outputs: Record<string, Tensor> = { full: forward.full[full.iterations - 1] };
  for (const k of Object.keys(flow)) outputs[`low ${k}`] = forward.low[Number(k) - 1];
  for (const stage of Object.keys(stages)) {
    const tensor = seen.get(stage);
    if (tensor !== undefined) outputs[stage] = tensor;
  }
  return { inputs: images, outputs };
}

function planes(picture: Picture): Value {
  const { width, height } = picture;
  const data = new Float32Array(3 * width * height);
  padded(picture, { width, height, left: 0, top: 0 }, data);
  return value(data, [1, 3, height, width]);
}

/** How many of the facts about a picture do not hold. */
function pictureDifference({ rgb }: Picture, want: FlowFixture["images"][number]): number {
  let [sum, weighted] = [0, 0];
  rgb.forEach((byte, i) => {
    sum += byte;
    weighted += byte * ((i % 65521) + 1);
  });
  const holds = [
    sum === want.sum,
    weighted % 2 ** 32 === want.weightedSumMod2e32,
    String([...rgb.subarray(0, 12)]) === String(want.first12),
    String([...rgb.subarray(-12)]) === String(want.last12),
  ];
  return holds.filter((one) => !one).length;
}

/** Of the values listed, of the largest, and of the means. */
function stageDifference({ data, shape }: Value, { shape: wanted, values, sum, sumAbs, maxAbs }: Stage): number {
  if (shape.slice(1).join() !== wanted.join()) return Infinity;
  const n = data.length;
  const own = { sum: 0, sumAbs: 0, maxAbs: 0 };
  for (const x of data) {
    own.sum += x;
    own.sumAbs += Math.abs(x);
    own.maxAbs = Math.max(own.maxAbs, Math.abs(x));
  }
  const places = values.map((_, j) => data[Math.floor((j * (n - 1)) / (values.length - 1))]);
  return Math.max(
    largest(values, places),
    // Written with nine digits.
    Math.max(0, Math.abs(own.maxAbs - maxAbs) - 5e-9 * maxAbs),
    Math.abs(own.sum - sum) / n,
    Math.abs(own.sumAbs - sumAbs) / n,
  );
}

function fullDifference({ data }: Value, { width, height, full: { rows, cols, full64, sum64 } }: FlowFixture): number {
  const places = [0, 1].flatMap((c) => rows.flatMap((y) => cols.map((x) => data[(c * height + y) * width + x])));
  const means = sum64.map((want, c) => {
    let own = 0;
    for (let i = 0; i < width * height; i++) own += data[c * width * height + i];
    return Math.abs(own - want) / (width * height);
  });
  return Math.max(largest(full64, places), ...means);
}

function largest(want: readonly number[], have: ArrayLike<number>): number {
  if (want.length !== have.length) return Infinity;
  return want.reduce((most, x, i) => Math.max(most, Math.abs(x - have[i])), 0);
}

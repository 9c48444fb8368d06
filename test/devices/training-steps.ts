/** The full training step of each backbone (forward, losses with BRL, backward, AdamW), narrow and on small pictures. */
import type { RunConfig } from "../../src-main/contract/run.ts";
import { type Program, Random, type Shape, size, type Value, value } from "../../src-main/engine/index.ts";
import type { Backbone, InputShape } from "../../src-main/learning/backbones/backbone.ts";
import { cnnOf } from "../../src-main/learning/backbones/cnn.ts";
import { poolformerOf } from "../../src-main/learning/backbones/poolformer.ts";
import { resnet18Of } from "../../src-main/learning/backbones/resnet18.ts";
import { stateName, trainedParameters, trainingProgram } from "../../src-main/learning/programs.ts";
import { initialState } from "../../src-main/learning/training/step.ts";

/** A backbone that is missing here does not compile. */
const NARROW: Readonly<Record<RunConfig["backbone"], { readonly backbone: Backbone; readonly side: number }>> = {
  cnn: { backbone: cnnOf({ first: 4, second: 6, features: 8 }), side: 16 },
  resnet18: { backbone: resnet18Of({ widths: [4, 4, 6, 6] }), side: 32 },
  "poolformer-s12": { backbone: poolformerOf({ widths: [4, 4, 6, 6], depths: [1, 1, 1, 1] }), side: 32 },
};

export interface NarrowStep {
  readonly name: string;
  readonly program: Program;
  readonly feeds: Readonly<Record<string, Value>>;
  /** Outputs that are 0.1 times the gradients: Adam's first moments after the first step, one for each parameter. */
  readonly gradients: readonly string[];
}

/** A batch norm over fewer numbers magnifies rounding. */
const BATCH = 8;
const DOMAINS = 2;

export function trainingSteps(): NarrowStep[] {
  return Object.entries(NARROW).map(([name, { backbone, side }]) => {
    const shape: InputShape = [3, side, side];
    const step = { backbone, shape, batch: BATCH, domains: DOMAINS, weightDecay: 5e-4, clip: null };
    const gradients = trainedParameters(backbone, shape).map((spec) => stateName.mean(spec.name));
    const feeds = { ...firstState(step), ...batch(shape, new Random(2)) };
    return { name, program: trainingProgram(step), feeds, gradients };
  });
}

/** Layer scales start at 1e-5, which would hide their blocks: here at 1. */
function firstState(step: Parameters<typeof initialState>[0]): Record<string, Value> {
  const entries = [...initialState(step, 1)].map(([name, x]) => {
    const scale = name.startsWith("model.") && name.endsWith(".scale");
    return [name, scale ? value(new Float32Array(size(x.shape)).fill(1), x.shape) : x] as const;
  });
  return Object.fromEntries(entries);
}

const number = (x: number) => value(Float32Array.of(x), []);

function batch(shape: InputShape, random: Random): Record<string, Value> {
  const drawn = (of: Shape) =>
    value(
      Float32Array.from({ length: size(of) }, () => 2 * random.uniform() - 1),
      of,
    );
  const targets = new Float32Array(BATCH * 3);
  const members = new Float32Array(BATCH * DOMAINS);
  for (let i = 0; i < BATCH; i++) {
    targets[i * 3 + (i % 3)] = 1 / BATCH;
    members[i * DOMAINS + (i % DOMAINS)] = DOMAINS / BATCH;
  }
  return {
    x: drawn([BATCH, ...shape]),
    targets: value(targets, [BATCH, 3]),
    members: value(members, [BATCH, DOMAINS]),
    absent: value(Float32Array.of(0, 0), [DOMAINS]),
    ce: number(0.5),
    brl: number(0.5),
    rate: number(1e-3),
    step: number(1),
  };
}

/** Trainings of seconds, for tests: small pictures, small networks, and a run that can die after any step. */
import { expect } from "vitest";
import type { Selection } from "../../contract/run.ts";
import { onnxExecutor } from "../../engine/executors/onnx.ts";
import { Random } from "../../engine/index.ts";
import { cnnOf } from "../backbones/cnn.ts";
import { resnet18Of } from "../backbones/resnet18.ts";
import type { Pictures } from "../pictures.ts";
import { type SampleSet, sampleSet } from "../samples.ts";
import { encodeWeights } from "../training/checkpoint.ts";
import { fit, type FitHooks, type FitTask, recordsOf } from "../training/fit.ts";
import type { EpochRecord } from "../training/tally.ts";
import type { TrainingSettings } from "../training/trainer.ts";

export const shape = [3, 8, 8] as const;
export const executor = onnxExecutor({ threads: 1 });
export const backbone = cnnOf({ first: 2, second: 3, features: 4 });
export const NORMED = resnet18Of({ widths: [2, 2, 2, 2] });

/** Pictures whose brightness in one corner tells the class, with noise. */
export function pixelsOf(n: number, seed: number): { pixels: Uint8Array; labels: number[] } {
  const random = new Random(seed);
  const labels = Array.from({ length: n }, (_, i) => i % 3);
  const pixels = Uint8Array.from({ length: n * 192 }, (_, i) => {
    const here = Math.floor((i % 64) / 16) === labels[Math.floor(i / 192)] ? 120 : 0;
    return here + random.integer(80);
  });
  return { pixels, labels };
}

/** Such pictures as they are, or after a change. */
export function pictures(
  n: number,
  seed: number,
  changed: (pixels: Uint8Array) => Uint8Array | Float32Array | Pictures = (pixels) => pixels,
): SampleSet {
  const { pixels, labels } = pixelsOf(n, seed);
  return sampleSet({
    shape,
    pictures: changed(pixels),
    samples: labels.map((label, i) => ({ label, dataset: `d${i % 3}` })),
  });
}

export interface Small {
  readonly selection: Selection;
  readonly samples?: SampleSet;
  readonly settings?: Partial<TrainingSettings>;
}

export function task({ selection, samples = pictures(18, 1), settings }: Small): FitTask {
  return {
    executor,
    backbone,
    selection,
    samples,
    from: new Map(),
    input: "apex",
    settings: {
      epochs: 3,
      batch: 8,
      batches: "plain",
      accumulate: 1,
      lr: 5e-3,
      schedule: "constant",
      warmup: 0,
      clip: null,
      weightDecay: 5e-4,
      lambda: 0.5,
      brlFrom: 1,
      seed: 7,
      ...settings,
    },
    people: Array.from(samples.rows, (_, i) => ({ id: `s${i}`, subject: `p${Math.floor(i / 2)}` })),
    test: selection === "best-on-test" ? pictures(6, 2) : null,
  };
}

export interface Outcome {
  readonly weights: Uint8Array;
  readonly records: readonly EpochRecord[];
  readonly epoch: number;
}

/** A folder that dies: keeps what was saved, and cuts the records back as a resumed run does. */
export async function run(
  one: FitTask,
  hooks: Partial<FitHooks> = {},
  dieAfter: readonly number[] = [],
): Promise<Outcome> {
  let checkpoint: Uint8Array | null = null;
  let records: EpochRecord[] = [];
  for (let life = 0; ; life++) {
    const controller = new AbortController();
    let steps = 0;
    try {
      const fitted = await fit(one, checkpoint, {
        now: () => 0,
        signal: controller.signal,
        onEpoch: (record) => void records.push(record),
        save: (parts) => void (checkpoint = Buffer.concat(parts)),
        ...hooks,
        onStep: () => {
          if (++steps === dieAfter[life]) controller.abort();
        },
      });
      return { weights: Buffer.concat(encodeWeights({ ...fitted, about: {} })), records, epoch: fitted.epoch };
    } catch (error) {
      if (dieAfter[life] === undefined) throw error;
      expect(error).toMatchObject({ code: "cancelled" });
      expect(steps).toBe(dieAfter[life]);
      records = checkpoint === null ? [] : records.slice(0, recordsOf(checkpoint));
    }
  }
}

/**
 * How many channels onnxruntime's own CPU layout has in a block on this machine: 16 with AVX-512, 8 with AVX2, 0 where
 * it has none. Found by trying: every blocked form of a small program against the plain one. It is part of a training's
 * key, since the layout decides in which order numbers are added up.
 */
import * as ort from "onnxruntime-node";
import {
  avgPool2d,
  channelAffine,
  channelMoments,
  conv2d,
  input,
  maxPool2d,
  mean,
  relu,
  square,
} from "../build/index.ts";
import { add, mul } from "../build/elementwise.ts";
import { grad } from "../grad.ts";
import { type Tensor, size } from "../graph.ts";
import { toOnnx } from "../onnx/lower.ts";
import { inputName } from "../onnx/model.ts";
import { simplify } from "../passes/pipeline.ts";
import { Random } from "../random.ts";
import { type Program, program } from "../program.ts";

const SIZES = [16, 8];
/** The forms are the same sums in another order: more than this is not rounding. */
const TOLERANCE = 1e-4;

let found: Promise<number> | null = null;

/** Tries once a process. */
export function blockSize(): Promise<number> {
  found ??= firstFit();
  return found;
}

async function firstFit(): Promise<number> {
  // Elsewhere onnxruntime may have the ops without kernels behind them.
  if (process.arch !== "x64") return 0;
  const probe = simplify(probeProgram());
  const plain = await numbersOf(probe, 0);
  for (const block of SIZES) if (plain !== null && agree(plain, await numbersOf(probe, block))) return block;
  return 0;
}

/**
 * A training step that has every blocked form, of pictures and channels that fill blocks of 16, and a first layer that
 * does not.
 */
function probeProgram(): Program {
  const shapes = {
    x: [16, 3, 9, 8],
    w1: [32, 3, 3, 3],
    scale: [32],
    shift: [32],
    w2: [16, 32, 3, 3],
    w3: [16, 16, 1, 1],
    w4: [16, 3, 3, 3],
    // Pictures so large that each gives its own gradient of the filters, and so many that it is summed in parts.
    large: [20, 16, 12, 12],
    w5: [16, 16, 3, 3],
    // As many numbers as an optimiser's pass takes at once.
    old: [65_536],
    more: [65_536],
  };
  const tensors = Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, input(name, shape)]));
  const { x, w1, scale, shift, w2, w3, w4, large, w5, old, more } = tensors;
  const first = channelAffine(conv2d(x, w1, { stride: 2, padding: 1 }), scale, shift);
  const second = conv2d(relu(first), w2, { padding: 1 });
  const third = add(conv2d(second, w3), avgPool2d(second, { kernel: 3, stride: 1, padding: 1 }));
  const pooled = maxPool2d(third, { kernel: 3, stride: 2, padding: 1 });
  // Its adjoint is taken by filters alone.
  const apart = maxPool2d(conv2d(x, w4, { padding: 1 }), { kernel: 2, stride: 2 });
  const moved = add(mul(0.9, old), more);
  const parted = conv2d(large, w5, { padding: 1 });
  const losses = [third, apart, parted, moved].map((of) => mean(square(of)));
  losses.push(mean(pooled), mean(channelMoments(third)));
  const loss = losses.reduce((sum, one) => add(sum, one));
  const trained: Tensor[] = [w1, scale, shift, w2, w3, w4, w5];
  const gradients = grad(mul(loss, 10), trained);
  const outputs = Object.fromEntries(gradients.map((g, i) => [`g${i}`, g]));
  return program({ inputs: Object.values(tensors), outputs: { loss, pooled, ...outputs } });
}

/** The probe's outputs, one after the other; null where onnxruntime refuses the model. */
async function numbersOf(probe: Program, block: number): Promise<number[] | null> {
  try {
    const session = await ort.InferenceSession.create(toOnnx(probe, { provider: "cpu", block }), {
      graphOptimizationLevel: "extended",
      intraOpNumThreads: 1,
      logSeverityLevel: 4,
    });
    const random = new Random(1);
    const feeds = probe.inputs.map(({ shape, attrs: { name } }) => {
      const data = Float32Array.from({ length: size(shape) }, () => 2 * random.uniform() - 1);
      return [inputName(name), new ort.Tensor("float32", data, shape)] as const;
    });
    const results = await session.run(Object.fromEntries(feeds));
    await session.release();
    return Object.keys(results)
      .sort()
      .flatMap((name) => [...(results[name].data as Float32Array)]);
  } catch {
    // A machine without the layout says so by failing; what else may be wrong shows when the plain form fails too.
    return null;
  }
}

function agree(plain: readonly number[], blocked: readonly number[] | null): boolean {
  return (
    blocked?.length === plain.length &&
    plain.every((x, i) => Math.abs(x - blocked[i]) <= TOLERANCE * Math.max(1, Math.abs(x)))
  );
}

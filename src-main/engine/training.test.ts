/** A whole training step, forward to optimiser, as one program whose outputs are fed back. */
import { expect, test } from "vitest";
import {
  adamW,
  add,
  conv2d,
  type Executor,
  flatten,
  grad,
  input,
  kaimingNormal,
  matmul,
  maxPool2d,
  mean,
  onnxExecutor,
  program,
  Random,
  referenceExecutor,
  relu,
  softmaxCrossEntropy,
  type Tensor,
  type Value,
  value,
  zeros,
} from "./index.ts";

const BATCH = 8;

const SHAPES: Record<string, readonly number[]> = {
  filters: [4, 1, 3, 3],
  filterBias: [4],
  hidden: [16, 8],
  hiddenBias: [8],
  last: [8, 2],
  lastBias: [2],
};

function model(x: Tensor, p: Record<string, Tensor>): Tensor {
  const pooled = maxPool2d(relu(conv2d(x, p.filters, { padding: 1, bias: p.filterBias })), { kernel: 2 });
  const hidden = relu(add(matmul(flatten(pooled), p.hidden), p.hiddenBias));
  return add(matmul(hidden, p.last), p.lastBias);
}

const names = Object.keys(SHAPES);
const inputsOf = (prefix: string): Tensor[] => names.map((name) => input(prefix + name, SHAPES[name]));

function trainingStep() {
  const [params, means, variances] = ["p.", "m.", "v."].map(inputsOf);
  const [x, targets, step] = [input("x", [BATCH, 1, 4, 4]), input("targets", [BATCH, 2]), input("step", [])];
  const logits = model(x, Object.fromEntries(names.map((name, i) => [name, params[i]])));
  const loss = mean(softmaxCrossEntropy(logits, targets));
  const state = { mean: means, variance: variances };
  const next = adamW({ params, grads: grad(loss, params), state, lr: 0.02, step });
  const outputs: Record<string, Tensor> = { loss };
  names.forEach((name, i) => {
    outputs[`p.${name}`] = next.params[i];
    outputs[`m.${name}`] = next.state.mean[i];
    outputs[`v.${name}`] = next.state.variance[i];
  });
  return program({ inputs: [...params, ...means, ...variances, x, targets, step], outputs });
}

function firstState(): Record<string, Value> {
  const random = new Random(11);
  return Object.fromEntries(
    names.flatMap((name) => {
      const shape = SHAPES[name];
      const first = shape.length > 1 ? kaimingNormal(random.split(name), shape) : zeros(shape);
      return [
        [`p.${name}`, first],
        [`m.${name}`, zeros(shape)],
        [`v.${name}`, zeros(shape)],
      ];
    }),
  );
}

/** XOR of two corners of a picture, with noise elsewhere. */
function batch(): Record<string, Value> {
  const random = new Random(12);
  const pictures = new Float32Array(BATCH * 16).map(() => 0.1 * random.normal());
  const targets = new Float32Array(BATCH * 2);
  for (let i = 0; i < BATCH; i++) {
    const [a, c] = [i & 1, (i >> 1) & 1];
    pictures[i * 16] += a;
    pictures[i * 16 + 15] += c;
    targets[i * 2 + (a ^ c)] = 1;
  }
  return { x: value(pictures, [BATCH, 1, 4, 4]), targets: value(targets, [BATCH, 2]) };
}

async function train(executor: Executor, steps: number) {
  await using session = await executor.compile(trainingStep());
  let state = firstState();
  const losses: number[] = [];
  for (let i = 1; i <= steps; i++) {
    const { loss, ...next } = await session.run({ ...state, ...batch(), step: value(Float32Array.of(i), []) });
    losses.push(loss.data[0]);
    state = next;
  }
  return { losses, state };
}

test("a small CNN learns XOR on ONNX", async () => {
  const { losses } = await train(onnxExecutor(), 150);
  expect(losses[0]).toBeGreaterThan(0.5);
  expect(losses[149]).toBeLessThan(0.05);
});

test("several steps on ONNX end where the reference ends", async () => {
  const [onnx, reference] = [await train(onnxExecutor(), 6), await train(referenceExecutor(), 6)];
  onnx.losses.forEach((loss, i) => expect(loss).toBeCloseTo(reference.losses[i], 5));
  for (const name of names) {
    const [have, want] = [onnx.state[`p.${name}`].data, reference.state[`p.${name}`].data];
    have.forEach((x, i) => expect(x).toBeCloseTo(want[i], 4));
  }
});

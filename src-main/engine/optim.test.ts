import { describe, expect, test } from "vitest";
import { input, type Tensor, type Value, value } from "./index.ts";
import { onnxExecutor } from "./executors/onnx.ts";
import { referenceExecutor } from "./executors/reference.ts";
import { adam, adamW, clipByNorm, cosineRate, sgd, type Slots, type Updated } from "./optim.ts";
import { program } from "./program.ts";

type Numbers = number[];

/** Runs an optimiser for some steps on a parameter of two numbers with the gradients given; the parameter after each. */
async function trace(moments: readonly string[], build: (p: Parts) => Updated, gradients: Numbers[]) {
  const [p, g, step] = [input("p", [2]), input("g", [2]), input("step", [])];
  const slots: Slots = Object.fromEntries(moments.map((name) => [name, [input(name, [2])]]));
  const next = build({ params: [p], grads: [g], state: slots, step });
  const inputs = [p, g, ...(moments.includes("mean") ? [step] : []), ...Object.values(slots).flat()];
  const outputs = { p: next.params[0], ...Object.fromEntries(moments.map((name) => [name, next.state[name][0]])) };
  await using session = await referenceExecutor().compile(program({ inputs, outputs }));
  const pair = (x: Numbers) => value(Float64Array.from(x), [2]);
  let state: Record<string, Value> = {
    p: pair([1, -2]),
    ...Object.fromEntries(moments.map((name) => [name, pair([0, 0])])),
  };
  const seen: Numbers[] = [];
  for (const [i, numbers] of gradients.entries()) {
    const time: Record<string, Value> = moments.includes("mean") ? { step: value(Float64Array.of(i + 1), []) } : {};
    state = { ...state, ...(await session.run({ ...state, ...time, g: pair(numbers) })) };
    seen.push([...state.p.data]);
  }
  return seen;
}

interface Parts {
  readonly params: Tensor[];
  readonly grads: Tensor[];
  readonly state: Slots;
  readonly step: Tensor;
}

const GRADIENTS = [
  [0.5, -1],
  [0.1, 2],
  [-0.3, 0],
];

/** The papers' own formulas, number by number. */
function adamByHand({ decoupled, decay }: { decoupled: boolean; decay: number }): Numbers[] {
  const [lr, b1, b2, eps] = [0.1, 0.9, 0.999, 1e-8];
  const p = [1, -2];
  const m = [0, 0];
  const v = [0, 0];
  return GRADIENTS.map((gradient, t) =>
    p.map((_, i) => {
      const g = gradient[i] + (decoupled ? 0 : decay * p[i]);
      m[i] = b1 * m[i] + (1 - b1) * g;
      v[i] = b2 * v[i] + (1 - b2) * g * g;
      const [mHat, vHat] = [m[i] / (1 - b1 ** (t + 1)), v[i] / (1 - b2 ** (t + 1))];
      if (decoupled) p[i] -= lr * decay * p[i];
      p[i] -= (lr * mHat) / (Math.sqrt(vHat) + eps);
      return p[i];
    }),
  );
}

const expectClose = (have: Numbers[], want: Numbers[]) =>
  expect(have.flat().map((x) => x.toFixed(9))).toEqual(want.flat().map((x) => x.toFixed(9)));

describe("optimisers", () => {
  test("AdamW is its paper's: decay outside of the moments", async () => {
    const have = await trace(["mean", "variance"], (p) => adamW({ ...p, lr: 0.1 }, { weightDecay: 0.2 }), GRADIENTS);
    expectClose(have, adamByHand({ decoupled: true, decay: 0.2 }));
  });

  test("Adam is its paper's: decay inside of the gradient", async () => {
    const have = await trace(["mean", "variance"], (p) => adam({ ...p, lr: 0.1 }, { weightDecay: 0.2 }), GRADIENTS);
    expectClose(have, adamByHand({ decoupled: false, decay: 0.2 }));
  });

  test("SGD goes down the gradient", async () => {
    const have = await trace([], (p) => sgd({ ...p, lr: 0.1 }), GRADIENTS.slice(0, 1));
    expectClose(have, [[0.95, -1.9]]);
  });

  test("SGD with momentum and decay follows PyTorch's rule", async () => {
    const have = await trace(
      ["velocity"],
      (p) => sgd({ ...p, lr: 0.1 }, { momentum: 0.9, weightDecay: 0.01 }),
      GRADIENTS,
    );
    const p = [1, -2];
    const velocity = [0, 0];
    const want = GRADIENTS.map((g) =>
      p.map((_, i) => {
        velocity[i] = 0.9 * velocity[i] + g[i] + 0.01 * p[i];
        return (p[i] -= 0.1 * velocity[i]);
      }),
    );
    expectClose(have, want);
  });

  test.each([
    [1, [0.6, 0.8]],
    [10, [3, 4]],
  ])("gradients are clipped to a joint norm of at most %d", async (most, want) => {
    const [a, c] = [input("a", [1]), input("c", [1, 1])];
    const [x, y] = clipByNorm([a, c], most);
    await using session = await onnxExecutor().compile(program({ inputs: [a, c], outputs: { x, y } }));
    const feeds = { a: value(Float32Array.of(3), [1]), c: value(Float32Array.of(4), [1, 1]) };
    const { x: first, y: second } = await session.run(feeds);
    expect([first.data[0], second.data[0]].map((n) => n.toFixed(4))).toEqual(want.map((n) => n.toFixed(4)));
  });

  test("the cosine schedule warms up, peaks and ends at zero", () => {
    expect(
      [5, 10, 60, 110, 200].map((step) => cosineRate(step, { peak: 2, total: 110, warmup: 10 }).toFixed(6)),
    ).toEqual([1, 2, 1, 0, 0].map((n) => n.toFixed(6)));
  });
});

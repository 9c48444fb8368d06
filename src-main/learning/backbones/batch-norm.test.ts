import { expect, test } from "vitest";
import {
  conv2d,
  grad,
  input,
  maxPool2d,
  mean,
  mul,
  program,
  Random,
  referenceExecutor,
  square,
  type Tensor,
} from "../../engine/index.ts";
import { fed } from "../../engine/testing/against.ts";
import type { Mode } from "./backbone.ts";
import { batchNorms } from "./batch-norm.ts";

const pool = (z: Tensor): Tensor => maxPool2d(z, { kernel: 3, stride: 2, padding: 1 });

test.each<Mode>(["training", "inference"])(
  "a norm after its pool is the pool of the norm, scales of both signs, in %s",
  async (mode) => {
    const channels = 6;
    const inputs = {
      x: input("x", [4, 3, 9, 8]),
      filters: input("filters", [channels, 3, 3, 3]),
      h: input("h", [4, channels, 5, 4]),
      "bn.weight": input("bn.weight", [channels]),
      "bn.bias": input("bn.bias", [channels]),
      "bn.running_mean": input("bn.running_mean", [channels]),
      "bn.running_var": input("bn.running_var", [channels]),
    };
    const { x, filters, h } = inputs;
    const trained = [filters, inputs["bn.weight"], inputs["bn.bias"]];
    const convolve = (w: Tensor): Tensor => conv2d(x, w, { padding: 1 });
    const [after, before] = [batchNorms(inputs, mode), batchNorms(inputs, mode)];
    const ways = {
      after: { y: after.pooled({ name: "bn", filters, convolve, pool }), kept: after.kept },
      before: { y: pool(before.apply(convolve(filters), "bn")), kept: before.kept },
    };
    const outputs = Object.entries(ways).flatMap(([way, { y, kept }]) => {
      const gradients = grad(mean(mul(square(y), h)), trained);
      const all = { y, ...kept, ...Object.fromEntries(gradients.map((g, i) => [`by ${i}`, g])) };
      return Object.entries(all).map(([name, t]) => [`${way}: ${name}`, t] as const);
    });
    const random = new Random(2);
    const { whole, feeds } = fed(program({ inputs: Object.values(inputs), outputs: Object.fromEntries(outputs) }), () =>
      random.normal(),
    );
    feeds["bn.running_var"].data.forEach((v, i, data) => (data[i] = 0.5 + Math.abs(v)));
    const scales = [...feeds["bn.weight"].data];
    expect([Math.min(...scales) < 0, Math.max(...scales) > 0]).toEqual([true, true]);
    await using session = await referenceExecutor().compile(whole);
    const results = await session.run(feeds);
    const names = Object.keys(results).filter((name) => name.startsWith("after: "));
    expect(names.length).toBe(mode === "training" ? 6 : 4);
    for (const name of names) {
      const [a, c] = [name, name.replace("after", "before")].map((key) => [...results[key].data]);
      for (const [i, value] of a.entries()) expect([name, value]).toEqual([name, expect.closeTo(c[i], 10)]);
    }
  },
);

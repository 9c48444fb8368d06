import { readFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { referenceExecutor } from "../../engine/executors/reference.ts";
import {
  grad,
  input,
  mean,
  program,
  type Shape,
  size,
  softmaxCrossEntropy,
  type Value,
  value,
} from "../../engine/index.ts";
import { poolformerOf } from "./poolformer.ts";
import { resnet18Of } from "./resnet18.ts";

/** Made by torch-backbones.py among them: torchvision's ResNet and a PoolFormer of PyTorch's layers, narrow, in float64. */
const FIXTURES = path.join(import.meta.dirname, "../../../test/fixtures/learning");

const pairs = z.record(z.string(), z.tuple([z.number(), z.number()]));
const fixture = z.object({
  widths: z.tuple([z.int(), z.int(), z.int(), z.int()]),
  input: z.tuple([z.int(), z.int(), z.int(), z.int()]),
  labels: z.array(z.int()),
  inference: z.array(z.number()),
  logits: z.array(z.number()),
  loss: z.number(),
  statistics: pairs,
  gradients: pairs,
});

async function told(name: string): Promise<z.infer<typeof fixture>> {
  return fixture.parse(JSON.parse(await readFile(path.join(FIXTURES, `${name}-torch.json`), "utf8")));
}

const numbers = (n: number, phase: number) =>
  Float64Array.from({ length: n }, (_, i) => Math.sin(0.7 * i + phase + (i % 5)));

/** Two numbers that depend on every one and its place. */
function summed({ data }: Value): number[] {
  const weights = numbers(data.length, 0);
  const dot = weights.reduce((sum, weight, i) => sum + weight * data[i], 0);
  return [dot, Math.hypot(...data)];
}

/** The weights of the script: sorted names, by a formula. */
function weights(specs: readonly { name: string; shape: Shape }[]): Record<string, Value> {
  const sorted = specs.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return Object.fromEntries(
    sorted.map(({ name, shape }, k) => {
      const one = name.endsWith("running_var") || (shape.length === 1 && name.endsWith("weight")) ? 1 : 0;
      return [
        name,
        value(
          numbers(size(shape), k).map((x) => 0.3 * x + one),
          shape,
        ),
      ];
    }),
  );
}

const close = (ours: ArrayLike<number>, theirs: readonly number[]) =>
  theirs.forEach((number, i) => expect(ours[i]).toBeCloseTo(number, 9));

test.each([
  { name: "resnet18", of: resnet18Of },
  { name: "poolformer-s12", of: poolformerOf },
])("$name gives PyTorch's logits, loss, running statistics and gradients", async ({ name: network, of }) => {
  const torch = await told(network);
  const [batch, ...shape] = torch.input;
  const backbone = of({ widths: torch.widths });
  const specs = [...backbone.parameters(shape), ...backbone.statistics];
  const tensors = specs.map((spec) => input(spec.name, spec.shape));
  const named = Object.fromEntries(specs.map((spec, i) => [spec.name, tensors[i]]));
  const x = input("x", [batch, ...shape]);
  const targets = input("targets", [batch, 3]);
  const { logits, statistics } = backbone.forward(x, named, "training");
  const loss = mean(softmaxCrossEntropy(logits, targets));
  const names = backbone.parameters(shape).map(({ name }) => name);
  const gradients = grad(
    loss,
    names.map((name) => named[name]),
  );
  const whole = program({
    inputs: [...tensors, x, targets],
    outputs: {
      inference: backbone.forward(x, named, "inference").logits,
      logits,
      loss,
      ...statistics,
      ...Object.fromEntries(names.map((name, i) => [`gradient ${name}`, gradients[i]])),
    },
  });
  await using session = await referenceExecutor().compile(whole);
  const out = await session.run({
    ...weights(specs),
    x: value(numbers(batch * size(shape), 0.5), [batch, ...shape]),
    targets: value(
      Float64Array.from({ length: batch * 3 }, (_, i) => (torch.labels[Math.floor(i / 3)] === i % 3 ? 1 : 0)),
      [batch, 3],
    ),
  });

  close(out.inference.data, torch.inference);
  close(out.logits.data, torch.logits);
  close(out.loss.data, [torch.loss]);
  expect(Object.keys(torch.statistics).sort()).toEqual(backbone.statistics.map(({ name }) => name).sort());
  for (const [name, pair] of Object.entries(torch.statistics)) close(summed(out[name]), pair);
  expect(Object.keys(torch.gradients).sort()).toEqual([...names].sort());
  for (const [name, pair] of Object.entries(torch.gradients)) close(summed(out[`gradient ${name}`]), pair);
});

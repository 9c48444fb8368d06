/** Programs on onnxruntime against the reference, and what their models name. */
import { expect } from "vitest";
import { onnxExecutor } from "../executors/onnx.ts";
import { referenceExecutor } from "../executors/reference.ts";
import { size, type Value, value } from "../graph.ts";
import { toOnnx } from "../onnx/lower.ts";
import { simplify } from "../passes/pipeline.ts";
import type { Program } from "../program.ts";

export interface Made {
  readonly whole: Program;
  readonly feeds: Readonly<Record<string, Value>>;
}

/** The program with numbers, which float32 holds, for each of its inputs. */
export function fed(whole: Program, draw: () => number): Made {
  const feeds = whole.inputs.map(({ shape, attrs: { name } }) => {
    const numbers = Float64Array.from({ length: size(shape) }, () => Math.fround(draw()));
    return [name, value(numbers, shape)] as const;
  });
  return { whole, feeds: Object.fromEntries(feeds) };
}

/** Every output differs by less than 2e-5 of its largest number, or of a tenth. */
export async function compare({ whole, feeds }: Made): Promise<void> {
  await using reference = await referenceExecutor().compile(whole);
  await using onnx = await onnxExecutor({ threads: 2 }).compile(whole);
  const [want, have] = [await reference.run(feeds), await onnx.run(feeds)];
  for (const name of Object.keys(whole.outputs)) {
    const [a, c] = [have, want].map((of) => Float64Array.from(of[name].data));
    const scale = c.reduce((most, y) => Math.max(most, Math.abs(y)), 0.1);
    const worst = a.reduce((most, x, i) => Math.max(most, Math.abs(x - c[i]) / scale), 0);
    expect([name, worst]).toEqual([name, expect.toSatisfy((x: number) => x < 2e-5, "below 2e-5")]);
  }
}

interface Where {
  /** Channels of a block. */
  readonly block: number;
  /** Only of nodes that were written for an op of ours; default all. */
  readonly of?: string;
}

/** How many nodes of the model are of an ONNX op. */
export function nodesOf(whole: Program, op: string, { block, of }: Where): number {
  // A node's name, `conv2d at models/cnn.ts:31 (7)`, is followed by its op as field 4: a tag, the text's length, the text.
  const field = `\\(\\d+\\)\\x22\\x${op.length.toString(16).padStart(2, "0")}${op}`;
  const model = Buffer.from(toOnnx(simplify(whole), { provider: "cpu", block })).toString("latin1");
  return model.match(new RegExp(of === undefined ? field : `${of} at [^(]*${field}`, "g"))?.length ?? 0;
}

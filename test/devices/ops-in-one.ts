/** Every case of every op, its result and first gradients, as one program: one session instead of two hundred. */
import {
  grad,
  input,
  mul,
  type Program,
  program,
  Random,
  reduceSum,
  size,
  type Tensor,
  type Value,
  value,
} from "../../src-main/engine/index.ts";
import { CASES, type OpCase, type Operand } from "../../src-main/engine/testing/cases.ts";

export interface OpsInOne {
  readonly program: Program;
  readonly feeds: Readonly<Record<string, Value>>;
}

/** Outputs are named `relu/0 matrix/result`, `relu/0 matrix/by x0`. `ops`: which; default every op. */
export function opsInOne(ops: readonly string[] = Object.keys(CASES)): OpsInOne {
  const inputs: Tensor[] = [];
  const outputs: Record<string, Tensor> = {};
  const feeds: Record<string, Value> = {};
  for (const [op, cases] of Object.entries<readonly OpCase[]>(CASES)) {
    if (!ops.includes(op)) continue;
    for (const [number, { name, operands, build }] of cases.entries()) {
      const at = `${op}/${number} ${name}`;
      const own = operands.map(({ shape, dtype }, i) => input(`${at}/x${i}`, shape, dtype));
      const random = new Random(7).split(at);
      operands.forEach((operand, i) => (feeds[`${at}/x${i}`] = numbers(operand, random)));
      const result = build(...own);
      inputs.push(...own);
      outputs[`${at}/result`] = result;
      const wrt = own.filter((x, i) => x.dtype === "float32" && operands[i].fixed !== true);
      if (result.dtype !== "float32") continue;
      grad(reduceSum(mul(result, result)), wrt).forEach((g, i) => (outputs[`${at}/by x${own.indexOf(wrt[i])}`] = g));
    }
  }
  return { program: program({ inputs, outputs }), feeds };
}

function numbers({ shape, dtype = "float32", range: [low, high] = [-2, 2], data }: Operand, random: Random): Value {
  const drawn = data ?? Array.from({ length: size(shape) }, () => low + (high - low) * random.uniform());
  const types = { float32: Float32Array, int32: Int32Array, bool: Uint8Array };
  return value(types[dtype].from(drawn), shape, dtype);
}

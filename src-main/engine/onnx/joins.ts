/**
 * Two ops written as one. onnxruntime would join most of them itself, in more time than all else of a session's creation
 * takes.
 */
import type { Op } from "./op.ts";

export class Joins {
  readonly #own: boolean;
  readonly #reshaped = new Map<string, string>();
  readonly #turned = new Map<string, string>();

  /** `own`: whether ops of onnxruntime's own may be used. */
  constructor({ own }: { readonly own: boolean }) {
    this.#own = own;
  }

  /** The op that is written in this one's place. */
  joined(op: Op): Op {
    const { type, inputs } = op;
    // Of a shape that is given to a tensor twice only the last one counts.
    if (type === "Reshape") return { ...op, inputs: [this.#reshaped.get(inputs[0]) ?? inputs[0], inputs[1]] };
    if (type !== "MatMul" || !this.#own || !inputs.some((x) => this.#turned.has(x))) return op;
    // A product reads its operands in either order, without a copy.
    const [transA, transB] = inputs.map((x) => (this.#turned.has(x) ? 1 : 0));
    return {
      type: "com.microsoft.FusedMatMul",
      inputs: inputs.map((x) => this.#turned.get(x) ?? x),
      attributes: { transA, transB },
    };
  }

  /** Tells what was written, and its result's name. */
  written({ type, inputs: [x], attributes: { perm } }: Op, result: string): void {
    if (type === "Reshape") this.#reshaped.set(result, x);
    if (type === "Transpose" && Array.isArray(perm) && swapsLast(perm)) this.#turned.set(result, x);
  }
}

function swapsLast(permutation: readonly number[]): boolean {
  const last = permutation.length - 1;
  return permutation.every((from, to) => from === (to === last ? last - 1 : to === last - 1 ? last : to));
}

/**
 * The second executor: programs on TensorFlow.js, node by node, forward only; its autodiff, which is wrong for some
 * second orders, is never asked. Slow on its plain JavaScript backend; a lab with a working tfjs-node-gpu has a GPU by it.
 */
import { ApexError } from "../../../contract/errors.ts";
import { as, type Data, type Tensor, type Value } from "../../graph.ts";
import { simplify } from "../../passes/pipeline.ts";
import type { Program } from "../../program.ts";
import { verify } from "../../verify.ts";
import { refusal } from "../attempt.ts";
import type { Executor, Session } from "../executor.ts";
import { orderedFeeds } from "../feeds.ts";
import { loadTfjs, type TfjsBackend } from "./load.ts";
import { compute, tensorOf } from "./rows/index.ts";
import type { Tf, TfTensor } from "./rows/rule.ts";

export function tfjsExecutor({ backend }: { readonly backend: TfjsBackend }): Executor {
  return {
    name: `tfjs-${backend}`,
    compile: async (program): Promise<Session> => {
      verify(program);
      const lean = simplify(program);
      verify(lean);
      const tf = await loadTfjs(backend);
      let open = true;
      return {
        run: async (feeds) => {
          if (!open) throw new ApexError("executor-failed", "The session was disposed before this run.");
          return evaluate(lean, { fed: orderedFeeds(program, feeds), names: program.inputs }, tf);
        },
        [Symbol.asyncDispose]: async () => {
          open = false;
        },
      };
    },
  };
}

interface Fed {
  readonly fed: readonly Value[];
  readonly names: Program["inputs"];
}

/** The tensors of one run, each freed after its last use. */
class Tensors implements Disposable {
  readonly #held = new Map<Tensor, TfTensor>();
  readonly #uses = new Map<Tensor, number>();

  constructor({ nodes, outputs }: Program) {
    for (const x of [...nodes.flatMap((node) => node.inputs), ...Object.values(outputs)])
      this.#uses.set(x, (this.#uses.get(x) ?? 0) + 1);
  }

  hold(node: Tensor, tensor: TfTensor): void {
    this.#held.set(node, tensor);
  }

  get(node: Tensor): TfTensor {
    const found = this.#held.get(node);
    if (found === undefined) throw new ApexError("internal", `${node.op} at ${node.where} was not computed.`);
    return found;
  }

  used(node: Tensor): void {
    const left = (this.#uses.get(node) ?? 0) - 1;
    this.#uses.set(node, left);
    if (left > 0) return;
    this.#held.get(node)?.dispose();
    this.#held.delete(node);
  }

  [Symbol.dispose](): void {
    for (const tensor of this.#held.values()) tensor.dispose();
    this.#held.clear();
  }
}

async function evaluate(program: Program, { fed, names }: Fed, tf: Tf): Promise<Record<string, Value>> {
  using tensors = new Tensors(program);
  const feedOf = new Map(names.map((node, i) => [node.attrs.name, fed[i]]));
  for (const node of program.nodes) {
    try {
      tensors.hold(node, result(node, { feedOf, operands: node.inputs.map((x) => tensors.get(x)) }, tf));
    } catch (error) {
      throw refusal("running a program", error, `${node.op} at ${node.where}`);
    }
    for (const x of node.inputs) tensors.used(x);
  }
  const results: Record<string, Value> = {};
  for (const [name, node] of Object.entries(program.outputs)) {
    const { shape, dtype } = node;
    // A copy: some backends hand out their own memory.
    results[name] = { shape, dtype, data: (await tensors.get(node).data()).slice() as Data };
    tensors.used(node);
  }
  return results;
}

interface Known {
  readonly feedOf: ReadonlyMap<string, Value>;
  readonly operands: readonly TfTensor[];
}

function result(node: Tensor, { feedOf, operands }: Known, tf: Tf): TfTensor {
  const input = as(node, "input");
  if (input === null) return compute(node as Parameters<typeof compute>[0], operands, tf);
  const value = feedOf.get(input.attrs.name);
  if (value === undefined) throw new ApexError("internal", `The input "${input.attrs.name}" was not fed.`);
  return tensorOf(value, tf);
}

/** A program: a graph in topological order with named inputs and outputs; what executors compile. */
import { createHash } from "node:crypto";
import { ApexError } from "../contract/errors.ts";
import { as, type Data, type Node, type Tensor } from "./graph.ts";

export interface Program {
  /** Declared inputs, in the order given. */
  readonly inputs: readonly Node<"input">[];
  readonly outputs: Readonly<Record<string, Tensor>>;
  /** Every node that the outputs need, inputs first, in topological order. */
  readonly nodes: readonly Tensor[];
}

/** Every node that `roots` depend on, themselves included, in topological order. */
export function reachable(roots: Iterable<Tensor>): Tensor[] {
  const seen = new Set<Tensor>(roots);
  // A Set visits what is added while it is walked.
  for (const node of seen) for (const x of node.inputs) seen.add(x);
  return [...seen].sort((a, b) => a.id - b.id);
}

export interface ProgramParts {
  readonly inputs: readonly Tensor[];
  readonly outputs: Readonly<Record<string, Tensor>>;
}

/** Names what is fed and what is fetched. The verifier (verify.ts) judges the result at every compile. */
export function program({ inputs, outputs }: ProgramParts): Program {
  const declared = inputs.map((node) => {
    const own = as(node, "input");
    if (own === null)
      throw new ApexError(
        "graph-invalid",
        `A program's inputs must be made by input(), but one is ${node.op} at ${node.where}.`,
      );
    return own;
  });
  return { inputs: declared, outputs, nodes: reachable(Object.values(outputs)) };
}

/**
 * A stable hash of what the program computes: ops, attributes, constants, wiring and names; not of the lines of the
 * model, nor of when its nodes were made.
 */
export function digest({ inputs, outputs, nodes }: Program): string {
  const hash = createHash("sha256");
  const place = new Map(nodes.map((node, i) => [node, i]));
  for (const node of nodes) {
    hash.update(`${node.op}(${node.inputs.map((x) => place.get(x)).join()})${attributesText(node)}\n`);
  }
  hash.update(JSON.stringify(inputs.map((x) => x.attrs.name)));
  hash.update(JSON.stringify(Object.entries(outputs).map(([name, x]) => [name, place.get(x)])));
  return hash.digest("hex");
}

/** A node's attributes as text that is equal for equal attributes; large data by their hash. */
export function attributesText(node: Tensor): string {
  return JSON.stringify(node.attrs, (_key, x: unknown) => (ArrayBuffer.isView(x) ? dataDigest(x as Data) : x));
}

function dataDigest(data: Data): string {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return `${data.constructor.name}:${createHash("sha256").update(bytes).digest("hex")}`;
}

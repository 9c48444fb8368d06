/** Checks a program before anything is made of it: a fault is a sentence here, not a crash in an executor. */
import { ApexError } from "../contract/errors.ts";
import { infer } from "./build/make.ts";
import { describe, type Tensor } from "./graph.ts";
import type { Program } from "./program.ts";

function refuse(node: Tensor, reason: string): never {
  throw new ApexError("graph-invalid", `The program is not valid: ${node.op} at ${node.where} ${reason}.`, {
    op: node.op,
  });
}

/**
 * Order, wiring, shapes, dtypes, inputs and outputs.
 * Throws ApexError `graph-invalid`, or `shape-mismatch` where the shape table refuses a node.
 */
export function verify({ inputs, outputs, nodes }: Program): void {
  const placed = new Set<Tensor>();
  for (const node of nodes) {
    if (placed.has(node)) refuse(node, "stands twice");
    const late = node.inputs.find((x) => !placed.has(x));
    if (late !== undefined) refuse(node, `uses ${late.op} (${late.where}), which does not stand before it`);
    const type = infer(node);
    if (describe(type) !== describe(node)) refuse(node, `claims to be ${describe(node)} but makes ${describe(type)}`);
    placed.add(node);
  }

  const names = new Set<string>();
  for (const node of inputs) {
    const { name } = node.attrs;
    if (names.has(name)) refuse(node, `is a second input named "${name}"`);
    names.add(name);
    if (!placed.has(node)) refuse(node, `declares the input "${name}", which no output depends on`);
  }
  const declared = new Set<Tensor>(inputs);
  const free = nodes.find((node) => node.op === "input" && !declared.has(node));
  if (free !== undefined) refuse(free, "is an input that the program does not declare");

  if (Object.keys(outputs).length === 0)
    throw new ApexError("graph-invalid", "The program is not valid: it has no outputs.");
  for (const [name, node] of Object.entries(outputs))
    if (!placed.has(node)) refuse(node, `is the output "${name}" but no part of the program`);
}

import type * as core from "@tensorflow/tfjs-core";
import type { Node } from "../../../graph.ts";
import type { OpName } from "../../../ops/attributes.ts";

/** TensorFlow.js as a value: which copy of it, with which backend, is for load.ts to say. */
export type Tf = typeof core;
export type TfTensor = core.Tensor;
export type Tensor4D = core.Tensor4D;

/**
 * A row of the table: one node, from its operands, by TensorFlow.js's ops. None of its gradients is used. What it makes
 * on the way is freed for it; what it gives back must be a tensor of its own, not an operand.
 */
type TfjsRule<O extends OpName> = (node: Node<O>, operands: readonly TfTensor[], tf: Tf) => TfTensor;

export type TfjsRows<O extends OpName> = { readonly [K in O]: TfjsRule<K> };

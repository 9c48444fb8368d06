import type { Node } from "../../graph.ts";
import type { OnnxModel } from "../../onnx/model.ts";
import type { OpName } from "../attributes.ts";

/** A row of table 4: writes a node into an ONNX model, given its operands' names there; gives the result's name. */
type LoweringRule<O extends OpName> = (node: Node<O>, operands: readonly string[], onnx: OnnxModel) => string;

export type LoweringRows<O extends OpName> = { readonly [K in O]: LoweringRule<K> };

/** onnxruntime's execution providers that programs are lowered for, by its own names. */
export type Provider = "cpu" | "webgpu" | "cuda" | "dml" | "coreml";

/** An ONNX model under construction. Field numbers are those of onnx.proto. */
import type { Data, DType, Shape, TensorType } from "../graph.ts";
import { Joins } from "./joins.ts";
import type { Attribute, Attributes, Op } from "./op.ts";
import { Message } from "./protobuf.ts";

/** Fixed, so that the meaning of every op is; IR version 10 belongs to it. */
const OPSET = 21;
const IR_VERSION = 10;

/** TensorProto.DataType */
export const ELEMENT = { float32: 1, int32: 6, int64: 7, bool: 9 } as const;
type Element = keyof typeof ELEMENT;

const ATTRIBUTE = { float: 1, int: 2, text: 3, floats: 6, ints: 7 } as const;

/** How the names of computed tensors and constants start. */
const COMPUTED = "t:";

/** A program's names in the model; the prefixes keep inputs, outputs and what is between apart. */
export const inputName = (name: string): string => `in:${name}`;
export const outputName = (name: string): string => `out:${name}`;

interface OnnxNode extends Op {
  /** `conv2d at models/cnn.ts:31`: onnxruntime quotes it when the node fails. */
  readonly name: string;
  readonly outputs: string[];
}

/** A tensor by its name, and its shape. */
export interface Shaped {
  readonly name: string;
  readonly shape: Shape;
}

/** The first output of a silent model: a list, which onnxruntime-node does not hand over. */
export const SILENCE = "silence";

export class OnnxModel {
  readonly #silent: boolean;
  readonly #joins: Joins;
  readonly #nodes: OnnxNode[] = [];
  readonly #known = new Map<string, OnnxNode>();
  readonly #shaped = new Map<string, Shaped>();
  readonly #initializers = new Map<string, Message>();
  readonly #inputs: Message[] = [];
  readonly #outputs: Message[] = [];
  readonly #renamed = new Map<string, string>();
  readonly #copied = new Set<string>();
  #names = 0;
  /** The op and line of the model that the next nodes are written for. */
  origin = "";

  /** `own`: whether products may be written as onnxruntime's own op where that saves a copy. */
  constructor({ silent = false, own = false }: { readonly silent?: boolean; readonly own?: boolean } = {}) {
    this.#silent = silent;
    this.#joins = new Joins({ own });
  }

  #name(): string {
    return `${COMPUTED}${this.#names++}`;
  }

  /** Node names must differ: one op of ours is often several of ONNX's. */
  #nodeName(): string {
    return `${this.origin} (${this.#nodes.length})`;
  }

  /** One ONNX op; its output's name. An op that is already there (same type, inputs, attributes) is reused. */
  op(type: string, inputs: readonly string[], attributes: Attributes = {}): string {
    const op = this.#joins.joined({ type, inputs, attributes });
    const [result] = this.#node(op.type, op.inputs, op.attributes).outputs;
    this.#joins.written(op, result);
    return result;
  }

  /** The same numbers under another shape. */
  shaped({ name, shape }: Shaped, to: Shape): string {
    const result = this.op("Reshape", [name, this.ints(to)]);
    this.#shaped.set(result, { name, shape });
    return result;
  }

  /** What a tensor was before it was given its shape, where that is known: as an output this is a copy less. */
  unshaped(name: string): Shaped | null {
    return this.#shaped.get(name) ?? null;
  }

  /** As `op`, for ops with two outputs (MaxPool's values and indices). */
  twoOutputs(type: string, inputs: readonly string[], attributes: Attributes): [string, string] {
    const { outputs } = this.#node(type, inputs, attributes);
    if (outputs.length < 2) outputs.push(this.#name());
    return [outputs[0], outputs[1]];
  }

  #node(type: string, inputs: readonly string[], attributes: Attributes): OnnxNode {
    const key = JSON.stringify([type, inputs, attributes]);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const node = { name: this.#nodeName(), type, inputs, attributes, outputs: [this.#name()] };
    this.#nodes.push(node);
    this.#known.set(key, node);
    return node;
  }

  /** A tensor that is part of the model; float64 data are rounded to float32. */
  tensor(data: Data, { shape, dtype }: TensorType): string {
    const name = this.#name();
    const stored = data instanceof Float64Array ? Float32Array.from(data) : data;
    this.#initializers.set(name, initializer(name, { element: dtype, shape, data: stored }));
    return name;
  }

  /** A float32 scalar. Equal ones are one initializer. */
  scalar(x: number): string {
    const name = `scalar ${x}`;
    this.#initializers.set(name, initializer(name, { element: "float32", shape: [], data: Float32Array.of(x) }));
    return name;
  }

  /** A rank-1 int64 tensor, as ONNX wants shapes, axes and starts. Equal ones are one initializer. */
  ints(values: readonly number[]): string {
    const name = `ints ${values.join()}`;
    const data = BigInt64Array.from(values, BigInt);
    this.#initializers.set(name, initializer(name, { element: "int64", shape: [values.length], data }));
    return name;
  }

  input(name: string, type: TensorType): string {
    this.#inputs.push(valueInfo(inputName(name), type));
    return inputName(name);
  }

  /** Declares `from` an output under `name`: by renaming it, or by a copy where it is an input, or an output already. */
  output(name: string, type: TensorType, from: string): void {
    const own = outputName(name);
    this.#outputs.push(valueInfo(own, type));
    const computed = from.startsWith(COMPUTED) && !this.#initializers.has(from) && !this.#renamed.has(from);
    if (computed) this.#renamed.set(from, own);
    else {
      this.#nodes.push({ name: this.#nodeName(), type: "Identity", inputs: [from], outputs: [own], attributes: {} });
      this.#copied.add(own);
    }
  }

  /** The nodes that an output depends on: a form that was written and then not wanted costs nothing. */
  #needed(): OnnxNode[] {
    const wanted = new Set([...this.#renamed.keys(), ...this.#copied]);
    const needed = this.#nodes.toReversed().filter((node) => {
      if (!node.outputs.some((name) => wanted.has(name))) return false;
      for (const name of node.inputs) wanted.add(name);
      return true;
    });
    return needed.toReversed();
  }

  encode(): Uint8Array {
    const graph = new Message();
    const named = (name: string): string => this.#renamed.get(name) ?? name;
    for (const node of this.#needed())
      graph.message(1, nodeMessage({ ...node, inputs: node.inputs.map(named), outputs: node.outputs.map(named) }));
    if (this.#silent) graph.message(1, nodeMessage(SILENT_NODE)).message(12, listInfo(SILENCE));
    graph.text(2, "program");
    for (const tensor of this.#initializers.values()) graph.message(5, tensor);
    for (const info of this.#inputs) graph.message(11, info);
    for (const info of this.#outputs) graph.message(12, info);
    const model = new Message().int(1, IR_VERSION).text(2, "apexlab").message(7, graph);
    for (const domain of new Set(["", ...this.#nodes.map(({ type }) => domainOf(type))]))
      model.message(8, new Message().text(1, domain).int(2, domain === "" ? OPSET : 1));
    return model.encode();
  }
}

const SILENT_NODE: OnnxNode = {
  name: SILENCE,
  type: "SequenceEmpty",
  inputs: [],
  outputs: [SILENCE],
  attributes: { dtype: ELEMENT.float32 },
};

interface Initializer {
  readonly element: Element;
  readonly shape: Shape;
  readonly data: Exclude<Data, Float64Array> | BigInt64Array;
}

function initializer(name: string, { element, shape, data }: Initializer): Message {
  const message = new Message();
  for (const n of shape) message.int(1, n);
  const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return message.int(2, ELEMENT[element]).text(8, name).bytes(9, raw);
}

/** ONNX's own types stand bare; the others after their domain: `com.microsoft.nchwc.Conv`. */
function domainOf(type: string): string {
  return type.slice(0, Math.max(0, type.lastIndexOf(".")));
}

function nodeMessage({ name, type, inputs, outputs, attributes }: OnnxNode): Message {
  const message = new Message();
  for (const input of inputs) message.text(1, input);
  for (const output of outputs) message.text(2, output);
  const domain = domainOf(type);
  message.text(3, name).text(4, domain === "" ? type : type.slice(domain.length + 1));
  if (domain !== "") message.text(7, domain);
  for (const [key, value] of Object.entries(attributes)) message.message(5, attributeMessage(key, value));
  return message;
}

function attributeMessage(name: string, value: Attribute): Message {
  const message = new Message().text(1, name);
  if (typeof value === "number") return message.int(3, value).int(20, ATTRIBUTE.int);
  if (typeof value === "string") return message.text(4, value).int(20, ATTRIBUTE.text);
  if ("float" in value) return message.float(2, value.float).int(20, ATTRIBUTE.float);
  if ("floats" in value) {
    for (const x of value.floats) message.float(7, x);
    return message.int(20, ATTRIBUTE.floats);
  }
  for (const n of value) message.int(8, n);
  return message.int(20, ATTRIBUTE.ints);
}

function valueInfo(name: string, { shape, dtype }: { readonly shape: Shape; readonly dtype: DType }): Message {
  const dimensions = new Message();
  for (const n of shape) dimensions.message(1, new Message().int(1, n));
  const tensor = new Message().int(1, ELEMENT[dtype]).message(2, dimensions);
  return new Message().text(1, name).message(2, new Message().message(1, tensor));
}

/** An output that is a list of float32 tensors. */
function listInfo(name: string): Message {
  const tensor = new Message().message(1, new Message().int(1, ELEMENT.float32));
  return new Message().text(1, name).message(2, new Message().message(4, new Message().message(1, tensor)));
}

/**
 * Where results go. onnxruntime-node copies every result into a new array, which V8 has filled with zeros before: of the
 * CNN's training step, whose state is 300 MB, that is a sixth. So results are written straight into arrays that earlier
 * results have left. onnxruntime-node would copy these once more, as it copies all that a run returns; a silent model's
 * first output (SILENCE) is of a kind that it cannot return, which it says after the run and before it copies anything.
 */
import * as ort from "onnxruntime-node";
import { unreachable } from "../../contract/errors.ts";
import { type Data, size, type Tensor, type TensorType, type Value } from "../graph.ts";
import { outputName, SILENCE } from "../onnx/model.ts";
import type { Program } from "../program.ts";
import { refusal } from "./attempt.ts";

/** Arrays that nobody reads any more, by their size in bytes. */
export class ResultMemory {
  readonly #left = new Map<number, Set<ArrayBuffer>>();
  readonly #own = new WeakSet<ArrayBuffer>();

  take(bytes: number): ArrayBuffer {
    const alike = this.#left.get(bytes);
    for (const buffer of alike ?? []) {
      alike?.delete(buffer);
      return buffer;
    }
    const buffer = new ArrayBuffer(bytes);
    this.#own.add(buffer);
    return buffer;
  }

  /**
   * Whoever still holds the results sees them empty; arrays from elsewhere stay what they are. The buffers are not
   * detached: V8 would count each as new memory, and look through everything for old one at every other step.
   */
  give(results: Iterable<Value>): void {
    for (const result of results) {
      const { buffer } = result.data;
      if (!(buffer instanceof ArrayBuffer) || !this.#own.has(buffer)) continue;
      Object.assign(result, { data: new Float32Array(0) });
      const alike = this.#left.get(buffer.byteLength);
      if (alike === undefined) this.#left.set(buffer.byteLength, new Set([buffer]));
      else alike.add(buffer);
    }
  }

  clear(): void {
    for (const alike of this.#left.values()) for (const buffer of alike) buffer.transfer(0);
    this.#left.clear();
  }
}

/** Frees results that onnxruntime-node made: left to the garbage collector, to which they look small, they would stay. */
export function detach(results: Iterable<Value>): void {
  for (const { data } of results) if (data.buffer instanceof ArrayBuffer) data.buffer.transfer(0);
}

/** Throws ApexError `out-of-memory`, naming the op. */
function arrayFor(node: Tensor, memory: ResultMemory): Data {
  try {
    return arrayOf(node, memory);
  } catch (error) {
    throw refusal("running a program", error, `${node.op} at ${node.where}`);
  }
}

function arrayOf({ shape, dtype }: TensorType, memory: ResultMemory): Data {
  const elements = size(shape);
  switch (dtype) {
    case "float32":
      return new Float32Array(memory.take(4 * elements));
    case "int32":
      return new Int32Array(memory.take(4 * elements));
    case "bool":
      return new Uint8Array(memory.take(elements));
    default:
      return unreachable(dtype, "dtype");
  }
}

interface Run {
  readonly session: ort.InferenceSession;
  readonly feeds: Readonly<Record<string, ort.Tensor>>;
}

/** Any model but a silent one. */
export async function run({ outputs }: Program, { session, feeds }: Run): Promise<Record<string, Value>> {
  const results = await session.run(feeds);
  return Object.fromEntries(
    Object.entries(outputs).map(([name, { shape, dtype }]) => [
      name,
      { shape, dtype, data: results[outputName(name)].data as Data },
    ]),
  );
}

const NOT_RETURNED = /^Non tensor type/;

/** An output of a silent model. */
interface Slot {
  readonly name: string;
  readonly node: Tensor;
  /** The model's name for it, and its shape: it may give the same numbers another one. */
  readonly output: string;
  readonly shape: readonly number[];
}

/** Where a silent model's results go: made once, since what happens between two steps is slow (cold caches). */
export function slotsOf({ outputs }: Program, { outputMetadata }: ort.InferenceSession): readonly Slot[] {
  const shapes = new Map(outputMetadata.map((info) => [info.name, info.isTensor ? info.shape : []]));
  return Object.entries(outputs).map(([name, node]) => {
    const output = outputName(name);
    return { name, node, output, shape: shapes.get(output)?.map(Number) ?? node.shape };
  });
}

/** A silent model. */
export async function runInto(
  { memory, slots }: { readonly memory: ResultMemory; readonly slots: readonly Slot[] },
  { session, feeds }: Run,
): Promise<Record<string, Value>> {
  const results: Record<string, Value> = {};
  const fetches: Record<string, ort.Tensor | null> = { [SILENCE]: null };
  for (const { name, node, output, shape } of slots) {
    const data = arrayFor(node, memory);
    results[name] = { shape: node.shape, dtype: node.dtype, data };
    fetches[output] = new ort.Tensor(node.dtype, data, shape);
  }
  try {
    await session.run(feeds, fetches);
  } catch (error) {
    if (!(error instanceof Error && NOT_RETURNED.test(error.message))) throw error;
  }
  return results;
}

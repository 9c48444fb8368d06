/**
 * Blocked tensors. onnxruntime's fastest convolutions (domain com.microsoft.nchwc) want channels in blocks of B, 16 or 8
 * as the machine has it: [N, C, H, W] lies in memory as [N, C / B, H, W, B], under an unchanged shape. A tensor of the
 * graph therefore has a plain form, a blocked form, or both; reorders are written where an op wants the other one.
 */
import { ApexError } from "../../../../contract/errors.ts";
import { type DType, type Shape, size, type Tensor } from "../../../graph.ts";
import type { Program } from "../../../program.ts";
import { ELEMENT, type OnnxModel, type Shaped } from "../../../onnx/model.ts";

export const NCHWC = "com.microsoft.nchwc";

/** What a node became: the names of its forms. */
export interface Lowered {
  readonly plain?: string;
  readonly blocked?: Blocked;
  /**
   * Pictures of a picture's columns whose places leave the same remainder, 0 first: blocked, all of one size. A few ops
   * take them as they are, which saves weaving them.
   */
  readonly columns?: readonly string[];
}

export interface Blocked {
  readonly name: string;
  /**
   * Rows of the blocked matrix have as many numbers: memory is [rows / B, pixels, B], whatever shape the tensor goes by,
   * so that a reshape moves nothing.
   */
  readonly pixels: number;
}

export class Forms {
  readonly onnx: OnnxModel;
  /** B. */
  readonly block: number;
  readonly #plain = new Map<Tensor, string>();
  readonly #blocked = new Map<Tensor, Blocked>();
  readonly #columns = new Map<Tensor, readonly string[]>();
  readonly #users = new Map<Tensor, Tensor[]>();
  readonly #outputs: ReadonlySet<Tensor>;

  constructor(onnx: OnnxModel, block: number, { nodes, outputs }: Program) {
    this.onnx = onnx;
    this.block = block;
    this.#outputs = new Set(Object.values(outputs));
    for (const node of nodes)
      for (const x of new Set(node.inputs)) this.#users.set(x, [...(this.#users.get(x) ?? []), node]);
  }

  /** The nodes that take this one. */
  users(node: Tensor): readonly Tensor[] {
    return this.#users.get(node) ?? [];
  }

  /** How many take this node, the program's outputs counted. */
  uses(node: Tensor): number {
    return this.users(node).length + (this.#outputs.has(node) ? 1 : 0);
  }

  /** Whether the program gives it out, into memory of the caller's. */
  isOutput(node: Tensor): boolean {
    return this.#outputs.has(node);
  }

  set(node: Tensor, { plain, blocked, columns }: Lowered): void {
    if (columns !== undefined) this.#columns.set(node, columns);
    if (plain !== undefined) this.#plain.set(node, plain);
    if (blocked !== undefined) this.#blocked.set(node, blocked);
  }

  /** Whether an op wants to know where a pool of this picture has its maxima. */
  usesPlaces(node: Tensor): boolean {
    return this.users(node).some(({ op }) => op === "maxPool2dGather");
  }

  /** The blocked form, where the node has one. */
  blocked(node: Tensor): Blocked | null {
    return this.#blocked.get(node) ?? null;
  }

  /** A picture by its columns, where the node has that form. */
  columns(node: Tensor): readonly string[] | null {
    return this.#columns.get(node) ?? null;
  }

  /** The blocked form of a picture as its convolutions take it, where the node has that one. */
  native(node: Tensor): string | null {
    const form = this.blocked(node);
    return form !== null && isNative(node.shape, form.pixels, this.block) ? form.name : null;
  }

  /** The blocked form of a picture whose channels fill blocks; reordered where it is missing. */
  toBlocked(node: Tensor): string {
    const own = this.native(node);
    if (own !== null) return own;
    const name = this.onnx.op(`${NCHWC}.ReorderInput`, [this.plain(node)]);
    this.#blocked.set(node, { name, pixels: pixelsOf(node.shape) });
    return name;
  }

  /** The node as an output: its shape may differ, since giving an output another shape is a copy. */
  output(node: Tensor): Shaped {
    const name = this.plain(node);
    return this.onnx.unshaped(name) ?? { name, shape: node.shape };
  }

  /** The plain form; reordered where it is missing. */
  plain(node: Tensor): string {
    const own = this.#plain.get(node);
    if (own !== undefined) return own;
    const form = this.blocked(node);
    if (form === null) throw new ApexError("internal", `${node.op} at ${node.where} was not lowered.`);
    const { onnx } = this;
    const native = node.shape.length === 4 && isNative(node.shape, form.pixels, this.block);
    const source = native ? node.shape : [1, size(node.shape) / form.pixels, 1, form.pixels];
    const shaped = (of: string, shape: Shape): string => (native ? of : onnx.op("Reshape", [of, onnx.ints(shape)]));
    // The reorder knows float32 only; comparisons give truth values.
    const cast = (of: string, to: DType): string =>
      node.dtype === "float32" ? of : onnx.op("Cast", [of], { to: ELEMENT[to] });
    const turned = onnx.op(`${NCHWC}.ReorderOutput`, [cast(shaped(form.name, source), "float32")], {
      channels: source[1],
    });
    const name = shaped(cast(turned, node.dtype), node.shape);
    this.#plain.set(node, name);
    return name;
  }
}

export const pixelsOf = (shape: Shape): number => size(shape.slice(2));

/** Whether a shape [N, C, ...] read channel by channel is the blocked matrix itself. */
export function isNative(shape: Shape, pixels: number, block: number): boolean {
  return shape.length > 2 && shape[1] % block === 0 && pixelsOf(shape) === pixels;
}

/** Whether each channel of [1, K, ...] holds whole blocks of rows, so that its numbers lie together, in some order. */
export function isGrouped(shape: Shape, pixels: number, block: number): boolean {
  return shape.length > 2 && shape[0] === 1 && pixelsOf(shape) % (pixels * block) === 0;
}

/** Whether each channel is whole rows of the blocked matrix, one or more. */
export function isRowed(shape: Shape, pixels: number, block: number): boolean {
  return isNative(shape, pixels, block) || isGrouped(shape, pixels, block);
}

/** Blocked rows of maps over the channels: depthwise convolutions of one tap, which also add and clip. */
import { as, type Node, sameShape, type Shape, size, type Tensor } from "../../../graph.ts";
import { type Blocked, type Forms, isGrouped, isNative, type Lowered, NCHWC } from "./forms.ts";

interface ChannelMap {
  /** Names of tensors of C numbers. */
  readonly scale: string;
  readonly shift?: string;
  /** A blocked tensor of the result's shape, added before the ReLU. */
  readonly add?: string;
  readonly relu?: boolean;
}

/** x * scale + shift (+ add), clipped, on a blocked x whose channels are whole rows: the result's form. */
export function mapped(x: Tensor, forms: Forms, map: ChannelMap): Blocked | null {
  const form = forms.blocked(x);
  if (form === null) return null;
  const [pictures, channels] = x.shape;
  if (isNative(x.shape, form.pixels, forms.block))
    return rowsMapped(forms, map, { form, rows: [pictures, channels], shape: x.shape });
  if (!isGrouped(x.shape, form.pixels, forms.block)) return null;
  // Every row has its channel's numbers.
  const { onnx } = forms;
  const rows = size(x.shape) / form.pixels;
  const each = (name: string): string => {
    const column = onnx.op("Reshape", [name, onnx.ints([channels, 1])]);
    return onnx.op("Reshape", [onnx.op("Expand", [column, onnx.ints([channels, rows / channels])]), onnx.ints([rows])]);
  };
  const { scale, shift } = map;
  const spread = { ...map, scale: each(scale), shift: shift === undefined ? undefined : each(shift) };
  return rowsMapped(forms, spread, { form, rows: [1, rows], shape: x.shape });
}

interface Rows {
  readonly form: Blocked;
  /** Pictures and channels of the blocked matrix. */
  readonly rows: readonly [number, number];
  /** Of the result. */
  readonly shape: Shape;
}

function rowsMapped(
  { onnx }: Forms,
  { scale, shift = "", add, relu = false }: ChannelMap,
  { form, rows: [pictures, channels], shape }: Rows,
): Blocked {
  const flat = onnx.ints([pictures, channels, 1, form.pixels]);
  const operands = [onnx.op("Reshape", [form.name, flat]), onnx.op("Reshape", [scale, onnx.ints([channels, 1, 1, 1])])];
  if (shift !== "" || add !== undefined) operands.push(shift);
  if (add !== undefined) operands.push(onnx.op("Reshape", [add, flat]));
  const name = onnx.op(`${NCHWC}.Conv`, operands, {
    kernel_shape: [1, 1],
    group: channels,
    ...(relu ? { activation: "Relu" } : {}),
  });
  return { ...form, name: onnx.op("Reshape", [name, onnx.ints(shape)]) };
}

const lowered = (blocked: Blocked | null): Lowered | null => (blocked === null ? null : { blocked });

/** `add`: a blocked picture of the result's shape. */
export function channelAffine(node: Node<"channelAffine">, forms: Forms, add?: string): Lowered | null {
  const [x, scale, shift] = node.inputs;
  const names = { scale: forms.plain(scale), shift: forms.plain(shift), add };
  return lowered(mapped(x, forms, names));
}

/** A picture times a number for each channel, [C, 1, 1]. */
export function scaled(node: Node<"mul">, forms: Forms, add?: string): Lowered | null {
  const [x, scale] = isPerChannel(node.inputs[0], node) ? node.inputs.toReversed() : node.inputs;
  return isPerChannel(scale, node) ? lowered(mapped(x, forms, { scale: forms.plain(scale), add })) : null;
}

function isPerChannel({ shape }: Tensor, { shape: whole }: Tensor): boolean {
  const kept = shape.length === 4 && shape[0] === 1 ? shape.slice(1) : shape;
  return whole.length === 4 && sameShape(kept, [whole[1], 1, 1]) && whole[2] * whole[3] > 1;
}

/** The ReLU of a map that nothing else needs, or of its sum with another picture, is part of that map. */
export function fusedRelu(node: Node<"relu">, forms: Forms): Lowered | null {
  const [y] = node.inputs;
  if (forms.uses(y) > 1) return null;
  const terms = y.op === "add" ? y.inputs : [y];
  const map = terms.map((x) => as(x, "channelAffine")).find((x) => x !== null && forms.uses(x) === 1);
  if (map === undefined || map === null) return null;
  const other = terms.find((term) => term !== map);
  const add = other === undefined ? null : forms.blocked(other);
  const [x, scale, shift] = map.inputs;
  if (other !== undefined && (add === null || add.pixels !== forms.blocked(x)?.pixels)) return null;
  return lowered(
    mapped(x, forms, { scale: forms.plain(scale), shift: forms.plain(shift), add: add?.name, relu: true }),
  );
}

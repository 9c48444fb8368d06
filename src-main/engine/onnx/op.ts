/** An ONNX op as it is asked for. */

/** Whole numbers become ints, texts strings; ONNX tells floats apart by `{ float: x }` and `{ floats: xs }`. */
export type Attribute =
  | number
  | string
  | readonly number[]
  | { readonly float: number }
  | { readonly floats: readonly number[] };
export type Attributes = Readonly<Record<string, Attribute>>;

export interface Op {
  readonly type: string;
  readonly inputs: readonly string[];
  readonly attributes: Attributes;
}

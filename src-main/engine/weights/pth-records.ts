/** What the pickle of a weights file can hold, as plain records. */

export type Pickled =
  | null
  | boolean
  | number
  | string
  | { readonly kind: "tuple"; readonly items: readonly Pickled[] }
  | { readonly kind: "list"; readonly items: Pickled[] }
  | { readonly kind: "dict"; readonly entries: Map<Pickled, Pickled> }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "storage"; readonly type: string; readonly key: string; readonly count: number }
  | TensorRecord;

export interface TensorRecord {
  readonly kind: "tensor";
  readonly storage: { readonly type: string; readonly key: string; readonly count: number };
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

/** A kind of storage by its name in PyTorch. */
export const STORAGE = /^torch [A-Z]\w*Storage$/;

type Make = (args: readonly Pickled[]) => Pickled;

/** What the known names make of their operands; null: the operands do not fit. */
export const RECORDS: ReadonlyMap<string, Make> = new Map<string, Make>([
  ["collections OrderedDict", (args) => (args.length === 0 ? { kind: "dict", entries: new Map() } : null)],
  [
    "torch._utils _rebuild_tensor_v2",
    ([storage, offset, shape, strides]) => tensorRecord({ storage, offset, shape, strides }),
  ],
  ["torch._utils _rebuild_parameter", ([tensor]) => (isKind(tensor, "tensor") ? tensor : null)],
]);

function tensorRecord(
  parts: Readonly<Record<"storage" | "offset" | "shape" | "strides", Pickled>>,
): TensorRecord | null {
  const { storage, offset, shape, strides } = parts;
  if (!isKind(storage, "storage") || !isCount(offset) || !isKind(shape, "tuple") || !isKind(strides, "tuple"))
    return null;
  const [sizes, steps] = [shape.items.filter(isCount), strides.items.filter(isCount)];
  if (sizes.length !== shape.items.length || steps.length !== sizes.length || steps.length !== strides.items.length)
    return null;
  return { kind: "tensor", storage, offset, shape: sizes, strides: steps };
}

type Kind = Extract<Pickled, { readonly kind: string }>["kind"];

export function isKind<K extends Kind>(x: Pickled | undefined, kind: K): x is Extract<Pickled, { readonly kind: K }> {
  return typeof x === "object" && x !== null && x.kind === kind;
}

export function isCount(x: Pickled | undefined): x is number {
  return typeof x === "number" && Number.isSafeInteger(x) && x >= 0;
}

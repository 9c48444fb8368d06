import type { Node } from "../../graph.ts";
import type { OpName } from "../attributes.ts";

/** A row of table 3: the numbers of a node from those of its operands. bool is 0 and 1. */
type ReferenceRule<O extends OpName> = (node: Node<O>, operands: readonly Float64Array[]) => Float64Array;

export type ReferenceRows<O extends OpName> = { readonly [K in O]: ReferenceRule<K> };

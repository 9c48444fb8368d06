/** Elementwise functions. Operands broadcast as in NumPy; a number stands for a scalar. */
import type { DType, Tensor } from "../graph.ts";
import { type Operand, tensor } from "./leaves.ts";
import { make } from "./make.ts";

export const neg = (x: Operand): Tensor => make("neg", [tensor(x)], {});
export const exp = (x: Operand): Tensor => make("exp", [tensor(x)], {});
/** Natural logarithm. */
export const log = (x: Operand): Tensor => make("log", [tensor(x)], {});
export const sqrt = (x: Operand): Tensor => make("sqrt", [tensor(x)], {});
export const tanh = (x: Operand): Tensor => make("tanh", [tensor(x)], {});
export const sigmoid = (x: Operand): Tensor => make("sigmoid", [tensor(x)], {});
/** max(x, 0); its gradient at 0 is 0. */
export const relu = (x: Operand): Tensor => make("relu", [tensor(x)], {});
export const abs = (x: Operand): Tensor => make("abs", [tensor(x)], {});
/** -1, 0 or 1; its gradient is 0 everywhere. */
export const sign = (x: Operand): Tensor => make("sign", [tensor(x)], {});
/** The error function. */
export const erf = (x: Operand): Tensor => make("erf", [tensor(x)], {});
/** x times the probability that a standard normal number is below x: the exact GELU, not its tanh approximation (Hendrycks and Gimpel 2016). */
export const gelu = (x: Operand): Tensor => make("gelu", [tensor(x)], {});
/** x where it is positive, else slope * x; the gradient at 0 is `slope`. */
export const leakyRelu = (x: Operand, slope = 0.01): Tensor => make("leakyRelu", [tensor(x)], { slope });
export const square = (x: Operand): Tensor => mul(x, x);
/** float to int32 truncates towards zero; to bool is "not zero"; from bool gives 0 and 1. */
export const cast = (x: Tensor, dtype: DType): Tensor => make("cast", [x], { dtype });

/** x, as a constant to every gradient: none flows through it. */
export const detach = (x: Tensor): Tensor => make("detach", [x], {});

// Sums, differences and products are also of int32 with int32.
export const add = (a: Operand, b: Operand): Tensor => make("add", [tensor(a), tensor(b)], {});
export const sub = (a: Operand, b: Operand): Tensor => make("sub", [tensor(a), tensor(b)], {});
export const mul = (a: Operand, b: Operand): Tensor => make("mul", [tensor(a), tensor(b)], {});
export const div = (a: Operand, b: Operand): Tensor => make("div", [tensor(a), tensor(b)], {});
/** Where the operands are equal, each receives half of the gradient. */
export const maximum = (a: Operand, b: Operand): Tensor => make("maximum", [tensor(a), tensor(b)], {});
/** Where the operands are equal, each receives half of the gradient. */
export const minimum = (a: Operand, b: Operand): Tensor => make("minimum", [tensor(a), tensor(b)], {});

/** x, at least `low` and at most `high`; outside, the gradient is 0. */
export const clamp = (x: Operand, low: number, high: number): Tensor => minimum(maximum(x, low), high);

/** a > b, as bool. */
export const greater = (a: Operand, b: Operand): Tensor => make("greater", [tensor(a), tensor(b)], {});
/** a < b, as bool. */
export const less = (a: Operand, b: Operand): Tensor => greater(b, a);
export const equal = (a: Operand, b: Operand): Tensor => make("equal", [tensor(a), tensor(b)], {});
/** `a` where `condition` holds, else `b`; the branch not taken receives gradient 0. */
export const select = (condition: Tensor, a: Operand, b: Operand): Tensor =>
  make("select", [condition, tensor(a), tensor(b)], {});

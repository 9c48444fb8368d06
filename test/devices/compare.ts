/** How far results lie apart. */
import type { Value } from "../../src-main/engine/index.ts";

type Results = Readonly<Record<string, Value>>;

/** Differences as parts of a tensor's largest number, or of `least` where all its numbers are smaller. */
export const relativeTo = (least: number) => (tensor: Value) => Math.max(least, ...Array.from(tensor.data, Math.abs));

/** The largest difference of two numbers at one place; Infinity where one is NaN and the other not. */
export function worstOf({ have, want }: { have: Results; want: Results }, scaleOf: (tensor: Value) => number) {
  let [worst, where] = [0, ""];
  for (const [name, tensor] of Object.entries(want)) {
    const scale = scaleOf(tensor);
    tensor.data.forEach((x, i) => {
      const by = Object.is(x, have[name].data[i]) ? 0 : Math.abs(x - have[name].data[i]) / scale;
      const apart = Number.isNaN(by) ? Infinity : by;
      if (apart > worst) [worst, where] = [apart, name];
    });
  }
  return { worst, where, tensors: Object.keys(want).length };
}

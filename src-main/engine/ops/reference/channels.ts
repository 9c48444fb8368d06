/** Reference rows of the ops on channels, dimension 1 of [N, C, ...]. */
import { size, type Shape } from "../../graph.ts";
import type { ReferenceRows } from "./rule.ts";

/** The channel of the number at `at`. */
function channelOf(shape: Shape): (at: number) => number {
  const inner = size(shape.slice(2));
  return (at) => Math.floor(at / inner) % shape[1];
}

export const channels: ReferenceRows<"channelMoments" | "channelAffine"> = {
  channelMoments: (node, [x]) => {
    const { shape } = node.inputs[0];
    const of = channelOf(shape);
    const count = x.length / shape[1];
    const out = new Float64Array(size(node.shape));
    const [means, variances] = [out.subarray(0, shape[1]), out.subarray(shape[1])];
    x.forEach((value, at) => (means[of(at)] += value / count));
    x.forEach((value, at) => (variances[of(at)] += (value - means[of(at)]) ** 2 / count));
    return out;
  },
  channelAffine: (node, [x, scale, shift]) => {
    const of = channelOf(node.shape);
    return x.map((value, at) => value * scale[of(at)] + shift[of(at)]);
  },
};

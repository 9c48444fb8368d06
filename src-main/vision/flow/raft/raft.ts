/**
 * RAFT as a method of optical flow. Pictures and context are encoded once; then one program is run for each iteration,
 * so that a pair may stop early, and one at the end for the flow of every pixel.
 */
import { z } from "zod";
import { ApexError } from "../../../contract/errors.ts";
import { type Value, value } from "../../../engine/index.ts";
import { checkPair, type Flow, type FlowMethod, type FlowPair } from "../flow.ts";
import { padded, type Padding, paddingFor, unpadded } from "./pad.ts";
import { flows, type RaftParts, type Sessions, sessionsOf } from "./sessions.ts";

export const raftOptions = z.object({
  /** At most this many updates of the flow. */
  iterations: z.int().min(1).max(200).default(20),
  /** A pair is done once an update moves no place by more than this many pixels; 0: never early. */
  threshold: z.number().min(0).max(10).default(0),
});
export type RaftOptions = z.infer<typeof raftOptions>;

export interface RaftMethod extends FlowMethod<RaftOptions>, AsyncDisposable {
  /**
   * Flows of pairs of one size, computed together; `signal` is looked at before, and between iterations where a pair may
   * stop early.
   * Sides that are no multiple of 8, or under 128, are padded by repeating the border, and the flow cut back.
   * Throws as `compute`.
   */
  readonly computeAll: (
    pairs: readonly FlowPair[],
    options: RaftOptions,
    signal?: AbortSignal,
  ) => Promise<readonly Flow[]>;
}

/** Holds one set of sessions, of the size last asked for: dispose it with `await using`. */
export function raftMethod(parts: RaftParts): RaftMethod {
  let held: Sessions | null = null;
  const sessionsFor = async (batch: number, { width, height }: Padding): Promise<Sessions> => {
    const size = [batch, height, width] as const;
    if (held === null || held.size.join() !== size.join()) {
      await held?.[Symbol.asyncDispose]();
      held = null;
      held = sessionsOf(parts, size);
    }
    return held;
  };
  const computeAll: RaftMethod["computeAll"] = async (pairs, options, signal) => {
    if (pairs.length === 0) return [];
    const { width, height } = pairs[0].onset;
    for (const pair of pairs) {
      checkPair(pair);
      if (pair.onset.width !== width || pair.onset.height !== height)
        throw new ApexError(
          "shape-mismatch",
          `Pairs computed together must be of one size: one is ${width} x ${height}, another ${pair.onset.width} x ${pair.onset.height}.`,
        );
    }
    const padding = paddingFor(width, height);
    if (signal?.aborted === true) throw new ApexError("cancelled", "The optical flow was cancelled.");
    const full = await flows(await sessionsFor(pairs.length, padding), images(pairs, padding), { ...options, signal });
    return full.map((planes) => unpadded(planes, padding, { width, height }));
  };
  return {
    name: `raft-${parts.weights.model}`,
    version: 3,
    options: raftOptions,
    compute: async (pair, options) => (await computeAll([pair], options))[0],
    computeAll,
    [Symbol.asyncDispose]: async () => {
      await held?.[Symbol.asyncDispose]();
      held = null;
    },
  };
}

function images(pairs: readonly FlowPair[], padding: Padding): { readonly first: Value; readonly second: Value } {
  const each = 3 * padding.width * padding.height;
  const batch = (of: keyof FlowPair): Value => {
    const data = new Float32Array(pairs.length * each);
    pairs.forEach((pair, i) => padded(pair[of], padding, data.subarray(i * each, (i + 1) * each)));
    return value(data, [pairs.length, 3, padding.height, padding.width]);
  };
  return { first: batch("onset"), second: batch("apex") };
}

/** Playing: a clock in frame numbers, so that the clip runs in true time whatever the screen's rate. */
import { type Clip, positionAt } from "./clip.ts";

/** Of the camera's own speed. */
export const SPEEDS = [1, 1 / 2, 1 / 4, 1 / 10, 1 / 25] as const;
export const LOOPS = ["none", "clip", "expression"] as const;
export type Loop = (typeof LOOPS)[number];

/** First and last position that are played: the whole clip, or onset to offset where both are known. */
export function playedRange(clip: Clip, loop: Loop): readonly [number, number] {
  const whole = [0, clip.numbers.length - 1] as const;
  if (loop !== "expression" || clip.onset === null || clip.offset === null) return whole;
  const range = [positionAt(clip, clip.onset), positionAt(clip, clip.offset)] as const;
  return range[0] < range[1] ? range : whole;
}

interface Tick {
  /** The clock: a frame number with its fraction. */
  readonly clock: number;
  /** Frames that have gone by since. */
  readonly frames: number;
  readonly loop: Loop;
}

/** The clock after a tick. Past the end it starts again, or stays on the last frame (`ended`). */
export function advance(
  clip: Clip,
  { clock, frames, loop }: Tick,
): { readonly clock: number; readonly ended: boolean } {
  const [from, to] = playedRange(clip, loop).map((position) => clip.numbers[position]);
  const next = clock + frames;
  if (next < to + 1) return { clock: next, ended: false }; // the last frame is shown for its whole time
  if (loop === "none") return { clock: to, ended: true };
  return { clock: from + ((next - from) % (to + 1 - from)), ended: false };
}

interface Around {
  readonly position: number;
  /** The way that it went last. */
  readonly direction: 1 | -1;
  /** Positions that may be asked for at any moment, by a key: the marks. */
  readonly also: readonly number[];
  /** No more than so many. */
  readonly most: number;
}

/** How many frames on the way come first, before the marks. */
const NEAR = 6;

/**
 * Positions to have at hand, the most urgent first: where it is, a few on its way and one behind, the marks, then
 * on: two on its way for each behind, round the ends, until `most`.
 */
export function wantedPositions(count: number, { position, direction, also, most }: Around): number[] {
  const wanted = new Set([position]);
  const round = (steps: number) => (((position + direction * steps) % count) + count) % count;
  for (let step = 1; step <= NEAR; step++) wanted.add(round(step));
  wanted.add(round(-1));
  for (const mark of also) wanted.add(mark);
  for (let step = 1; wanted.size < Math.min(most, count); step++) {
    wanted.add(round(2 * step - 1));
    wanted.add(round(2 * step));
    wanted.add(round(-step));
  }
  return [...wanted].slice(0, most);
}

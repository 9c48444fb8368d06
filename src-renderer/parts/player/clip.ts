/** A clip in numbers: frames by their numbers as in the file names (some may be missing), times by the true frame rate. */

export interface Clip {
  /** Ascending, at least one. A position in the clip is an index into it. */
  readonly numbers: readonly number[];
  readonly onset: number | null;
  readonly apex: number | null;
  readonly offset: number | null;
  /** Frames a second of the camera; null where nobody knows it. */
  readonly fps: number | null;
}

export const MARKS = ["onset", "apex", "offset"] as const;
export type Mark = (typeof MARKS)[number];

/** Shown so many frames a second where the camera's rate is not known. */
export const STAND_IN_FPS = 25;

/** Where time begins: the onset, or the first frame of a clip that has none. */
export const zeroOf = (clip: Clip): number => clip.onset ?? clip.numbers[0];

/** Milliseconds since the onset (or the first frame): (frame - onset) / fps; null without a frame rate. */
export const millisecondsAt = (clip: Clip, frame: number): number | null =>
  clip.fps === null ? null : ((frame - zeroOf(clip)) / clip.fps) * 1000;

/** +65.0 ms, −5.0 ms, 0 ms: with a decimal where a frame is no whole number of milliseconds. */
export function milliseconds(value: number, fps: number): string {
  if (value === 0) return "0 ms";
  const size = Math.abs(value).toFixed(Number.isInteger(1000 / fps) ? 0 : 1);
  return `${value > 0 ? "+" : "−"}${size} ms`;
}

/** The position of the last frame whose number is at most `number`; 0 before the first. */
export function positionAt({ numbers }: Clip, number: number): number {
  let [low, high] = [0, numbers.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (numbers[middle] <= number) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The position whose number is nearest, for a pointer on the scrubber. */
export function nearestPosition(clip: Clip, number: number): number {
  const before = positionAt(clip, number);
  const after = Math.min(before + 1, clip.numbers.length - 1);
  return clip.numbers[after] - number < number - clip.numbers[before] ? after : before;
}

/** Marks whose frame is in the clip, in the order of time. */
export function marksOf(clip: Clip): { readonly mark: Mark; readonly frame: number; readonly position: number }[] {
  return MARKS.flatMap((mark) => {
    const frame = clip[mark];
    if (frame === null) return [];
    const position = positionAt(clip, frame);
    return clip.numbers[position] === frame ? [{ mark, frame, position }] : [];
  });
}

/** 0 to 1 along the clip, true to time: gaps in the numbers show as gaps. */
export function fractionOf({ numbers }: Clip, frame: number): number {
  const [first, last] = [numbers[0], numbers[numbers.length - 1]];
  return last === first ? 0 : Math.min(1, Math.max(0, (frame - first) / (last - first)));
}

/** Frames of a clip: picture files whose number is the last run of digits in the name (img46.jpg, 006_05562.jpg, reg_EP01_5-113.jpg). */
import type { ClipFrames } from "../contract/sample.ts";

const PICTURE = /\.(?:jpe?g|png|bmp|tiff?)$/i;

export function isPicture(name: string): boolean {
  return PICTURE.test(name);
}

/** `reg_EP01_5-113.jpg` -> 113, `069.jpg` -> 69; null where the name has no number that can be one. */
export function frameNumber(name: string): number | null {
  const digits = /(\d+)\D*$/.exec(name.replace(/\.[^.]*$/, ""))?.[1];
  if (digits === undefined) return null;
  const number = Number(digits);
  return Number.isSafeInteger(number) ? number : null;
}

export interface FrameScan {
  readonly frames: ClipFrames;
  /** Numbers that several files bear, each with its files; the first by name is taken. */
  readonly repeated: ReadonlyMap<number, readonly string[]>;
  /** Pictures without a number in their name: never frames. */
  readonly unnumbered: readonly string[];
}

/** Sorts the pictures of one folder into frames by number, not by name: img10 comes after img9, and 069 is 69. */
export function scanFrames(folder: string, names: readonly string[]): FrameScan {
  const byNumber = new Map<number, string[]>();
  const unnumbered: string[] = [];
  for (const name of [...names].sort()) {
    const number = frameNumber(name);
    if (number === null) unnumbered.push(name);
    else if (byNumber.has(number)) byNumber.get(number)?.push(name);
    else byNumber.set(number, [name]);
  }
  const sorted = [...byNumber].sort(([a], [b]) => a - b);
  return {
    frames: { folder, files: sorted.map(([number, files]) => [number, files[0]]) },
    repeated: new Map(sorted.filter(([, files]) => files.length > 1)),
    unnumbered,
  };
}

/** The numbers of from..to without a frame, as ranges. */
export function missingRanges(frames: ClipFrames, from: number, to: number): [number, number][] {
  const ranges: [number, number][] = [];
  let next = from;
  for (const [number] of frames.files) {
    if (number < next) continue;
    if (number > to) break;
    if (number > next) ranges.push([next, number - 1]);
    next = number + 1;
  }
  if (next <= to) ranges.push([next, to]);
  return ranges;
}

/** `[[47,49],[52,52]]` -> `47-49, 52`. */
export function rangesText(ranges: readonly (readonly [number, number])[]): string {
  return ranges.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`)).join(", ");
}

/** The frame nearest the middle of onset..offset, the earlier of two; null where none lies between them (`apex: middle`). */
export function middleFrame(frames: ClipFrames, onset: number, offset: number): number | null {
  const middle = (onset + offset) / 2;
  let best: number | null = null;
  for (const [number] of frames.files) {
    if (number < onset || number > offset) continue;
    if (best === null || Math.abs(number - middle) < Math.abs(best - middle)) best = number;
  }
  return best;
}

/** The file of a frame, relative to the clip's folder. */
export function frameFile(frames: ClipFrames, number: number): string | null {
  return frames.files.find(([candidate]) => candidate === number)?.[1] ?? null;
}

/** What a grid shows of a sample whose apex is not there: outside of its clip, or not coded. */
import path from "node:path";
import type { Sample } from "../../contract/sample.ts";

export interface NearApex {
  /** Absolute. */
  readonly file: string;
  /** "frame 57". */
  readonly words: string;
}

/**
 * The frame nearest to the apex; without one nearest to the middle of onset and offset, to the onset, to the middle of
 * the clip; of two the earlier. Without frames the sample's other pictures; null where it has none.
 */
export function nearApex({ frames, apex, onset, offset, onsetImage, flowImage }: Sample): NearApex | null {
  const files = frames?.files ?? [];
  const [middle] = files[Math.floor((files.length - 1) / 2)] ?? [null];
  const wanted = apex ?? (onset !== null && offset !== null ? (onset + offset) / 2 : (onset ?? middle));
  if (frames === null || wanted === null || files.length === 0) {
    if (onsetImage !== null) return { file: onsetImage, words: "onset picture" };
    return flowImage === null ? null : { file: flowImage, words: "flow picture" };
  }
  const [number, name] = files.reduce((best, each) =>
    Math.abs(each[0] - wanted) < Math.abs(best[0] - wanted) ? each : best,
  );
  return { file: path.join(frames.folder, name), words: `frame ${number}` };
}

/** Holds a sample's frame numbers against each other and against the frames that are there. Nothing is ever corrected. */
import type { Sample } from "../../../contract/sample.ts";
import { frameFile, middleFrame, missingRanges, rangesText, type FrameScan } from "../../frames.ts";

/** Doubts about numbers that cannot be: an apex before its onset or after its offset, an offset before the onset. */
export function checkOrder(sample: Sample): void {
  const { onset, apex, offset, doubts } = sample;
  if (onset !== null && offset !== null && offset < onset) {
    doubts.push(`The offset ${offset} lies before the onset ${onset}.`);
  }
  if (apex === null) return;
  if (onset !== null && apex < onset) doubts.push(`The apex ${apex} lies before its onset ${onset}.`);
  if (offset !== null && apex > offset)
    doubts.push(`The apex ${apex} lies outside its clip, after the offset ${offset}.`);
}

/** `apex: middle` where no apex is coded: the frame nearest the middle of onset..offset. */
export function standInApex(sample: Sample): void {
  const { onset, apex, offset, frames, video } = sample;
  if (apex !== null) sample.apexSource = "table";
  if (apex !== null || onset === null || offset === null || offset < onset) return;
  if (frames !== null) sample.apex = middleFrame(frames, onset, offset);
  else if (video !== null) sample.apex = Math.floor((onset + offset) / 2);
  if (sample.apex !== null) sample.apexSource = "middle";
}

/** Doubts about an onset or apex without a frame; notes about frames missing elsewhere, repeated or without a number. */
export function checkPresence(sample: Sample, scan: FrameScan): void {
  const { onset, apex, offset, doubts, notes } = sample;
  const { frames, repeated, unnumbered } = scan;
  const [first, last] = [frames.files[0][0], frames.files[frames.files.length - 1][0]];
  const coded = [
    ["onset", onset],
    ["apex", apex],
  ] as const;
  for (const [name, number] of coded) {
    if (number === null) continue;
    if (frameFile(frames, number) === null) {
      const where = number < first || number > last ? "outside its clip" : "missing";
      doubts.push(`The ${name} frame ${number} is ${where}; its frames are ${first}-${last}.`);
    }
    const files = repeated.get(number);
    if (files !== undefined) doubts.push(`Several pictures bear the ${name}'s number ${number}: ${files.join(", ")}.`);
  }
  const gaps = missingRanges(frames, Math.min(first, onset ?? first), Math.max(last, offset ?? last));
  if (gaps.length > 0) notes.push(`Frames missing: ${rangesText(gaps)}.`);
  const others = [...repeated].filter(([number]) => number !== onset && number !== apex);
  if (others.length > 0) {
    const list = others.map(([number, files]) => `${number} (${files.join(", ")})`).join("; ");
    notes.push(`Several pictures bear one number, the first is taken: ${list}.`);
  }
  if (unnumbered.length > 0) notes.push(`Pictures without a number, not taken as frames: ${unnumbered.join(", ")}.`);
}

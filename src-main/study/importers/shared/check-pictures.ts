/**
 * Decodes the pictures that a run will need (onset and apex of every sample, and a manifest's own pictures). One that
 * cannot be used is taken off the sample, so that no run trips over it, and listed.
 */
import { basename, join } from "node:path";
import type { RowFault } from "../../../contract/documents.ts";
import type { OnProgress } from "../../../contract/progress.ts";
import type { Sample } from "../../../contract/sample.ts";
import { probePicture } from "../../../vision/pictures/read.ts";
import { frameFile } from "../../frames.ts";
import { forEachLimit } from "../../parallel.ts";
import { stopwatch } from "../../stopwatch.ts";
import { faultAt } from "./gathered.ts";

interface Use {
  /** "onset picture img46.jpg", as the middle of a sentence. */
  readonly what: string;
  readonly path: string;
  readonly drop: () => void;
}

interface CheckOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: OnProgress;
}

/** Splits the samples into those to keep (doubts added) and those with nothing left to use. */
export async function checkPictures(
  samples: readonly Sample[],
  options: CheckOptions,
): Promise<{ kept: Sample[]; skipped: RowFault[] }> {
  const uses = new Map(samples.map((sample) => [sample, picturesOf(sample)]));
  const paths = [...new Set([...uses.values()].flatMap((list) => list.map((use) => use.path)))];
  const reasons = new Map<string, string>();
  const watch = stopwatch("Checking pictures", paths.length, options.onProgress);
  let done = 0;
  await forEachLimit(paths, { limit: 4, signal: options.signal }, async (path) => {
    const probe = await probePicture(path);
    if (!probe.ok) reasons.set(path, steady(probe.reason));
    watch(++done);
  });

  const kept: Sample[] = [];
  const skipped: RowFault[] = [];
  for (const [sample, list] of uses) {
    const faults = list.filter((use) => reasons.has(use.path));
    const sentences = faults.map((use) => `The ${use.what} cannot be used: ${reasons.get(use.path)}.`);
    const nothingLeft =
      faults.length > 0 && faults.length === list.length && sample.video === null && sample.openfaceCsv === null;
    if (nothingLeft) {
      skipped.push(faultAt(sample, sentences.join(" ")));
      continue;
    }
    for (const use of faults) use.drop();
    sample.doubts.push(...sentences);
    kept.push(sample);
  }
  return { kept, skipped };
}

/** The decoder's own words depend on what else is being decoded; the same import must give the same report. */
function steady(reason: string): string {
  return reason.replace(/^(it is truncated or damaged) \(.*\)$/s, "$1");
}

function picturesOf(sample: Sample): Use[] {
  const uses: Use[] = [];
  const { frames, onset, apex } = sample;
  if (frames !== null) {
    const coded = [
      ["onset", onset],
      ["apex", apex],
    ] as const;
    for (const [name, number] of coded) {
      const file = number === null ? null : frameFile(frames, number);
      if (file === null || (name === "apex" && apex === onset)) continue;
      const drop = () => {
        sample.frames = { ...frames, files: (sample.frames ?? frames).files.filter(([other]) => other !== number) };
      };
      uses.push({ what: `${name} picture ${file}`, path: join(frames.folder, file), drop });
    }
  }
  const images = [
    ["onsetImage", "onset picture"],
    ["apexImage", "apex picture"],
    ["flowImage", "flow picture"],
  ] as const;
  for (const [field, what] of images) {
    const path = sample[field];
    if (path === null) continue;
    const drop = () => {
      sample[field] = null;
    };
    uses.push({ what: `${what} ${basename(path)}`, path, drop });
  }
  return uses;
}

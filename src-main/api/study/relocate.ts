/** A release that was moved: its dataset's paths are pointed at where it lies now. Nothing but the paths changes. */
import { existsSync, statSync } from "node:fs";
import path from "node:path";
import type { z } from "zod";
import type { relocateCall } from "../../contract/api/study.ts";
import { datasetName } from "../../contract/datasets.ts";
import { ApexError } from "../../contract/errors.ts";
import type { Sample } from "../../contract/sample.ts";
import { putDataset } from "../../store/tables/datasets.ts";
import { listSamples, putSample } from "../../store/tables/samples.ts";
import { type Context, studyOf } from "../context.ts";
import { isTable } from "../pictures/places.ts";
import { sampleFiles } from "../run/sources.ts";
import { datasetNamed } from "./labels.ts";

/**
 * `source`: the folder or table of the same import, elsewhere. Errors: `not-found`; `file-missing` where the new place
 * lacks a picture that the study needs, then nothing changes.
 */
export function relocate(context: Context, call: z.infer<typeof relocateCall>): void {
  const workspace = studyOf(context);
  const record = datasetNamed(workspace, call.dataset);
  const to = newPlace(record.source, path.resolve(call.source));
  const [oldRoot, newRoot] = [record.source, to].map((place) => (isTable(record.source) ? path.dirname(place) : place));
  const samples = listSamples(workspace, { datasets: [call.dataset], asImported: true });
  const moved = samples.map((sample) => movedSample(sample, (file) => movedPath(file, oldRoot, newRoot)));
  const gone = moved.flatMap((sample) => {
    const { onset, apex, flow } = sampleFiles(sample);
    return [onset, apex, flow].filter((file) => file !== null && !existsSync(file));
  });
  if (gone[0])
    throw new ApexError(
      "file-missing",
      `${to} is not the same ${datasetName(call.dataset)}: it lacks ${gone.length} of its pictures, the first is ${gone[0]}.`,
      { file: gone[0] },
    );
  workspace.backup();
  workspace.db.transaction(() => {
    putDataset(workspace, { ...record, source: to });
    for (const sample of moved) putSample(workspace, sample);
  });
}

/** Of a table (a manifest) either itself or its folder may be named. Errors: `file-missing`. */
function newPlace(source: string, named: string): string {
  const place =
    isTable(source) && existsSync(named) && statSync(named).isDirectory()
      ? path.join(named, path.basename(source))
      : named;
  if (existsSync(place)) return place;
  throw new ApexError("file-missing", `${place} does not exist: choose the folder again.`, { file: place });
}

function movedPath(file: string, from: string, to: string): string {
  const inside = path.relative(from, file);
  return inside === ".." || inside.startsWith(`..${path.sep}`) || path.isAbsolute(inside)
    ? file
    : path.join(to, inside);
}

function movedSample(sample: Sample, move: (file: string) => string): Sample {
  const maybe = (file: string | null) => (file === null ? null : move(file));
  return {
    ...sample,
    frames: sample.frames === null ? null : { ...sample.frames, folder: move(sample.frames.folder) },
    video: maybe(sample.video),
    onsetImage: maybe(sample.onsetImage),
    apexImage: maybe(sample.apexImage),
    flowImage: maybe(sample.flowImage),
    openfaceCsv: maybe(sample.openfaceCsv),
    source: { ...sample.source, table: maybe(sample.source.table) },
  };
}

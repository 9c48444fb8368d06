/** A study for tests of Browse and the player: clips whose frames show their own number as a colour, and single pictures. */
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { createApp } from "../../src-main/app.ts";
import type { RunDocument } from "../../src-main/contract/documents.ts";
import { runConfig } from "../../src-main/contract/run.ts";
import { writePng } from "../../src-main/vision/pictures/write.ts";

const SIDE = 24;

/** The clip `smile` of dataset Lab A, subject 01: 200 frames a second, three frames missing, one damaged. */
export const SMILE = { first: 10, last: 50, onset: 14, apex: 25, offset: 40, missing: [18, 19, 20], damaged: 45 };

/** The red of a frame's picture; its green is what is left to 255. */
export const redOf = (frame: number): number => frame * 5;

async function writePicture(file: string, red: number): Promise<void> {
  const rgb = Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, at) => [red, 255 - red, 60][at % 3]);
  await writePng(file, { width: SIDE, height: SIDE, rgb });
}

const COLUMNS = "dataset,subject,clip,emotion,aus,frames,apex_image,onset,apex,offset,fps";

/** Eight samples in two datasets; `bewildered` is no emotion that the labels know, so that sample needs review. */
const SINGLES = ["happiness", "disgust", "surprise", "contempt", "disgust", "bewildered"].map(
  (emotion, at) => `SAMM,00${1 + (at % 2)},c${at},${emotion},${at === 1 ? "4+7" : "12"},,single-${at}.png,,,,`,
);

/** Writes the pictures and their table into `folder`. Returns the table. */
async function writeClips(folder: string): Promise<string> {
  const { first, last, onset, apex, offset, missing, damaged } = SMILE;
  await mkdir(path.join(folder, "smile"), { recursive: true });
  await mkdir(path.join(folder, "frown"), { recursive: true });
  for (let frame = first; frame <= last; frame++) {
    const file = path.join(folder, "smile", `img${frame}.png`);
    if (missing.includes(frame)) continue;
    if (frame === damaged) await writeFile(file, "\u0089PNG, but not really");
    else await writePicture(file, redOf(frame));
  }
  for (let frame = 1; frame <= 5; frame++)
    await writePicture(path.join(folder, "frown", `img${frame}.png`), redOf(frame));
  for (const at of SINGLES.keys()) await writePicture(path.join(folder, `single-${at}.png`), 30 * at);
  const table = path.join(folder, "clips.csv");
  const rows = [
    `Lab A,01,smile,happiness,6+12,smile,,${onset},${apex},${offset},200`,
    "Lab A,02,frown,disgust,4,frown,,1,3,5,",
    ...SINGLES,
  ];
  await writeFile(table, [COLUMNS, ...rows, ""].join("\n"));
  return table;
}

/** A workspace with these clips, imported as by any door; `folder/clips` holds the pictures. */
export async function studyOfClips(folder: string): Promise<string> {
  return importedStudy(folder, await writeClips(path.join(folder, "clips")));
}

const worker = path.resolve(import.meta.dirname, "..", "..", "src-main", "worker.ts");

/** A run of seconds on every dataset of a workspace. */
export async function smallRun(workspace: string): Promise<RunDocument> {
  await using app = await createApp({ workspace, worker, access: "write" });
  return await app.run(runConfig.parse({ input: "apex", size: 16, epochs: 2, batch: 4, threads: 1, seeds: 2 }), {});
}

/** A workspace in `folder` with what a manifest names. */
export async function importedStudy(folder: string, manifest: string): Promise<string> {
  const workspace = path.join(folder, "study");
  await using app = await createApp({ workspace, worker, access: "write" });
  await app.import({ path: manifest, as: "manifest", dryRun: false, strict: false }, {});
  return workspace;
}

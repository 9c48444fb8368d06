/** Little studies for tests of the page: a manifest beside its pictures. */
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { writePng } from "../../src-main/vision/pictures/write.ts";

export interface ManifestRow {
  readonly dataset: string;
  readonly subject: string;
  readonly clip: string;
  readonly emotion: string;
  /** Its picture is not written. */
  readonly missing?: boolean;
}

const SIDE = 32;

/** Returns the manifest's path. */
export async function writeManifest(folder: string, rows: readonly ManifestRow[]): Promise<string> {
  await mkdir(folder, { recursive: true });
  const lines = ["dataset,subject,clip,emotion,apex_image"];
  for (const [at, { dataset, subject, clip, emotion, missing = false }] of rows.entries()) {
    const name = `picture-${at}.png`;
    lines.push([dataset, subject, clip, emotion, name].join(","));
    if (missing) continue;
    const rgb = Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, k) => (k * 7 + at * 31) % 256);
    await writePng(path.join(folder, name), { width: SIDE, height: SIDE, rgb });
  }
  const manifest = path.join(folder, "manifest.csv");
  await writeFile(manifest, `${lines.join("\n")}\n`);
  return manifest;
}

const EMOTIONS = ["happiness", "disgust", "surprise", "contempt"];

/** Four samples a dataset; contempt is outside the paper's labels and negative in those of the MEGC 2019. */
export const fourEach = (datasets: readonly string[]): ManifestRow[] =>
  datasets.flatMap((dataset) =>
    EMOTIONS.map((emotion, at) => ({ dataset, subject: `0${(at % 2) + 1}`, clip: `c${at}`, emotion })),
  );

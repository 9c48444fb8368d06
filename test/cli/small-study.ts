/** A little study of made-up pictures for tests of the command line: a manifest beside its pictures. */
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { CLASSES } from "../../src-main/contract/classes.ts";
import { Random } from "../../src-main/engine/index.ts";
import { writePng } from "../../src-main/vision/pictures/write.ts";

const SIDE = 16;

/** Writes `manifest.csv` and its pictures into `folder`; each dataset gets `clips` samples. Returns the manifest's path. */
export async function writeSmallStudy(
  folder: string,
  { datasets, clips = 6 }: { datasets: readonly string[]; clips?: number },
): Promise<string> {
  await mkdir(folder, { recursive: true });
  const random = new Random(5);
  const lines = ["dataset,subject,clip,label,apex_image"];
  for (const dataset of datasets) {
    for (let clip = 0; clip < clips; clip++) {
      const name = `${dataset}-${clip}.png`.replaceAll(" ", "_");
      const rgb = Uint8Array.from(
        { length: SIDE * SIDE * 3 },
        (_, k) => random.integer(150) + (k % 3 === clip % 3 ? 100 : 0),
      );
      await writePng(path.join(folder, name), { width: SIDE, height: SIDE, rgb });
      lines.push(`${dataset},p${clip % 2},c${clip},${CLASSES[clip % 3]},${name}`);
    }
  }
  const manifest = path.join(folder, "manifest.csv");
  await writeFile(manifest, `${lines.join("\n")}\n`);
  return manifest;
}

/** Options of a run on it that takes seconds. */
export const SMALL_RUN = ["run", "--input", "apex", "--size", "16", "--epochs", "2", "--batch", "4", "--threads", "1"];

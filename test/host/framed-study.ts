/** A little study of clips with numbered frames, by a manifest: three frames a clip, a blob that moves. */
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { CLASSES } from "../../src-main/contract/classes.ts";
import { writePng } from "../../src-main/vision/pictures/write.ts";

export const SIDE = 48;
export const FRAMES = [7, 8, 9] as const;

/** Writes `manifest.csv` and a folder of frames a clip; returns the manifest's path. */
export async function writeFramedStudy(
  folder: string,
  { datasets, clips = 3 }: { datasets: readonly string[]; clips?: number },
): Promise<string> {
  const lines = ["dataset,subject,clip,emotion,aus,frames,onset,apex,offset,fps"];
  for (const dataset of datasets) {
    for (let clip = 0; clip < clips; clip++) {
      const place = `${dataset}/c${clip}`;
      await mkdir(path.join(folder, place), { recursive: true });
      for (const number of FRAMES)
        await writePng(path.join(folder, place, `img${number}.png`), blob(clip + number - FRAMES[0], clip % 3));
      const emotion = clip % 4 === 3 ? "others" : CLASSES[clip % 3];
      lines.push(`${dataset},p${clip % 2},c${clip},${emotion},${clip % 2 === 0 ? "4+7" : "12"},${place},7,8,9,100`);
    }
  }
  const manifest = path.join(folder, "manifest.csv");
  await writeFile(manifest, `${lines.join("\n")}\n`);
  return manifest;
}

function blob(at: number, colour: number) {
  const rgb = new Uint8Array(SIDE * SIDE * 3).fill(90);
  for (let y = 0; y < SIDE; y++)
    for (let x = 0; x < SIDE; x++) {
      const distance = Math.hypot(x - SIDE / 2 - at, y - SIDE / 2);
      rgb[(y * SIDE + x) * 3 + colour] += Math.round(150 * Math.exp(-(distance ** 2) / 60));
    }
  return { width: SIDE, height: SIDE, rgb };
}

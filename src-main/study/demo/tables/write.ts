/** The five coding tables of a demo study. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { DatasetId } from "../../../contract/datasets.ts";
import { fromSystemError } from "../../../contract/errors.ts";
import { placeClips } from "../places.ts";
import type { DemoPlan } from "../plan.ts";
import { casmeTable } from "./casme.ts";
import { casme2Table } from "./casme2.ts";
import { mmewTable } from "./mmew.ts";
import { sammTable } from "./samm.ts";
import { smicTable } from "./smic.ts";
import { workbook } from "./workbook.ts";

/** Writes the coding tables into `folder`, each in its release's own folder. @throws ApexError disk-full, read-only */
export async function writeTables(plan: DemoPlan, folder: string): Promise<void> {
  const clips = placeClips(plan);
  const of = (dataset: DatasetId) => clips.filter(({ clip }) => clip.dataset === dataset);
  const tables = [
    smicTable(of("smic")),
    casmeTable(of("casme")),
    casme2Table(of("casme2")),
    sammTable(of("samm")),
    mmewTable(of("mmew")),
  ];
  try {
    for (const table of tables) {
      const path = join(folder, table.path);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, workbook(table.sheets, table.kind));
    }
  } catch (error) {
    throw fromSystemError(error, "writing the demo study's tables");
  }
}

/**
 * Nothing fitted sees the held-out dataset: whole runs over random little studies, before and after every picture,
 * label and AU of one dataset is replaced. Its trainings keep their key and the digest of their weights and normaliser.
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type App, createApp } from "../../src-main/app.ts";
import { CLASSES } from "../../src-main/contract/classes.ts";
import { type RunConfig, runConfig, SELECTIONS } from "../../src-main/contract/run.ts";
import { Random } from "../../src-main/engine/index.ts";
import { trainConfig, trainResult } from "../../src-main/steps/train.ts";
import { writePng } from "../../src-main/vision/pictures/write.ts";
import { readdirSync } from "node:fs";

const WORKER = path.resolve(import.meta.dirname, "..", "..", "src-main", "worker.ts");
const SIDE = 16;
const DATASETS = ["one", "two", "three"];
const CLIPS = 6;

let root = "";
beforeAll(async () => void (root = await mkdtemp(path.join(tmpdir(), "apexlab-leak-"))));
afterAll(() => rm(root, { recursive: true, force: true }));

/** Writes the study; `other` names what is replaced by something else. */
async function writeStudy(seed: number, other: (dataset: string, clip: number) => boolean): Promise<string> {
  const folder = await mkdtemp(path.join(root, "data-"));
  await mkdir(folder, { recursive: true });
  const lines = ["dataset,subject,clip,label,aus,apex_image,onset_image,flow_image"];
  for (const [d, dataset] of DATASETS.entries()) {
    for (let clip = 0; clip < CLIPS; clip++) {
      const changed = other(dataset, clip);
      const random = new Random(seed * 1000 + d * 100 + clip + (changed ? 50 : 0));
      const label = CLASSES[(clip + (changed ? 1 : 0)) % 3];
      const names = ["apex", "onset", "flow"].map((what) => `${what}-${dataset}-${clip}.png`);
      for (const name of names) {
        const rgb = Uint8Array.from({ length: SIDE * SIDE * 3 }, () => random.integer(256));
        await writePng(path.join(folder, name), { width: SIDE, height: SIDE, rgb });
      }
      lines.push(`${dataset},p${clip % 2},c${clip},${label},${changed ? "4" : "12"},${names.join(",")}`);
    }
  }
  await writeFile(path.join(folder, "manifest.csv"), lines.join("\n"));
  return path.join(folder, "manifest.csv");
}

/** Runs on that study in a workspace of its own: weights' digest (normaliser included) by held-out dataset and key. */
async function digests(manifest: string, config: RunConfig): Promise<Map<string, { key: string; weights: string }>> {
  const workspace = await mkdtemp(path.join(root, "workspace-"));
  await using app: App = await createApp({ workspace, worker: WORKER, access: "write" });
  await app.import({ path: manifest, as: "manifest", dryRun: false, strict: true }, {});
  await app.run(config, {});
  const found = new Map<string, { key: string; weights: string }>();
  for (const key of readdirSync(path.join(workspace, "runs"))) {
    const read = async (name: string): Promise<unknown> =>
      JSON.parse(await readFile(path.join(workspace, "runs", key, name), "utf8"));
    const spec = Object(await read("config.json"));
    if (spec.step !== "train") continue;
    const trainedOn = new Set(trainConfig.parse(spec.config).samples.map(({ dataset }) => dataset));
    const [heldOut] = DATASETS.filter((dataset) => !trainedOn.has(dataset));
    found.set(heldOut, { key, weights: trainResult.parse(await read("result.json")).weights });
  }
  expect(found.size).toBe(DATASETS.length);
  return found;
}

describe("the held-out dataset", () => {
  it("leaves no trace in anything fitted, and every training sample does", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(1000),
        fc.constantFrom(...SELECTIONS),
        fc.constantFrom("flow", "apex" as const),
        fc.constantFrom(...DATASETS),
        async (...[seed, selection, input, heldOut]) => {
          const config = runConfig.parse({ input, selection, size: SIDE, epochs: 2, batch: 4, lr: 1e-3, threads: 1 });
          const before = await digests(await writeStudy(seed, () => false), config);
          const after = await digests(await writeStudy(seed, (dataset) => dataset === heldOut), config);
          for (const dataset of DATASETS) {
            if (dataset === heldOut && selection !== "best-on-test")
              expect(after.get(dataset)).toEqual(before.get(dataset));
            else expect(after.get(dataset)?.key).not.toBe(before.get(dataset)?.key);
            if (dataset !== heldOut) expect(after.get(dataset)?.weights).not.toBe(before.get(dataset)?.weights);
          }
          const one = await digests(
            await writeStudy(seed, (dataset, clip) => dataset === "one" && clip === seed % CLIPS),
            config,
          );
          expect(one.get("two")?.weights).not.toBe(before.get("two")?.weights);
        },
      ),
      {
        numRuns: 4,
        seed: 3,
        examples: SELECTIONS.map((selection, i) => [i, selection, i % 2 ? "apex" : "flow", DATASETS[i % 3]]),
      },
    );
  });
});

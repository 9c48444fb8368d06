/** A lab's own pictures by a manifest: 442 made-up apex and flow pictures in three datasets, imported and evaluated. */
import { mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CLASSES } from "../../src-main/contract/classes.ts";
import { importDocument, resultsDocument, runDocument } from "../../src-main/contract/documents.ts";
import { Random } from "../../src-main/engine/index.ts";
import { writePng } from "../../src-main/vision/pictures/write.ts";
import { apexlab, apexlabJson } from "./run-command.ts";

/** As in the composite database of MEGC 2019. */
const SIZES = { smic: 164, casme2: 145, samm: 133 } as const;
const SIDE = 28;

let root = "";
let workspace = "";
let manifest = "";

beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), "apexlab-manifest-"));
  workspace = path.join(root, "workspace");
  manifest = path.join(root, "data", "manifest.csv");
  await mkdir(path.join(root, "data"));
  const random = new Random(1);
  const lines = ["dataset,subject,clip,label,apex_image,flow_image"];
  for (const [dataset, n] of Object.entries(SIZES)) {
    for (let i = 0; i < n; i++) {
      const label = i % 3;
      // A noisy picture whose colour tells the class: any network learns it, on any dataset.
      const rgb = Uint8Array.from(
        { length: SIDE * SIDE * 3 },
        (_, k) => 60 + random.integer(80) + (k % 3 === label ? 80 : 0),
      );
      const name = `${dataset}-${i}.png`;
      await writePng(path.join(root, "data", `apex-${name}`), { width: SIDE, height: SIDE, rgb });
      await writePng(path.join(root, "data", `flow-${name}`), { width: SIDE, height: SIDE, rgb });
      lines.push(`${dataset},${String(i % 12).padStart(2, "0")},clip${i},${CLASSES[label]},apex-${name},flow-${name}`);
    }
  }
  await writeFile(manifest, `${lines.join("\n")}\n`);
});
afterAll(() => rm(root, { recursive: true, force: true }));

const QUICK = ["--size", "28", "--epochs", "3", "--lr", "2e-3", "--threads", "2"];

describe("a manifest of 442 pictures in three datasets", () => {
  it("is imported, evaluated on flow and on apex pictures, and its results are read back", async () => {
    const imported = await apexlabJson(["import", manifest, "--as", "manifest"], { workspace });
    const datasets = importDocument.array().parse(Object(imported).datasets);
    expect(datasets.map(({ dataset, samples }) => [dataset, samples])).toEqual([
      ["SMIC", 164],
      ["CASME II", 145],
      ["SAMM", 133],
    ]);
    expect(datasets.flatMap(({ skipped, doubtful }) => [...skipped, ...doubtful])).toEqual([]);

    const runs: string[] = [];
    for (const input of ["flow", "apex"] as const) {
      const document = runDocument.parse(await apexlabJson(["run", "--input", input, ...QUICK], { workspace }));
      runs.push(document.run);
      expect(document.state).toBe("finished");
      expect(document.config.flow).toBe("pictures");
      expect(document.folds.map(({ test, n }) => [test, n])).toEqual([
        ["SMIC", 164],
        ["CASME II", 145],
        ["SAMM", 133],
      ]);
      expect(document.mean.uar).toBeGreaterThan(0.9);
      expect(document.majority.uar).toBeCloseTo(1 / 3);
      for (const { confusion, n } of document.folds) expect(confusion.flat().reduce((a, b) => a + b, 0)).toBe(n);

      const again = await apexlabJson(["results", document.run], { workspace });
      expect(again).toEqual(document);
    }
    const listed = resultsDocument.parse(await apexlabJson(["results"], { workspace }));
    expect(listed.runs.map(({ run }) => run)).toEqual(runs.toReversed());

    const repeated = await apexlab(["run", "--input", "flow", ...QUICK, "--json"], { workspace });
    expect(runDocument.parse(JSON.parse(repeated.stdout)).run).toBe(runs[0]);
    expect(repeated.stderr).not.toContain("Training");
  });
});

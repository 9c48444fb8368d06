/** The larger networks from the command line: random first weights, given ones, and a file of the wrong network. */
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runDocument } from "../../src-main/contract/documents.ts";
import { Random, writeSafetensors } from "../../src-main/engine/index.ts";
import { resnet18Of } from "../../src-main/learning/backbones/resnet18.ts";
import { apexlab, apexlabJson } from "./run-command.ts";
import { SMALL_RUN, writeSmallStudy } from "./small-study.ts";

let root = "";
let workspace = "";
let weights = "";

beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), "apexlab-backbones-"));
  workspace = path.join(root, "workspace");
  const manifest = await writeSmallStudy(path.join(root, "data"), { datasets: ["smic", "casme2", "samm"], clips: 3 });
  await apexlabJson(["import", manifest, "--as", "manifest"], { workspace });
  // As ImageNet's weights come: torchvision's names, a thousand classes.
  const published = resnet18Of({ widths: [64, 128, 256, 512], classes: 1000 });
  const specs = [...published.parameters([3, 224, 224]), ...published.statistics];
  weights = path.join(root, "resnet18.safetensors");
  const first = specs.map(({ name, shape, initial }) => [name, initial(new Random(1).split(name), shape)] as const);
  await writeFile(weights, writeSafetensors(first));
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** Six training samples a fold: one size of batch, so that each training compiles one step. */
const run = (backbone: string) => [...SMALL_RUN, "--batch", "6", "--backbone", backbone];

describe("apexlab run", () => {
  it("trains and scores PoolFormer-S12, with BRL", async () => {
    const document = runDocument.parse(await apexlabJson(run("poolformer-s12"), { workspace }));
    expect(document).toMatchObject({ state: "finished", config: { backbone: "poolformer-s12", lambda: 0.5 } });
    expect(document.folds.map(({ n }) => n)).toEqual([3, 3, 3]);
    expect(document.timing?.stepSeconds).toBeGreaterThan(0);
    expect(document.timing?.trainSeconds).toBeGreaterThan(document.timing?.stepSeconds ?? 0);
  });

  it("starts ResNet-18 from given weights, whose digest is in its configuration", async () => {
    const given = runDocument.parse(await apexlabJson([...run("resnet18"), "--weights", weights], { workspace }));
    const digest = createHash("sha256")
      .update(await readFile(weights))
      .digest("hex");
    expect(given).toMatchObject({ state: "finished", config: { weights, weightsDigest: digest } });
  });

  it("refuses weights of another network, or none, before anything is made", async () => {
    const wrong = await apexlab([...run("poolformer-s12"), "--weights", weights], { workspace });
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).toContain("holds ResNet-18, but PoolFormer-S12 is to be trained");
    expect(wrong.stderr).toContain(weights);
    const missing = await apexlab([...run("resnet18"), "--weights", path.join(root, "no.safetensors")], { workspace });
    expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining("no.safetensors") });
  });
});

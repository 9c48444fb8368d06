/**
 * The quick demo study from end to end: drawn, imported by the ordinary importers, learned from flow across datasets,
 * and not from a single neutral frame. `npm run check:demo` is the same with three seeds and more epochs.
 */
import { readdirSync } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { demoDocument, runDocument, studyDocument } from "../../src-main/contract/documents.ts";
import { apexlab, apexlabJson } from "../cli/run-command.ts";

let workspace = "";
beforeAll(async () => void (workspace = await mkdtemp(path.join(tmpdir(), "apexlab-demo-"))));
afterAll(() => rm(workspace, { recursive: true, force: true }));

const RUN = ["run", "--lr", "1e-3", "--batches", "stratified", "--threads", "2"];

/** Drawing and learning take minutes on a busy machine; this only ends what hangs. */
const LIMIT = 1_200_000;

describe("the quick demo study", { timeout: LIMIT }, () => {
  it("is written once, imported whole, and says what the releases' oddities are", async () => {
    const first = demoDocument.parse(await apexlabJson(["demo"], { workspace }));
    expect(first.datasets.map(({ dataset }) => dataset)).toEqual(["SMIC", "CASME", "CASME II", "SAMM", "MMEW"]);
    expect(first.datasets.flatMap(({ skipped }) => skipped)).toEqual([]);
    // SAMM's two impossible rows.
    expect(first.datasets.map(({ doubtful }) => doubtful.length)).toEqual([0, 0, 0, 2, 0]);
    const { datasets } = studyDocument.parse(await apexlabJson(["study"], { workspace }));
    const total = datasets.reduce((sum, one) => sum + one.total, 0);
    expect(total).toBeGreaterThan(731 / 6);
    expect(total).toBeLessThan(731 / 4);

    const frame = path.join(workspace, "demo-releases", "MMEW", "Micro_Expression");
    const before = await stat(frame);
    const { stdout, stderr } = await apexlab(["demo", "--json"], { workspace });
    expect(stderr).not.toContain("Drawing");
    const changes = demoDocument.parse(JSON.parse(stdout)).datasets.map((one) => one.changes);
    for (const { added, updated } of changes) expect([added, updated]).toEqual([0, 0]);
    expect((await stat(frame)).mtimeMs).toBe(before.mtimeMs);
  });

  it("is learned from flow across datasets and not from onset frames, with its truth out of reach", async () => {
    // The truth is for tests and reports: no step may miss it.
    await rm(path.join(workspace, "demo-releases", "truth"), { recursive: true });
    const flow = runDocument.parse(
      await apexlabJson([...RUN, "--input", "flow", "--size", "64", "--epochs", "12"], { workspace }),
    );
    expect(flow.folds).toHaveLength(5);
    expect(flow.mean.uar).toBeGreaterThan(0.6);
    const onset = runDocument.parse(
      await apexlabJson([...RUN, "--input", "onset", "--size", "32", "--epochs", "12"], { workspace }),
    );
    expect(onset.mean.uar).toBeGreaterThan(0.2);
    expect(onset.mean.uar).toBeLessThan(0.46);
    expect(readdirSync(path.join(workspace, "cache")).sort()).toEqual(expect.arrayContaining(["crop", "flow"]));
  });
});

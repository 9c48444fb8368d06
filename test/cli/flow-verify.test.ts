/** `apexlab flow verify` as a terminal calls it. */
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { verifyDocument } from "../../src-main/contract/flow-verify.ts";
import { apexlab, apexlabJson } from "./run-command.ts";

const FIXTURES = path.join(import.meta.dirname, "../fixtures/raft");

let root = "";
let workspace = "";
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), "apexlab-flow-verify-"));
  workspace = path.join(root, "workspace");
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** A folder with the small network's numbers at 128 x 128, its flow file changed as a person might damage it. */
async function folder(name: string, change: (text: string) => string = (text) => text): Promise<string> {
  const target = path.join(root, name);
  for (const file of ["parameters.json", "flow_128.json"])
    await cp(path.join(FIXTURES, file), path.join(target, file), { recursive: true });
  const file = path.join(target, "flow_128.json");
  await writeFile(file, change(await readFile(file, "utf8")));
  return target;
}

describe("apexlab flow verify", () => {
  it("prints the largest difference of every stage", { timeout: 60_000 }, async () => {
    const target = await folder("right");
    const document = verifyDocument.parse(await apexlabJson(["flow", "verify", target], { workspace }));
    expect(document.passed).toBe(true);
    expect(document.files.map(({ file, model, passed }) => [file, model, passed])).toEqual([
      ["flow_128.json", "small", true],
      ["parameters.json", "small", true],
    ]);
    const [flow] = document.files;
    expect(flow.stages.map(({ stage }) => stage)).toContain("update_block.gru/iteration12");
    expect(flow.stages.find(({ stage }) => stage === "full flow, 12 iterations")?.tolerance).toBe(5e-4);
  });

  it("exits 1 where a stage is outside its tolerance, and names it", { timeout: 60_000 }, async () => {
    const target = await folder("wrong", (text) => {
      const json = JSON.parse(text);
      json.stages["cnet.layer1"].values[0] += 0.01;
      return JSON.stringify(json);
    });
    const { code, stdout, stderr } = await apexlab(["flow", "verify", target], { workspace });
    expect(code).toBe(1);
    expect(stdout).toMatch(/cnet\.layer1 +1\.0e-2 +\d\.\de-\d+ +OUTSIDE/);
    expect(stderr).toMatch(
      /^apexlab: RAFT differs from the reference numbers by more than it may: cnet.layer1 \(flow_128.json\)\.$/m,
    );
  });

  it("says in a sentence what is no folder of reference numbers", { timeout: 60_000 }, async () => {
    const cases: readonly (readonly [string, RegExp])[] = [
      [path.join(root, "nowhere"), /Not found while looking for reference numbers/],
      [import.meta.dirname, /holds no reference numbers/],
      [await folder("cut", (text) => text.slice(0, 100)), /flow_128\.json is no JSON/],
      [await folder("other", () => '{"seed":1}'), /flow_128\.json is not in the reference format: width: /],
      [await folder("odd", (text) => text.replace('"width":128', '"width":130')), /reference format: width: /],
    ];
    for (const [target, says] of cases) {
      const { code, stdout, stderr } = await apexlab(["flow", "verify", target], { workspace });
      expect([code, stdout]).toEqual([1, ""]);
      expect(stderr).toMatch(says);
    }
  });
});

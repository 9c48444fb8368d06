/** `apexlab flow`, `flow pair` and `flow spot` as a terminal calls them. */
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { flowDocument, pairDocument, spotDocument } from "../../src-main/contract/flow.ts";
import { decodeNpy } from "../../src-main/vision/pictures/npy.ts";
import { SIDE, writeFramedStudy } from "../host/framed-study.ts";
import { apexlab, apexlabJson } from "./run-command.ts";

let root = "";
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), "apexlab-flow-command-"));
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe("apexlab flow", () => {
  it("computes a dataset's flow, spots apexes, and keeps both", async () => {
    const workspace = path.join(root, "study");
    const manifest = await writeFramedStudy(path.join(root, "data"), { datasets: ["a", "b"], clips: 1 });
    await apexlabJson(["import", manifest, "--as", "manifest"], { workspace });
    const flow = flowDocument.parse(await apexlabJson(["flow", "--dataset", "b"], { workspace }));
    expect(flow.datasets).toEqual([{ dataset: "b", samples: 1, computed: 1, cached: 0 }]);
    expect(await readdir(path.join(workspace, "cache", "flow"))).toHaveLength(1);
    const spot = spotDocument.parse(await apexlabJson(["flow", "spot", "--coded", "--dataset", "a"], { workspace }));
    expect(spot.datasets).toEqual([{ dataset: "a", clips: 1, computed: 1, cached: 0, rule: "spotted" }]);
    expect(spot.clips).toMatchObject([{ dataset: "a", onset: 7, offset: 9, coded: 8 }]);
    const { code, stderr } = await apexlab(["flow", "--dataset", "c"], { workspace });
    expect([code, stderr]).toEqual([1, expect.stringMatching(/no dataset c; it has a, b\. \(--dataset\)/)]);
  });

  it("writes the flow of two pictures, and says in one line what it cannot do", async () => {
    const workspace = path.join(root, "none");
    await writeFramedStudy(path.join(root, "pictures"), { datasets: ["a"], clips: 1 });
    const [first, second] = [7, 9].map((frame) => path.join(root, "pictures", "a", "c0", `img${frame}.png`));
    const out = path.join(root, "flow.npy");
    const document = pairDocument.parse(
      await apexlabJson(["flow", "pair", first, second, "--out", out], { workspace }),
    );
    expect(document).toMatchObject({ method: "raft", headMotion: "keep", out, width: SIDE, height: SIDE });
    expect(decodeNpy(await readFile(out), out).shape).toEqual([2, SIDE, SIDE]);
    for (const [args, exit, says] of [
      [[first, second, "--out", out, "--weights", first], 1, /img7\.png/],
      [[first, second], 2, /--out/],
    ] as const) {
      const { code, stderr, stdout } = await apexlab(["flow", "pair", ...args], { workspace });
      expect([code, stdout]).toEqual([exit, ""]);
      expect(stderr).toMatch(says);
    }
  });
});

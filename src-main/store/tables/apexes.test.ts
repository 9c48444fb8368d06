import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { bareSample, importOf } from "../../../test/fixtures/store/studies.ts";
import type { Sample } from "../../contract/sample.ts";
import { openWorkspace, type Workspace } from "../workspace.ts";
import { apexRule, findSpotted, putSpotted, setApexRule, type SpottedApex } from "./apexes.ts";
import { flowMethods, rememberFlowMethod } from "./flow-methods.ts";
import { applyImport } from "./imports.ts";
import { findSample, listSamples, samplesAfter } from "./samples.ts";

let folder = "";
let workspace: Workspace;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "apexlab-apexes-"));
  workspace = openWorkspace(folder, { access: "write" });
});
afterEach(() => {
  workspace[Symbol.dispose]();
  rmSync(folder, { recursive: true, force: true });
});

const clip = (name: string, given: Partial<Sample> = {}): Sample => ({
  ...bareSample("smic", name),
  onset: 10,
  apex: 15,
  offset: 20,
  apexSource: "middle",
  ...given,
});
const found = ({ dataset, subject, clip: name }: Sample, given: Partial<SpottedApex> = {}): SpottedApex => ({
  dataset,
  subject,
  clip: name,
  onset: 10,
  offset: 20,
  apex: 13,
  job: "0".repeat(32),
  ...given,
});
const bring = (...samples: Sample[]) => applyImport(workspace, [importOf(samples, "/data")]);
const apexes = () => listSamples(workspace).map(({ clip: name, apex, apexSource }) => [name, apex, apexSource]);

describe("a spotted apex", () => {
  test("stands in for the middle frame while its dataset's rule says so, and only where none is coded", () => {
    const own = [
      clip("a"),
      clip("b", { apex: 16, apexSource: "table" }),
      clip("c", { apex: null, apexSource: null }),
      clip("d"),
    ];
    bring(...own);
    putSpotted(
      workspace,
      own.slice(0, 3).map((sample) => found(sample)),
    );
    const before = [
      ["a", 15, "middle"],
      ["b", 16, "table"],
      ["c", null, null],
      ["d", 15, "middle"],
    ];
    expect([apexRule(workspace, "smic"), apexes()]).toEqual(["middle", before]);
    setApexRule(workspace, "smic", "spotted");
    expect([apexRule(workspace, "smic"), apexes()]).toEqual([
      "spotted",
      [
        ["a", 13, "spotted"],
        ["b", 16, "table"],
        ["c", 13, "spotted"],
        ["d", 15, "middle"],
      ],
    ]);
    expect(findSample(workspace, own[0])).toMatchObject({ apex: 13, apexSource: "spotted" });
    expect(samplesAfter(workspace, 0, 9).samples[0]).toMatchObject({ apex: 13 });
    expect(listSamples(workspace, { asImported: true })[0]).toMatchObject({ apex: 15, apexSource: "middle" });
    setApexRule(workspace, "smic", "middle");
    expect(apexes()).toEqual(before);
  });

  test("outlives an import of the same rows, and is void for another span", () => {
    bring(clip("a"));
    putSpotted(workspace, [found(clip("a"))]);
    setApexRule(workspace, "smic", "spotted");
    expect(bring(clip("a"))[0].document.changes).toMatchObject({ unchanged: 1 });
    expect(apexes()).toEqual([["a", 13, "spotted"]]);
    bring(clip("a", { offset: 24, apex: 17 }));
    expect(apexes()).toEqual([["a", 17, "middle"]]);
  });

  test("is kept with its job, the last one of a clip, and may be none", () => {
    bring(clip("a"));
    setApexRule(workspace, "smic", "spotted");
    expect(findSpotted(workspace, clip("a"))).toBeNull();
    putSpotted(workspace, [found(clip("a"))]);
    putSpotted(workspace, [found(clip("a"), { apex: null, job: "1".repeat(32) })]);
    expect(findSpotted(workspace, clip("a"))).toEqual(found(clip("a"), { apex: null, job: "1".repeat(32) }));
    expect(apexes()).toEqual([["a", 15, "middle"]]);
  });
});

const raft = (digit: string) => ({
  method: "raft" as const,
  version: 1,
  weights: digit.repeat(64),
  headMotion: "remove" as const,
});

test("ways of computing flow are remembered, the last one first, each once, few", () => {
  expect(flowMethods(workspace)).toEqual([]);
  const tvl1 = { method: "tvl1" as const, version: 1, weights: null, headMotion: "keep" as const };
  for (const how of [tvl1, raft("1"), raft("2"), tvl1]) rememberFlowMethod(workspace, how);
  expect(flowMethods(workspace)).toEqual([tvl1, raft("2"), raft("1")]);
  for (const digit of "3456") rememberFlowMethod(workspace, raft(digit));
  expect(flowMethods(workspace)).toHaveLength(4);
});

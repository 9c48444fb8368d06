import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { bareSample, fullSample, importOf } from "../../../test/fixtures/store/studies.ts";
import type { RunDocument } from "../../contract/documents.ts";
import { runConfig } from "../../contract/run.ts";
import { type Sample, SAMPLE_STATUSES } from "../../contract/sample.ts";
import { type Workspace, openWorkspace } from "../workspace.ts";
import { listDatasets } from "./datasets.ts";
import { digestFile, digestFiles, rememberedDigests } from "./digests.ts";
import { listBrief } from "./brief.ts";
import { applyImport, compareImport, importSources, listImports } from "./imports.ts";
import { putReview } from "./reviews.ts";
import { createRun, findRun, getRun, listRuns, updateRun } from "./runs.ts";
import { findSample, listSamples, putSample, samplesAfter } from "./samples.ts";
import { getSettings, setSettings } from "./settings.ts";

let folder = "";
let workspace: Workspace;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "apexlab-tables-"));
  workspace = openWorkspace(folder, { access: "write" });
});
afterEach(() => {
  workspace[Symbol.dispose]();
  rmSync(folder, { recursive: true, force: true });
});

describe("samples", () => {
  const words = fc.string({ unit: "grapheme", minLength: 1, maxLength: 8 });
  const file = fc
    .stringMatching(/^[a-z]{1,6}$/)
    .chain((name) => fc.constantFrom(`/data/${name}`, path.join("/study", name)));
  const anySample: fc.Arbitrary<Sample> = fc.record({
    dataset: fc.constant("casme2"),
    subject: words,
    clip: words,
    emotion: fc.option(words),
    label: fc.option(fc.constantFrom("positive", "negative", "surprise")),
    aus: fc.option(words),
    onset: fc.option(fc.integer()),
    apex: fc.option(fc.integer()),
    offset: fc.option(fc.integer()),
    apexSource: fc.option(fc.constantFrom("table", "middle")),
    fps: fc.option(fc.double({ min: 1, max: 1000, noNaN: true })),
    framing: fc.constantFrom("raw", "cropped"),
    frames: fc.option(fc.record({ folder: file, files: fc.array(fc.tuple(fc.nat(), words), { maxLength: 3 }) })),
    video: fc.option(file),
    onsetImage: fc.option(file),
    apexImage: fc.option(file),
    flowImage: fc.option(file),
    openfaceCsv: fc.option(file),
    status: fc.constantFrom(...SAMPLE_STATUSES),
    doubts: fc.array(words, { maxLength: 2 }),
    notes: fc.array(words, { maxLength: 2 }),
    originals: fc.dictionary(words, fc.string({ maxLength: 8 }), { maxKeys: 3, noNullPrototype: true }),
    source: fc.record({ table: fc.option(file), row: fc.option(fc.nat()) }),
  });

  test("come back as they were put, every field, whatever it holds", () => {
    applyImport(workspace, [importOf([fullSample("/data")], "/data")]);
    const one = (held: Sample) =>
      listSamples(workspace).find(({ subject, clip }) => subject === held.subject && clip === held.clip);
    fc.assert(
      fc.property(anySample, (given) => {
        putSample(workspace, given);
        expect(one(given)).toEqual(given);
        expect(findSample(workspace, given)).toEqual(given);
        const { subject, clip, emotion, label, aus, status, notes } = given;
        expect(listBrief(workspace)).toContainEqual(
          expect.objectContaining({ subject, clip, emotion, label, aus, status, notes }),
        );
        expect(compareImport(workspace, [importOf([given], "/data")])[0]?.document.changes.unchanged).toBe(1);
      }),
      { numRuns: 60 },
    );
  });

  test("are listed in table order, all or some datasets", () => {
    const given = [
      bareSample("Zoo lab", "a"),
      bareSample("mmew", "a"),
      bareSample("smic", "b"),
      bareSample("smic", "a"),
      fullSample("/data"),
    ];
    applyImport(
      workspace,
      given.map((one) => importOf([one], "/data")),
    );
    const keys = (datasets?: string[]) =>
      listSamples(workspace, { datasets }).map(({ dataset, clip }) => `${dataset}/${clip}`);
    expect(keys()).toEqual(["smic/a", "smic/b", "casme2/EP02_01f", "mmew/a", "Zoo lab/a"]);
    expect(keys(["mmew", "smic"])).toEqual(["smic/a", "smic/b", "mmew/a"]);
    expect(keys([])).toEqual([]);
  });
});

describe("an import", () => {
  test("adds, updates and leaves; deletes nothing, and names what it no longer lists", () => {
    const [a, b, c] = ["a", "b", "c"].map((clip) => fullSample("/data", clip));
    const first = applyImport(workspace, [importOf([a, b], "/data")]);
    expect(first[0]?.document.changes).toEqual({ added: 2, updated: 0, unchanged: 0 });
    const changed = { ...b, apex: 60 };
    const next = [importOf([changed, c], path.join(folder, "releases"))];
    const would = compareImport(workspace, next);
    expect(would[0]).toMatchObject({
      document: { changes: { added: 1, updated: 1, unchanged: 0 } },
      unlisted: ["casme2/01/a"],
    });
    expect(listSamples(workspace)).toEqual([a, b]);
    expect(applyImport(workspace, next)).toEqual(would);
    expect(listSamples(workspace)).toEqual([a, changed, c]);
    expect(listImports(workspace).map(({ document, source }) => [document.changes.added, source])).toEqual([
      [2, "/data"],
      [1, path.join(folder, "releases")],
    ]);
    expect(listDatasets(workspace)).toMatchObject([
      { id: "casme2", source: path.join(folder, "releases"), rule: { kind: "preset", name: "paper" } },
    ]);
  });

  test("applies whole or not at all", () => {
    const broken = { ...importOf([{ ...bareSample("smic", "a"), dataset: "nobody's" }], "/data"), dataset: "smic" };
    expect(() => applyImport(workspace, [importOf([fullSample("/data")], "/data"), broken])).toThrow("FOREIGN KEY");
    expect([listSamples(workspace), listDatasets(workspace), listImports(workspace)]).toEqual([[], [], []]);
  });

  test("that repeats an earlier one changes no sample", () => {
    const samples = [fullSample(path.join(folder, "inside")), fullSample("/data", "outside")];
    applyImport(workspace, [importOf(samples, "/data")]);
    const turned = samples.map((one) => ({
      ...one,
      originals: Object.fromEntries(Object.entries(one.originals).reverse()),
    }));
    expect(applyImport(workspace, [importOf(turned, "/data")])[0]?.document.changes).toEqual({
      added: 0,
      updated: 0,
      unchanged: 2,
    });
  });
});

describe("runs", () => {
  const config = runConfig.parse({ epochs: 5 });
  const scores = { accuracy: 0.5, uar: 0.4, uf1: 0.3 };
  const document: RunDocument = {
    run: "abc1",
    state: "finished",
    protocol: "lodo",
    selection: "last-epoch",
    config,
    folds: [],
    mean: scores,
    spread: scores,
    majority: scores,
    seconds: 1.5,
    remarks: [],
  };

  test("are created queued, changed, and found by their id or its beginning", () => {
    createRun(workspace, { id: "abc1", config, jobs: [] });
    createRun(workspace, { id: "abd2", config, jobs: [{ step: "train", key: "k" }] });
    expect(findRun(workspace, "abc1")).toMatchObject({ state: "queued", document: null, jobs: [] });
    updateRun(workspace, "abc1", { state: "finished", document });
    updateRun(workspace, "abc1", { jobs: [{ step: "score", key: "s" }] });
    expect(getRun(workspace, "abc")).toMatchObject({
      id: "abc1",
      config,
      state: "finished",
      document,
      jobs: [{ step: "score", key: "s" }],
    });
    expect(listRuns(workspace).map(({ id }) => id)).toEqual(["abd2", "abc1"]);
    expect(findRun(workspace, "abc")).toBeUndefined();
  });

  test("that do not exist, or not only one, are refused with what there is", () => {
    createRun(workspace, { id: "abc1", config, jobs: [] });
    createRun(workspace, { id: "abd2", config, jobs: [] });
    expect(() => getRun(workspace, "ab")).toThrow(
      expect.objectContaining({ code: "not-found", message: expect.stringContaining("abd2, abc1") }),
    );
    for (const none of ["x", ""])
      expect(() => getRun(workspace, none)).toThrow(expect.objectContaining({ code: "not-found" }));
    expect(() => updateRun(workspace, "x", { state: "failed" })).toThrow(
      expect.objectContaining({ code: "not-found" }),
    );
  });
});

const keysOf = (list: readonly { dataset: string; clip: string }[]) => list.map(({ dataset, clip }) => [dataset, clip]);

describe("samples of a large study", () => {
  test("come in pieces, each once", () => {
    const given = Array.from({ length: 25 }, (_, i) => bareSample("My lab", `c${i}`));
    applyImport(workspace, [importOf(given, "/data")]);
    const seen: string[] = [];
    for (let last = 0; ;) {
      const piece = samplesAfter(workspace, last, 10);
      if (piece.samples.length === 0) break;
      seen.push(...piece.samples.map(({ clip }) => clip));
      last = piece.last;
    }
    expect(seen.toSorted()).toEqual(given.map(({ clip }) => clip).toSorted());
  });

  test("in brief are in the order of the whole list", () => {
    const names = ["My lab", "samm", "casme2", "A lab"];
    applyImport(
      workspace,
      names.map((name) => importOf([bareSample(name, "b"), bareSample(name, "a")], `/${name}`)),
    );
    expect(keysOf(listBrief(workspace))).toEqual(keysOf(listSamples(workspace)));
    expect(importSources(workspace, "samm")).toEqual(["/samm"]);
  });
});

describe("a person's word on a sample", () => {
  test("holds through imports and in every list, and does not make an import a change", () => {
    const given = [{ ...bareSample("samm", "a"), status: "needs-review" as const }, bareSample("samm", "b")];
    applyImport(workspace, [importOf(given, "/data")]);
    putReview(workspace, { dataset: "samm", subject: "006", clip: "a" }, "ready");
    putReview(workspace, { dataset: "samm", subject: "006", clip: "b" }, "needs-review");
    const [outcome] = applyImport(workspace, [importOf(given, "/data")]);
    expect(outcome?.document.changes).toEqual({ added: 0, updated: 0, unchanged: 2 });
    const words = ["ready", "needs-review"];
    expect(listSamples(workspace).map(({ status }) => status)).toEqual(words);
    expect(listBrief(workspace).map(({ status }) => status)).toEqual(words);
    expect(samplesAfter(workspace, 0, 9).samples.map(({ status }) => status)).toEqual(words);
    expect(listSamples(workspace, { asImported: true }).map(({ status }) => status)).toEqual(words.toReversed());
  });
});

describe("settings", () => {
  test("have defaults, keep what is set and leave the rest", () => {
    expect(getSettings(workspace)).toEqual({ theme: "system", keys: {}, threads: null });
    setSettings(workspace, { threads: 4, keys: { next: "j" } });
    setSettings(workspace, { theme: "dark", threads: undefined });
    expect(getSettings(workspace)).toEqual({ theme: "dark", keys: { next: "j" }, threads: 4 });
  });
});

describe("digests of files", () => {
  const old = new Date("2026-01-01T00:00:00Z");
  const write = (name: string, text: string, time = old) => {
    const file = path.join(folder, name);
    writeFileSync(file, text);
    utimesSync(file, time, time);
    return file;
  };
  const ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"; // SHA-256 of "abc", FIPS 180

  test("are SHA-256, and not computed again while size and time stay", async () => {
    const file = write("a.jpg", "abc");
    expect(await digestFiles(workspace, [file])).toEqual([ABC]);
    expect([...rememberedDigests(workspace)]).toEqual([[file, ABC]]);
    write("a.jpg", "xyz"); // the same size, and its time set back: only a reading would notice
    expect(await digestFiles(workspace, [file])).toEqual([ABC]);
    write("a.jpg", "abcd");
    expect(await digestFiles(workspace, [file])).toEqual([await digestFile(file)]);
    write("a.jpg", "xyzw", new Date("2026-01-01T00:00:01Z"));
    expect(await digestFiles(workspace, [file])).toEqual([await digestFile(file)]);
  });

  test("of a file changed just now are not remembered: it may change again within the clock's grain", async () => {
    const file = write("a.jpg", "abc", new Date());
    await digestFiles(workspace, [file]);
    expect(workspace.db.get("SELECT count(*) AS n FROM file_digests")).toEqual({ n: 0 });
  });

  test("of a missing file fail with its name", async () => {
    const file = path.join(folder, "gone.jpg");
    await expect(digestFiles(workspace, [file])).rejects.toMatchObject({ code: "file-missing", place: { file } });
    await expect(digestFile(file)).rejects.toMatchObject({ code: "file-missing", place: { file } });
    await expect(digestFile(folder)).rejects.toMatchObject({ code: "file-unreadable" });
  });
});

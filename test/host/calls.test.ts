/** What the page asks of a study: counts, filters, label rules, runs and what they would cost. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bareSample, importOf } from "../fixtures/store/studies.ts";
import { runConfig } from "../../src-main/contract/run.ts";
import { applyImport } from "../../src-main/store/tables/imports.ts";
import { getRun } from "../../src-main/store/tables/runs.ts";
import { listSamples } from "../../src-main/store/tables/samples.ts";
import { writeFramedStudy } from "./framed-study.ts";
import { TestHouse } from "./house.ts";

let root = "";
let house: TestHouse;
let manifest = "";
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), "apexlab-calls-"));
  house = new TestHouse(path.join(root, "study"));
  // Six clips each: positive, negative, surprise, "others", negative, surprise.
  manifest = await writeFramedStudy(path.join(root, "data"), { datasets: ["casme2", "samm", "My lab"], clips: 6 });
  await house.import(manifest);
});
afterAll(async () => {
  await house[Symbol.asyncDispose]();
  await rm(root, { recursive: true, force: true });
});

const refusal = (code: string, message: RegExp) => ({ cause: { code }, message: expect.stringMatching(message) });
const PAPER = { kind: "preset", name: "paper" } as const;
const KEY = { dataset: "samm", subject: "p1", clip: "c1" };

describe("study", () => {
  it("shows each dataset as Table 1 does", async () => {
    const { datasets, empty } = await house.calls.study.overview();
    expect([empty, datasets.map(({ name, letter }) => [name, letter])]).toEqual([
      false,
      [
        ["CASME II", "2"],
        ["SAMM", "A"],
        ["My lab", "M"],
      ],
    ]);
    expect(datasets[0]).toMatchObject({
      fps: 100,
      resolution: [48, 48],
      perClass: { positive: 1, negative: 2, surprise: 2 },
      total: 5,
      outsidePreset: 1,
      needsReview: 0,
      subjects: 2,
      frames: 15,
      rule: PAPER,
      source: manifest,
      sourceFound: true,
      known: { release: expect.any(String) },
    });
    const cards = await house.calls.study.cards();
    expect(cards.map(({ samples }) => samples.map((sample) => sample.class))).toEqual(
      Array.from({ length: 3 }, () => ["positive", "negative", "surprise"]),
    );
    // Others are of the same classes; when all were shown, the first come again.
    const others = await house.calls.study.cards({ turn: 1 });
    const clipsOf = ({ samples }: (typeof cards)[number]) => samples.map(({ clip }) => clip);
    expect([cards, others].map(([first]) => clipsOf(first))).toEqual([
      ["c0", "c4", "c2"],
      ["c0", "c1", "c5"],
    ]);
    expect(await house.calls.study.cards({ turn: 2 })).toEqual(cards);
  });

  it("says what another label rule would do, does it, and refuses a window that shows an older one", async () => {
    const { now, after, rule } = await house.calls.study.presetEffect({ dataset: "casme2", labels: "megc2019" });
    expect([now.total, after.total, rule]).toEqual([5, 5, { kind: "preset", name: "megc2019" }]);
    const call = { dataset: "casme2", labels: "megc2019", was: PAPER };
    expect(await house.calls.study.setLabels(call)).toEqual(rule);
    await expect(house.calls.study.setLabels({ ...call, labels: "paper" })).rejects.toMatchObject(
      refusal("changed-meanwhile", /the preset paper.*the preset megc2019/),
    );
    expect((await house.calls.study.overview()).datasets[0].rule).toEqual(rule);
    await house.calls.study.setLabels({ dataset: "casme2", labels: "paper", was: rule });
  });

  it("previews an import without storing it, also a bad one", async () => {
    const before = listSamples(house.workspace).length;
    const other = await writeFramedStudy(path.join(root, "other"), { datasets: ["new"] });
    const { id } = await house.calls.study.previewImport({ path: other, as: "manifest", strict: false });
    expect(await house.ended(id)).toMatchObject({
      kind: "preview",
      state: "finished",
      result: [{ dataset: "new", samples: 3, changes: { added: 3 } }],
    });
    const bad = await house.calls.study.previewImport({
      path: path.join(root, "no.csv"),
      as: "manifest",
      strict: false,
    });
    expect(await house.ended(bad.id)).toMatchObject({
      state: "failed",
      error: { code: "file-missing", message: expect.stringContaining("no.csv") },
    });
    expect(listSamples(house.workspace)).toHaveLength(before);
  });
});

const clips = async (filter: object, sort?: "class" | "emotion" | "duration" | "status") =>
  (await house.calls.samples.ids({ filter, ...(sort ? { sort } : {}) })).rows.map(
    ([dataset, , clip]) => `${dataset}${clip}`,
  );

describe("samples", () => {
  it("are filtered by every facet, alone and together", async () => {
    expect(await house.calls.samples.facets()).toMatchObject({
      datasets: [{ count: 6 }, { count: 6 }, { count: 6 }],
      labels: [
        { value: "positive", count: 3 },
        { value: "negative", count: 6 },
        { value: "surprise", count: 6 },
        { value: "outside", count: 3 },
      ],
      emotions: [{ value: "negative" }, { value: "others", count: 3 }, { value: "positive" }, { value: "surprise" }],
      aus: [
        { value: 4, count: 9 },
        { value: 7, count: 9 },
        { value: 12, count: 9 },
      ],
      statuses: [
        { value: "ready", count: 18 },
        { value: "needs-review", count: 0 },
      ],
    });
    expect(await clips({ datasets: ["samm"] })).toEqual(["0c0", "0c2", "0c4", "0c1", "0c3", "0c5"]);
    expect(await clips({ labels: ["outside"] })).toEqual(["0c3", "1c3", "2c3"]);
    expect(await clips({ datasets: ["samm"], aus: [12], labels: ["negative", "surprise"] })).toEqual(["0c1", "0c5"]);
    expect(await clips({ subjects: [{ dataset: "My lab", subject: "p0" }], emotions: ["positive"] })).toEqual(["0c0"]);
    expect(await clips({ text: "c1 NEG" })).toEqual(["0c1", "1c1", "2c1"]);
    expect(await clips({ statuses: ["needs-review"] })).toEqual([]);
  });

  it("are sorted, equal ones in the study's order", async () => {
    expect(await clips({ datasets: ["samm"] }, "class")).toEqual(["0c0", "0c4", "0c1", "0c2", "0c5", "0c3"]);
    expect(await clips({ datasets: ["samm"] }, "emotion")).toEqual(["0c4", "0c1", "0c3", "0c0", "0c2", "0c5"]);
  });

  it("one in full, with its frames and class", async () => {
    expect(await house.calls.samples.get(KEY)).toMatchObject({
      sample: { ...KEY, aus: "12" },
      class: "negative",
      frames: [7, 8, 9],
      fps: 100,
      missing: null,
    });
  });

  it("keep a person's word through a later import, and refuse a window that shows an older one", async () => {
    expect((await house.calls.samples.setStatus({ ...KEY, status: "needs-review", was: "ready" })).sample.status).toBe(
      "needs-review",
    );
    await expect(house.calls.samples.setStatus({ ...KEY, status: "needs-review", was: "ready" })).rejects.toMatchObject(
      refusal("changed-meanwhile", /shows "ready", stored is "needs review"/),
    );
    const [, samm] = await house.import(manifest);
    expect(samm.changes).toEqual({ added: 0, updated: 0, unchanged: 6 });
    expect(await clips({ statuses: ["needs-review"] })).toEqual(["0c1"]);
    expect((await clips({ datasets: ["samm"] }, "status"))[0]).toBe("0c1");
    await house.calls.samples.setStatus({ ...KEY, status: "ready", was: "needs-review" });
  });

  it("fifty thousand of them are short rows", async () => {
    await using large = new TestHouse(path.join(root, "large"));
    const many = Array.from({ length: 50_000 }, (_, i) => ({
      ...bareSample("My lab", `clip-${i}`),
      emotion: ["happiness", "disgust", "surprise"][i % 3],
    }));
    applyImport(large.workspace, [importOf(many, "/data")]);
    const answer = await large.get("/trpc/samples.ids");
    const text = await answer.text();
    expect(JSON.parse(text).result.data).toMatchObject({ all: 50_000, rows: { length: 50_000 } });
    expect(text.length).toBeLessThan(2_500_000);
    expect((await large.calls.study.overview()).datasets[0].total).toBe(50_000);
  });
});

const cell = (config: object) => house.calls.runs.published(runConfig.parse(config));

describe("runs", () => {
  it("say what they would cost, or why they cannot be", async () => {
    const asked = { input: "apex", selection: "leave-one-domain-out", seeds: 2, lambda: 0.5, brlFrom: 200 } as const;
    expect(await house.calls.runs.estimate(asked)).toMatchObject({
      folds: 3,
      trainings: 2 * (3 + 3 * 2),
      samples: 15,
      minutes: expect.any(Number),
      basis: "default",
      warnings: [expect.stringMatching(/BRL never joins/), expect.any(String)],
      settled: { datasets: ["casme2", "samm", "My lab"], flow: "raft", device: "cpu" },
      fault: null,
    });
    expect(await house.calls.runs.estimate({ datasets: ["samm"] })).toMatchObject({
      minutes: null,
      settled: null,
      fault: expect.stringMatching(/at least two datasets/),
    });
  });

  it("are read back with their folds and the clips of a cell, guessed from, and compared", async () => {
    const asked = { input: "apex", size: 16, epochs: 2, batch: 4, threads: 1 } as const;
    const done = [];
    for (const lambda of [0, 0.5])
      done.push(await house.ended((await house.calls.runs.start({ ...asked, lambda })).id));
    const ids = done.map((task) => (task.kind === "run" && task.run) || "none");
    expect(done.map(({ state }) => state)).toEqual(["finished", "finished"]);

    const { document, folds, selection } = await house.calls.runs.get({ run: ids[0].slice(0, 5) });
    expect(selection).toMatchObject({ words: expect.stringMatching(/last epoch/), validForReporting: true });
    expect(folds.map(({ name, state, trainSamples, testSamples }) => [name, state, trainSamples, testSamples])).toEqual(
      ["CASME II", "SAMM", "My lab"].map((name) => [name, "finished", 10, 5]),
    );
    const { test, seed, confusion } = document.folds[1];
    for (const [t, truth] of (["positive", "negative", "surprise"] as const).entries())
      for (const [p, predicted] of (["positive", "negative", "surprise"] as const).entries()) {
        const cell = await house.calls.runs.clips({ run: ids[0], test, seed, true: truth, predicted });
        expect(cell).toHaveLength(confusion[t][p]);
        for (const clip of cell) expect(await house.calls.samples.get(clip)).toMatchObject({ class: truth });
      }

    const { differences, sameData, runs } = await house.calls.runs.compare({ runs: ids });
    expect([sameData, runs.map(({ run }) => run), differences]).toEqual([
      true,
      ids,
      [{ setting: "lambda", values: ["0", "0.5"] }],
    ]);
    // Another input is a setting: the samples are the same. Other samples are none.
    const [onset, fewer] = [{ ...asked, input: "onset" } as const, { ...asked, datasets: ["casme2", "samm"] }];
    for (const other of [onset, fewer]) {
      const task = await house.ended((await house.calls.runs.start(other)).id);
      ids.push((task.kind === "run" && task.run) || "none");
    }
    const same = async (...at: number[]) => (await house.calls.runs.compare({ runs: at.map((i) => ids[i]) })).sameData;
    expect([await same(0, 2), await same(0, 1, 2), await same(0, 3)]).toEqual([true, true, false]);

    // The time of trainings alone, not of the crops before them: half the epochs are half of it.
    const { minutes, basis } = await house.calls.runs.estimate(fewer);
    const trained = getRun(house.workspace, ids[3]).jobs.reduce((sum, { ms = 0 }) => sum + ms, 0);
    expect([basis, trained > 0]).toEqual([ids[3], true]);
    expect(minutes).toBeCloseTo(trained / 60_000, 9);
    expect((await house.calls.runs.estimate({ ...fewer, epochs: 1 })).minutes).toBeCloseTo((minutes ?? 0) / 2, 9);
    expect((await house.calls.runs.estimate({ ...asked, threads: 2 })).basis).toBe("default");
    // Of another network, beside what this one took: it costs two and a half times as much.
    const slower = await house.calls.runs.estimate({ ...fewer, backbone: "resnet18" });
    expect([slower.basis, (slower.minutes ?? 0) / (minutes ?? 1)]).toEqual([ids[3], expect.closeTo(2.5, 6)]);
  });

  it("that are cancelled stay, show what is scored, and go on", async () => {
    const config = { input: "apex", size: 16, epochs: 100_000, batch: 4, threads: 1 } as const;
    const { id } = await house.calls.runs.start(config);
    const waiting = await house.calls.runs.start({ ...config, epochs: 2 });
    await expect
      .poll(
        () =>
          house.tasks
            .list()
            .find((task) => task.id === id)
            ?.progress.some(({ what, done }) => what.startsWith("Training") && done > 0),
        { timeout: 60_000 },
      )
      .toBe(true);
    expect(
      house.tasks
        .list()
        .map(({ state }) => state)
        .slice(0, 2),
    ).toEqual(["queued", "running"]);
    const [newest] = await house.calls.runs.list();
    expect(newest).toMatchObject({ state: "running", task: id, folds: { scored: 0, total: 3 } });
    expect((await house.calls.tasks.cancel({ id: waiting.id })).state).toBe("cancelled");
    await house.calls.tasks.cancel({ id });
    expect(await house.ended(id)).toMatchObject({ state: "cancelled", error: { code: "cancelled" } });
    expect(await house.calls.runs.get({ run: newest.run })).toMatchObject({
      document: { state: "cancelled", folds: [] },
      folds: [{ state: "interrupted" }, { state: "queued" }, { state: "queued" }],
      task: null,
    });
    // What is stored of a run is enough to go on with it.
    const again = await house.calls.runs.start(newest.config);
    const running = () => house.tasks.list().find((task) => task.id === again.id);
    await expect.poll(running, { timeout: 60_000 }).toMatchObject({ run: newest.run });
    await house.calls.tasks.cancel({ id: again.id });
    await house.ended(again.id);
    expect((await house.calls.runs.list()).filter(({ run }) => run === newest.run)).toHaveLength(1);
  });

  it("have the paper's figures beside them where it has that cell", async () => {
    expect((await cell({ input: "flow", lambda: 0.5 }))?.[0]).toMatchObject({
      source: "Table 8",
      uar: 0.5363,
      uf1: 0.5307,
    });
    expect((await cell({ input: "apex", lambda: 0 }))?.[0]).toMatchObject({ accuracy: 0.5228 });
    expect(await cell({ input: "onset" })).toBeNull();
    expect(await cell({ backbone: "resnet18" })).toBeNull();
  });
});

describe("settings, folders and versions", () => {
  it("keep what is set and leave the rest", async () => {
    expect(await house.calls.settings.get()).toEqual({ theme: "system", keys: {}, threads: null });
    await house.calls.settings.set({ theme: "dark", keys: { next: "j" } });
    expect(await house.calls.settings.set({ threads: 3 })).toEqual({ theme: "dark", keys: { next: "j" }, threads: 3 });
  });

  it("browse folders and tables of this machine, and say so where there is none", async () => {
    expect(await house.calls.workspace.browse({ folder: path.join(root, "data") })).toMatchObject({
      parent: root,
      folders: ["casme2", "My lab", "samm"],
      files: ["manifest.csv"],
      study: false,
    });
    expect((await house.calls.workspace.browse({ folder: house.folder })).study).toBe(true);
    await expect(house.calls.workspace.browse({ folder: path.join(root, "no") })).rejects.toMatchObject(
      refusal("file-missing", /no/),
    );
    await expect(house.calls.workspace.browse({ folder: "../.." })).rejects.toMatchObject(
      refusal("usage", /whole path/),
    );
    expect((await house.calls.about()).onnxruntime).toMatch(/^\d+\.\d+/);
    expect((await house.calls.devices.list()).devices[0]).toMatchObject({ name: "cpu", usable: true });
  });
});

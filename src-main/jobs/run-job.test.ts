import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync, mkdirSync, cpSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { STEPS, copy, echo, fail, log } from "../../test/fixtures/jobs/steps.ts";
import { acquireLock } from "../store/lock.ts";
import { digestFile } from "../store/tables/digests.ts";
import { runFolderState, sweepCache, writeRunSpec } from "./folder.ts";
import { describeJob, jobKey, resultOf } from "./key.ts";
import { runJob, runJobByKey } from "./run-job.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "apexlab-jobs-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const options = () => ({ workspaceFolder: folder, steps: STEPS });
const everything = () => readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();

const spec = () => describeJob(log, { config: { file: path.join(folder, "log.txt"), name: "x" } });

describe("a cache job", () => {
  test("stands whole under its key and is not run again", async () => {
    const spec = describeJob(echo, { config: { text: "a" } });
    const first = await runJob(spec, options());
    expect(first).toEqual({
      key: jobKey(spec),
      step: "echo",
      folder: path.join(folder, "cache", "echo", jobKey(spec)),
      cached: false,
    });
    expect(readFileSync(path.join(first.folder, "text.txt"), "utf8")).toBe("a");
    writeFileSync(path.join(first.folder, "text.txt"), "touched");
    expect((await runJob(spec, options())).cached).toBe(true);
    expect(readFileSync(path.join(first.folder, "text.txt"), "utf8")).toBe("touched");
  });

  test("reads the results of other jobs, and says which one is missing", async () => {
    const before = describeJob(echo, { config: { text: "a" } });
    const after = describeJob(echo, { config: { text: "b" }, inputs: { before: resultOf(before) } });
    await expect(runJob(after, options())).rejects.toMatchObject({
      code: "not-found",
      message: expect.stringContaining(jobKey(before)),
    });
    await runJob(before, options());
    const { folder: result } = await runJob(after, options());
    expect(readFileSync(path.join(result, "text.txt"), "utf8")).toBe("a+b");
  });

  test("refuses a source that changed since it was planned", async () => {
    const file = path.join(folder, "img1.jpg");
    writeFileSync(file, "one");
    const spec = describeJob(copy, {
      config: {},
      inputs: { file: { kind: "file", path: "img1.jpg", digest: await digestFile(file) } },
    });
    writeFileSync(file, "two");
    await expect(runJob(spec, options())).rejects.toMatchObject({ code: "file-unreadable", place: { file } });
    writeFileSync(file, "one");
    expect((await runJob(spec, options())).cached).toBe(false);
  });

  test.each([
    ["fault", "file-unreadable", "img46.jpg is truncated: copy it again."],
    ["bug", "internal", 'The step "fail" failed: x is not a function'],
  ] as const)("leaves nothing behind after a %s", async (how, code, message) => {
    await expect(runJob(describeJob(fail, { config: { how } }), options())).rejects.toMatchObject({ code, message });
    expect(everything()).toEqual(["cache", "cache/fail"]);
  });

  test("that was planned for another version is refused", async () => {
    const spec = { ...describeJob(echo, { config: { text: "a" } }), version: 7 };
    await expect(runJob(spec, options())).rejects.toMatchObject({
      code: "run-invalid",
      message: expect.stringContaining("version 7"),
    });
  });

  test("half results of dead processes are swept, those of living ones are not", () => {
    const step = path.join(folder, "cache", "echo");
    mkdirSync(path.join(step, `aa.tmp-${2 ** 30}`), { recursive: true });
    mkdirSync(path.join(step, `bb.tmp-${process.pid}`));
    mkdirSync(path.join(step, "cc"));
    writeFileSync(path.join(folder, "cache", ".DS_Store"), "");
    sweepCache(folder);
    expect(readdirSync(step).sort()).toEqual([`bb.tmp-${process.pid}`, "cc"]);
  });
});

describe("a run job", () => {
  test("runs by its key alone, with no database, writing only its own folder", async () => {
    writeRunSpec(folder, spec());
    const key = jobKey(spec());
    expect(runFolderState(folder, key)).toBe("queued");
    const outcome = await runJobByKey(key, options());
    expect(outcome).toMatchObject({ key, step: "log", folder: path.join(folder, "runs", key), cached: false });
    expect(runFolderState(folder, key)).toBe("finished");
    expect(everything()).toEqual([
      "log.txt",
      "runs",
      `runs/${key}`,
      ...["config.json", "lock.sqlite", "result.json"].map((name) => `runs/${key}/${name}`),
    ]);
    expect((await runJobByKey(key, options())).cached).toBe(true);
  });

  test("keeps paths inside the workspace relative, so that a copied workspace works", async () => {
    const file = path.join(folder, "demo", "img1.jpg");
    mkdirSync(path.dirname(file));
    writeFileSync(file, "one");
    const one = { ...spec(), inputs: { file: { kind: "file" as const, path: file, digest: await digestFile(file) } } };
    const run = writeRunSpec(folder, one);
    const stored: unknown = JSON.parse(readFileSync(path.join(run, "config.json"), "utf8"));
    expect(stored).toMatchObject({ inputs: { file: { path: "demo/img1.jpg" } } });
    const moved = `${folder}-moved`;
    cpSync(folder, moved, { recursive: true });
    rmSync(file);
    try {
      expect((await runJobByKey(jobKey(one), { ...options(), workspaceFolder: moved })).cached).toBe(false);
    } finally {
      rmSync(moved, { recursive: true });
    }
  });

  test("is worked on by one process at a time", async () => {
    const run = writeRunSpec(folder, spec());
    const lock = acquireLock(run, "The run folder");
    expect(runFolderState(folder, jobKey(spec()))).toBe("running");
    await expect(runJobByKey(jobKey(spec()), options())).rejects.toMatchObject({
      code: "workspace-busy",
      message: expect.stringContaining(`process ${process.pid}`),
    });
    lock[Symbol.dispose]();
    expect(runFolderState(folder, jobKey(spec()))).toBe("interrupted");
    expect(existsSync(path.join(folder, "log.txt"))).toBe(false);
    await runJobByKey(jobKey(spec()), options());
  });

  test("whose configuration was edited, or that does not exist, is refused by its key", async () => {
    const run = writeRunSpec(folder, spec());
    const file = path.join(run, "config.json");
    writeFileSync(file, readFileSync(file, "utf8").replace('"x"', '"y"'));
    await expect(runJobByKey(jobKey(spec()), options())).rejects.toMatchObject({
      code: "file-unreadable",
      place: { file },
    });
    await expect(runJobByKey("0".repeat(32), options())).rejects.toMatchObject({ code: "not-found" });
  });
});

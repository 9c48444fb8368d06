import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { STEPS, echo, fail, log, wait } from "../../test/fixtures/jobs/steps.ts";
import type { Progress } from "../contract/progress.ts";
import { ApexError } from "../contract/errors.ts";
import { runFolderState } from "./folder.ts";
import { type JobSpec, describeJob, jobKey, resultOf } from "./key.ts";
import { createPool } from "./pool.ts";
import type { JobResult, PoolJob, PoolOptions } from "./types.ts";

const workerFile = path.resolve(import.meta.dirname, "../../test/fixtures/jobs/worker.ts");

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "apexlab-pool-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const pool = (options: Partial<PoolOptions> = {}) =>
  createPool({ workspaceFolder: folder, steps: STEPS, workerFile, workers: 2, ...options });
const text = (words: string, ...before: JobSpec[]) =>
  describeJob(echo, {
    config: { text: words },
    inputs: Object.fromEntries(before.map((one, index) => [`${index}`, resultOf(one)])),
  });
const job = (spec: JobSpec, more: Partial<PoolJob> = {}): PoolJob => ({ spec, what: "Echo", ...more });
const resultText = (result: JobResult | undefined) =>
  result?.state === "finished" ? readFileSync(path.join(result.folder, "text.txt"), "utf8") : result;

const broken = (how: string) => describeJob(fail, { config: { how } });

describe("the order of jobs", () => {
  test("each runs after its inputs, equal keys once, results in the order asked", async () => {
    await using workers = pool();
    const [a, b] = [text("a"), text("b")];
    const last = text("c", a, b);
    const ended: JobResult[] = [];
    const results = await workers.run([job(last), job(a), job(b), job(a)], {
      onResult: (result) => ended.push(result),
    });
    expect(results.map(resultText)).toEqual(["a+b+c", "a", "b", "a"]);
    expect(ended).toHaveLength(3);
    expect(ended.at(-1)?.key).toBe(jobKey(last));
  });

  test("what stands returns at once, without a worker", async () => {
    {
      await using workers = pool();
      await workers.run([job(text("a"))]);
    }
    await using broken = pool({ workerFile: path.join(folder, "no-such-worker.ts") });
    expect(await broken.run([job(text("a"))])).toMatchObject([{ state: "finished", cached: true }]);
    await expect(broken.run([job(text("b"))])).rejects.toMatchObject({ code: "worker-died" });
  });

  test("a job that needs every slot runs alone; calls are served one after the other", async () => {
    await using workers = pool({ workers: 3 });
    const file = path.join(folder, "log.txt");
    const named = (name: string, slots: "one" | "all") => job(describeJob(log, { config: { file, name } }), { slots });
    await Promise.all([
      workers.run([named("a", "one"), named("b", "one"), named("X", "all"), named("c", "one"), named("d", "one")]),
      workers.run([named("Y", "all")]),
    ]);
    const lines = readFileSync(file, "utf8").trim().split("\n");
    expect(lines).toHaveLength(12);
    for (const alone of ["X", "Y"]) expect(lines.indexOf(`-${alone}`)).toBe(lines.indexOf(`+${alone}`) + 1);
    expect(lines.slice(0, 4).sort()).toEqual(["+a", "+b", "-a", "-b"]);
    expect(lines.slice(-2)).toEqual(["+Y", "-Y"]);
  });
});

describe("progress", () => {
  test("counts jobs and their parts under the user's words", async () => {
    await using workers = pool({ workers: 1 });
    const lines: Progress[] = [];
    await workers.run([job(text("a")), job(text("b"))], { onProgress: (line) => lines.push(line) });
    expect(lines.map(({ done }) => done)).toEqual([0.5, 1, 1, 1.5, 2, 2]);
    expect(lines[0]).toMatchObject({ what: "Echo", total: 2, note: "half" });
    expect(lines.at(-1)).toMatchObject({ left: 0 });
  });
});

describe("faults", () => {
  test("keep their code, sentence and place across the channel", async () => {
    await using workers = pool();
    const failure: unknown = await workers.run([job(broken("fault"))]).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ApexError);
    expect(failure).toMatchObject({
      code: "file-unreadable",
      message: "img46.jpg is truncated: copy it again.",
      place: { file: "img46.jpg", frame: 46, clip: "EP02_01f" },
    });
  });

  test.each([
    ["sigkill", "ended by SIGKILL"],
    ["crash", "a bug outside of every promise"],
  ])("a worker's death (%s) fails its job and says how; the others go on where asked", async (how, words) => {
    await using workers = pool({ workers: 1 });
    const needsIt = text("after", broken(how));
    const results = await workers.run([job(needsIt), job(broken(how)), job(text("a"))], { onFailure: "continue" });
    expect(results[1]).toMatchObject({
      state: "failed",
      error: { code: "worker-died", message: expect.stringContaining(words) },
    });
    expect(results[0]).toMatchObject({
      state: "failed",
      error: { code: "worker-died", message: expect.stringContaining("a job before it failed") },
    });
    expect(resultText(results[2])).toBe("a");
  });

  test("the first failure stops the rest and is what is told", async () => {
    await using workers = pool({ workers: 2 });
    const waiting = describeJob(wait, { config: { polite: true } });
    await expect(workers.run([job(waiting), job(broken("fault")), job(text("never"))])).rejects.toMatchObject({
      code: "file-unreadable",
    });
    expect(runFolderState(folder, jobKey(waiting))).toBe("interrupted");
    expect(await workers.run([job(text("a"))])).toHaveLength(1);
  });
});

describe("cancelling", () => {
  test.each([true, false])("ends jobs that listen (%s) and kills workers that do not", async (polite) => {
    await using workers = pool({ graceMs: polite ? 600_000 : 1 });
    const controller = new AbortController();
    const specs = ["a", "b"].map((name) => describeJob(wait, { config: { polite, name } }));
    const pids = new Set<string>();
    const running = workers.run(
      specs.map((spec) => job(spec)),
      {
        signal: controller.signal,
        onProgress: ({ note }) => {
          if (note !== null) pids.add(note);
          if (pids.size === 2) controller.abort();
        },
      },
    );
    await expect(running).rejects.toMatchObject({ code: "cancelled" });
    for (const spec of specs) expect(runFolderState(folder, jobKey(spec))).toBe("interrupted");
    expect(resultText((await workers.run([job(text("goes on"))]))[0])).toBe("goes on");
  });

  test("is left to the host when Ctrl-C reaches every process of the terminal", async () => {
    await using workers = pool({ workers: 1, graceMs: 600_000 });
    const pids: number[] = [];
    const interrupt = () => {
      const controller = new AbortController();
      const spec = describeJob(wait, { config: { polite: true } });
      const onProgress = ({ note }: Progress) => {
        const pid = Number(note?.replace("process ", ""));
        pids.push(pid);
        process.kill(pid, "SIGINT");
        controller.abort();
      };
      return workers.run([job(spec)], { signal: controller.signal, onProgress });
    };
    await expect(interrupt()).rejects.toMatchObject({ code: "cancelled" });
    await expect(interrupt()).rejects.toMatchObject({ code: "cancelled" });
    expect(new Set(pids).size).toBe(1);
  });

  test("before the start starts nothing", async () => {
    await using workers = pool();
    const why = new ApexError("cancelled", "Cancelled by the user.");
    await expect(workers.run([job(text("a"))], { signal: AbortSignal.abort(why) })).rejects.toBe(why);
  });
});

test("a worker without a job ends after its time, and the next job starts another", async () => {
  await using workers = pool({ workers: 1, idleMs: 1 });
  const controller = new AbortController();
  let pid = 0;
  const waiting = workers.run([job(describeJob(wait, { config: { polite: true } }))], {
    signal: controller.signal,
    onProgress: ({ note }) => {
      pid = Number(note?.replace("process ", ""));
      if (pid > 0) controller.abort();
    },
  });
  await expect(waiting).rejects.toMatchObject({ code: "cancelled" });
  const gone = () => {
    try {
      return !process.kill(pid, 0);
    } catch {
      return true;
    }
  };
  await vi.waitUntil(gone, { timeout: 30_000, interval: 5 });
  expect((await workers.run([job(text("a"))])).map(resultText)).toEqual(["a"]);
});

test("a worker whose host was killed ends by itself, whatever it is at", async () => {
  const spec = describeJob(wait, { config: { polite: false } });
  const code = `
    const { createPool } = await import(${JSON.stringify(path.join(import.meta.dirname, "pool.ts"))});
    const { STEPS } = await import(${JSON.stringify(path.join(path.dirname(workerFile), "steps.ts"))});
    const pool = createPool({ workspaceFolder: ${JSON.stringify(folder)}, steps: STEPS, workerFile: ${JSON.stringify(workerFile)} });
    await pool.run([{ spec: ${JSON.stringify(spec)}, what: "Waiting" }], { onProgress: ({ note }) => process.send(note) });`;
  const host = spawn(process.execPath, ["--input-type=module", "-e", code], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  expect(await once(host, "message")).toEqual([expect.stringMatching(/^process \d+$/), undefined]);
  expect(runFolderState(folder, jobKey(spec))).toBe("running");
  host.kill("SIGKILL");
  await vi.waitUntil(() => runFolderState(folder, jobKey(spec)) === "interrupted", { timeout: 30_000, interval: 5 });
});

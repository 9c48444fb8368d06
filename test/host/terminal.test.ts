/** The terminal while Apexlab is open: its writing commands go through the host, and every window sees them. */
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { importDocument, runDocument } from "../../src-main/contract/documents.ts";
import type { HostEvent, Task } from "../../src-main/contract/api/tasks.ts";
import { apexlab, apexlabJson } from "../cli/run-command.ts";
import { SMALL_RUN, writeSmallStudy } from "../cli/small-study.ts";
import { lives, OpenHost } from "./open-host.ts";

let root = "";
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), "apexlab-host-"));
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** Reads the stream until `last` answers true; everything that came, that event included. */
async function until(
  stream: AsyncGenerator<{ id: string; event: HostEvent }>,
  last: (event: HostEvent) => boolean,
): Promise<HostEvent[]> {
  const seen: HostEvent[] = [];
  for await (const { event } of stream) {
    seen.push(event);
    if (last(event)) break;
  }
  return seen;
}

const tasksOf = (events: readonly HostEvent[]): Task[] =>
  events.flatMap((event) => (event.kind === "task" ? [event.task] : []));
const isEnd = (kind: Task["kind"]) => (event: HostEvent) =>
  event.kind === "task" && event.task.kind === kind && event.task.ended !== null;

describe("a terminal beside an open window", () => {
  it("imports and runs through the host: both appear in the window as they go, and in its results", async () => {
    const workspace = path.join(root, "both");
    const manifest = await writeSmallStudy(path.join(root, "both-data"), { datasets: ["a", "b"] });
    await using host = await OpenHost.start(workspace);

    const imports = until(host.follow(), isEnd("import"));
    // A relative path is meant from where the person stands.
    const printed = await apexlab(["import", "manifest.csv", "--as", "manifest", "--json"], {
      workspace,
      cwd: path.dirname(manifest),
    });
    const documents = importDocument.array().parse(JSON.parse(printed.stdout).datasets);
    expect(documents.map(({ dataset, samples }) => [dataset, samples])).toEqual([
      ["a", 6],
      ["b", 6],
    ]);
    const [imported] = tasksOf(await imports).slice(-1);
    expect(imported).toMatchObject({ kind: "import", from: "terminal", state: "finished", result: documents });

    const runs = until(host.follow(), isEnd("run"));
    const { code, stdout, stderr } = await apexlab([...SMALL_RUN, "--json"], { workspace });
    expect([code, stderr.includes("Training, held-out dataset b")]).toEqual([0, true]);
    const document = runDocument.parse(JSON.parse(stdout));
    const events = await runs;
    const states = tasksOf(events).map(({ state }) => state);
    expect(states).toContain("running");
    expect(states.at(-1)).toBe("finished");
    const seen = tasksOf(events).flatMap(({ progress }) => progress.map(({ what }) => what));
    expect(new Set(seen)).toContain("Training, held-out dataset a");
    const [run] = tasksOf(events).slice(-1);
    expect(run).toMatchObject({ kind: "run", run: document.run, result: document });

    expect((await host.calls.runs.list.query()).map(({ run: id, state, folds }) => [id, state, folds])).toEqual([
      [document.run, "finished", { scored: 2, total: 2 }],
    ]);
    const detail = await host.calls.runs.get.query({ run: document.run });
    expect(detail.document).toEqual(document);
    expect(await apexlabJson(["results", document.run], { workspace })).toEqual(document);
  });

  it("prints a fault of the host as its own, with its exit code", async () => {
    const workspace = path.join(root, "fault");
    await using _host = await OpenHost.start(workspace);
    const table = path.join(root, "wrong.csv");
    await writeFile(table, "a,b\n1,2\n");
    const beside = await apexlab(["import", table, "--as", "manifest"], { workspace });
    const alone = await apexlab(["import", table, "--as", "manifest"], { workspace: path.join(root, "alone") });
    expect(beside).toEqual(alone);
    expect([beside.code, beside.stdout]).toEqual([1, ""]);
  });

  it("without an answering host names the process that holds the study", async () => {
    const workspace = path.join(root, "silent");
    await using host = await OpenHost.start(workspace);
    const file = path.join(workspace, "host.json");
    const told = JSON.parse(await readFile(file, "utf8"));
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(told).toMatchObject({ pid: host.pid, socket: host.socket });
    await writeFile(file, JSON.stringify({ ...told, socket: path.join(root, "nobody.sock") }));
    const { code, stdout, stderr } = await apexlab(SMALL_RUN, { workspace });
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain(String(host.pid));
  });
});

describe("the end of a host", () => {
  it("ends its workers, keeps what is finished, frees the study and takes host.json with it", async () => {
    const workspace = path.join(root, "ending");
    const manifest = await writeSmallStudy(path.join(root, "ending-data"), { datasets: ["a", "b"] });
    await using host = await OpenHost.start(workspace);
    const task = await host.calls.study.import.mutate({ path: manifest, as: "manifest" });
    await until(host.follow(), (event) =>
      event.kind === "tasks"
        ? event.tasks.some(({ id, ended }) => id === task.id && ended !== null)
        : isEnd("import")(event),
    );
    await host.calls.runs.start.mutate({ input: "apex", size: 16, epochs: 100_000, batch: 4, threads: 1 });
    await until(
      host.follow(),
      (event) =>
        event.kind === "task" && event.task.progress.some(({ what, done }) => what.startsWith("Training") && done > 0),
    );
    await expect(host.calls.workspace.open.mutate({ folder: path.join(root, "not-now") })).rejects.toMatchObject({
      data: { fault: { code: "workspace-busy" } },
    });
    const workers = await childrenOf(host.pid);
    expect(workers.length).toBeGreaterThan(0);

    await host[Symbol.asyncDispose]();
    expect(host.exitCode).toBe(0);
    expect(workers.filter(lives)).toEqual([]);
    expect(await readdir(workspace)).not.toContain("host.json");
    expect(Object(await apexlabJson(["results"], { workspace })).runs).toMatchObject([{ state: "interrupted" }]);
    expect((await apexlab(["import", manifest, "--as", "manifest"], { workspace })).code).toBe(0);
  });

  it("by SIGKILL leaves a study that the next host opens, with the same windows let in", async () => {
    const workspace = path.join(root, "killed");
    const host = await OpenHost.start(workspace);
    await host.kill("SIGKILL");
    expect(await readdir(workspace)).toContain("host.json");
    await using next = await OpenHost.start(workspace, { port: Number(new URL(host.origin).port), enter: false });
    next.cookie = host.cookie;
    expect((await next.ask({ path: "/trpc/about" })).status).toBe(200);
  });

  it("opens another study when nothing is being worked on, and the terminal finds it there", async () => {
    const [first, second] = [path.join(root, "first"), path.join(root, "second")];
    const manifest = await writeSmallStudy(path.join(root, "second-data"), { datasets: ["a"] });
    await using host = await OpenHost.start(first);
    expect(await host.calls.workspace.open.mutate({ folder: second })).toMatchObject({ folder: second, empty: true });
    expect(await readdir(first)).not.toContain("host.json");
    await apexlabJson(["import", manifest, "--as", "manifest"], { workspace: second });
    expect(await host.calls.workspace.current.query()).toMatchObject({ folder: second, empty: false });
    expect((await apexlab(["import", manifest, "--as", "manifest"], { workspace: first })).code).toBe(0);
  });
});

async function childrenOf(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8");
  return text
    .trim()
    .split(" ")
    .filter((word) => word !== "")
    .map(Number);
}

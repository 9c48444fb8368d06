/** Beginnings and ends: a host that is slow, refuses or dies; a page that dies; quitting with work in progress. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { boot, type Booted, buildShell } from "./boot.ts";
import { preventable } from "./stand-in/strict.ts";

const HOME = "app://apexlab/";
const RESTART = `${HOME}-/restart`;
let shell: ReturnType<typeof buildShell>;
/** Where the sockets of this file's hosts lie, and nobody else's. */
const runtime = mkdtempSync(path.join(tmpdir(), "apexlab-run-"));

beforeAll(() => {
  vi.stubEnv("XDG_RUNTIME_DIR", runtime);
  shell = buildShell();
});
afterAll(() => {
  shell[Symbol.dispose]();
  rmSync(runtime, { recursive: true });
});

const start = (options: Omit<Parameters<typeof boot>[0], "built"> = {}) => boot({ built: shell.folder, ...options });
const contents = ({ electron }: Booted) => electron.window.webContents;
const page = (app: Booted) => contents(app).standIn.shows(({ status }) => status === 200);
const ended = (app: Booted) => existsSync(path.join(app.workspace, "host-ended"));
const stopped = (app: Booted) =>
  contents(app).standIn.shows(({ status, body }) => status === 503 && body.includes(RESTART));

describe("a host that", () => {
  it("takes its time is waited for on a page that says so", async () => {
    await using app = await start({ host: { waits: true } });
    const waiting = await contents(app).standIn.shows(() => true);
    expect(waiting.body).toContain("Opening the study");
    expect(waiting.policy).toMatch(/^default-src 'none'/);
    expect(app.electron.window.standIn.visible).toBe(true);
    writeFileSync(path.join(app.workspace, "go"), "");
    expect((await page(app)).body).toContain("The page in");
  });

  it("refuses to start is told of in its own words, and can be started again", async () => {
    await using app = await start({ host: { refuses: "The workspace is in use by <process 7>." } });
    const shown = await stopped(app);
    expect(shown.body).toContain("The study was not opened");
    expect(shown.body).toContain("The workspace is in use by &lt;process 7&gt;.");
    expect(shown.body).not.toContain("apexlab:");
    expect(shown.body).toContain(`href="${RESTART}"`);
    expect(shown.body).not.toContain("<script");
    expect(shown.policy).toMatch(/^default-src 'none'/);
    expect(contents(app).standIn.loaded).toHaveLength(1);
    app.script({});
    expect(contents(app).standIn.navigate(RESTART)).toBe(true); // a command, no navigation
    await page(app);
  });

  it("refuses one study can be given another one", async () => {
    await using app = await start({ host: { refuses: "The study is of a newer version." } });
    await stopped(app);
    app.electron.answers.push(app.userData);
    expect(contents(app).standIn.navigate(`${HOME}-/open-workspace`)).toBe(true);
    expect((await page(app)).body).toContain(`study ${app.userData}`);
  });

  it("is killed leaves a sentence and a button, where the user was, and comes back there", async () => {
    await using app = await start();
    await page(app);
    app.electron.click("Browse");
    const first = app.hostPid();
    process.kill(first, "SIGKILL");
    const { body } = await stopped(app);
    expect(body).toContain("Apexlab stopped working");
    expect(body).toContain("It was ended by SIGKILL.");
    expect(contents(app).getURL()).toBe(`${HOME}#/browse`);
    const call = await app.electron.fetch(`${HOME}trpc/about`);
    expect(call.status).toBe(503);
    expect(await call.text()).toContain("The host has stopped.");
    contents(app).reload(); // a person's own reload changes nothing
    await stopped(app);
    contents(app).standIn.navigate(RESTART);
    await page(app);
    expect(contents(app).getURL()).toBe(`${HOME}#/browse`);
    expect(app.hostPid()).not.toBe(first);
  });

  it("dies of a fault is told of by its last words, and the calls in progress fail", async () => {
    await using app = await start();
    await page(app);
    const calls = [app.electron.fetch(`${HOME}trpc/silence`), app.electron.fetch(`${HOME}trpc/die`)];
    expect((await Promise.all(calls)).map(({ status }) => status)).toEqual([503, 503]);
    expect((await stopped(app)).body).toContain("The disk is full.");
  });

  it("is started again opens the study that the page had opened last", async () => {
    await using app = await start();
    await page(app);
    const folder = app.userData;
    const init = { method: "POST", body: JSON.stringify({ folder }), headers: { "content-type": "application/json" } };
    await app.electron.fetch(`${HOME}trpc/workspace.open`, init);
    process.kill(app.hostPid(), "SIGKILL");
    await stopped(app);
    contents(app).standIn.navigate(RESTART);
    expect((await page(app)).body).toContain(`study ${folder}`);
  });
});

describe("an app that cannot even begin", () => {
  it("says so, and ends", async () => {
    const elsewhere = mkdtempSync(path.join(tmpdir(), "apexlab-elsewhere-"));
    cpSync(shell.folder, elsewhere, { recursive: true });
    const broken = path.join(elsewhere, "node_modules", "node");
    mkdirSync(broken, { recursive: true });
    writeFileSync(path.join(broken, "package.json"), '{"exports":{}}'); // no bundled Node is found
    await using app = await boot({ built: elsewhere });
    await app.electron.quit;
    expect(app.electron.windows).toEqual([]);
    expect(app.electron.dialogs[0]?.options.message).toBe("Apexlab could not start");
    expect(app.electron.dialogs[0]?.options.detail).toContain("node/package.json");
    rmSync(elsewhere, { recursive: true });
  });
});

describe("quitting", () => {
  it("ends the host, and leaves no socket", async () => {
    await using app = await start();
    await page(app);
    const [folder = "", ...more] = readdirSync(runtime);
    expect(more).toEqual([]);
    expect(statSync(path.join(runtime, folder)).mode & 0o777).toBe(0o700);
    expect(readdirSync(path.join(runtime, folder))).toEqual(["host.sock"]);
    app.electron.window.close();
    await app.electron.quit;
    expect(ended(app)).toBe(true);
    expect(readdirSync(runtime)).toEqual([]);
    expect(app.electron.dialogs).toEqual([]);
    expect(app.electron.window.standIn.destroyed).toBe(true);
  });

  it("asks while a run is in progress; the answer counts, by window and by menu", async () => {
    const tasks = [
      { id: "1", kind: "run", title: "Evaluation on five datasets", state: "running" },
      { id: "2", kind: "import", title: "Import of SAMM", state: "finished" },
      { id: "3", kind: "preview", title: "Preview of SMIC", state: "running" },
    ];
    await using app = await start({ host: { tasks } });
    await page(app);
    app.electron.answers.push(0);
    app.electron.window.close();
    await expect.poll(() => app.electron.dialogs.length).toBe(1);
    const [{ options } = { options: undefined }] = app.electron.dialogs;
    expect(options?.detail).toContain("In progress: Evaluation on five datasets.");
    expect(options?.buttons).toEqual(["Keep working", "Quit"]);
    expect(options?.cancelId).toBe(0);
    expect(ended(app)).toBe(false);
    expect(app.electron.window.standIn).toMatchObject({ destroyed: false, visible: true });

    app.electron.answers.push(1);
    const quit = preventable({});
    app.electron.app.emit("before-quit", quit);
    expect(quit.defaultPrevented).toBe(true);
    await app.electron.quit;
    expect(ended(app)).toBe(true);
  });

  it("asks where the host does not say what it does", async () => {
    await using app = await start({ host: { tasks: null } });
    await page(app);
    app.electron.answers.push(1);
    app.electron.window.close();
    await app.electron.quit;
    expect(app.electron.dialogs[0]?.options.detail).toContain("does not say what it is doing");
  });

  it("is never held up by a host that is gone", async () => {
    await using app = await start();
    await page(app);
    process.kill(app.hostPid(), "SIGKILL");
    await stopped(app);
    app.electron.window.close();
    await app.electron.quit;
    expect(app.electron.dialogs).toEqual([]);
  });
});

describe("a page whose process dies", () => {
  it("is never left white: it is shown again, or the app quits", async () => {
    await using app = await start();
    await page(app);
    const loaded = () => contents(app).standIn.loaded.length;
    const before = loaded();
    app.electron.answers.push(0);
    contents(app).emit("render-process-gone", {}, { reason: "oom", exitCode: 5 });
    await expect.poll(loaded).toBe(before + 1);
    expect(app.electron.dialogs[0]?.options.detail).toContain("ran out of memory");
    app.electron.answers.push(1);
    contents(app).emit("render-process-gone", {}, { reason: "crashed", exitCode: 5 });
    await app.electron.quit;
  });
});

/** The built shell with the built host: what the small host of the other tests promises, kept by the real one. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { boot, buildShell } from "./boot.ts";

const HOME = "app://apexlab/";
let shell: ReturnType<typeof buildShell>;

beforeAll(() => {
  shell = buildShell();
});
afterAll(() => shell[Symbol.dispose]());

const answered = z.object({ result: z.object({ data: z.unknown() }) });
const hostFile = z.object({ pid: z.int() });
const JSON_BODY = { "content-type": "application/json" };

const hostPid = (workspace: string) =>
  hostFile.parse(JSON.parse(readFileSync(path.join(workspace, "host.json"), "utf8"))).pid;

const children = (pid: number) =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);

/** A process that has ended may still wait for its parent to take note. */
const isAlive = (pid: number) =>
  existsSync(`/proc/${pid}/stat`) && !readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z");

describe("the shell with the real host", () => {
  it("shows its page under a strict policy, and carries calls, faults and pictures", async () => {
    await using app = await boot({ built: shell.folder, real: true });
    const { electron } = app;
    const shown = await electron.window.webContents.standIn.shows(({ status }) => status === 200);
    expect(shown.body).toContain("A small page");
    expect(shown.policy).toMatch(/default-src 'none'|default-src 'self'/);
    expect(shown.policy).not.toMatch(/unsafe|\*|https?:/);

    const call = async (name: string, init?: RequestInit) => {
      const answer = await electron.fetch(`${HOME}trpc/${name}`, init);
      return { status: answer.status, body: await answer.json() };
    };
    expect(answered.parse((await call("tasks.list")).body).result.data).toEqual([]);
    expect(answered.parse((await call("workspace.current")).body).result.data).toMatchObject({ folder: app.workspace });
    expect((await call("no.such.call")).status).toBe(404);
    const body = JSON.stringify({ theme: "dark" });
    const headers = { ...JSON_BODY, origin: "app://apexlab" };
    const set = await call("settings.set", { method: "POST", body, headers });
    expect(answered.parse(set.body).result.data).toMatchObject({ theme: "dark" });
    const picture = await electron.fetch(`${HOME}picture/frame?dataset=samm&subject=1&clip=1&frame=1`);
    expect(picture.status).toBe(404);
  });

  it("tells versions, opens another study, and says why one cannot be opened", async () => {
    await using app = await boot({ built: shell.folder, real: true });
    const { electron } = app;
    await electron.window.webContents.standIn.shows(({ status }) => status === 200);
    electron.answers.push(0);
    electron.click("About Apexlab");
    await expect.poll(() => electron.dialogs[0]?.options.detail).toMatch(/Node 24.*onnxruntime 1\.\d+.*SQLite 3/s);

    const other = path.join(app.userData, "other");
    electron.answers.push(other);
    electron.click("Open Study …");
    await expect.poll(() => readFileSync(path.join(other, "host.json"), "utf8").length).toBeGreaterThan(0);
    const file = path.join(app.userData, "no-folder");
    writeFileSync(file, "");
    electron.answers.push(file, 0);
    electron.click("Open Study …");
    await expect.poll(() => electron.dialogs.at(-1)?.options.message).toBe("The study was not opened.");
    expect(electron.dialogs.at(-1)?.options.detail).toContain(file);
  });

  it("streams events, and a closed stream leaves the host at ease", async () => {
    await using app = await boot({ built: shell.folder, real: true });
    const answer = await app.electron.fetch(`${HOME}trpc/tasks.follow`, { headers: { accept: "text/event-stream" } });
    expect(answer.headers.get("content-type")).toContain("text/event-stream");
    const reader = answer.body?.getReader();
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toMatch(/event|data/);
    await reader?.cancel();
    expect((await app.electron.fetch(`${HOME}trpc/tasks.list`)).status).toBe(200);
  });

  it("ends the host when it quits, and shows the host's death with its sentence", async () => {
    await using app = await boot({ built: shell.folder, real: true });
    const { webContents } = app.electron.window;
    await webContents.standIn.shows(({ status }) => status === 200);
    process.kill(hostPid(app.workspace), "SIGKILL");
    await webContents.standIn.shows(({ body }) => body.includes("It was ended by SIGKILL."));
    webContents.standIn.navigate(`${HOME}-/restart`);
    await webContents.standIn.shows(({ status }) => status === 200);
    const second = hostPid(app.workspace);
    app.electron.window.close();
    await app.electron.quit;
    expect(isAlive(second)).toBe(false);
    expect(app.electron.dialogs).toEqual([]);
  });

  it.skipIf(process.platform !== "linux")("asks before it stops work, then ends the workers too", async () => {
    await using app = await boot({ built: shell.folder, real: true });
    const { electron } = app;
    await electron.window.webContents.standIn.shows(({ status }) => status === 200);
    const init = { method: "POST", body: JSON.stringify({ size: "quick" }), headers: JSON_BODY };
    expect((await electron.fetch(`${HOME}trpc/study.demo`, init)).status).toBe(200);
    const host = hostPid(app.workspace);
    await expect.poll(() => children(host).length).toBeGreaterThan(0);
    const workers = children(host);
    electron.answers.push(0, 1);
    electron.window.close();
    await expect.poll(() => electron.dialogs.length).toBe(1);
    expect(electron.dialogs[0]?.options.detail).toMatch(/^In progress: .*demo/i);
    electron.window.close();
    await electron.quit;
    expect([host, ...workers].filter(isAlive)).toEqual([]);
  });

  it("tells why a study cannot be opened, in the host's words", async () => {
    await using first = await boot({ built: shell.folder, real: true });
    await first.electron.window.webContents.standIn.shows(({ status }) => status === 200);
    await using second = await boot({ built: shell.folder, real: true, workspace: first.workspace });
    const shown = await second.electron.window.webContents.standIn.shows(({ body }) => body.includes("not opened"));
    expect(shown.body).toMatch(/is in use by process \d+/);
  });
});

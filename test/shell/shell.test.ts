/** The built shell in a stand-in's hands: what the window is, what it may do, what it carries. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { boot, buildShell, runPreload } from "./boot.ts";
import { preventable } from "./stand-in/strict.ts";

const HOME = "app://apexlab/";
let shell: ReturnType<typeof buildShell>;

beforeAll(() => {
  shell = buildShell();
});
afterAll(() => shell[Symbol.dispose]());

const start = (options: Omit<Parameters<typeof boot>[0], "built"> = {}) => boot({ built: shell.folder, ...options });

describe("the window", () => {
  it("is sandboxed, isolated, without Node, and shown once its page is there", async () => {
    await using app = await start();
    const { electron } = app;
    const { options } = electron.window.standIn;
    expect(options.webPreferences).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      webviewTag: false,
      spellcheck: false,
    });
    expect(options.webPreferences?.preload).toMatch(/preload\.cjs$/);
    expect(options.show).toBe(false);
    expect(electron.sandboxed).toBe(true);
    expect(electron.spelling).toBe(false);
    const shown = await electron.window.webContents.standIn.shows(({ status }) => status === 200);
    expect(shown).toMatchObject({ url: HOME, policy: "default-src 'self'" });
    expect(shown.body).toContain(`study ${app.workspace}`);
    expect(shown.body).toContain(`${path.sep}renderer,`);
    expect(electron.window.standIn.visible).toBe(true);
  });

  it("registers its scheme before ready, as an origin of its own", async () => {
    await using app = await start();
    expect(app.electron.schemes).toEqual([
      { scheme: "app", privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } },
    ]);
  });

  it("is the only one: a second start ends itself and brings the first to the front", async () => {
    await using second = await start({ second: true });
    await second.electron.quit;
    expect(second.electron.windows).toEqual([]);
    await using app = await start();
    app.electron.window.standIn.minimized = true;
    app.electron.app.emit("second-instance");
    expect(app.electron.window.standIn).toMatchObject({ minimized: false, visible: true, focused: true });
  });

  it("comes back where it was, on a screen that is there", async () => {
    await using first = await start();
    const kept = path.join(first.userData, "window.json");
    first.electron.window.standIn.maximized = true;
    first.electron.window.close();
    await first.electron.quit;
    expect(JSON.parse(readFileSync(kept, "utf8"))).toEqual({
      bounds: { x: 10, y: 20, width: 1440, height: 900 },
      maximized: true,
    });
    await using again = await start({ userData: first.userData });
    expect(again.electron.window.standIn.options).toMatchObject({ x: 10, y: 20, width: 1440, height: 900 });
    await again.electron.window.webContents.standIn.shows(() => true);
    expect(again.electron.window.standIn.maximized).toBe(true);
    await using moved = await start({
      userData: first.userData,
      displays: [{ x: 5000, y: 0, width: 1280, height: 720 }],
    });
    expect(moved.electron.window.standIn.options.x).toBeUndefined();
  });
});

describe("the page may not", () => {
  it.each(["https://example.org/", "file:///etc/passwd", "app://other/", "app://apexlab.example.org/", "about:blank"])(
    "go to %s",
    async (url) => {
      await using app = await start();
      const { navigate } = app.electron.window.webContents.standIn;
      expect(navigate(url)).toBe(true);
      expect(navigate(url, "will-redirect")).toBe(true);
      expect(navigate(url, "frame")).toBe(true);
    },
  );

  it("open a window, embed a page, or leave by a frame; its own pages stay open to it", async () => {
    await using app = await start();
    const { webContents } = app.electron.window;
    const referrer = { url: "", policy: "default" } as const;
    const asked = { url: `${HOME}x`, frameName: "", features: "", disposition: "new-window", referrer } as const;
    expect(webContents.standIn.openHandler?.(asked)).toEqual({ action: "deny" });
    const webview = preventable({});
    webContents.emit("will-attach-webview", webview);
    expect(webview.defaultPrevented).toBe(true);
    expect(webContents.standIn.navigate(HOME, "frame")).toBe(true);
    expect(webContents.standIn.navigate(HOME)).toBe(false);
  });

  it("have a permission or a device, or reach the network; it may write text to the clipboard", async () => {
    await using app = await start();
    const { electron } = app;
    const granted = (permission: "media" | "clipboard-sanitized-write" | "openExternal", requestingUrl = HOME) => {
      const answers: boolean[] = [];
      const details = { isMainFrame: true, requestingUrl };
      const answer = (given: boolean) => void answers.push(given);
      Reflect.apply(Object(electron.permission), undefined, [null, permission, answer, details]);
      const origin = requestingUrl.replace(/\/$/, "");
      return [
        ...answers,
        Reflect.apply(Object(electron.permissionCheck), undefined, [null, permission, origin, details]),
      ];
    };
    expect(granted("media")).toEqual([false, false]);
    expect(granted("openExternal")).toEqual([false, false]);
    expect(granted("clipboard-sanitized-write")).toEqual([true, true]);
    expect(granted("clipboard-sanitized-write", "https://example.org/")).toEqual([false, false]);
    expect(Reflect.apply(Object(electron.device), undefined, [{}])).toBe(false);
    const cancelled = (url: string) => {
      let result: boolean | undefined;
      electron.beforeRequest?.({ url }, ({ cancel }) => (result = cancel));
      return result;
    };
    expect(["https://example.org/", "http://127.0.0.1/", "ws://x/", "file:///etc/passwd"].map(cancelled)).toEqual(
      Array.from({ length: 4 }, () => true),
    );
    expect([`${HOME}assets/a.js`, "blob:app://apexlab/1", "data:,x"].map(cancelled)).toEqual([false, false, false]);
    expect(electron.switches.get("host-resolver-rules")).toBe("MAP * ~NOTFOUND");
  });
});

describe("a request of the page", () => {
  it("reaches the host and comes back whole, body and headers, both ways", async () => {
    await using app = await start();
    const answer = await app.electron.fetch(`${HOME}trpc/echo?a=%2Fb&c#no`, {
      method: "POST",
      body: "über".repeat(50_000),
      headers: { "content-type": "text/plain", "accept-encoding": "gzip", "x-own": "1" },
    });
    expect(answer.status).toBe(201);
    expect(await answer.text()).toBe("über".repeat(50_000));
    expect(answer.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    expect(answer.headers.get("x-method")).toBe("POST");
    expect(answer.headers.get("x-url")).toBe("/trpc/echo?a=%2Fb&c");
    const sent = JSON.parse(answer.headers.get("x-headers") ?? "");
    expect(sent).toMatchObject({ "x-own": "1", host: "localhost" });
    expect(sent["accept-encoding"]).toBeUndefined();
    expect((await app.electron.fetch(`${HOME}trpc/unchanged`)).status).toBe(304);
  });

  it("streams: what the host sends arrives at once, and leaving ends the host's side", async () => {
    await using app = await start();
    const closed = path.join(app.workspace, "stream-closed");
    const answer = await app.electron.fetch(`${HOME}trpc/stream`);
    const reader = answer.body?.getReader();
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe("data: first\n\n");
    expect(existsSync(closed)).toBe(false);
    await reader?.cancel();
    await expect.poll(() => existsSync(closed)).toBe(true);
  });

  it("that is aborted ends the host's side too", async () => {
    await using app = await start();
    const controller = new AbortController();
    const answer = await app.electron.fetch(`${HOME}trpc/stream`, { signal: controller.signal });
    const whole = answer.text();
    controller.abort();
    await expect(whole).rejects.toThrow(/abort/);
    await expect.poll(() => existsSync(path.join(app.workspace, "stream-closed"))).toBe(true);
  });

  it("is refused from another origin", async () => {
    await using app = await start();
    expect((await app.electron.fetch(HOME, { initiatorOrigin: "https://example.org" })).status).toBe(403);
    expect((await app.electron.fetch("app://other/")).status).toBe(403);
    expect((await app.electron.fetch(HOME, { initiatorOrigin: "app://apexlab" })).status).toBe(200);
  });

  it("for a document that brings no policy gets the strictest", async () => {
    await using app = await start();
    const answer = await app.electron.fetch(`${HOME}no-policy`);
    expect(answer.headers.get("content-security-policy")).toMatch(/^default-src 'none'/);
  });
});

describe("the preload script", () => {
  it("is one CommonJS file that needs nothing but electron, and exposes three functions", async () => {
    await using app = await start();
    await app.electron.window.webContents.standIn.shows(() => true);
    const { name, desktop } = runPreload(shell.folder, app.electron);
    expect(name).toBe("apexlab");
    expect(Object.keys(desktop).sort()).toEqual(["pickFile", "pickFolder", "reveal", "versions"]);
    expect(desktop.versions).toEqual({ electron: "45.0.0", chromium: "150.0.0.0" });

    app.electron.answers.push("/data/CASME2", null, "/data/table.xlsx");
    expect(await desktop.pickFolder({ title: "Choose the release", start: app.workspace })).toBe("/data/CASME2");
    expect(await desktop.pickFolder({ title: "Choose the release" })).toBeNull();
    expect(await desktop.pickFile({ title: "Choose the table", extensions: ["csv", "xlsx"] })).toBe("/data/table.xlsx");
    const [folder, , file] = app.electron.dialogs;
    expect(folder?.options).toMatchObject({ title: "Choose the release", defaultPath: app.workspace });
    expect(folder?.options.properties).toContain("openDirectory");
    expect(file?.options.properties).toEqual(["openFile"]);
    expect(file?.options.filters?.[0]?.extensions).toEqual(["csv", "xlsx"]);

    expect(await desktop.reveal(app.workspace)).toBe(true);
    expect(await desktop.reveal(path.join(app.workspace, "gone"))).toBe(false);
    expect(app.electron.revealed).toEqual([app.workspace]);
  });

  it("is answered only for the app's own page, and only for what makes sense", async () => {
    await using app = await start();
    await app.electron.window.webContents.standIn.shows(() => true);
    const ask = (from: { url?: string; sub?: boolean }) => app.electron.invoke("desktop:reveal", [app.workspace], from);
    await expect(ask({ url: "https://example.org/" })).rejects.toThrow(/own page/);
    await expect(ask({ sub: true })).rejects.toThrow(/own page/);
    await expect(app.electron.invoke("desktop:reveal", ["relative"])).rejects.toThrow(/absolute/);
    await expect(app.electron.invoke("desktop:reveal", ["/a\0b"])).rejects.toThrow(/absolute/);
    await expect(app.electron.invoke("desktop:pick-folder", [{}])).rejects.toThrow(/title/);
    await expect(app.electron.invoke("desktop:pick-file", [{ title: "x", extensions: ["*.*"] }])).rejects.toThrow(
      /short words/,
    );
    expect(app.electron.revealed).toEqual([]);
    expect(app.electron.dialogs).toEqual([]);
  });
});

describe("the menu", () => {
  it("goes to pages, opens and shows the study, and tells versions", async () => {
    await using app = await start();
    const { electron } = app;
    await electron.window.webContents.standIn.shows(() => true);
    electron.click("Browse");
    expect(electron.window.webContents.getURL()).toBe(`${HOME}#/browse`);
    electron.click("Import Dataset …");
    expect(electron.window.webContents.getURL()).toBe(`${HOME}#/study/import`);
    electron.click("Show Study's Folder");
    expect(electron.revealed).toEqual([app.workspace]);

    const other = path.join(app.workspace, "other");
    electron.answers.push(other);
    electron.click("Open Study …");
    await electron.window.webContents.standIn.shows(({ body }) => body.includes(`study ${other}`));

    electron.answers.push(path.join(app.workspace, "busy"), 0);
    electron.click("Open Study …");
    await expect.poll(() => electron.dialogs.at(-1)?.options.detail).toBe("That study is in use.");

    electron.answers.push(0);
    electron.click("About Apexlab");
    await expect.poll(() => electron.dialogs.at(-1)?.options.message).toBe("Apexlab 0.1.0");
    expect(electron.dialogs.at(-1)?.options.detail).toMatch(
      /Node 24\..*onnxruntime 1\.2\.3, SQLite 4\.5\.6\nStudy: .*other$/s,
    );
  });
});

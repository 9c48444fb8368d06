/** Builds the shell with electron-vite, and starts the built files with the stand-in in Electron's place. */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire, registerHooks } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { Script, createContext } from "node:vm";
import type { Desktop } from "../../src-main/contract/desktop.ts";
import type { HostScript } from "./host.ts";
import { StandIn, type StandInOptions } from "./stand-in/electron.ts";

export const root = path.resolve(import.meta.dirname, "..", "..");
const require = createRequire(import.meta.url);

/** Builds all but the page, into a folder of its own under out/, from where packages are found; the page is a small one. */
export function buildShell(): { readonly folder: string } & Disposable {
  mkdirSync(path.join(root, "out"), { recursive: true });
  const folder = mkdtempSync(path.join(root, "out", ".shell-"));
  const tool = path.join(root, "node_modules", "electron-vite", "bin", "electron-vite.js");
  const config = "test/shell/window-only.config.ts";
  const args = [tool, "build", "--config", config, "--outDir", folder, "--logLevel", "warn"];
  const built = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
  if (built.status !== 0) throw new Error(`electron-vite failed: ${built.stdout}${built.stderr}`);
  mkdirSync(path.join(folder, "renderer"));
  writeFileSync(path.join(folder, "renderer", "index.html"), "<!doctype html><title>Apexlab</title>A small page");
  return { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}

export interface BootOptions extends Partial<StandInOptions> {
  readonly built: string;
  readonly host?: HostScript;
  /** Runs the built serve.js instead of the small host. */
  readonly real?: boolean;
  /** A study that is there already. */
  readonly workspace?: string;
}

export interface Booted extends AsyncDisposable {
  readonly electron: StandIn;
  readonly workspace: string;
  readonly userData: string;
  /** Changes what the small host does from now on. */
  readonly script: (host: HostScript) => void;
  readonly hostPid: () => number;
}

/** Stand-ins by the folder that their main.js lies in: several may have been started in one process. */
const standIns = new Map<string, StandIn>();
Reflect.set(globalThis, "standIns", standIns);

registerHooks({
  resolve: (specifier, context, next) => {
    const of = [...standIns.keys()].find((folder) => context.parentURL?.startsWith(folder));
    if (specifier !== "electron" || of === undefined) return next(specifier, context);
    return { url: `stand-in:${of}`, format: "module", shortCircuit: true };
  },
  load: (url, context, next) => {
    if (!url.startsWith("stand-in:")) return next(url, context);
    const of = JSON.stringify(url.slice("stand-in:".length));
    const names = ["app", "BrowserWindow", "dialog", "ipcMain", "Menu", "nativeTheme", "protocol", "screen"];
    const source = `const electron = globalThis.standIns.get(${of}).module;
      export const { ${[...names, "session", "shell"].join(", ")} } = electron;`;
    return { format: "module", source, shortCircuit: true };
  },
});

/** Runs the built main.js until Electron would say `ready`, and says it. */
export async function boot({ built, host = {}, real = false, ...options }: BootOptions): Promise<Booted> {
  const place = mkdtempSync(path.join(built, "boot-"));
  const main = path.join(place, "main");
  cpSync(path.join(built, "main"), main, { recursive: true });
  cpSync(path.join(built, "preload"), path.join(place, "preload"), { recursive: true });
  cpSync(path.join(built, "renderer"), path.join(place, "renderer"), { recursive: true });
  if (!real) {
    const small = pathToFileURL(path.join(import.meta.dirname, "host.ts")).href;
    writeFileSync(path.join(main, "serve.js"), `await import(${JSON.stringify(small)});\n`);
  }
  const data = mkdtempSync(path.join(tmpdir(), "apexlab-shell-"));
  const workspace = options.workspace ?? path.join(data, "study");
  const userData = options.userData ?? data;
  mkdirSync(workspace, { recursive: true });
  const script = (next: HostScript) => writeFileSync(path.join(workspace, "host.json"), JSON.stringify(next));
  if (!real) script(host);

  const electron = new StandIn({ ...options, userData });
  standIns.set(pathToFileURL(main).href, electron);
  const before = process.env["APEXLAB_WORKSPACE"];
  process.env["APEXLAB_WORKSPACE"] = workspace;
  try {
    require(path.join(main, "main.js"));
    electron.becomeReady();
    await Promise.resolve(); // what waits for `ready` has its turn
    await Promise.resolve();
  } finally {
    if (before === undefined) delete process.env["APEXLAB_WORKSPACE"];
    else process.env["APEXLAB_WORKSPACE"] = before;
  }
  return {
    electron,
    workspace,
    userData,
    script,
    hostPid: () => Number(readFileSync(path.join(workspace, "host-pid"), "utf8")),
    [Symbol.asyncDispose]: async () => {
      if (electron.windows.some((window) => !window.standIn.destroyed)) {
        electron.answers.unshift(1); // "Quit", should it ask
        electron.window.close();
        await electron.quit;
      }
      rmSync(data, { recursive: true, force: true });
    },
  };
}

/** Runs the built preload script as a sandboxed one runs, and returns what it exposes to the page. */
export function runPreload(built: string, electron: StandIn): { readonly name: string; readonly desktop: Desktop } {
  const file = path.join(built, "preload", "preload.cjs");
  if (!existsSync(file)) throw new Error("The preload script was not built.");
  const exposed: { name: string; desktop: Desktop }[] = [];
  const available: Record<string, unknown> = {
    contextBridge: {
      exposeInMainWorld: (name: string, desktop: Desktop) => void exposed.push({ name, desktop }),
    },
    ipcRenderer: { invoke: (channel: string, ...args: unknown[]) => electron.invoke(channel, structuredClone(args)) },
  };
  const context = createContext({
    require: (name: string) => {
      if (name !== "electron") throw new Error(`module not found: ${name}`);
      return available;
    },
    process: { versions: { electron: "45.0.0", chrome: "150.0.0.0" } },
    exports: {},
    module: { exports: {} },
  });
  new Script(readFileSync(file, "utf8"), { filename: file }).runInContext(context);
  const [first, ...more] = exposed;
  if (first === undefined || more.length > 0) throw new Error("The preload script exposes exactly one object.");
  return first;
}

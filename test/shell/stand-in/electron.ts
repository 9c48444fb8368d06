/**
 * A stand-in for the module `electron`, for the built shell. It knows what the shell uses and refuses everything
 * else; it refuses calls before `ready` that Electron refuses, and calls after it that would come too late.
 */
import { readFileSync } from "node:fs";
import type * as Electron from "electron";
import { StandInContents, StandInWindow } from "./contents.ts";
import { KnownEvents, preventable, standInFor, strict } from "./strict.ts";

type Handler = (request: Request) => Response | Promise<Response>;
type MenuItem = Electron.MenuItemConstructorOptions;

/** Electron's documented accelerators, as far as a menu of ours would use them. */
const ACCELERATOR = /^(CmdOrCtrl|Cmd|Ctrl|Alt|Shift)(\+(Alt|Shift))*\+([A-Z0-9]|[,.=?-]|Plus|F\d{1,2})$/;

export interface StandInOptions {
  readonly userData: string;
  /** Another instance already runs. */
  readonly second?: boolean;
  readonly packaged?: boolean;
  readonly displays?: readonly Electron.Rectangle[];
}

export class StandIn {
  ready = false;
  /** The app came to its end. */
  readonly quit: Promise<void>;
  readonly schemes: Electron.CustomScheme[] = [];
  readonly switches = new Map<string, string>();
  readonly windows: StandInWindow[] = [];
  readonly dialogs: { kind: "open" | "message"; options: Electron.OpenDialogOptions & Electron.MessageBoxOptions }[] =
    [];
  /** Answers to the dialogs to come, in their order: a button's index, or a chosen path (null: cancelled). */
  readonly answers: (number | string | null)[] = [];
  readonly revealed: string[] = [];
  readonly handlers = new Map<string, (event: unknown, ...args: unknown[]) => unknown>();
  name = "apexlab";
  sandboxed = false;
  menu: readonly MenuItem[] = [];
  permission: Parameters<Electron.Session["setPermissionRequestHandler"]>[0] = null;
  permissionCheck: Parameters<Electron.Session["setPermissionCheckHandler"]>[0] = null;
  device: Parameters<Electron.Session["setDevicePermissionHandler"]>[0] = null;
  beforeRequest: ((details: { url: string }, answer: (response: { cancel?: boolean }) => void) => void) | null = null;
  spelling = true;
  readonly app = new KnownEvents(["web-contents-created", "window-all-closed", "before-quit", "second-instance"]);
  readonly module: Record<string, unknown>;
  #handler: Handler | null = null;
  #whenReady = Promise.withResolvers<void>();
  #quit = Promise.withResolvers<void>();

  constructor(options: StandInOptions) {
    this.quit = this.#quit.promise;
    this.module = standInFor<typeof Electron>("electron")({
      app: this.#app(options),
      BrowserWindow: this.#browserWindow(),
      dialog: this.#dialog(),
      ipcMain: this.#ipcMain(),
      Menu: this.#menu(),
      nativeTheme: standInFor<Electron.NativeTheme>("nativeTheme")({ shouldUseDarkColors: false }),
      protocol: this.#protocol(),
      screen: standInFor<Electron.Screen>("screen")({
        getAllDisplays: () => {
          this.#needsReady("screen");
          return (options.displays ?? [{ x: 0, y: 0, width: 1920, height: 1080 }]).map((workArea) => ({ workArea }));
        },
      }),
      session: this.#session(),
      shell: standInFor<Electron.Shell>("shell")({
        showItemInFolder: (path: string) => void this.revealed.push(path),
      }),
    });
  }

  /** Electron says `ready`, once the app's first file has run. */
  becomeReady(): void {
    this.ready = true;
    this.#whenReady.resolve();
  }

  /** What the page does with fetch, an image or a link to a style: the app's scheme, or nothing. */
  async fetch(url: string, init: RequestInit & { initiatorOrigin?: string } = {}): Promise<Response> {
    if (this.#handler === null) throw new Error("The scheme has no handler.");
    const { initiatorOrigin, ...rest } = init;
    const request = new Request(url, rest);
    return this.#handler(initiatorOrigin === undefined ? request : Object.assign(request, { initiatorOrigin }));
  }

  /** What the page's frame at `url` does through the preload's ipcRenderer. */
  async invoke(channel: string, args: readonly unknown[], from?: { url?: string; sub?: boolean }): Promise<unknown> {
    const handler = this.handlers.get(channel);
    if (handler === undefined) throw new Error(`No handler registered for '${channel}'`);
    const sender = this.window.webContents;
    const frame = { url: from?.url ?? sender.getURL(), parent: from?.sub === true ? sender.mainFrame : null };
    return handler({ sender, senderFrame: frame }, ...args);
  }

  /** The only window. */
  get window(): StandInWindow {
    const [window] = this.windows;
    if (window === undefined || this.windows.length > 1) throw new Error(`${this.windows.length} windows are open.`);
    return window;
  }

  /** Every item of the menu that has a click, by its label; "File / Open Study …". */
  click(label: string): void {
    const item = this.menu
      .flatMap(({ submenu }) => (Array.isArray(submenu) ? submenu : []))
      .find((each) => each.label === label);
    if (item?.click === undefined) throw new Error(`The menu has no "${label}".`);
    Reflect.apply(item.click, undefined, []);
  }

  #needsReady(what: string): void {
    if (!this.ready) throw new Error(`${what} cannot be used before the app is ready.`);
  }

  #needsUnready(what: string): void {
    if (this.ready) throw new Error(`${what} must be called before the app is ready.`);
  }

  #app({ userData, second = false, packaged = false }: StandInOptions) {
    const quitNow = () => {
      const event = preventable({});
      this.app.emit("before-quit", event);
      if (event.defaultPrevented) return;
      for (const window of this.windows) {
        if (!window.standIn.destroyed) window.close();
        if (!window.standIn.destroyed) return;
      }
      this.#quit.resolve();
    };
    const own = {
      isPackaged: packaged,
      setName: (name: string) => void (this.name = name),
      getVersion: () => JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8")).version,
      getPath: (name: string) => {
        if (name !== "userData") throw new Error(`The stand-in knows no path "${name}".`);
        return userData;
      },
      enableSandbox: () => {
        this.#needsUnready("app.enableSandbox");
        this.sandboxed = true;
      },
      commandLine: standInFor<Electron.CommandLine>("app.commandLine")({
        appendSwitch: (name: string, value = "") => {
          this.#needsUnready("app.commandLine.appendSwitch");
          this.switches.set(name, value);
        },
      }),
      requestSingleInstanceLock: () => !second,
      whenReady: () => this.#whenReady.promise,
      quit: () => queueMicrotask(quitNow),
    };
    standInFor<Electron.App>("app")(own);
    return strict("app", Object.assign(this.app, own));
  }

  #browserWindow() {
    const open = (options: Electron.BrowserWindowConstructorOptions) => {
      this.#needsReady("BrowserWindow");
      const contents = strict("webContents", new StandInContents((url) => this.fetch(url)));
      this.app.emit("web-contents-created", preventable({}), contents);
      const onGone = () => {
        if (this.windows.every(({ standIn }) => standIn.destroyed)) this.app.emit("window-all-closed");
      };
      const window = new StandInWindow(options, { contents, onGone });
      this.windows.push(window);
      return strict("BrowserWindow", window);
    };
    // As a class: called with `new`, as Electron's.
    return new Proxy(StandInWindow, { construct: (_target, [options]) => open(options) });
  }

  #dialog() {
    const next = (kind: "open" | "message", window: object, options: object) => {
      this.#needsReady("dialog");
      if (!this.windows.some((each) => each.standIn === Reflect.get(window, "standIn")))
        throw new Error("A dialog must belong to the window.");
      this.dialogs.push({ kind, options: { message: "", ...options } });
      const answer = this.answers.shift();
      if (answer === undefined) throw new Error(`A dialog that no test expects: ${JSON.stringify(options)}`);
      return answer;
    };
    return standInFor<Electron.Dialog>("dialog")({
      showOpenDialog: async (window: object, options: Electron.OpenDialogOptions) => {
        const answer = next("open", window, options);
        return { canceled: answer === null, filePaths: answer === null ? [] : [String(answer)] };
      },
      showErrorBox: (title: string, content: string) => {
        this.#needsReady("dialog");
        this.dialogs.push({ kind: "message", options: { message: title, detail: content } });
      },
      showMessageBox: async (window: object, options: Electron.MessageBoxOptions) => ({
        response: Number(next("message", window, options)),
        checkboxChecked: false,
      }),
    });
  }

  #ipcMain() {
    return standInFor<Electron.IpcMain>("ipcMain")({
      handle: (channel: string, listener: (event: unknown, ...args: unknown[]) => unknown) => {
        if (this.handlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`);
        this.handlers.set(channel, listener);
      },
    });
  }

  #menu() {
    return standInFor<typeof Electron.Menu>("Menu")({
      buildFromTemplate: (template: MenuItem[]) => {
        for (const item of template.flatMap(flatten)) {
          if (item.label === undefined && item.role === undefined && item.type !== "separator")
            throw new Error("A menu item needs a label, a role or a type.");
          if (typeof item.accelerator === "string" && !ACCELERATOR.test(item.accelerator))
            throw new Error(`No accelerator: ${item.accelerator}`);
        }
        return template;
      },
      setApplicationMenu: (menu: MenuItem[]) => {
        this.#needsReady("Menu.setApplicationMenu");
        this.menu = menu;
      },
    });
  }

  #protocol() {
    return standInFor<Electron.Protocol>("protocol")({
      registerSchemesAsPrivileged: (schemes: Electron.CustomScheme[]) => {
        this.#needsUnready("protocol.registerSchemesAsPrivileged");
        this.schemes.push(...schemes);
      },
      handle: (scheme: string, handler: Handler) => {
        this.#needsReady("protocol.handle");
        if (this.#handler !== null) throw new Error(`The scheme ${scheme} is already handled.`);
        if (!this.schemes.some((each) => each.scheme === scheme)) throw new Error(`Unknown scheme ${scheme}.`);
        this.#handler = handler;
      },
    });
  }

  #session() {
    const session = standInFor<Electron.Session>("session")({
      setPermissionRequestHandler: (handler: StandIn["permission"]) => void (this.permission = handler),
      setPermissionCheckHandler: (handler: StandIn["permissionCheck"]) => void (this.permissionCheck = handler),
      setDevicePermissionHandler: (handler: StandIn["device"]) => void (this.device = handler),
      setSpellCheckerEnabled: (enabled: boolean) => void (this.spelling = enabled),
      webRequest: standInFor<Electron.WebRequest>("webRequest")({
        onBeforeRequest: (listener: StandIn["beforeRequest"]) => void (this.beforeRequest = listener),
      }),
    });
    const own = standInFor<typeof Electron.session>("session")({ defaultSession: session });
    return new Proxy(own, {
      get: (target, key) => {
        this.#needsReady("session.defaultSession");
        return Reflect.get(target, key);
      },
    });
  }
}

const flatten = (item: MenuItem): MenuItem[] => [
  item,
  ...(Array.isArray(item.submenu) ? item.submenu.flatMap(flatten) : []),
];

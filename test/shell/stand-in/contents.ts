/** Web contents and window: they load by asking the app's protocol handler, and keep what it answered. */
import type {
  BrowserWindow,
  BrowserWindowConstructorOptions,
  HandlerDetails,
  Rectangle,
  WebContents,
  WindowOpenHandlerResponse,
} from "electron";
import { KnownEvents, type OnlyKnown, preventable } from "./strict.ts";

/** A document that came to the window. */
export interface Loaded {
  readonly url: string;
  readonly status: number;
  readonly policy: string | null;
  readonly body: string;
}

type Fetch = (url: string) => Promise<Response>;

export class StandInContents extends KnownEvents implements Pick<WebContents, "reload" | "getURL"> {
  readonly mainFrame: { url: string; parent: null; name: string };
  readonly standIn: {
    readonly loaded: Loaded[];
    openHandler: ((details: HandlerDetails) => WindowOpenHandlerResponse) | null;
    /** What a link, a script or a redirect does; true when it was denied. */
    readonly navigate: (url: string, how?: "will-navigate" | "will-redirect" | "frame") => boolean;
    /** Resolves with the next document, or the last one where it already fits. */
    readonly shows: (fits: (document: Loaded) => boolean) => Promise<Loaded>;
  };
  readonly #fetch: Fetch;
  #loads = 0;

  constructor(fetch: Fetch) {
    super([
      "will-navigate",
      "will-redirect",
      "will-frame-navigate",
      "will-attach-webview",
      "render-process-gone",
      "loaded",
    ]);
    this.#fetch = fetch;
    this.mainFrame = { url: "", parent: null, name: "" };
    this.standIn = {
      loaded: [],
      openHandler: null,
      navigate: (url, how = "will-navigate") => this.#navigate(url, how),
      shows: (fits) => this.#shows(fits),
    };
  }

  getURL(): string {
    return this.mainFrame.url;
  }

  reload(): void {
    this.load(this.mainFrame.url).catch(ignoreOvertaken);
  }

  setWindowOpenHandler(handler: (details: HandlerDetails) => WindowOpenHandlerResponse): void {
    this.standIn.openHandler = handler;
  }

  /** As Chromium: another hash on the shown document loads nothing; a later load overtakes an earlier one. */
  async load(url: string, { programmatic = false } = {}): Promise<void> {
    const [base, hash] = url.split("#");
    const same = this.standIn.loaded.length > 0 && base === this.mainFrame.url.split("#")[0];
    this.mainFrame.url = url;
    if (programmatic && same && hash !== undefined) return;
    const load = ++this.#loads;
    const answer = await this.#fetch(url);
    const body = await answer.text();
    if (load !== this.#loads) throw new Error(`ERR_ABORTED (-3) loading '${url}'`);
    const policy = answer.headers.get("content-security-policy");
    this.standIn.loaded.push({ url, status: answer.status, policy, body });
    this.emit("loaded");
  }

  #navigate(url: string, how: "will-navigate" | "will-redirect" | "frame"): boolean {
    const event = preventable({ url, isSameDocument: false, isMainFrame: how !== "frame", frame: null });
    if (how !== "frame") this.emit(how, event, url);
    this.emit("will-frame-navigate", event);
    if (!event.defaultPrevented) this.load(url).catch(ignoreOvertaken);
    return event.defaultPrevented;
  }

  async #shows(fits: (document: Loaded) => boolean): Promise<Loaded> {
    for (;;) {
      const last = this.standIn.loaded.at(-1);
      if (last !== undefined && fits(last)) return last;
      await new Promise<void>((resolve) => void this.once("loaded", resolve));
    }
  }
}

function ignoreOvertaken(error: unknown): void {
  if (!String(error).includes("ERR_ABORTED")) throw error;
}

/** Any member of a destroyed window throws, as in Electron. */
export class StandInWindow
  extends KnownEvents
  implements
    Pick<
      BrowserWindow,
      | "loadURL"
      | "show"
      | "hide"
      | "focus"
      | "restore"
      | "maximize"
      | "isMaximized"
      | "isMinimized"
      | "getNormalBounds"
      | "destroy"
      | "close"
    >
{
  readonly standIn: {
    readonly options: BrowserWindowConstructorOptions;
    visible: boolean;
    focused: boolean;
    minimized: boolean;
    maximized: boolean;
    destroyed: boolean;
  };
  readonly #contents: StandInContents;
  readonly #onGone: () => void;

  constructor(options: BrowserWindowConstructorOptions, owner: { contents: StandInContents; onGone: () => void }) {
    super(["close", "ready-to-show"]);
    this.#contents = owner.contents;
    this.#onGone = owner.onGone;
    const state = { visible: false, focused: false, minimized: false, maximized: false, destroyed: false };
    this.standIn = { options, ...state };
    owner.contents.once("loaded", () => void this.emit("ready-to-show"));
  }

  get webContents(): StandInContents {
    this.#alive();
    return this.#contents;
  }

  loadURL(url: string): Promise<void> {
    this.#alive();
    return this.#contents.load(url, { programmatic: true });
  }

  show(): void {
    this.#alive();
    this.standIn.visible = true;
  }

  hide(): void {
    this.#alive();
    this.standIn.visible = false;
  }

  focus(): void {
    this.#alive();
    this.standIn.focused = true;
  }

  restore(): void {
    this.#alive();
    this.standIn.minimized = false;
  }

  maximize(): void {
    this.#alive();
    this.standIn.maximized = true;
  }

  isMaximized(): boolean {
    this.#alive();
    return this.standIn.maximized;
  }

  isMinimized(): boolean {
    this.#alive();
    return this.standIn.minimized;
  }

  getNormalBounds(): Rectangle {
    this.#alive();
    const { x = 10, y = 20, width = 800, height = 600 } = this.standIn.options;
    return { x, y, width, height };
  }

  /** Asks the listeners of `close`, then goes. */
  close(): void {
    this.#alive();
    const event = preventable({});
    this.emit("close", event);
    if (!event.defaultPrevented) this.destroy();
  }

  destroy(): void {
    if (this.standIn.destroyed) return;
    this.standIn.destroyed = true;
    this.#onGone();
  }

  #alive(): void {
    if (this.standIn.destroyed) throw new TypeError("Object has been destroyed");
  }
}

/** Fails the type check where a class has a member that Electron's has not. */
export const CHECKED: [OnlyKnown<Omit<StandInContents, "load">, WebContents>, OnlyKnown<StandInWindow, BrowserWindow>] =
  [true, true];

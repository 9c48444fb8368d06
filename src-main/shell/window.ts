/** The one window: its options, its guards, and that it comes back where it was. */
import { existsSync } from "node:fs";
import path from "node:path";
import { app, BrowserWindow, nativeTheme, screen } from "electron";
import { HOME } from "./address.ts";
import { loadWindowState, saveWindowState, SMALLEST } from "./window-state.ts";

const GROUND = { light: "#f7f7f8", dark: "#121214" } as const;

/** Makes the window, hidden until its first page is drawn. Only after `ready`. */
export function createWindow(options: { preload: string; icon: string }): BrowserWindow {
  const screens = screen.getAllDisplays().map(({ workArea }) => workArea);
  const { bounds, maximized } = loadWindowState(stateFile(), screens);
  const window = new BrowserWindow({
    ...bounds,
    minWidth: SMALLEST.width,
    minHeight: SMALLEST.height,
    title: "Apexlab",
    show: false,
    backgroundColor: nativeTheme.shouldUseDarkColors ? GROUND.dark : GROUND.light,
    // On other systems the icon is the application's.
    ...(process.platform === "linux" && existsSync(options.icon) ? { icon: options.icon } : {}),
    webPreferences: {
      preload: options.preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
    },
  });
  window.once("ready-to-show", () => {
    if (maximized) window.maximize();
    window.show();
  });
  return window;
}

/** Keeps the window's place for the next start. */
export function rememberWindow(window: BrowserWindow): void {
  try {
    saveWindowState(stateFile(), { bounds: window.getNormalBounds(), maximized: window.isMaximized() });
  } catch (error) {
    // A full disk may cost the window its place, never the user the way out.
    process.stderr.write(`The window's place was not kept: ${String(error)}\n`);
  }
}

/** Loads an address of the app. That a load was overtaken by another one is no fault. */
export function load(window: BrowserWindow, hash = ""): void {
  window.loadURL(`${HOME}${hash}`).catch((error: unknown) => {
    if (!String(error).includes("ERR_ABORTED")) process.stderr.write(`The page was not loaded: ${String(error)}\n`);
  });
}

const stateFile = () => path.join(app.getPath("userData"), "window.json");

/** An application window of a Chromium that is installed: the nearest to a desktop window without Electron. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";

const ON_PATH = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
  "microsoft-edge",
  "msedge",
  "chrome",
];
const MAC = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
];
const WINDOWS = ["Google\\Chrome\\Application\\chrome.exe", "Microsoft\\Edge\\Application\\msedge.exe"];

/** Opens it and does not wait. False where no Chromium is installed, or nobody could see it. */
export function openWindow(address: string): boolean {
  const chromium = hasDisplay() ? findChromium() : null;
  if (chromium === null) return false;
  // Chromium refuses to start for root with its sandbox on; the page is our own and loads nothing from elsewhere.
  const asRoot = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  const child = spawn(chromium, [...asRoot, `--app=${address}`], { stdio: "ignore", detached: true });
  child.on("error", () => {}); // the address is printed in any case
  child.unref();
  return true;
}

function hasDisplay(): boolean {
  if (process.platform !== "linux") return true;
  return Boolean(process.env["DISPLAY"] || process.env["WAYLAND_DISPLAY"]);
}

/** The executable of a Chromium, Chrome or Edge; null where there is none. */
export function findChromium(): string | null {
  const folders = (process.env["PATH"] ?? "").split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  const programs = [process.env["ProgramFiles"], process.env["ProgramFiles(x86)"], process.env["LOCALAPPDATA"]];
  const places =
    process.platform === "win32"
      ? programs.flatMap((folder) => (folder ? WINDOWS.map((name) => path.join(folder, name)) : []))
      : [...ON_PATH.flatMap((name) => folders.map((folder) => path.join(folder, name))), ...MAC];
  return places.find((file) => existsSync(file)) ?? null;
}

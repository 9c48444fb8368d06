/** Where Electron's runtime is, and why it cannot be used. Plain JavaScript for any Node >= 20. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

const PATIENCE_MS = 10 * 60_000; // about 120 MB on a slow line
const EXECUTABLE = { darwin: "Electron.app/Contents/MacOS/Electron", win32: "electron.exe" };

/** The executable, or null where the runtime is not there. */
export function electronRuntime(root) {
  const dist = process.env.ELECTRON_OVERRIDE_DIST_PATH || path.join(root, "node_modules", "electron", "dist");
  const file = path.join(dist, EXECUTABLE[process.platform] ?? "electron");
  return existsSync(file) ? file : null;
}

/** Downloads the runtime where it is missing: once for each version, so that a machine without a network is not held up at each start. */
export function fetchRuntime(root) {
  const folder = path.join(root, "node_modules", "electron");
  const stamp = path.join(root, "node_modules", ".apexlab-electron");
  if (electronRuntime(root) !== null || process.env.ELECTRON_SKIP_BINARY_DOWNLOAD) return;
  if (!existsSync(path.join(folder, "install.js"))) return;
  const { version } = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === version) return;
  console.error("Downloading Electron's runtime (once) ...");
  spawnSync(process.execPath, [path.join(folder, "install.js")], { stdio: "ignore", timeout: PATIENCE_MS });
  writeFileSync(stamp, version);
}

/** One sentence on why no desktop window can be opened here; null where it can. */
export function whyNoDesktop(root) {
  if (electronRuntime(root) === null) return "Electron's runtime is not installed (npx install-electron downloads it).";
  if (process.platform !== "linux") return null;
  if (!process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return "There is no screen for a desktop window.";
  if (process.getuid() === 0) return "Electron's sandbox does not work for the user root.";
  return null;
}

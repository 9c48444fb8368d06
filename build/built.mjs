/** Keeps out/ as new as the sources. */
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, readdirSync, statSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";

const SOURCES = ["src-main", "src-preload", "src-renderer", "electron.vite.config.ts", "package-lock.json"];

function newest(file) {
  if (!existsSync(file)) return 0;
  const stat = statSync(file);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(file).map((name) => newest(path.join(file, name))));
}

/** Builds out/ when a source is newer than the last build; false when the build failed (its output was shown). */
export function buildIfNewer(root) {
  const stamp = path.join(root, "out", ".built");
  const started = new Date();
  if (existsSync(stamp) && statSync(stamp).mtimeMs >= newestOf(root)) return true;
  const tool = path.join(root, "node_modules", "electron-vite", "bin", "electron-vite.js");
  if (!existsSync(tool)) {
    console.error("Not built: the development packages are not installed (npm ci without --omit=dev).");
    return false;
  }
  const done = spawnSync(process.execPath, [tool, "build", "--logLevel", "warn"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
  });
  if (done.status !== 0) return false;
  chmodSync(path.join(root, "out", "main", "bin.js"), 0o755);
  writeFileSync(stamp, "");
  // The build's own start is its time: a source saved while it ran is newer than it.
  utimesSync(stamp, started, started);
  return true;
}

function newestOf(root) {
  return Math.max(...SOURCES.map((name) => newest(path.join(root, name))));
}

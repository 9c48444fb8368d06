/**
 * Sets up what is missing and nothing else: the packages when package-lock.json changed since the last time, the
 * built folder out/ when a source is newer. Plain JavaScript for any Node >= 20, since nothing is installed yet.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { buildIfNewer } from "./built.mjs";

const root = path.resolve(import.meta.dirname, "..");
const stamp = path.join(root, "node_modules", ".apexlab-setup");
const wanted = createHash("sha256")
  .update(readFileSync(path.join(root, "package-lock.json")))
  .digest("hex");

if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== wanted) {
  console.error("Installing the packages that package-lock.json names (once) ...");
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const done = spawnSync(npm, ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
  });
  if (done.status !== 0) {
    console.error("npm ci failed: see its message above; the npm registry must be reachable once.");
    process.exit(1);
  }
  writeFileSync(stamp, wanted);
}
if (!buildIfNewer(root)) process.exit(1);

/** Every check of `npm test`, in the order in which a fault is cheapest to find; goes on to the end and sums up. */
import { spawnSync } from "node:child_process";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "..");
const bin = path.join(root, "node_modules", ".bin");
// Node 24 of the package `node` first, whichever Node started this.
const env = { ...process.env, PATH: `${bin}${path.delimiter}${process.env.PATH ?? ""}` };

const CHECKS = [
  ["types", "tsc", ["--noEmit"]],
  ["types of the page", "tsc", ["--noEmit", "-p", "src-renderer"]],
  ["lint", "oxlint", ["--quiet"]],
  ["format", "oxfmt", ["--check"]],
  ["unused files and exports", "knip", ["--no-progress"]],
  ["tests", "vitest", ["run"]],
];

const failed = [];
for (const [what, tool, args] of CHECKS) {
  console.log(`\n> ${what}: ${tool} ${args.join(" ")}`);
  const start = performance.now();
  const done = spawnSync(path.join(bin, tool), args, {
    cwd: root,
    stdio: "inherit",
    env,
    shell: process.platform === "win32",
  });
  console.log(
    `< ${what}: ${done.status === 0 ? "passed" : "FAILED"} in ${((performance.now() - start) / 1000).toFixed(1)} s`,
  );
  if (done.status !== 0) failed.push(what);
}
console.log(failed.length === 0 ? "\nEvery check passed." : `\nFailed: ${failed.join(", ")}.`);
process.exit(failed.length === 0 ? 0 : 1);

/** Scripts that import the sources as they are need Node 24, which the package `node` brings: goes on under it where this one is older. */
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";

const OLDEST = 24;

if (Number.parseInt(process.versions.node, 10) < OLDEST) {
  const packageFile = createRequire(import.meta.url).resolve("node/package.json");
  const node = path.join(path.dirname(packageFile), "bin", process.platform === "win32" ? "node.exe" : "node");
  const child = spawnSync(node, process.argv.slice(1), { stdio: "inherit" });
  if (child.error) console.error(`Node ${OLDEST} did not start: ${child.error.message}`);
  process.exit(child.status ?? 1);
}

#!/usr/bin/env node
/** The command `apexlab`. Runs on any Node that can read it, and goes on under the bundled Node 24 where this one is older. */
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";

const OLDEST = 24;

if (Number.parseInt(process.versions.node, 10) >= OLDEST) {
  process.setSourceMapsEnabled(true);
  await import("./main.ts");
} else {
  const packageFile = createRequire(import.meta.url).resolve("node/package.json");
  const node = path.join(path.dirname(packageFile), "bin", process.platform === "win32" ? "node.exe" : "node");
  const child = spawnSync(node, process.argv.slice(1), { stdio: "inherit" });
  if (child.error) console.error(`apexlab needs Node ${OLDEST}; its bundled one did not start: ${child.error.message}`);
  process.exitCode = child.status ?? 1;
}

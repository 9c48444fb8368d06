/** Memory is tuned alike for every side of a contest, as for this program's own workers; only a new process can be. */
import { spawnSync } from "node:child_process";
import { ALLOCATION } from "../../jobs/allocation.ts";

/** Runs the same command once more in a process that is tuned so; false where this one is. */
export function again(): boolean {
  if (Object.entries(ALLOCATION).every(([name, setting]) => process.env[name] === setting)) return false;
  const done = spawnSync(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
    stdio: "inherit",
    env: { ...process.env, ...ALLOCATION },
  });
  process.exitCode = done.status ?? 1;
  return true;
}

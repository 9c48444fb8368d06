/** Where the programs lie that processes and threads of their own run. */
import path from "node:path";
import { fileURLToPath } from "node:url";

/** `worker.js` in out/main (this may be in chunks/), `worker.ts` in the sources. */
export function entryFile(name: "worker" | "serve"): string {
  const here = fileURLToPath(import.meta.url);
  if (here.endsWith(".ts")) return path.resolve(here, "..", "..", `${name}.ts`);
  return path.resolve(here, path.basename(path.dirname(here)) === "chunks" ? "../.." : "..", `${name}.js`);
}

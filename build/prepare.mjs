/** npm's `prepare`: after `npm ci` alone, `npx apexlab` works. */
import path from "node:path";
import { buildIfNewer } from "./built.mjs";

if (!buildIfNewer(path.resolve(import.meta.dirname, ".."))) process.exit(1);

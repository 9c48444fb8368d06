/** `npm run package`: the desktop package of this system, in dist/. `--dir`: unpacked, without an installer. */
import path from "node:path";
import { parseArgs } from "node:util";
import "./node24.mjs";

const { makePackage } = await import("./packaging/package.ts");
const root = path.resolve(import.meta.dirname, "..");
const { values } = parseArgs({ options: { dir: { type: "boolean", default: false } } });
const electronDist = process.env.ELECTRON_OVERRIDE_DIST_PATH || undefined;

try {
  const output = path.join(root, "dist");
  await makePackage({ root, built: path.join(root, "out"), output, unpacked: values.dir, electronDist });
  console.log(`The package is in ${output}.`);
} catch (error) {
  console.error(`No package was made: ${error instanceof Error ? error.message : String(error)}`);
  console.error(
    "Electron's runtime and the installers' tools are downloaded once; ELECTRON_OVERRIDE_DIST_PATH names a runtime that is here.",
  );
  process.exit(1);
}

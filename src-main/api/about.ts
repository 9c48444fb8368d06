/** Versions, for the About dialog and for reports of faults. */
import { availableParallelism } from "node:os";
import packageFile from "../../package.json" with { type: "json" };
import type { About } from "../contract/api/app.ts";
import { onnxruntimeVersion } from "../engine/index.ts";
import { sqliteVersion } from "../store/database.ts";

export function about(): About {
  return {
    version: packageFile.version,
    node: process.versions.node,
    onnxruntime: onnxruntimeVersion,
    sqlite: sqliteVersion(),
    platform: `${process.platform} ${process.arch}`,
    cores: availableParallelism(),
  };
}

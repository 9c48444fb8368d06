/** Where things are: in the clone, where Electron runs out/main/main.js, or in a packaged app under resources/. */
import { createRequire } from "node:module";
import { homedir } from "node:os";
import path from "node:path";

export interface Places {
  readonly node: string;
  readonly script: string;
  readonly page: string;
  readonly preload: string;
}

/** `built`: the folder of the built main.js. `resources`: the packaged app's resources folder, or null in the clone. */
export function places(built: string, resources: string | null): Places {
  const windows = process.platform === "win32";
  const preload = path.resolve(built, "..", "preload", "preload.cjs");
  if (resources !== null) {
    const host = path.join(resources, "host");
    return {
      node: path.join(host, windows ? "node.exe" : "node"),
      script: path.join(host, "out", "main", "serve.js"),
      page: path.join(host, "out", "renderer"),
      preload,
    };
  }
  const packageFile = createRequire(path.join(built, "main.js")).resolve("node/package.json");
  return {
    node: path.join(path.dirname(packageFile), "bin", windows ? "node.exe" : "node"),
    script: path.join(built, "serve.js"),
    page: path.resolve(built, "..", "renderer"),
    preload,
  };
}

/** The workspace as every door finds it: `--workspace`, else the variable, else `Apexlab` in the user's home. */
export function workspaceOf(argv: readonly string[], env: NodeJS.ProcessEnv): string {
  const at = argv.findIndex((each) => each === "--workspace" || each.startsWith("--workspace="));
  const named = at < 0 ? undefined : argv[at]?.includes("=") ? argv[at]?.replace("--workspace=", "") : argv[at + 1];
  return path.resolve(named || env["APEXLAB_WORKSPACE"] || path.join(homedir(), "Apexlab"));
}

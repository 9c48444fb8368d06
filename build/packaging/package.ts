/** Makes the desktop package of this system: icons, the host's folder, then electron-builder. */
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { build, Platform } from "electron-builder";
import { configuration, type PackageFolders } from "./config.ts";
import { hostFiles, type Target } from "./host-files.ts";
import { makeIcons } from "./icons.ts";

export interface PackageOptions extends Omit<PackageFolders, "resources"> {
  readonly root: string;
  /** Only the unpacked application, no installer. */
  readonly unpacked: boolean;
  /** A folder with Electron's runtime, instead of the one that electron-builder downloads. */
  readonly electronDist?: string;
}

/** Errors: those of `hostFiles`, and electron-builder's own. */
export async function makePackage({ root, built, output, unpacked, electronDist }: PackageOptions): Promise<void> {
  const resources = path.join(output, "resources");
  await makeIcons(path.join(root, "build", "icon.svg"), path.join(built, "icons"));
  try {
    stageHost({ root, built, host: path.join(resources, "host") });
    await build({
      projectDir: root,
      targets: Platform.current().createTarget(unpacked ? ["dir"] : null),
      publish: "never",
      config: {
        ...configuration({ built, resources, output }),
        ...(electronDist === undefined ? {} : { electronDist }),
      },
    });
  } finally {
    rmSync(resources, { recursive: true, force: true });
  }
}

/** Copies the host's files into a folder of their own. */
function stageHost({ root, built, host }: { root: string; built: string; host: string }): void {
  rmSync(host, { recursive: true, force: true });
  for (const { from, to } of hostFiles({ root, built, target: thisSystem() })) {
    const file = path.join(host, to);
    mkdirSync(path.dirname(file), { recursive: true });
    copyFileSync(from, file);
  }
  const { name, version, type } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
  writeFileSync(path.join(host, "package.json"), JSON.stringify({ name, version, type, private: true }));
}

function thisSystem(): Target {
  const { platform, arch } = process;
  if ((platform !== "linux" && platform !== "darwin" && platform !== "win32") || (arch !== "x64" && arch !== "arm64"))
    throw new Error(`Packages are made for Linux, macOS and Windows on x64 or arm64, not for ${platform}-${arch}.`);
  return { platform, arch };
}

/** electron-builder's configuration: the window's process in an asar, the host outside of it. */
import path from "node:path";
import { FuseV1Options, FuseVersion, flipFuses } from "@electron/fuses";
import type { AfterPackContext, Configuration } from "electron-builder";

export interface PackageFolders {
  /** The built folder, `out` as a rule; its `icons/` too. */
  readonly built: string;
  /** What goes into the app's resources folder as it is: `host/`, with the files that `hostFiles` lists. */
  readonly resources: string;
  readonly output: string;
}

/** What Electron's binary refuses to do, whoever asks it: nothing of ours needs any of it. */
export const FUSES = {
  [FuseV1Options.RunAsNode]: false,
  [FuseV1Options.EnableCookieEncryption]: false, // there are no cookies; a keychain would ask the user
  [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: false,
  [FuseV1Options.EnableNodeCliInspectArguments]: false,
  [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: true,
  [FuseV1Options.OnlyLoadAppFromAsar]: true,
  [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  [FuseV1Options.GrantFileProtocolExtraPrivileges]: false,
  [FuseV1Options.WasmTrapHandlers]: true,
} as const;

export function configuration({ built, resources, output }: PackageFolders): Configuration {
  const icons = path.join(built, "icons");
  return {
    appId: "org.apexlab.desktop",
    productName: "Apexlab",
    directories: { output },
    extraMetadata: { main: "out/main/main.js" },
    // The window's process needs three files and no package at all.
    files: [
      "package.json",
      "!node_modules/**",
      { from: built, to: "out", filter: ["main/main.js", "preload/preload.cjs", "icons/icon.png"] },
    ],
    asar: true,
    // Not `host` itself: electron-builder leaves out the node_modules that lie right below `from`.
    extraResources: [{ from: resources, to: ".", filter: ["host/**/*"] }],
    // Nothing native is built: the host's packages bring their binaries, and run on plain Node.
    npmRebuild: false,
    afterPack: setFuses,
    publish: null,
    linux: {
      target: ["AppImage", "deb"],
      executableName: "apexlab",
      category: "Science",
      icon: path.join(icons, "icon.png"),
      synopsis: "A workbench for facial micro-expressions",
      maintainer: "Apexlab",
    },
    mac: { target: ["dmg"], category: "public.app-category.education", icon: path.join(icons, "icon.icns") },
    win: { target: ["nsis"], icon: path.join(icons, "icon.ico") },
  };
}

/** Before signing, which the changed binary needs anew. */
async function setFuses({ appOutDir, packager, electronPlatformName }: AfterPackContext): Promise<void> {
  const name = packager.appInfo.productFilename;
  const binary = { darwin: `${name}.app`, win32: `${name}.exe` }[electronPlatformName] ?? "apexlab";
  await flipFuses(path.join(appOutDir, binary), {
    version: FuseVersion.V1,
    resetAdHocDarwinSignature: electronPlatformName === "darwin",
    ...FUSES,
  });
}

/** A GPU in software: SwiftShader, the Vulkan driver that every Chromium brings along. */
import { existsSync, readFileSync, realpathSync } from "node:fs";
import path from "node:path";
import { installedChromium } from "../page/browser.ts";

const DRIVER = "vk_swiftshader_icd.json";

/** The environment in which a process finds SwiftShader, and no other GPU. Throws where no Chromium can be had. */
export function softwareGpu(): NodeJS.ProcessEnv {
  const folder = driverFolder(installedChromium());
  // Read when the Vulkan loader is loaded, so only a process of its own can be told; Chromium's folder has a loader, too.
  const libraries = [folder, process.env["LD_LIBRARY_PATH"]].filter((part) => part !== undefined && part !== "");
  return {
    ...process.env,
    VK_ICD_FILENAMES: path.join(folder, DRIVER),
    LD_LIBRARY_PATH: libraries.join(path.delimiter),
  };
}

function driverFolder(chromium: string): string {
  const real = realpathSync(chromium);
  // Debian's command is a script that starts the program in a folder named like it.
  const named = readFileSync(real).subarray(0, 2).toString() === "#!" ? path.join("/usr/lib", path.basename(real)) : "";
  const found = [path.dirname(real), named].find((folder) => existsSync(path.join(folder, DRIVER)));
  if (found !== undefined) return found;
  throw new Error(
    `The tests of WebGPU need SwiftShader, which should lie beside ${real}: install a Chromium that has it.`,
  );
}

/** What is not there without trying: devices of other systems, and libraries that are not part of the installation. */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import type { Device } from "../../contract/devices.ts";

/** Null: it may be there, and only trying tells. Else why it is not, as a sentence. */
export function absent(device: Device): string | null {
  const { platform, arch } = process;
  switch (device) {
    case "cpu":
    case "tfjs":
      return null;
    case "webgpu":
      return platform === "linux" && arch !== "x64"
        ? "onnxruntime brings no WebGPU for Linux on this processor."
        : null;
    case "directml":
      return platform === "win32" ? null : "DirectML is a part of Windows.";
    case "coreml":
      return platform === "darwin" ? null : "CoreML is a part of macOS.";
    case "cuda":
      if (platform !== "linux" || arch !== "x64") return "onnxruntime for Node brings CUDA for Linux on x64 only.";
      return existsSync(path.join(libraryFolder(), CUDA_LIBRARY))
        ? null
        : `onnxruntime's library for CUDA, ${CUDA_LIBRARY}, is not installed.`;
  }
}

const CUDA_LIBRARY = "libonnxruntime_providers_cuda.so";

/** Where onnxruntime looks for its own libraries. */
export function libraryFolder(): string {
  const main = createRequire(import.meta.url).resolve("onnxruntime-node/package.json");
  return path.join(path.dirname(main), "bin", "napi-v6", process.platform, process.arch);
}

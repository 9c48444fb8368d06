/** How a device that does not compute can be made to, with a connection and without one. */
import type { Device } from "../../contract/devices.ts";
import { libraryFolder } from "./absent.ts";

const NUGET = "Microsoft.ML.OnnxRuntime.Gpu.Linux";

/** `version`: of onnxruntime. */
export function howTo(device: Device, version: string): string {
  switch (device) {
    case "cpu":
      return "Install Apexlab's packages again (npm ci): its onnxruntime library does not work here.";
    case "webgpu":
      return webgpu();
    case "cuda":
      return process.platform === "linux" && process.arch === "x64"
        ? `It needs an NVIDIA GPU with its driver, CUDA 12 and cuDNN 9. With a connection, run ONNXRUNTIME_NODE_INSTALL=cuda12 node node_modules/onnxruntime-node/script/install.js in Apexlab's folder. Offline, bring the package ${NUGET} ${version} of nuget.org (a zip file) and copy libonnxruntime_providers_cuda.so and libonnxruntime_providers_shared.so out of it to ${libraryFolder()}.`
        : "An NVIDIA GPU can be used here by WebGPU, with nothing else to install than its driver.";
    case "directml":
      return process.platform === "win32"
        ? "Update Windows and the driver of the graphics card; both can be brought on a disk."
        : "A GPU can be used here by WebGPU, with nothing else to install than its driver.";
    case "coreml":
      return process.platform === "darwin"
        ? "It does only a part of what training needs: use WebGPU on this Mac."
        : "A GPU can be used here by WebGPU, with nothing else to install than its driver.";
    case "tfjs":
      return "Install Apexlab's packages again (npm ci).";
  }
}

/** TensorFlow.js computes in plain JavaScript until a lab gives it a GPU. */
export const TFJS_GPU =
  "For an NVIDIA GPU install @tensorflow/tfjs-node-gpu 4.22 in Apexlab's folder (npm install @tensorflow/tfjs-node-gpu@4.22.0; it needs CUDA 11.2 and cuDNN 8.1 and downloads TensorFlow 2.9). Offline, copy node_modules/@tensorflow/tfjs-node-gpu and what it depends on from a machine of the same system.";

function webgpu(): string {
  switch (process.platform) {
    case "linux":
      return process.arch === "x64"
        ? "It needs a GPU with a Vulkan driver and the Vulkan loader: on Debian and Ubuntu the packages libvulkan1 and, for AMD and Intel, mesa-vulkan-drivers, or NVIDIA's own driver. Offline, bring these packages on a disk and install them with dpkg -i. A user must be in the groups video and render."
        : "Training runs on the CPU; nothing needs to be installed.";
    case "darwin":
      return "It uses Metal, which is a part of macOS: update macOS.";
    default:
      return "It uses Direct3D 12: update the driver of the graphics card, which can be brought on a disk.";
  }
}

/** What this machine can train on. */
import type { DevicesDocument } from "../contract/documents.ts";
import { onnxruntimeVersion } from "../engine/index.ts";

const later = (name: string, what: string) => ({
  name,
  usable: false,
  reason: `${what} is not used by this version.`,
  howTo: "Training runs on the CPU; nothing needs to be installed.",
});

/** Devices that run configurations may name, whether or not this version can use them. */
export function devices(): DevicesDocument {
  return {
    devices: [
      { name: "cpu", usable: true, reason: `onnxruntime ${onnxruntimeVersion} on ${process.arch}.`, howTo: "" },
      later("webgpu", "A GPU by WebGPU"),
      later("cuda", "An NVIDIA GPU by CUDA"),
      later("directml", "A GPU by DirectML"),
      later("coreml", "Apple's CoreML"),
      later("tfjs", "TensorFlow.js as a second executor"),
    ],
  };
}

/** The devices that a run may name, beside `auto`. */
export const DEVICES = ["cpu", "webgpu", "cuda", "directml", "coreml", "tfjs"] as const;
export type Device = (typeof DEVICES)[number];

export const DEVICE_NAMES: Readonly<Record<Device, string>> = {
  cpu: "the CPU",
  webgpu: "WebGPU",
  cuda: "CUDA",
  directml: "DirectML",
  coreml: "CoreML",
  tfjs: "TensorFlow.js",
};

export function isDevice(name: string): name is Device {
  return DEVICES.some((device) => device === name);
}

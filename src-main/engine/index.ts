/** The engine's public face. */
export * from "./build/index.ts";
export type { Executor, Session } from "./executors/executor.ts";
export { grad } from "./grad.ts";
export {
  bytesOf,
  type Data,
  describe,
  type DType,
  sameShape,
  type Shape,
  size,
  type Tensor,
  type Value,
  value,
} from "./graph.ts";
export { kaimingNormal, torchUniform, xavierUniform, zeros } from "./init.ts";
export { adam, adamW, clipByNorm, cosineRate, sgd, type Slots } from "./optim.ts";
export { gradientPenalty } from "./penalty.ts";
export { digest, type Program, program } from "./program.ts";
export { Random, type RandomState } from "./random.ts";
export { verify } from "./verify.ts";
export { isPth, readPth } from "./weights/pth.ts";
export { readSafetensors, safetensors, type WeightFile, writeSafetensors } from "./weights/safetensors.ts";
export { type OnnxOptions, onnxExecutor, onnxruntimeVersion } from "./executors/onnx.ts";
export { tfjsExecutor } from "./executors/tfjs/executor.ts";
export { type TfjsBackend, tfjsGpuInstalled } from "./executors/tfjs/load.ts";
export { referenceExecutor } from "./executors/reference.ts";

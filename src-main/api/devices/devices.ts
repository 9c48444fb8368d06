/** What this machine can train on: each device tried, and how to make the others usable. */
import { type Device, DEVICES } from "../../contract/devices.ts";
import type { DevicesDocument } from "../../contract/documents.ts";
import { installedRuntime } from "../../steps/executor.ts";
import type { Context, Hooks } from "../context.ts";
import { absent } from "./absent.ts";
import { howTo, TFJS_GPU } from "./how-to.ts";
import { usable } from "./usable.ts";

export async function devices(
  context: Pick<Context, "workerFile">,
  hooks: Pick<Hooks, "signal">,
): Promise<DevicesDocument> {
  const { reasons } = await usable(
    context,
    DEVICES.filter((device) => absent(device) === null),
    hooks,
  );
  return {
    devices: DEVICES.map((name) => {
      const fault = absent(name) ?? reasons.get(name) ?? null;
      if (fault === null)
        return { name, usable: true, reason: by(name), howTo: name === "tfjs" ? onlyPlain(name) : "" };
      return { name, usable: false, reason: inWords(name, fault), howTo: howTo(name, versionOf("cpu")) };
    }),
  };
}

const versionOf = (device: Device): string => installedRuntime(device).split(" ").at(-1) ?? "";
const isPlain = (device: Device): boolean => installedRuntime(device).startsWith("@tensorflow/tfjs-core");

function by(device: Device): string {
  const { arch } = process;
  if (device === "cpu") return `onnxruntime ${versionOf(device)} on ${arch}.`;
  if (device !== "tfjs") return `onnxruntime ${versionOf(device)}; it trained a tiny network right.`;
  return isPlain(device)
    ? `TensorFlow.js ${versionOf(device)} in plain JavaScript: slow, for checking results.`
    : `TensorFlow.js ${versionOf(device)} with TensorFlow; it trained a tiny network right.`;
}

const onlyPlain = (device: Device): string => (isPlain(device) ? TFJS_GPU : "");

/** What a runtime says when there is nothing to compute on, in words of ours; anything else as it stands. */
function inWords(device: Device, fault: string): string {
  if (device === "webgpu" && fault.includes("Failed to get a WebGPU adapter"))
    return "No GPU was found that WebGPU can use.";
  if (fault.includes("explicitly disabled by the user"))
    return "It cannot do every operation of a training step itself.";
  return /[.!?]$/.test(fault) ? fault : `${fault}.`;
}

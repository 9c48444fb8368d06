/** Devices in the words of the page. */
import { DEVICE_NAMES, isDevice } from "../../src-main/contract/devices.ts";

/** Inside of a sentence: "the CPU". */
export function deviceWords(device: string): string {
  if (device === "auto") return "the best device at hand";
  return isDevice(device) ? DEVICE_NAMES[device] : device;
}

/** At the head of a row: "CPU". */
export const deviceName = (device: string): string => deviceWords(device).replace(/^the /, "");

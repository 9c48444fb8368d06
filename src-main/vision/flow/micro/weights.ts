/** How a file of RAFT weights says that its numbers were trained for `microRaft`, not for the plain network. */
import { readSafetensors } from "../../../engine/index.ts";

/** Metadata of such a file. */
export const MICRO = { reading: "micro" } as const;

/** Only our own files say so; any other file, of any format, does not. */
export function isMicro(bytes: Uint8Array): boolean {
  try {
    return readSafetensors(bytes).metadata.reading === MICRO.reading;
  } catch {
    // No safetensors file: another reader says what it is, or what is wrong with it.
    return false;
  }
}

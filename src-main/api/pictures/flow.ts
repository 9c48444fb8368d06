/** A sample's flow for the eye: the colour wheel of a cached flow. */
import path from "node:path";
import { SHOWN_MOTION } from "../../contract/flow-colours.ts";
import { flowFromArray } from "../../vision/flow/flow.ts";
import { flowWheel } from "../../vision/flow/wheel.ts";
import { readNpy } from "../../vision/pictures/npy.ts";
import { type Encoded, encodePicture } from "./encode.ts";

/** The file of a flow's result folder that its picture is made of. */
export const flowFile = (folder: string) => path.join(folder, "flow.npy");

/** Errors: `file-missing`, `file-unreadable`. */
export async function encodeFlowFile(file: string, width: number | null): Promise<Encoded> {
  return encodePicture(flowWheel(flowFromArray(await readNpy(file), file), SHOWN_MOTION), width, "png");
}

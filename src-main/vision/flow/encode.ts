/**
 * Flow as a three-channel picture for a network. The scales are fixed constants, never fitted to a picture or a dataset:
 * scaling each picture by itself would lose the zero level and the size of the motion.
 */
import { unreachable } from "../../contract/errors.ts";
import { FULL_MOTION, FULL_STRAIN } from "../../contract/flow-colours.ts";
import type { RunConfig } from "../../contract/run.ts";
import type { Picture } from "../pictures/picture.ts";
import type { Flow } from "./flow.ts";
import { resample } from "../pictures/resample.ts";
import { opticalStrain } from "./strain.ts";

export type FlowImage = RunConfig["flowImage"];

/** The face's width in pixels at which displacements are stated, whatever size the flow was computed at. */
export const REFERENCE_SIZE = 224;
/** Pixels at 224 that reach the ends of the u and v channels: 0 means -3 px, 1/2 no motion, 1 means +3 px. */
export const MOTION_RANGE = FULL_MOTION;
/** Optical strain (pixels per pixel) that reaches the end of its channel; 0 means none. */
export const STRAIN_RANGE = FULL_STRAIN;

/**
 * [3, size, size], each value 0..1: u and v about their zero at 1/2, then strain or magnitude from 0. What goes beyond
 * the ranges is cut off. Displacements scale with the picture, so that a flow computed at another size means the same.
 */
export function encodeFlow(flow: Flow, form: FlowImage, size: number): Float32Array {
  const { width, height } = flow;
  const scaleX = REFERENCE_SIZE / width / MOTION_RANGE;
  const scaleY = REFERENCE_SIZE / height / MOTION_RANGE;
  const square = { width: size, height: size };
  const count = size * size;
  const out = new Float32Array(3 * count);
  const u = resample({ width, height, data: flow.u }, square);
  const v = resample({ width, height, data: flow.v }, square);
  for (let i = 0; i < count; i++) {
    out[i] = unit(0.5 + (u[i] * scaleX) / 2);
    out[count + i] = unit(0.5 + (v[i] * scaleY) / 2);
  }
  switch (form) {
    case "uv-strain": {
      const strain = resample({ width, height, data: opticalStrain(flow) }, square);
      for (let i = 0; i < count; i++) out[2 * count + i] = unit(strain[i] / STRAIN_RANGE);
      return out;
    }
    case "uv-magnitude":
      for (let i = 0; i < count; i++) out[2 * count + i] = unit(Math.hypot(u[i] * scaleX, v[i] * scaleY));
      return out;
    default:
      return unreachable(form, "form of flow image");
  }
}

/** The same as bytes, R, G, B = the three channels times 255: what a `flow_image` of a manifest holds. */
export function encodeFlowPicture(flow: Flow, form: FlowImage, size: number): Picture {
  const planes = encodeFlow(flow, form, size);
  const count = size * size;
  const rgb = new Uint8Array(3 * count);
  for (let i = 0; i < count; i++) {
    for (let c = 0; c < 3; c++) rgb[3 * i + c] = Math.round(planes[c * count + i] * 255);
  }
  return { width: size, height: size, rgb };
}

function unit(value: number): number {
  return value < 0 ? 0 : value > 1 ? 1 : value;
}

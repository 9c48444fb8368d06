/** Dense optical flow between two pictures of one face, and what every method of computing it offers. */
import type { z } from "zod";
import { ApexError } from "../../contract/errors.ts";
import type { Picture } from "../pictures/picture.ts";

/**
 * Where each point of the onset picture has gone in the apex picture: onset(x, y) looks like apex(x + u, y + v).
 * u to the right, v downwards, in pixels of these pictures; row by row.
 */
export interface Flow {
  readonly width: number;
  readonly height: number;
  readonly u: Float32Array;
  readonly v: Float32Array;
}

export interface FlowPair {
  readonly onset: Picture;
  readonly apex: Picture;
}

export interface FlowMethod<O> {
  readonly name: string;
  /** Raised by hand whenever the same pair gives another flow. */
  readonly version: number;
  readonly options: z.ZodType<O>;
  /** @throws ApexError shape-mismatch (two sizes, or too small a picture), cancelled, executor-failed */
  readonly compute: (pair: FlowPair, options: O) => Promise<Flow>;
}

/** Below this width or height a picture holds no motion to speak of. */
export const MIN_SIDE = 16;

const size = (p: Picture) => `${p.width} x ${p.height}`;

/** @throws ApexError shape-mismatch naming both sizes */
export function checkPair(pair: FlowPair): void {
  const { onset, apex } = pair;
  if (onset.width !== apex.width || onset.height !== apex.height) {
    throw new ApexError(
      "shape-mismatch",
      `Flow needs two pictures of one size: the onset is ${size(onset)}, the apex ${size(apex)}.`,
    );
  }
  if (onset.width < MIN_SIDE || onset.height < MIN_SIDE) {
    throw new ApexError(
      "shape-mismatch",
      `Flow needs pictures of at least ${MIN_SIDE} x ${MIN_SIDE} pixels; these are ${size(onset)}.`,
    );
  }
}

export function zeroFlow(width: number, height: number): Flow {
  return { width, height, u: new Float32Array(width * height), v: new Float32Array(width * height) };
}

/** As in flow.npy: [2, height, width], u then v. */
export function flowToArray(flow: Flow): { shape: [2, number, number]; data: Float32Array } {
  const { width, height, u, v } = flow;
  const data = new Float32Array(2 * width * height);
  data.set(u);
  data.set(v, width * height);
  return { shape: [2, height, width], data };
}

/** @throws ApexError file-unreadable when the array is no flow */
export function flowFromArray(array: { shape: readonly number[]; data: Float32Array }, file: string): Flow {
  const [planes, height, width] = array.shape;
  if (array.shape.length !== 3 || planes !== 2) {
    throw new ApexError(
      "file-unreadable",
      `${file} holds an array of shape (${array.shape.join(", ")}); a flow is (2, height, width).`,
      { file },
    );
  }
  return { width, height, u: array.data.slice(0, width * height), v: array.data.slice(width * height) };
}

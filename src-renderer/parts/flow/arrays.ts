/** A sample's flow as numbers, from the host's own files: [2, H, W] float32 and its strain, in NumPy's format. */
import type { SampleKey } from "../../../src-main/contract/sample.ts";
import { HOST_SILENT } from "../../lib/host/faults.ts";

export interface FlowArrays {
  readonly width: number;
  readonly height: number;
  /** Pixels, row by row: to the right, and down. */
  readonly u: Float32Array;
  readonly v: Float32Array;
  /** Pixels a pixel. */
  readonly strain: Float32Array;
}

export const FLOW_FORMATS = ["npy", "flo", "kitti"] as const;
type Format = (typeof FLOW_FORMATS)[number] | "strain";

export const flowAddress = (format: Format, { dataset, subject, clip }: SampleKey): string =>
  `/flow/${format}?${new URLSearchParams({ dataset, subject, clip })}`;

export async function fetchFlow(sample: SampleKey, signal: AbortSignal): Promise<FlowArrays> {
  const [flow, strain] = await Promise.all([
    fetchNpy(flowAddress("npy", sample), signal),
    fetchNpy(flowAddress("strain", sample), signal),
  ]);
  const [planes, height, width] = flow.shape;
  const count = width * height;
  if (planes !== 2 || strain.data.length !== count) throw new Error("The flow's files do not fit each other.");
  return { width, height, u: flow.data.subarray(0, count), v: flow.data.subarray(count), strain: strain.data };
}

async function fetchNpy(address: string, signal: AbortSignal) {
  const answer = await fetch(address, { signal });
  if (!answer.ok) throw new Error(answer.status === 404 ? "Its flow is no longer there." : HOST_SILENT);
  return parseNpy(await answer.arrayBuffer());
}

/** After the first byte, which is no letter. */
const MAGIC = "NUMPY";
/** The length of the header's text stands in the last two of these bytes. */
const PREFIX = 10;

/** Little-endian float32 in C order, version 1.0: what the host writes. */
export function parseNpy(buffer: ArrayBuffer): { shape: number[]; data: Float32Array } {
  const start = PREFIX + new DataView(buffer).getUint16(PREFIX - 2, true);
  const head = new TextDecoder("latin1").decode(new Uint8Array(buffer, 0, start));
  const shape = /'descr': '<f4', 'fortran_order': False, 'shape': \(([\d, ]+)\)/.exec(head)?.[1];
  if (head.slice(1, 1 + MAGIC.length) !== MAGIC || shape === undefined)
    throw new Error("The host sent something that is no flow.");
  const sides = shape
    .split(",")
    .filter((side) => side.trim() !== "")
    .map(Number);
  const data = new Float32Array(buffer, start);
  if (data.length !== sides.reduce((all, side) => all * side, 1)) throw new Error("The host sent a part of a flow.");
  return { shape: sides, data };
}

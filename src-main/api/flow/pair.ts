/** Flow between any two pictures, written where the caller says. */
import { writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import path from "node:path";
import { ApexError, fromSystemError } from "../../contract/errors.ts";
import type { PairCall, PairDocument } from "../../contract/flow.ts";
import { flowMethod, type FlowMethodConfig, openFlowMethod } from "../../steps/flow-method.ts";
import { encodeFlo } from "../../vision/flow/export/flo.ts";
import { encodeKitti } from "../../vision/flow/export/kitti.ts";
import { type Flow, flowToArray } from "../../vision/flow/flow.ts";
import { removeGlobalMotion } from "../../vision/flow/similarity.ts";
import { opticalStrain } from "../../vision/flow/strain.ts";
import { encodeNpy } from "../../vision/pictures/npy.ts";
import { readPicture } from "../../vision/pictures/read.ts";
import { methodConfig, type SettledFlow, settleFlow } from "./how.ts";

/** By the ending of the file's name. */
const FORMATS: Readonly<Record<string, (flow: Flow) => Uint8Array | Promise<Uint8Array>>> = {
  ".npy": (flow) => encodeNpy(flowToArray(flow)),
  ".flo": encodeFlo,
  ".png": encodeKitti,
};

/**
 * Raw flow unless the head's motion is to be taken off. Errors: `usage` (a name of no known format), those of reading
 * and of the method, `shape-mismatch` for pictures of two sizes, `disk-full`, `read-only`.
 */
export async function flowPair(call: PairCall): Promise<PairDocument> {
  const encode = FORMATS[path.extname(call.out).toLowerCase()];
  if (encode === undefined)
    throw new ApexError(
      "usage",
      `${call.out} has no known ending: .npy (NumPy), .flo (Middlebury) or .png (KITTI, 16 bits).`,
      { file: call.out, setting: "out" },
    );
  const how = await settleFlow(call);
  const compute = await openFlowMethod(configOf(how, call.iterations), () => how.file ?? "");
  const [onset, apex] = [await readPicture(call.onset), await readPicture(call.apex)];
  const whole = await compute({ onset, apex });
  const { flow, motion } = call.headMotion === "remove" ? removeGlobalMotion(whole) : { flow: whole, motion: null };
  const { width, height, u, v } = flow;
  await write(call.out, await encode(flow));
  if (call.strain !== null) await write(call.strain, encodeNpy({ shape: [height, width], data: opticalStrain(flow) }));
  const lengths = u.map((value, i) => Math.hypot(value, v[i]));
  const { method, version, weights, headMotion } = how;
  return {
    method,
    version,
    weights,
    headMotion,
    out: call.out,
    strain: call.strain,
    width,
    height,
    head: motion,
    mean: lengths.reduce((sum, length) => sum + length, 0) / lengths.length,
    max: lengths.reduce((most, length) => Math.max(most, length), 0),
  };
}

/** @throws ApexError run-invalid for iterations of a method that counts otherwise */
function configOf(how: SettledFlow, iterations: number | null): FlowMethodConfig {
  if (iterations === null) return flowMethod.parse(methodConfig(how, threadsHere()));
  if (how.method !== "raft")
    throw new ApexError("run-invalid", "Only RAFT's iterations can be chosen: leave them out, or choose RAFT.", {
      setting: "iterations",
    });
  const parsed = flowMethod.safeParse({ ...methodConfig(how, threadsHere()), options: { iterations } });
  if (parsed.success) return parsed.data;
  throw new ApexError(
    "run-invalid",
    `RAFT cannot do ${iterations} iterations: ${parsed.error.issues[0]?.message ?? ""}.`,
    {
      setting: "iterations",
    },
  );
}

/** Nothing else is computed beside a pair. */
const threadsHere = () => Math.min(8, availableParallelism());

async function write(file: string, bytes: Uint8Array): Promise<void> {
  await writeFile(file, bytes).catch((error: unknown) => {
    throw fromSystemError(error, "writing a flow");
  });
}

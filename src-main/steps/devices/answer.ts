/**
 * Questions about devices, answered in a process of its own: a provider may hang or take its process along. Which
 * devices compute at all, and how long a training step takes on one.
 */
import { z } from "zod";
import { type Device, DEVICES } from "../../contract/devices.ts";
import { runConfig } from "../../contract/run.ts";
import { blockSize } from "../../engine/executors/blocks.ts";
import { type Computing, computing, type ExecutorOf, installedRuntime } from "../executor.ts";
import { computes, secondsOfStep } from "./step.ts";

export const question = z.discriminatedUnion("ask", [
  z.object({ ask: z.literal("usable"), devices: z.array(z.enum(DEVICES)) }),
  z.object({
    ask: z.literal("seconds"),
    computing,
    backbone: runConfig.shape.backbone.unwrap(),
    size: z.int(),
    batch: z.int(),
  }),
]);
export type Question = z.infer<typeof question>;

export const answer = z.discriminatedUnion("about", [
  /** `reason`: why it does not compute, in the runtime's words; null where it does. `block`: of the CPU's layout. */
  z.object({
    about: z.literal("usable"),
    device: z.enum(DEVICES),
    reason: z.string().nullable(),
    block: z.int().optional(),
  }),
  /** Of one training step. */
  z.object({ about: z.literal("seconds"), seconds: z.number() }),
]);
export type Answer = z.infer<typeof answer>;

/** Answers one question, device by device. `text`: the question as JSON. */
export async function answerDevices(text: string, executorOf: ExecutorOf, tell: (said: Answer) => Promise<void>) {
  const asked = question.parse(JSON.parse(text));
  if (asked.ask === "seconds") {
    const seconds = await secondsOfStep(executorOf(asked.computing), asked);
    await tell({ about: "seconds", seconds });
    return;
  }
  for (const device of asked.devices) {
    const said = { about: "usable", device, ...(device === "cpu" ? { block: await blockSize() } : {}) } as const;
    await tell({ ...said, reason: await whyNot(device, executorOf) });
  }
}

async function whyNot(device: Device, executorOf: ExecutorOf): Promise<string | null> {
  const here: Computing = { device, runtime: installedRuntime(device), threads: 1 };
  try {
    await computes(executorOf(here));
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

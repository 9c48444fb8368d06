/** Which devices compute on this machine, found by a whole tiny training step on each, in processes of their own. */
import type { Device } from "../../contract/devices.ts";
import { ask } from "../../jobs/ask.ts";
import { answer, type Question } from "../../steps/devices/answer.ts";
import type { Context, Hooks } from "../context.ts";

/** A driver that has not answered by then hangs. */
const LIMIT_MS = 120_000;

export interface Usable {
  /** Why a device does not compute, in its runtime's words; null where it does. */
  readonly reasons: ReadonlyMap<Device, string | null>;
  /** Of the CPU's layout; undefined where the CPU was not asked for, or does not compute. */
  readonly block: number | undefined;
}

export async function usable(
  { workerFile }: Pick<Context, "workerFile">,
  devices: readonly Device[],
  { signal }: Pick<Hooks, "signal">,
): Promise<Usable> {
  const reasons = new Map<Device, string | null>();
  let block: number | undefined;
  for (let left = [...devices]; left.length > 0; left = devices.filter((device) => !reasons.has(device))) {
    const question: Question = { ask: "usable", devices: left };
    const ending = await ask({
      workerFile,
      args: ["devices", JSON.stringify(question)],
      limitMs: LIMIT_MS,
      signal,
      onAnswer: (raw) => {
        const said = answer.parse(raw);
        if (said.about !== "usable") return;
        reasons.set(said.device, said.reason);
        block ??= said.block;
      },
    });
    // Whichever was not answered for took the process along; the others are asked again.
    const guilty = left.find((device) => !reasons.has(device));
    if (guilty !== undefined) reasons.set(guilty, sentence(ending));
  }
  return { reasons, block };
}

function sentence(ending: Awaited<ReturnType<typeof ask>>): string {
  switch (ending.how) {
    case "late":
      return `It did not answer within ${LIMIT_MS / 60_000} minutes.`;
    case "died":
      return `It ended the process that tried it: ${ending.words}`;
    case "done":
      return "It gave no answer.";
  }
}

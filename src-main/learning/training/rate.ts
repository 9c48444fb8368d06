/** The learning rate of each step. */
import type { RunConfig } from "../../contract/run.ts";
import { cosineRate } from "../../engine/index.ts";

export interface RateSchedule extends Pick<RunConfig, "lr" | "schedule" | "warmup" | "epochs"> {
  readonly stepsPerEpoch: number;
}

/**
 * The rate of a step (1 for the first). Warm-up rises linearly over the first `warmup` epochs; then the rate stays, or
 * falls along a cosine that would reach 0 one step after the last (Loshchilov and Hutter 2017, without restarts).
 */
export function rateAt(step: number, { lr, schedule, warmup, epochs, stepsPerEpoch }: RateSchedule): number {
  const rising = warmup * stepsPerEpoch;
  switch (schedule) {
    case "constant":
      return step <= rising ? (lr * step) / rising : lr;
    case "cosine":
      return cosineRate(step, { peak: lr, total: epochs * stepsPerEpoch + 1, warmup: rising });
  }
}

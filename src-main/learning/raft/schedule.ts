/** The learning rate over a RAFT training: a linear warm-up, a plateau, and a linear way down to nothing. */
export interface RateSchedule {
  readonly peak: number;
  /** Steps of the warm-up. */
  readonly warmup: number;
  /** The last step of the plateau. */
  readonly decayFrom: number;
  /** The last step. */
  readonly total: number;
}

/** The rate of a step; steps count from 1. */
export function rateAt(step: number, { peak, warmup, decayFrom, total }: RateSchedule): number {
  const rise = Math.min(1, step / Math.max(1, warmup));
  const fall = Math.min(1, Math.max(0, total + 1 - step) / Math.max(1, total + 1 - decayFrom));
  return peak * Math.min(rise, fall);
}

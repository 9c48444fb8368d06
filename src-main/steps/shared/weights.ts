/** First weights that a worker keeps from one job to the next: every fold of a seed begins with the same ones. */
import type { Backbone, InputShape } from "../../learning/backbones/backbone.ts";
import type { Parameters } from "../../learning/predict.ts";
import { initialParameters } from "../../learning/training/step.ts";

export class FirstWeights {
  readonly #limit: number;
  /** The one that was wanted longest ago first. */
  readonly #kept = new Map<string, Parameters>();

  /** `limit`: bytes, over which nothing is kept but what was wanted last. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  of(backbone: Backbone, shape: InputShape, seed: number): Parameters {
    const key = [backbone.name, ...shape, seed].join("|");
    const weights = this.#kept.get(key) ?? initialParameters({ backbone, shape }, seed);
    this.#kept.delete(key);
    this.#kept.set(key, weights);
    let bytes = 0;
    for (const one of this.#kept.values()) bytes += bytesOf(one);
    for (const [old, one] of this.#kept) {
      if (bytes <= this.#limit || old === key) break;
      this.#kept.delete(old);
      bytes -= bytesOf(one);
    }
    return weights;
  }

  clear(): void {
    this.#kept.clear();
  }
}

const bytesOf = (weights: Parameters): number => weights.values().reduce((sum, { data }) => sum + data.byteLength, 0);

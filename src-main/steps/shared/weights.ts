/** First weights that a worker keeps from one job to the next: every fold of a seed begins with the same ones. */
import { bytesOf } from "../../engine/index.ts";
import type { Backbone, InputShape } from "../../learning/backbones/backbone.ts";
import type { Parameters } from "../../learning/predict.ts";
import { initialParameters } from "../../learning/training/step.ts";

interface Kept {
  readonly backbone: Backbone;
  readonly key: string;
  readonly weights: Parameters;
}

export class FirstWeights {
  readonly #limit: number;
  /** The one that was wanted last first. */
  #kept: readonly Kept[] = [];

  /** `limit`: bytes, over which nothing is kept but what was wanted last. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  of(backbone: Backbone, shape: InputShape, seed: number): Parameters {
    const key = [...shape, seed].join();
    const same = (one: Kept): boolean => one.backbone === backbone && one.key === key;
    const weights = this.#kept.find(same)?.weights ?? initialParameters({ backbone, shape }, seed);
    let room = this.#limit - bytesOf(weights.values());
    const others = this.#kept.filter((one) => !same(one) && (room -= bytesOf(one.weights.values())) >= 0);
    this.#kept = [{ backbone, key, weights }, ...others];
    return weights;
  }

  clear(): void {
    this.#kept = [];
  }
}

/** From epoch records to the lines of the four plots. */
import type { EpochRecord } from "../../../../../src-main/contract/api/runs.ts";
import { compareDatasets } from "../../../../../src-main/contract/datasets.ts";
import type { RunConfig } from "../../../../../src-main/contract/run.ts";
import { brlJoins } from "../../words.ts";

type Numbers = readonly (number | null)[];

export interface Curves {
  /** Epochs, from 1. */
  readonly epochs: readonly number[];
  readonly crossEntropy: Numbers;
  /** What is minimised: (1 - λ) L_CE + λ L_BRL once BRL has joined (paper 3.2.1), before that L_CE. */
  readonly whole: Numbers;
  readonly regularizer: Numbers;
  /** m_i by dataset id, in table order. */
  readonly attention: readonly { readonly dataset: string; readonly values: Numbers }[];
  readonly accuracy: Numbers;
  /** Null where the selection rule looks at nothing while this phase trains. */
  readonly validation: { readonly accuracy: Numbers; readonly uar: Numbers } | null;
}

type Losses = Pick<RunConfig, "lambda" | "brlFrom" | "epochs">;

/** `records`: of one training phase, in the order of their epochs. */
export function curvesOf(records: readonly EpochRecord[], config: Losses): Curves {
  const joins = brlJoins(config);
  const datasets = [...new Set(records.flatMap(({ attention }) => Object.keys(attention)))].sort(compareDatasets);
  const looked = records.some(({ validation }) => validation !== null);
  return {
    epochs: records.map(({ epoch }) => epoch),
    crossEntropy: records.map(({ crossEntropy }) => crossEntropy),
    whole: records.map(({ epoch, crossEntropy, regularizer }) =>
      epoch > joins && regularizer !== null && config.lambda > 0
        ? (1 - config.lambda) * crossEntropy + config.lambda * regularizer
        : crossEntropy,
    ),
    regularizer: records.map(({ regularizer }) => regularizer),
    attention: datasets.map((dataset) => ({
      dataset,
      values: records.map(({ attention }) => attention[dataset] ?? null),
    })),
    accuracy: records.map(({ accuracy }) => accuracy),
    validation: looked
      ? {
          accuracy: records.map(({ validation }) => validation?.accuracy ?? null),
          uar: records.map(({ validation }) => validation?.uar ?? null),
        }
      : null,
  };
}

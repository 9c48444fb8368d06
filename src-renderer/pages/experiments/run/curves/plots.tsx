import { useState } from "react";
import { datasetName } from "../../../../../src-main/contract/datasets.ts";
import type { RunConfig } from "../../../../../src-main/contract/run.ts";
import { percent } from "../../../../lib/format.ts";
import { datasetHue, datasetLetter } from "../../../../parts/dataset-mark.tsx";
import type { PlotLine } from "../../../../parts/plots/line.ts";
import { LinePlot } from "../../../../parts/plots/line-plot.tsx";
import { brlJoins, looksAtTest } from "../../words.ts";
import classes from "./curves.module.css";
import type { Curves } from "./series.ts";

interface PlotsProps {
  readonly config: RunConfig;
  readonly curves: Curves;
  /** The held-out dataset's name. */
  readonly heldOut: string;
}

const decimals = (digits: number) => (value: number) => value.toFixed(digits);

/** Loss, BRL term, attention and accuracy by epoch, looked at together. */
export function Plots({ config, curves, heldOut }: PlotsProps) {
  const [cursor, setCursor] = useState<number | null>(null);
  const joins = brlJoins(config);
  const brl = config.lambda > 0;
  const mark = brl && joins > 0 && joins < config.epochs ? { at: joins + 1, words: "" } : null;
  const shared = {
    along: "epoch",
    x: curves.epochs,
    span: [1, config.epochs],
    mark,
    cursor,
    onCursor: setCursor,
  } as const;
  return (
    <div className={classes.plots}>
      <LinePlot
        {...shared}
        mark={mark && { ...mark, words: "BRL joins" }}
        title="Loss"
        unit="nats"
        range={[0, null]}
        format={decimals(2)}
        lines={lossLines(curves, brl)}
      />
      <LinePlot
        {...shared}
        title="Accuracy"
        unit="% of samples"
        range={[0, 1]}
        format={percent}
        lines={accuracyLines({ config, curves, heldOut })}
      />
      <LinePlot
        {...shared}
        title="BRL term"
        unit={
          <>
            largest minus smallest m<sub>i</sub>
            {!brl && ", not trained on"}
          </>
        }
        range={[0, null]}
        format={decimals(3)}
        lines={[{ label: "L(BRL)", hue: "var(--ink)", values: curves.regularizer }]}
      />
      <LinePlot
        {...shared}
        title="Attention means"
        unit={
          <>
            m<sub>i</sub>, mean weight of a dataset's samples
          </>
        }
        format={decimals(3)}
        lines={curves.attention.map(({ dataset, values }) => ({
          label: datasetName(dataset),
          hue: datasetHue(dataset),
          letter: datasetLetter(dataset),
          values,
        }))}
      />
    </div>
  );
}

function lossLines({ crossEntropy, whole }: Curves, brl: boolean): PlotLine[] {
  const entropy: PlotLine = { label: "cross-entropy", hue: "var(--ink)", values: crossEntropy };
  return brl
    ? [entropy, { label: "minimised, with BRL", hue: "var(--accent)", stroke: "dashed", values: whole }]
    : [entropy];
}

function accuracyLines({ config, curves: { accuracy, validation }, heldOut }: PlotsProps): PlotLine[] {
  const training: PlotLine = { label: "training", hue: "var(--ink)", values: accuracy };
  if (validation === null) return [training];
  const [of, hue] = looksAtTest(config) ? [`held-out ${heldOut}`, "var(--warning)"] : ["validation", "var(--accent)"];
  return [
    training,
    { label: of, hue, stroke: "dashed", values: validation.accuracy },
    { label: `${of}, UAR`, hue, stroke: "dotted", values: validation.uar },
  ];
}

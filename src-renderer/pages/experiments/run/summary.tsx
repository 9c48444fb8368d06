import type { RunDocument, Scores } from "../../../../src-main/contract/documents.ts";
import { percent } from "../../../lib/format.ts";
import { seedsOf } from "../export/rows.ts";
import { OptimisticSign } from "../optimistic.tsx";
import { looksAtTest } from "../words.ts";
import classes from "./summary.module.css";

const METRICS = [
  ["uf1", "UF1", "mean F1 over the classes"],
  ["uar", "UAR", "mean recall over the classes"],
  ["accuracy", "Acc", "right answers"],
] as const satisfies readonly (readonly [keyof Scores, string, string])[];

/** The mean over the held-out datasets, each figure against always giving the majority answer. */
export function Summary({ document }: { document: RunDocument }) {
  const { mean, spread, majority, config } = document;
  const spreads = seedsOf(document) > 1;
  return (
    <section className={classes.summary} aria-label="Mean over the held-out datasets">
      {METRICS.map(([metric, name, words]) => (
        <div key={metric} className={classes.figure}>
          <span className={classes.name}>
            <b>{name}</b> {words}
          </span>
          <span className={classes.value}>
            {percent(mean[metric])}
            <span className={classes.unit}> %</span>
            {spreads && <span className={classes.spread}> ± {percent(spread[metric])}</span>}
            {looksAtTest(config) && <OptimisticSign />}
          </span>
          <Scale value={mean[metric]} majority={majority[metric]} />
          <span className={classes.against}>{against(mean[metric] - majority[metric], majority[metric])}</span>
        </div>
      ))}
    </section>
  );
}

/** 0 to 100 %: filled up to the figure, with a tick where the majority answer stands. */
function Scale({ value, majority }: { value: number; majority: number }) {
  return (
    <span className={classes.scale} aria-hidden>
      <span className={classes.fill} style={{ width: `${value * 100}%` }} />
      <span className={classes.tick} style={{ left: `${majority * 100}%` }} />
    </span>
  );
}

function against(difference: number, majority: number): string {
  const points = Math.abs(difference * 100).toFixed(1);
  const side = difference < 0 ? "below" : "above";
  return points === "0.0"
    ? `As the majority answer, ${percent(majority)}`
    : `${points} points ${side} the majority answer, ${percent(majority)}`;
}

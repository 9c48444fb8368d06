import type { ReactNode } from "react";
import type { RunDetail } from "../../../../src-main/contract/api/runs.ts";
import { runConfig } from "../../../../src-main/contract/run.ts";
import { duration, moment } from "../../../lib/format.ts";
import { SETTING_NAMES, settingValue } from "../words.ts";
import classes from "./configuration.module.css";

/** Everything that the figures depend on. */
export function Configuration({ detail }: { detail: RunDetail }) {
  const { document, selection, dataDigest, created, folds } = detail;
  const { config, run, seconds } = document;
  const seeds = [...new Set(folds.map(({ seed }) => seed))];
  const fields = runConfig.keyof().options.filter((field) => field !== "seeds" && field !== "selection");
  return (
    <section aria-labelledby="configuration">
      <h2 id="configuration" className={classes.title}>
        Configuration
      </h2>
      <div className={classes.card}>
        <dl className={classes.wide}>
          <Entry name="Selection rule">{selection.words}</Entry>
        </dl>
        <dl className={classes.grid}>
          {fields.map((field) => (
            <Entry key={field} name={SETTING_NAMES[field]}>
              {settingValue(config, field)}
            </Entry>
          ))}
          <Entry name="Seeds">{seeds.join(", ") || String(config.seeds)}</Entry>
          <Entry name="Begun">{moment(created)}</Entry>
          {seconds > 0 && <Entry name="Time taken">{duration(seconds * 1000)}</Entry>}
          <Entry name="Run">
            <code>{run}</code>
          </Entry>
          <Entry name="Data digest">
            <code title="Equal digests: the same samples, classes and inputs">{dataDigest}</code>
          </Entry>
        </dl>
      </div>
    </section>
  );
}

function Entry({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className={classes.entry}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

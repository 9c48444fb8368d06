import { Button } from "@mantine/core";
import { href } from "../../../lib/routes.ts";
import classes from "./nothing.module.css";

/** A study without a dataset. */
export function NeedsData() {
  return (
    <div className={classes.nothing}>
      <Rounds />
      <h2>No dataset to learn from yet</h2>
      <p>
        An experiment trains on all datasets but one and tests on the one that it never saw, each in turn. It needs at
        least two datasets.
      </p>
      <Button component="a" href={href({ page: "study" })}>
        Fill the study
      </Button>
    </div>
  );
}

/** Datasets, and nothing run on them. */
export function NoRunsYet() {
  return (
    <div className={classes.nothing}>
      <Rounds />
      <h2>No experiment yet</h2>
      <p>
        Each dataset is held out once, as drawn here: the others train, it alone is tested. Start with the sentence
        above; its figures, curves and every single answer will be listed here.
      </p>
    </div>
  );
}

const N = 5;

/** Leave one dataset out, drawn: five rounds, in each another dataset is tested. */
function Rounds() {
  const rounds = Array.from({ length: N }, (_, at) => at);
  return (
    <svg className={classes.rounds} viewBox="0 0 148 100" width="148" height="100" aria-hidden>
      {rounds.map((round) =>
        rounds.map((dataset) => (
          <rect
            key={`${round} ${dataset}`}
            x={dataset * 30 + 2}
            y={round * 20 + 2}
            width={24}
            height={14}
            rx={4}
            data-held-out={round === dataset ? "" : undefined}
          />
        )),
      )}
    </svg>
  );
}

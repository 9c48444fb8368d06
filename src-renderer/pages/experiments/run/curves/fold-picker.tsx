import { SegmentedControl } from "@mantine/core";
import { percent } from "../../../../lib/format.ts";
import { DatasetMark } from "../../../../parts/dataset-mark.tsx";
import { StateSign } from "../../state-sign.tsx";
import type { ShownFold } from "../folds.ts";
import classes from "./curves.module.css";

interface FoldPickerProps {
  readonly folds: readonly ShownFold[];
  /** Index of a fold. */
  readonly chosen: number;
  readonly onChoose: (index: number) => void;
}

/** The held-out datasets, each with its state or its score; and the seeds where there are several. */
export function FoldPicker({ folds, chosen, onChoose }: FoldPickerProps) {
  const at = folds.find(({ index }) => index === chosen);
  const seeds = [...new Set(folds.map(({ seed }) => seed))];
  const ofSeed = folds.filter(({ seed }) => seed === at?.seed);
  return (
    <div className={classes.picker}>
      <div className={classes.folds} role="group" aria-label="Held-out dataset">
        {ofSeed.map(({ index, heldOut, name, state, score }) => (
          <button
            key={index}
            type="button"
            className={classes.fold}
            aria-pressed={index === chosen}
            onClick={() => onChoose(index)}
          >
            <DatasetMark id={heldOut} named />
            <span className={classes.words}>
              <span className={classes.name}>
                <span className={classes.quiet}>without </span>
                {name}
              </span>
              {score === null ? (
                <StateSign state={state} />
              ) : (
                <span className={classes.score}>UF1 {percent(score.uf1)}</span>
              )}
            </span>
          </button>
        ))}
      </div>
      {seeds.length > 1 && at !== undefined && (
        <SegmentedControl
          size="xs"
          aria-label="Seed"
          value={String(at.seed)}
          onChange={(text) => {
            const other = folds.find(({ heldOut, seed }) => heldOut === at.heldOut && seed === Number(text));
            if (other !== undefined) onChoose(other.index);
          }}
          data={seeds.map((seed) => ({ value: String(seed), label: `Seed ${seed}` }))}
        />
      )}
    </div>
  );
}

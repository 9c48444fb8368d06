import { Checkbox } from "@mantine/core";
import type { DatasetOverview } from "../../../../src-main/contract/api/study.ts";
import { count } from "../../../lib/format.ts";
import { DatasetMark } from "../../../parts/dataset-mark.tsx";
import { FormPhrase } from "./phrase.tsx";
import classes from "./sentence.module.css";

interface DatasetsPhraseProps {
  readonly datasets: readonly DatasetOverview[];
  /** Ids; null: all of them, those imported later as well. */
  readonly chosen: readonly string[] | null;
  readonly onChange: (chosen: readonly string[] | null) => void;
}

export function DatasetsPhrase({ datasets, chosen, onChange }: DatasetsPhraseProps) {
  const ids = chosen ?? datasets.map(({ id }) => id);
  const names = datasets.filter(({ id }) => ids.includes(id)).map(({ name }) => name);
  const all = ids.length === datasets.length;
  return (
    <FormPhrase
      name="Datasets"
      words={all ? `each of the ${datasets.length} datasets` : `each of ${listed(names)}`}
      explains="Each is held out once and tested, while the others train."
    >
      <div className={classes.datasets} role="group" aria-label="Datasets">
        {datasets.map(({ id, name, total }) => (
          <Checkbox
            key={id}
            size="xs"
            classNames={{ body: classes.choice, labelWrapper: classes.choiceWords }}
            checked={ids.includes(id)}
            onChange={({ currentTarget: { checked } }) => {
              const next = datasets
                .map((each) => each.id)
                .filter((each) => (each === id ? checked : ids.includes(each)));
              onChange(next.length === datasets.length ? null : next);
            }}
            label={
              <span className={classes.dataset}>
                <DatasetMark id={id} named />
                {name}
                <span className={classes.n}>{count(total)}</span>
              </span>
            }
          />
        ))}
      </div>
    </FormPhrase>
  );
}

const LIST = new Intl.ListFormat("en", { type: "conjunction" });

const listed = (names: readonly string[]) => (names.length === 0 ? "no dataset" : LIST.format(names));

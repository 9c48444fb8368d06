import { Button, Modal, Radio } from "@mantine/core";
import { useMutation, useQueries } from "@tanstack/react-query";
import { useState } from "react";
import type { DatasetOverview } from "../../../../src-main/contract/api/study.ts";
import { host } from "../../../lib/host/client.ts";
import { queryClient } from "../../../lib/host/queries.ts";
import { plural } from "../../../lib/format.ts";
import { FaultNotice } from "../../../parts/asked.tsx";
import { PathField } from "../../../parts/paths/path-field.tsx";
import { effectQuery } from "../queries.ts";
import { PRESETS } from "../rules.ts";
import classes from "./dialog.module.css";
import { EffectTable } from "./effect-table.tsx";

interface LabelsDialogProps {
  readonly datasets: readonly DatasetOverview[];
  /** Ids of those that the user asked about. */
  readonly chosen: readonly string[];
  readonly onClose: () => void;
}

/** Other labels for some datasets: the counts that they would have stand there before anything is changed. */
export function LabelsDialog({ datasets, chosen, onClose }: LabelsDialogProps) {
  const [kind, setKind] = useState<string>(() => otherThan(datasets, chosen));
  const [file, setFile] = useState("");
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set(chosen));
  const shown = datasets.filter(({ id }) => chosen.includes(id));
  const labels = kind === "file" ? file.trim() : kind;
  const effects = useQueries({ queries: shown.map(({ id }) => effectQuery(id, labels)) });
  const rows = shown.map((dataset, at) => ({ dataset, effect: effects[at]?.data ?? null }));
  const changed = rows.filter(
    ({ dataset, effect }) =>
      picked.has(dataset.id) && effect !== null && JSON.stringify(effect.rule) !== JSON.stringify(dataset.rule),
  );
  const apply = useMutation({
    mutationFn: async () => {
      for (const { dataset } of changed)
        await host.study.setLabels.mutate({ dataset: dataset.id, labels, was: dataset.rule });
    },
    onSuccess: onClose,
    // Another window may have changed them: this one shows what is stored now.
    onError: () => queryClient.invalidateQueries({ queryKey: ["study"] }),
  });
  const fault = apply.error ?? effects.find(({ error }) => error !== null)?.error ?? null;
  return (
    <Modal opened onClose={onClose} title="Labels" size={880} closeButtonProps={{ "aria-label": "Close" }}>
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          apply.mutate();
        }}
      >
        <Radio.Group value={kind} onChange={setKind} aria-label="From emotion to class">
          <div className={classes.rules}>
            {[...PRESETS, OWN].map(({ name, shown: title, words }) => (
              <div key={name} className={classes.rule} data-checked={kind === name ? "" : undefined}>
                <Radio value={name} label={title} description={words} size="xs" />
              </div>
            ))}
          </div>
        </Radio.Group>
        {kind === "file" && (
          <PathField
            label="Labels file"
            description='JSON as {"casme2": {"disgust": "negative", "others": null}}, or the headerless table of the MEGC.'
            wanted="file"
            value={file}
            onChange={setFile}
          />
        )}
        {fault !== null && <FaultNotice error={fault} />}
        <EffectTable
          rows={rows}
          picked={picked}
          onPick={(id) =>
            setPicked((now) => (now.has(id) ? new Set([...now].filter((each) => each !== id)) : new Set([...now, id])))
          }
        />
        <div className={classes.foot}>
          <span className={classes.told}>
            {changed.length === 0
              ? "Nothing would change."
              : "Finished experiments keep the labels that they ran with."}
          </span>
          <Button variant="default" onClick={onClose}>
            Leave as it is
          </Button>
          <Button type="submit" loading={apply.isPending} disabled={changed.length === 0}>
            {changed.length > 1 ? `Change ${plural(changed.length, "dataset")}` : "Change labels"}
          </Button>
        </div>
      </form>
    </Modal>
  );
}

const OWN = { name: "file", shown: "From a file", words: "Your own grouping of emotions, or a class for each clip." };

/** The preset that would change something: whoever opens this wants another one than they have. */
function otherThan(datasets: readonly DatasetOverview[], chosen: readonly string[]): string {
  const first = datasets.find(({ id }) => chosen.includes(id));
  return first?.rule.kind === "preset" && first.rule.name === "paper" ? "megc2019" : "paper";
}

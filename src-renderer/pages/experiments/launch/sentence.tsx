import { Switch } from "@mantine/core";
import type { ReactNode } from "react";
import type { DatasetOverview } from "../../../../src-main/contract/api/study.ts";
import type { RunConfig } from "../../../../src-main/contract/run.ts";
import { plural } from "../../../lib/format.ts";
import {
  BACKBONE_WORDS,
  BATCHES_WORDS,
  brlJoins,
  FLOW_IMAGE_WORDS,
  FLOW_WORDS,
  INPUT_WORDS,
  type SELECTION_WORDS,
  settingValue,
} from "../words.ts";
import { BACKBONES, BATCHES, FLOW_IMAGES, FLOWS, INPUTS, LABELS, SELECTIONS } from "./choices.ts";
import { DatasetsPhrase } from "./datasets-phrase.tsx";
import { ChoicePhrase, FormPhrase, NumberField, NumberPhrase } from "./phrase.tsx";
import classes from "./sentence.module.css";

interface SentenceProps {
  readonly draft: RunConfig;
  readonly onChange: (change: Partial<RunConfig>) => void;
  readonly datasets: readonly DatasetOverview[];
}

/** The experiment in two paragraphs: what is asked, then how exactly. Every underlined phrase is a control. */
export function Sentence(props: SentenceProps) {
  return (
    <div className={classes.sentence}>
      <What {...props} />
      <How {...props} />
    </div>
  );
}

function What({ draft, onChange, datasets }: SentenceProps) {
  return (
    <p className={classes.what}>
      Train a{" "}
      <ChoicePhrase
        name="Network"
        words={BACKBONE_WORDS[draft.backbone]}
        value={draft.backbone}
        choices={BACKBONES}
        onChange={(backbone) => onChange({ backbone })}
      />{" "}
      on{" "}
      <ChoicePhrase
        name="Input"
        explains="What the network sees of each clip."
        words={INPUT_WORDS[draft.input]}
        value={draft.input}
        choices={INPUTS}
        onChange={(input) => onChange({ input })}
      />{" "}
      at{" "}
      <NumberPhrase
        name="Input size"
        explains="Width and height of the picture that the network sees. The time goes with its area."
        words={`${draft.size} px`}
        label="Pixels"
        value={draft.size}
        onChange={(size) => onChange({ size })}
        min={16}
        max={1024}
        step={4}
        usual={[32, 64, 112, 224]}
      />{" "}
      for{" "}
      <NumberPhrase
        name="Epochs"
        explains="How often the network sees every training sample."
        words={plural(draft.epochs, "epoch")}
        value={draft.epochs}
        onChange={(epochs) => onChange({ epochs })}
        min={1}
        max={100_000}
        usual={[10, 30, 50, 100]}
      />
      , holding out{" "}
      <DatasetsPhrase
        datasets={datasets}
        chosen={draft.datasets}
        onChange={(chosen) => onChange({ datasets: chosen === null ? null : [...chosen] })}
      />{" "}
      in turn, <Brl draft={draft} onChange={onChange} />. Test the weights of{" "}
      <ChoicePhrase
        name="Selection rule"
        explains="Which epoch's weights are tested on the held-out dataset."
        words={SELECTION_SENTENCE[draft.selection]}
        value={draft.selection}
        choices={SELECTIONS}
        onChange={(selection) => onChange({ selection })}
      />
      , with{" "}
      <NumberPhrase
        name="Seeds"
        explains="Repetitions with other random numbers: how far the figures spread by chance."
        words={plural(draft.seeds, "seed")}
        value={draft.seeds}
        onChange={(seeds) => onChange({ seeds })}
        min={1}
        max={1000}
        usual={[1, 3, 5, 10]}
      />
      .
    </p>
  );
}

const SELECTION_SENTENCE: typeof SELECTION_WORDS = {
  "last-epoch": "the last epoch",
  "train-validation": "the best epoch by train-domain validation",
  "leave-one-domain-out": "the best epoch by leave-one-domain-out validation",
  "best-on-test": "the best epoch on the test set itself",
};

function Brl({ draft, onChange }: Omit<SentenceProps, "datasets">) {
  const joins = brlJoins(draft);
  const on = draft.lambda > 0;
  const words = !on
    ? "without batch regularisation"
    : `with batch regularisation (λ ${draft.lambda}) after epoch ${joins}`;
  return (
    <FormPhrase
      name="Batch regularisation, BRL"
      explains="Draws the datasets' mean attention together, so that the network does not learn whose clip it sees."
      words={words}
    >
      <Switch
        size="xs"
        label="Batch regularisation"
        checked={on}
        onChange={({ currentTarget: { checked } }) => onChange({ lambda: checked ? 0.5 : 0 })}
      />
      {on && (
        <>
          <NumberField
            label="Weight λ"
            value={draft.lambda}
            onChange={(lambda) => onChange({ lambda })}
            min={0.01}
            max={0.99}
            step={0.1}
            fractions
            usual={[0.3, 0.5, 0.7, 0.9]}
          />
          <NumberField
            key={draft.brlFrom === null ? draft.epochs : "own"}
            label="Joins after epoch"
            value={joins}
            onChange={(brlFrom) => onChange({ brlFrom: brlFrom === Math.floor(draft.epochs / 2) ? null : brlFrom })}
            min={0}
            max={100_000}
          />
        </>
      )}
    </FormPhrase>
  );
}

function How({ draft, onChange }: SentenceProps) {
  const parts: ReactNode[] = [
    <>
      AdamW with learning rate{" "}
      <NumberPhrase
        name="Learning rate"
        words={settingValue(draft, "lr")}
        value={draft.lr}
        onChange={(lr) => onChange({ lr })}
        min={1e-7}
        max={1}
        step={1e-4}
        fractions
        usual={[1e-4, 2e-4, 5e-4, 1e-3]}
      />{" "}
      and weight decay{" "}
      <NumberPhrase
        name="Weight decay"
        words={settingValue(draft, "weightDecay")}
        value={draft.weightDecay}
        onChange={(weightDecay) => onChange({ weightDecay })}
        min={0}
        max={1}
        step={1e-4}
        fractions
        usual={[0, 1e-4, 5e-4, 1e-2]}
      />
      .
    </>,
    <>
      Batches of{" "}
      <NumberPhrase
        name="Batch size"
        words={plural(draft.batch, "sample")}
        label="Samples"
        value={draft.batch}
        onChange={(batch) => onChange({ batch })}
        min={1}
        max={4096}
        usual={[16, 32, 64]}
      />
      ,{" "}
      <ChoicePhrase
        name="Batches"
        words={BATCHES_WORDS[draft.batches]}
        value={draft.batches}
        choices={BATCHES}
        onChange={(batches) => onChange({ batches })}
      />
      .
    </>,
    <>
      Labels{" "}
      <ChoicePhrase
        name="Labels"
        words={draft.shuffleLabels ? "shuffled" : "as coded"}
        value={draft.shuffleLabels ? "shuffled" : "coded"}
        choices={LABELS}
        onChange={(labels) => onChange({ shuffleLabels: labels === "shuffled" })}
      />
      .
    </>,
    <>
      On{" "}
      <NumberPhrase
        name="Threads"
        explains="Threads of one training. They belong to the experiment: other threads, other last digits."
        words={plural(draft.threads, "thread")}
        value={draft.threads}
        onChange={(threads) => onChange({ threads })}
        min={1}
        max={256}
        usual={[1, 2, 4, 8]}
      />{" "}
      of this computer.
    </>,
  ];
  return (
    <p className={classes.how}>
      {draft.input === "flow" && <FlowPhrases draft={draft} onChange={onChange} />}
      {parts.map((part, at) => (
        // The parts are fixed, so their place names them.
        <span key={at}>{part} </span>
      ))}
    </p>
  );
}

function FlowPhrases({ draft, onChange }: Omit<SentenceProps, "datasets">) {
  return (
    <span>
      Flow by{" "}
      <ChoicePhrase
        name="Optical flow"
        words={draft.flow === null ? "the best method at hand" : FLOW_WORDS[draft.flow]}
        value={draft.flow ?? "any"}
        choices={FLOWS}
        onChange={(flow) => onChange({ flow: flow === "any" ? null : flow })}
      />
      {draft.flow !== "pictures" && (
        <>
          , drawn as{" "}
          <ChoicePhrase
            name="Flow picture"
            words={FLOW_IMAGE_WORDS[draft.flowImage]}
            value={draft.flowImage}
            choices={FLOW_IMAGES}
            onChange={(flowImage) => onChange({ flowImage })}
          />
        </>
      )}
      .{" "}
    </span>
  );
}

import { Switch } from "@mantine/core";
import type { DatasetOverview } from "../../../../src-main/contract/api/study.ts";
import { BACKBONE_NAMES, type RunConfig } from "../../../../src-main/contract/run.ts";
import { plural } from "../../../lib/format.ts";
import { brlJoins, INPUT_WORDS, type SELECTION_WORDS } from "../words.ts";
import { BACKBONES, INPUTS, SELECTIONS } from "./choices.ts";
import { DatasetsPhrase } from "./datasets-phrase.tsx";
import { How } from "./how.tsx";
import { ChoicePhrase, FormPhrase, NumberField, NumberPhrase } from "./phrase.tsx";
import classes from "./sentence.module.css";
import { WeightsPhrase } from "./weights-phrase.tsx";

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
        words={BACKBONE_NAMES[draft.backbone]}
        value={draft.backbone}
        choices={BACKBONES}
        onChange={(backbone) => onChange({ backbone })}
      />{" "}
      from{" "}
      <WeightsPhrase
        name="First weights"
        explains="What training begins with. A file holds them as torchvision or timm names them (safetensors)."
        none="random weights"
        noneExplains="As in the paper: nothing was learned before."
        file={draft.weights}
        onChange={(weights) => onChange({ weights, weightsDigest: null })}
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

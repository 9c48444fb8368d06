/** The second paragraph of the launch sentence: how exactly. */
import { Switch } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { RunConfig } from "../../../../src-main/contract/run.ts";
import { deviceName, deviceWords } from "../../../lib/devices.ts";
import { plural } from "../../../lib/format.ts";
import { devicesQuery } from "../queries.ts";
import { BATCHES_WORDS, FLOW_IMAGE_WORDS, FLOW_WORDS, HEAD_MOTION_WORDS, settingValue } from "../words.ts";
import { BATCHES, type Choice, FLOW_IMAGES, FLOWS, HEAD_MOTIONS, LABELS, SCHEDULES } from "./choices.ts";
import { ChoicePhrase, Choices, FormPhrase, NumberField, NumberPhrase } from "./phrase.tsx";
import classes from "./sentence.module.css";
import { WeightsPhrase } from "./weights-phrase.tsx";

interface HowProps {
  readonly draft: RunConfig;
  readonly onChange: (change: Partial<RunConfig>) => void;
}

export function How(props: HowProps) {
  const parts: ReactNode[] = [
    props.draft.input === "flow" && <Flow {...props} />,
    <Optimiser {...props} />,
    <Batches {...props} />,
    <Labels {...props} />,
    <Machine {...props} />,
  ];
  return (
    <p className={classes.how}>
      {parts.map((part, at) => (
        // The parts are fixed, so their place names them.
        <span key={at}>{part} </span>
      ))}
    </p>
  );
}

function Flow({ draft, onChange }: HowProps) {
  const raft = draft.flow === "raft";
  return (
    <>
      Flow by{" "}
      <ChoicePhrase
        name="Optical flow"
        words={draft.flow === null ? "the best method at hand" : FLOW_WORDS[draft.flow]}
        value={draft.flow ?? "any"}
        choices={FLOWS}
        onChange={(flow) =>
          onChange({
            flow: flow === "any" ? null : flow,
            flowDigest: null,
            ...(flow === "raft" ? {} : { flowWeights: null }),
          })
        }
      />
      {raft && (
        <>
          {" "}
          with{" "}
          <WeightsPhrase
            name="Weights of RAFT"
            explains="A file of RAFT's weights, safetensors or .pth."
            none="its own weights"
            noneExplains="Those that come with Apexlab."
            file={draft.flowWeights}
            onChange={(flowWeights) => onChange({ flowWeights, flowDigest: null })}
          />
        </>
      )}
      {draft.flow !== "pictures" && (
        <>
          , the head’s motion{" "}
          <ChoicePhrase
            name="Head motion"
            words={HEAD_MOTION_WORDS[draft.headMotion]}
            value={draft.headMotion}
            choices={HEAD_MOTIONS}
            onChange={(headMotion) => onChange({ headMotion })}
          />
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
      .
    </>
  );
}

function Optimiser({ draft, onChange }: HowProps) {
  return (
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
      />
      ,{" "}
      <FormPhrase
        name="Schedule"
        explains="How the learning rate goes from epoch to epoch."
        words={scheduleWords(draft)}
      >
        <Choices
          name="Schedule"
          value={draft.schedule}
          choices={SCHEDULES}
          onChange={(schedule) => onChange({ schedule })}
        />
        <NumberField
          label="Epochs of warm-up, rising from 0"
          value={draft.warmup}
          onChange={(warmup) => onChange({ warmup })}
          min={0}
          max={100_000}
          usual={[0, 1, 5, 10]}
        />
      </FormPhrase>
      , weight decay{" "}
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
      , gradients{" "}
      <FormPhrase
        name="Gradient clipping"
        explains="A step whose gradients are longer than this is shortened to it."
        words={draft.clip === null ? "as they are" : `clipped to norm ${draft.clip}`}
      >
        <Switch
          size="xs"
          label="Clip gradients"
          checked={draft.clip !== null}
          onChange={({ currentTarget: { checked } }) => onChange({ clip: checked ? 1 : null })}
        />
        {draft.clip !== null && (
          <NumberField
            label="Norm of all gradients, at most"
            value={draft.clip}
            onChange={(clip) => onChange({ clip })}
            min={0.01}
            max={1000}
            step={0.5}
            fractions
            usual={[0.5, 1, 5]}
          />
        )}
      </FormPhrase>
      .
    </>
  );
}

function scheduleWords({ schedule, warmup }: RunConfig): string {
  const later = schedule === "constant" ? "constant" : "falling to 0";
  return warmup === 0 ? later : `${later} after ${plural(warmup, "epoch")} of warm-up`;
}

function Batches({ draft, onChange }: HowProps) {
  return (
    <>
      Batches of{" "}
      <FormPhrase
        name="Batch size"
        words={`${plural(draft.batch, "sample")}${draft.accumulate === 1 ? "" : ` in ${draft.accumulate} pieces`}`}
      >
        <NumberField
          label="Samples"
          value={draft.batch}
          onChange={(batch) => onChange({ batch })}
          min={1}
          max={4096}
          usual={[16, 32, 64]}
        />
        <NumberField
          label="Computed in pieces, to save memory"
          value={draft.accumulate}
          onChange={(accumulate) => onChange({ accumulate })}
          min={1}
          max={4096}
          usual={[1, 2, 4]}
        />
      </FormPhrase>
      ,{" "}
      <ChoicePhrase
        name="Batches"
        words={BATCHES_WORDS[draft.batches]}
        value={draft.batches}
        choices={BATCHES}
        onChange={(batches) => onChange({ batches })}
      />
      .
    </>
  );
}

function Labels({ draft, onChange }: HowProps) {
  return (
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
    </>
  );
}

const AUTO: Choice<string> = {
  value: "auto",
  title: "The best device at hand",
  explains: "Chosen when it starts, and kept.",
};

function Machine({ draft, onChange }: HowProps) {
  const devices = useQuery(devicesQuery).data?.devices ?? [];
  const choices = devices.map(({ name, usable, reason }): Choice<string> => ({
    value: name,
    title: deviceName(name),
    explains: usable ? reason : `${reason} See Settings for what it needs.`,
    disabled: !usable,
  }));
  return (
    <>
      On{" "}
      <ChoicePhrase
        name="Device"
        explains="What computes. Figures of two devices agree within rounding, not to the last digit."
        words={deviceWords(draft.device)}
        value={draft.device}
        choices={[AUTO, ...choices]}
        onChange={(device) => onChange({ device })}
      />
      , with{" "}
      <NumberPhrase
        name="Threads"
        explains="Threads of one training. They belong to the experiment: other threads, other last digits."
        words={plural(draft.threads, "thread")}
        value={draft.threads}
        onChange={(threads) => onChange({ threads })}
        min={1}
        max={256}
        usual={[1, 2, 4, 8]}
      />
      .
    </>
  );
}

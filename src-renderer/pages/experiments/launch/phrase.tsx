/** The words of the launch sentence that can be changed: each opens what it can be. */
import { NumberInput, Popover, Radio } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { type ReactNode, useId, useState } from "react";
import type { Choice } from "./choices.ts";
import classes from "./phrase.module.css";

interface PhraseProps {
  /** The setting's name, for a screen reader and above the choices. */
  readonly name: string;
  /** As it stands in the sentence. */
  readonly words: string;
  /** Below the name: what the setting does. */
  readonly explains?: string;
}

interface ChoicePhraseProps<T extends string> extends PhraseProps {
  readonly value: T;
  readonly choices: readonly Choice<T>[];
  readonly onChange: (value: T) => void;
}

export function ChoicePhrase<T extends string>({ value, choices, onChange, ...phrase }: ChoicePhraseProps<T>) {
  const [opened, { toggle, close }] = useDisclosure(false);
  return (
    <FormPhrase {...phrase} opened={opened} onToggle={toggle} onClose={close}>
      <Choices
        name={phrase.name}
        value={value}
        choices={choices}
        onChange={onChange}
        // A choice by the mouse is made; arrow keys go on to the next one.
        onPick={close}
      />
    </FormPhrase>
  );
}

interface ChoicesProps<T extends string> extends Pick<ChoicePhraseProps<T>, "name" | "value" | "choices" | "onChange"> {
  /** By the mouse. */
  readonly onPick?: () => void;
}

/** The choices of a setting, one below the other. */
export function Choices<T extends string>({ name, value, choices, onChange, onPick }: ChoicesProps<T>) {
  return (
    <div className={classes.choices} role="radiogroup" aria-label={name}>
      {choices.map((choice) => (
        <Radio
          key={choice.value}
          size="xs"
          name={name}
          classNames={{ body: classes.choice, labelWrapper: classes.choiceWords, description: classes.explains }}
          checked={choice.value === value}
          disabled={choice.disabled}
          data-autofocus={choice.value === value ? true : undefined}
          label={choice.title}
          description={choice.explains}
          wrapperProps={{ "data-caution": choice.caution === true ? "" : undefined }}
          onChange={() => onChange(choice.value)}
          onClick={({ detail }) => detail > 0 && onPick?.()}
        />
      ))}
    </div>
  );
}

interface FormPhraseProps extends PhraseProps {
  readonly children: ReactNode;
  /** Whether it is open, where the children close it by themselves. */
  readonly opened?: boolean;
  readonly onToggle?: () => void;
  readonly onClose?: () => void;
}

/** A phrase that opens a small form. */
export function FormPhrase({ name, words, explains, children, opened, onToggle, onClose }: FormPhraseProps) {
  return (
    <Popover
      position="bottom-start"
      width={320}
      offset={6}
      trapFocus
      returnFocus
      {...(opened === undefined ? {} : { opened })}
      onDismiss={onClose}
      onClose={onClose}
    >
      <Popover.Target>
        <button type="button" className={classes.phrase} aria-label={`${name}: ${words}`} onClick={onToggle}>
          {words}
        </button>
      </Popover.Target>
      <Popover.Dropdown aria-label={name}>
        <div className={classes.form}>
          <Head name={name} explains={explains} />
          {children}
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}

interface NumberPhraseProps extends PhraseProps, NumberFieldProps {}

export function NumberPhrase({ name, words, explains, ...field }: NumberPhraseProps) {
  return (
    <FormPhrase name={name} words={words} explains={explains}>
      <NumberField {...field} label={field.label ?? name} />
    </FormPhrase>
  );
}

export interface NumberFieldProps {
  readonly label?: string;
  readonly value: number;
  readonly onChange: (value: number) => void;
  readonly min: number;
  readonly max: number;
  readonly step?: number;
  /** Whole numbers where false. */
  readonly fractions?: boolean;
  /** Numbers that are often wanted. */
  readonly usual?: readonly number[];
}

/** A number typed or picked; only one within the limits is ever told. */
export function NumberField({
  label,
  value,
  onChange,
  min,
  max,
  step = 1,
  fractions = false,
  usual = [],
}: NumberFieldProps) {
  const [typed, setTyped] = useState<string | number>(value);
  const id = useId();
  const asked = Number(typed);
  const wrong = typed === "" || asked < min || asked > max || (!fractions && asked % step !== 0);
  const limits = `${min} to ${max}${!fractions && step !== 1 ? `, in steps of ${step}` : ""}`;
  const take = (given: string | number) => {
    setTyped(given);
    const number = Number(given);
    if (given !== "" && number >= min && number <= max && (fractions || number % step === 0)) onChange(number);
  };
  return (
    <div className={classes.field}>
      <NumberInput
        id={id}
        label={label}
        size="xs"
        value={typed}
        onChange={take}
        step={step}
        allowDecimal={fractions}
        decimalScale={fractions ? 8 : 0}
        allowNegative={false}
        error={wrong ? limits : undefined}
        data-autofocus
      />
      {usual.length > 0 && (
        <div className={classes.usual}>
          {usual.map((number) => (
            <button
              key={number}
              type="button"
              className={classes.chip}
              aria-pressed={number === value}
              aria-label={`${label ?? ""} ${number}`}
              onClick={() => take(number)}
            >
              {number}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}

function Head({ name, explains }: Pick<PhraseProps, "name" | "explains">) {
  return (
    <>
      <span className={classes.name}>{name}</span>
      {explains !== undefined && <span className={classes.explains}>{explains}</span>}
    </>
  );
}

import { Checkbox, Popover, ScrollArea, TextInput, UnstyledButton } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { useState } from "react";
import { count as inDigits } from "../../../lib/format.ts";
import classes from "./facet.module.css";
import type { Option } from "./options.tsx";

interface FacetProps {
  readonly name: string;
  readonly options: readonly Option[];
  readonly chosen: readonly string[];
  readonly onChoose: (chosen: string[]) => void;
}

/** Lists that are longer have a search field, and show so many at once. */
const SHORT = 12;
const MOST_SHOWN = 200;

/** A filter's button and its list of values: a sample passes with any of those that are chosen. */
export function Facet({ name, options, chosen, onChoose }: FacetProps) {
  const [words, setWords] = useState("");
  const found = options.filter(({ text }) => text.toLowerCase().includes(words.trim().toLowerCase()));
  const names = chosen.map((value) => options.find((option) => option.value === value)?.text ?? value);
  return (
    <Popover position="bottom-start" shadow="md" width={264} trapFocus returnFocus onClose={() => setWords("")}>
      <Popover.Target>
        <UnstyledButton className={classes.button} data-chosen={chosen.length > 0 ? "" : undefined}>
          <span className={classes.text}>
            {name}
            {chosen.length > 0 && (
              <strong>
                {" "}
                {names[0]}
                {names.length > 1 && ` +${names.length - 1}`}
              </strong>
            )}
          </span>
          <IconChevronDown size={14} stroke={1.8} aria-hidden />
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown className={classes.list} aria-label={name}>
        {options.length > SHORT && (
          <TextInput
            className={classes.search}
            size="xs"
            aria-label={`Search in ${name.toLowerCase()}`}
            placeholder="Search"
            value={words}
            onChange={(event) => setWords(event.currentTarget.value)}
            data-autofocus
          />
        )}
        <ScrollArea.Autosize mah={320} type="auto" viewportProps={{ tabIndex: -1 }}>
          <Checkbox.Group value={[...chosen]} onChange={onChoose} aria-label={name}>
            {found.slice(0, MOST_SHOWN).map(({ value, label, count }) => (
              <Checkbox
                key={value}
                size="xs"
                value={value}
                classNames={{
                  root: classes.option,
                  body: classes.body,
                  labelWrapper: classes.wrapper,
                  label: classes.label,
                }}
                label={
                  <>
                    <span className={classes.words}>{label}</span>
                    <span className={classes.count}>{inDigits(count)}</span>
                  </>
                }
              />
            ))}
          </Checkbox.Group>
          {found.length === 0 && (
            <div className={classes.note}>{options.length === 0 ? "None in this study" : "None of this name"}</div>
          )}
          {found.length > MOST_SHOWN && (
            <div className={classes.note}>{inDigits(found.length - MOST_SHOWN)} more: search for them</div>
          )}
        </ScrollArea.Autosize>
        {chosen.length > 0 && (
          <UnstyledButton className={classes.clear} onClick={() => onChoose([])}>
            Clear
          </UnstyledButton>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}

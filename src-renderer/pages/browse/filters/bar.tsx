import { Button, CloseButton, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { type Ref, useState } from "react";
import type { SampleFacets } from "../../../../src-main/contract/api/samples.ts";
import { type BrowseView, isFiltered, LISTS } from "../view.ts";
import classes from "./bar.module.css";
import { Facet } from "./facet.tsx";
import { changeOf, chosenOf, FILTER_NAMES, optionsOf } from "./options.tsx";

interface FilterBarProps {
  readonly view: BrowseView;
  /** Undefined while they are fetched. */
  readonly facets: SampleFacets | undefined;
  readonly searchRef: Ref<HTMLInputElement>;
  readonly onChange: (given: Partial<BrowseView>) => void;
  readonly onClear: () => void;
}

const NONE: SampleFacets = { datasets: [], subjects: [], labels: [], emotions: [], aus: [], statuses: [] };
const TYPING_MS = 200;

export function FilterBar({ view, facets = NONE, searchRef, onChange, onClear }: FilterBarProps) {
  return (
    <div className={classes.bar} role="search" aria-label="Filter the samples">
      <SearchField ref={searchRef} text={view.text} onText={(text) => onChange({ text })} />
      {LISTS.map((name) => (
        <Facet
          key={name}
          name={FILTER_NAMES[name]}
          options={optionsOf(name, facets, view)}
          chosen={chosenOf(name, view)}
          onChoose={(chosen) => onChange(changeOf(name, chosen, facets))}
        />
      ))}
      {isFiltered(view) && (
        <Button className={classes.clear} variant="subtle" size="xs" color="gray" onClick={onClear}>
          Clear all
        </Button>
      )}
    </div>
  );
}

interface SearchFieldProps {
  readonly ref: Ref<HTMLInputElement>;
  readonly text: string;
  readonly onText: (text: string) => void;
}

/** Asks a moment after the last letter. */
function SearchField({ ref, text, onText }: SearchFieldProps) {
  /** What is typed and not yet asked for. */
  const [typed, setTyped] = useState<string | null>(null);
  const send = useDebouncedCallback((value: string) => {
    onText(value);
    setTyped(null);
  }, TYPING_MS);
  const type = (value: string) => {
    setTyped(value);
    send(value);
  };
  const value = typed ?? text;
  return (
    <TextInput
      ref={ref}
      className={classes.search}
      size="xs"
      aria-label="Search in subject, clip, emotion, action units and notes"
      placeholder="Search"
      leftSection={<IconSearch size={14} stroke={1.8} aria-hidden />}
      rightSection={value !== "" && <CloseButton size="xs" aria-label="Clear the search" onClick={() => type("")} />}
      maxLength={200}
      value={value}
      onChange={(event) => type(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || value === "") return;
        event.preventDefault();
        type("");
      }}
    />
  );
}

import { Button, Radio, Select } from "@mantine/core";
import { IconTable } from "@tabler/icons-react";
import { useState } from "react";
import { IMPORT_KINDS } from "../../../../src-main/contract/calls.ts";
import { DatasetMark } from "../../../parts/dataset-mark.tsx";
import { PathField } from "../../../parts/paths/path-field.tsx";
import { PRESETS } from "../rules.ts";
import type { Draft } from "./draft.ts";
import classes from "./form.module.css";
import { isImportKind, KIND_HINT, kindName } from "./kinds.ts";

interface ImportFormProps {
  readonly draft: Draft;
  readonly busy: boolean;
  readonly onChange: (draft: Draft) => void;
  readonly onLook: () => void;
}

/** Which release, where it lies, and how emotions become classes. */
export function ImportForm({ draft, busy, onChange, onLook }: ImportFormProps) {
  const [asked, setAsked] = useState(false);
  const missing = asked && draft.path.trim() === "";
  const manifest = draft.as === "manifest";
  return (
    <form
      className={classes.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setAsked(true);
        if (draft.path.trim() !== "") onLook();
      }}
    >
      <Radio.Group
        label="Which dataset is it?"
        value={draft.as}
        onChange={(as) => isImportKind(as) && onChange({ ...draft, as })}
      >
        <div className={classes.kinds}>
          {IMPORT_KINDS.map((kind) => (
            <label key={kind} className={classes.kind} data-checked={draft.as === kind ? "" : undefined}>
              <Radio value={kind} size="xs" aria-label={kindName(kind)} />
              {kind === "manifest" ? <IconTable size={18} stroke={1.6} aria-hidden /> : <DatasetMark id={kind} named />}
              {kindName(kind)}
            </label>
          ))}
        </div>
        <p className={classes.hint}>{KIND_HINT[draft.as]}</p>
      </Radio.Group>
      <PathField
        label={manifest ? "Table" : "Folder of the release"}
        wanted={manifest ? "file" : "either"}
        placeholder={manifest ? "/data/my-study/manifest.csv" : "/data/CASME2"}
        value={draft.path}
        error={missing ? "Say where it lies." : undefined}
        onChange={(path) => onChange({ ...draft, path })}
      />
      {!manifest && (
        <PathField
          label="Coding table"
          description="Only where it does not lie in that folder."
          wanted="file"
          value={draft.table}
          onChange={(table) => onChange({ ...draft, table })}
        />
      )}
      <LabelsField value={draft.labels} onChange={(labels) => onChange({ ...draft, labels })} />
      <div>
        <Button type="submit" fullWidth loading={busy}>
          Look through it
        </Button>
        <p className={classes.hint}>Nothing is stored yet, and nothing in that folder is ever changed.</p>
      </div>
    </form>
  );
}

function LabelsField({ value, onChange }: { value: string; onChange: (labels: string) => void }) {
  const preset = PRESETS.some(({ name }) => name === value);
  return (
    <>
      <Select
        label="Labels"
        description={PRESETS.find(({ name }) => name === value)?.words ?? "A grouping of emotions, or a class a clip."}
        value={preset ? value : "file"}
        allowDeselect={false}
        data={[
          ...PRESETS.map(({ name, shown }) => ({ value: name, label: shown })),
          { value: "file", label: "From a file" },
        ]}
        onChange={(chosen) => onChange(chosen === null || chosen === "file" ? "" : chosen)}
      />
      {!preset && <PathField label="Labels file" wanted="file" value={value} onChange={onChange} />}
    </>
  );
}

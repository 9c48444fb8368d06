import { Button, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import type { ReactNode } from "react";
import { ENDINGS, PathDialog, type Wanted } from "./path-dialog.tsx";

interface PathFieldProps {
  readonly label: string;
  readonly description?: ReactNode;
  readonly placeholder?: string;
  readonly wanted: Wanted;
  readonly value: string;
  readonly onChange: (path: string) => void;
  readonly error?: string;
  readonly required?: boolean;
}

/** A path on the host's machine: typed, pasted or chosen (the desktop's own dialog where there is one). */
export function PathField({
  label,
  description,
  placeholder,
  wanted,
  value,
  onChange,
  error,
  required,
}: PathFieldProps) {
  const [opened, { open, close }] = useDisclosure(false);
  const choose = async () => {
    const desktop = window.apexlab;
    if (desktop === undefined) return open();
    const start = value === "" ? undefined : value;
    const title = `Choose: ${label.toLowerCase()}`;
    const chosen =
      wanted === "folder"
        ? await desktop.pickFolder({ title, start })
        : await desktop.pickFile({ title, start, extensions: ENDINGS[wanted] });
    if (chosen !== null) onChange(chosen);
    return undefined;
  };
  return (
    <>
      <TextInput
        label={label}
        description={description}
        placeholder={placeholder}
        value={value}
        error={error}
        required={required}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => onChange(event.currentTarget.value)}
        rightSectionWidth={80}
        rightSection={
          <Button variant="subtle" size="compact-sm" aria-label={`Choose: ${label}`} onClick={() => void choose()}>
            Choose
          </Button>
        }
      />
      <PathDialog
        opened={opened}
        title={`Choose: ${label.toLowerCase()}`}
        wanted={wanted}
        start={value}
        onClose={close}
        onChoose={(chosen) => {
          onChange(chosen);
          close();
        }}
      />
    </>
  );
}

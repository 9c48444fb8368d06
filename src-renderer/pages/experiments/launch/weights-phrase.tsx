import { useDisclosure } from "@mantine/hooks";
import { PathForm } from "../../../parts/paths/path-form.tsx";
import { ChoicePhrase } from "./phrase.tsx";

interface WeightsPhraseProps {
  readonly name: string;
  readonly explains: string;
  /** What is meant without a file, in the sentence, and what that means. */
  readonly none: string;
  readonly noneExplains: string;
  /** A path on the host's machine; null: none. */
  readonly file: string | null;
  readonly onChange: (file: string | null) => void;
}

/** Weights out of a file, or those that are meant without one. */
export function WeightsPhrase({ name, explains, none, noneExplains, file, onChange }: WeightsPhraseProps) {
  const [asking, { open, close }] = useDisclosure(false);
  return (
    <>
      <ChoicePhrase
        name={name}
        explains={explains}
        words={file === null ? none : `the weights in ${nameOf(file)}`}
        value={file === null ? "none" : "file"}
        choices={[
          { value: "none", title: none.charAt(0).toUpperCase() + none.slice(1), explains: noneExplains },
          ...(file === null ? [] : [{ value: "file", title: nameOf(file), explains: file } as const]),
          { value: "other", title: file === null ? "From a file …" : "From another file …" },
        ]}
        onChange={(choice) => {
          if (choice === "none") onChange(null);
          if (choice === "other") open();
        }}
      />
      {asking && (
        <PathForm
          title={name}
          label="File of weights"
          description={explains}
          wanted="weights"
          start={file ?? ""}
          verb="Use this file"
          act={async (path) => onChange(path)}
          onClose={close}
        />
      )}
    </>
  );
}

const nameOf = (file: string) => file.split(/[\\/]/).pop() ?? file;

import type { CSSProperties } from "react";
import { datasetName, isKnownDataset, RELEASES } from "../../src-main/contract/datasets.ts";
import classes from "./dataset-mark.module.css";

/** The fixed hue of a release, as a CSS colour; grey for a lab's own dataset. */
export const datasetHue = (id: string): string => `var(--dataset-${isKnownDataset(id) ? id : "own"})`;

/** The letter of a release; the first letter of a lab's own dataset. */
export const datasetLetter = (id: string): string =>
  isKnownDataset(id) ? RELEASES[id].letter : ([...id][0] ?? "?").toUpperCase();

/** A dataset's letter in its hue. Its name stands beside it, or is told to a screen reader (`named`: it stands there). */
export function DatasetMark({ id, named = false }: { id: string; named?: boolean }) {
  const hue: CSSProperties & Record<"--hue", string> = { "--hue": datasetHue(id) };
  const name = named ? { "aria-hidden": true } : { role: "img", "aria-label": datasetName(id), title: datasetName(id) };
  return (
    <span className={classes.mark} style={hue} {...name}>
      {datasetLetter(id)}
    </span>
  );
}

export function DatasetLabel({ id }: { id: string }) {
  return (
    <span className={classes.named}>
      <DatasetMark id={id} named />
      {datasetName(id)}
    </span>
  );
}

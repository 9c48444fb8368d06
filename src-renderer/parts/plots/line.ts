/** What a plot of lines shows. */
import type { ReactNode } from "react";

export interface PlotLine {
  readonly label: string;
  /** A colour of the page's theme: "var(--ink)". */
  readonly hue: string;
  /** With the hue, never the hue alone. */
  readonly stroke?: "solid" | "dashed" | "dotted";
  /** Stands at the line's end: a dataset's letter. */
  readonly letter?: string;
  /** As many as there are x values; null where there is none. */
  readonly values: readonly (number | null)[];
}

export interface LinePlotProps {
  readonly title: string;
  /** What the y axis measures, with its unit: "nats", "% of samples". */
  readonly unit: ReactNode;
  /** What the x axis counts: "epoch". */
  readonly along: string;
  /** Ascending. */
  readonly x: readonly number[];
  /** First and last x of the whole, so that a plot of something that goes on shows how far it is. */
  readonly span: readonly [number, number];
  readonly lines: readonly PlotLine[];
  /** Limits of the y axis; null: as the data want it. */
  readonly range?: readonly [number | null, number | null];
  readonly format: (value: number) => string;
  /** A moment worth marking: "BRL joins"; without words where the plot beside it says them. */
  readonly mark?: { readonly at: number; readonly words: string } | null;
  /** The x that is looked at, shared by plots beside each other; null: none. */
  readonly cursor: number | null;
  readonly onCursor: (x: number | null) => void;
}

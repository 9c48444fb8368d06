import type { PlotLine } from "./line.ts";
import classes from "./line-plot.module.css";

interface LegendProps {
  readonly lines: readonly PlotLine[];
  /** Index of the values that are told. */
  readonly at: number;
  readonly format: (value: number) => string;
}

const DASH = { solid: undefined, dashed: "5 3", dotted: "1.5 2.5" };

/** Each line's stroke, its name, and its value where one looks. The plot itself tells these to a screen reader. */
export function Legend({ lines, at, format }: LegendProps) {
  return (
    <ul className={classes.legend} aria-hidden>
      {lines.map(({ label, hue, stroke = "solid", letter, values }) => {
        const value = values[at] ?? null;
        return (
          <li key={label}>
            {letter === undefined ? (
              <svg width="18" height="8" viewBox="0 0 18 8" style={{ color: hue }}>
                <path d="M1 4h16" stroke="currentColor" strokeWidth="2" strokeDasharray={DASH[stroke]} />
              </svg>
            ) : (
              <b style={{ color: hue }}>{letter}</b>
            )}
            {label}
            <span className={classes.value}>{value === null ? "–" : format(value)}</span>
          </li>
        );
      })}
    </ul>
  );
}

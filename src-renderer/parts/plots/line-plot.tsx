import "uplot/dist/uPlot.min.css";
import { useComputedColorScheme } from "@mantine/core";
import { type KeyboardEvent, useEffect, useEffectEvent, useRef } from "react";
import UPlot from "uplot";
import { Legend } from "./legend.tsx";
import type { LinePlotProps } from "./line.ts";
import classes from "./line-plot.module.css";
import { plotOptions } from "./options.ts";

/** Lines over a count of steps, drawn by uPlot in the page's theme. Arrow keys move through the steps. */
export function LinePlot(props: LinePlotProps) {
  const { title, unit, along, x, span, lines, format, cursor, onCursor } = props;
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<UPlot | null>(null);
  const scheme = useComputedColorScheme();
  const shape = JSON.stringify([
    span,
    props.range,
    props.mark,
    lines.map(({ label, hue, stroke }) => [label, hue, stroke]),
  ]);
  const now = useEffectEvent(() => props);

  useEffect(() => {
    const place = box.current;
    if (place === null) return undefined;
    const made = new UPlot(plotOptions(now, place), dataOf(now()), place);
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: place.clientWidth, height: place.clientHeight }));
    observer.observe(place);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [shape]);

  useEffect(() => plot.current?.setData(dataOf({ x, lines })), [x, lines]);
  // Colours are read when the plot is drawn.
  useEffect(() => plot.current?.redraw(false, true), [scheme]);

  const at = cursor === null ? x.length - 1 : x.indexOf(cursor);
  useEffect(() => {
    const made = plot.current;
    if (made === null) return;
    const left = cursor === null ? -10 : made.valToPos(cursor, "x");
    if (Math.round(made.cursor.left ?? -10) !== Math.round(left))
      made.setCursor({ left, top: cursor === null ? -10 : 1 }, false);
  }, [cursor, shape]);

  const onKeyDown = (event: KeyboardEvent) => {
    const to = stepTo(event.key, { at, last: x.length - 1 });
    if (to === null) return;
    event.preventDefault();
    onCursor(x[to] ?? null);
  };
  const shown = x[at];
  return (
    <figure className={classes.plot}>
      <figcaption className={classes.caption}>
        <strong>{title}</strong>
        <span>{unit}</span>
        {shown !== undefined && (
          <span className={classes.at}>
            {along} {shown}
          </span>
        )}
      </figcaption>
      <Legend lines={lines} at={at} format={format} />
      <div
        ref={box}
        className={classes.canvas}
        role="slider"
        tabIndex={0}
        aria-label={`${title}, by ${along}`}
        aria-valuemin={x[0] ?? 0}
        aria-valuemax={x.at(-1) ?? 0}
        aria-valuenow={shown ?? 0}
        aria-valuetext={valueText({ along, shown, lines, at, format })}
        onKeyDown={onKeyDown}
        onBlur={() => onCursor(null)}
      />
    </figure>
  );
}

const dataOf = ({ x, lines }: Pick<LinePlotProps, "x" | "lines">): UPlot.AlignedData => [
  [...x],
  ...lines.map(({ values }) => [...values]),
];

function stepTo(key: string, { at, last }: { at: number; last: number }): number | null {
  switch (key) {
    case "ArrowLeft":
      return Math.max(0, at - 1);
    case "ArrowRight":
      return Math.min(last, at + 1);
    case "Home":
      return 0;
    case "End":
      return last;
    default:
      return null;
  }
}

interface Shown extends Pick<LinePlotProps, "along" | "lines" | "format"> {
  readonly shown: number | undefined;
  readonly at: number;
}

function valueText({ along, shown, lines, at, format }: Shown): string {
  if (shown === undefined) return "nothing yet";
  const values = lines.map(({ label, values }) => {
    const value = values[at] ?? null;
    return `${label} ${value === null ? "none" : format(value)}`;
  });
  return `${along} ${shown}: ${values.join(", ")}`;
}

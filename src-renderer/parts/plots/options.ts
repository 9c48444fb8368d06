/** uPlot's options in the page's theme: its type, its greys, its rules; colours are read each time it draws. */
import UPlot from "uplot";
import type { LinePlotProps, PlotLine } from "./line.ts";

const FONT = "11px Inter, system-ui, sans-serif";
const LETTER_FONT = "700 11px Inter, system-ui, sans-serif";
const LETTER_GAP = 12;
const DASHES: Readonly<Record<NonNullable<PlotLine["stroke"]>, number[]>> = {
  solid: [],
  dashed: [6, 4],
  dotted: [1.5, 3],
};

/** `props` answers with what is shown now. */
export function plotOptions(props: () => LinePlotProps, place: HTMLElement): UPlot.Options {
  const { span, lines, range = [null, null], onCursor } = props();
  const colour = (value: string) => themeColour(place, value);
  const grid = { stroke: () => colour("var(--line)"), width: 1 };
  const axis = { font: FONT, stroke: () => colour("var(--ink-faint)"), ticks: { show: false }, gap: 6 };
  const lettered = lines.some(({ letter }) => letter !== undefined);
  return {
    width: place.clientWidth,
    height: place.clientHeight,
    padding: [8, lettered ? 24 : 12, 0, 0],
    legend: { show: false },
    cursor: {
      y: false,
      drag: { x: false, y: false, setScale: false },
      points: {
        size: 7,
        width: 2,
        fill: () => colour("var(--surface)"),
        stroke: (_plot, at) => colour(lines[at - 1]?.hue ?? ""),
      },
    },
    scales: {
      x: { time: false, range: () => [span[0], Math.max(span[1], span[0] + 1)] },
      y: { range: (_plot, low, high) => limits([low, high], range) },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 24,
        space: 48,
        incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000],
      },
      {
        ...axis,
        grid,
        size: 44,
        space: 32,
        values: (_plot, splits) => splits.map((value) => withoutZeros(props().format(value))),
      },
    ],
    series: [
      {},
      ...lines.map(({ label, hue, stroke = "solid" }): UPlot.Series => ({
        label,
        stroke: () => colour(hue),
        width: 1.75,
        dash: DASHES[stroke],
        cap: "round",
        // A first epoch alone has no line yet.
        points: { show: (plot) => plot.data[0].length === 1, size: 5 },
      })),
    ],
    hooks: {
      setCursor: [
        (plot) =>
          onCursor(
            plot.cursor.idx === null || plot.cursor.idx === undefined ? null : (props().x[plot.cursor.idx] ?? null),
          ),
      ],
      draw: [
        (plot) =>
          drawMark(plot, props().mark ?? null, { ink: colour("var(--ink-muted)"), rule: colour("var(--line-strong)") }),
        (plot) => drawLetters(plot, props().lines, colour),
      ],
    },
  };
}

/** Never flat, never out of the given limits, with a little air where the data end. */
function limits(
  [low, high]: readonly [number | null, number | null],
  [least, most]: readonly [number | null, number | null],
): [number, number] {
  const [from, to] = [low ?? 0, high ?? 1];
  const air = Math.max((to - from) * 0.08, Math.abs(to) * 0.01, 1e-3);
  return [least ?? from - air, most ?? to + air];
}

function themeColour(place: HTMLElement, value: string): string {
  const name = /^var\((--[\w-]+)\)$/.exec(value)?.[1];
  return name === undefined ? value : getComputedStyle(place).getPropertyValue(name).trim();
}

function drawMark(plot: UPlot, mark: LinePlotProps["mark"], { ink, rule }: { ink: string; rule: string }): void {
  if (mark === null || mark === undefined) return;
  const { ctx, bbox } = plot;
  const scale = UPlot.pxRatio;
  const x = Math.round(plot.valToPos(mark.at, "x", true));
  ctx.save();
  ctx.strokeStyle = rule;
  ctx.lineWidth = scale;
  ctx.setLineDash([3 * scale, 3 * scale]);
  ctx.beginPath();
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
  ctx.font = scaled(FONT);
  ctx.fillStyle = ink;
  ctx.textBaseline = "top";
  const wide = ctx.measureText(mark.words).width;
  const fits = x + 6 * scale + wide < bbox.left + bbox.width;
  ctx.textAlign = fits ? "left" : "right";
  ctx.fillText(mark.words, x + (fits ? 6 : -6) * scale, bbox.top + 2 * scale);
  ctx.restore();
}

/** A letter beside the last point of each line that has one, pushed apart where they would cover each other. */
function drawLetters(plot: UPlot, lines: readonly PlotLine[], colour: (value: string) => string): void {
  const { ctx } = plot;
  const scale = UPlot.pxRatio;
  const ends = lines.flatMap(({ letter, hue, values }) => {
    const at = values.findLastIndex((value) => value !== null);
    const value = values[at] ?? null;
    if (letter === undefined || value === null) return [];
    return [{ letter, hue, x: plot.valToPos(plot.data[0][at] ?? 0, "x", true), y: plot.valToPos(value, "y", true) }];
  });
  ends.sort((a, b) => a.y - b.y);
  const middle = ends.reduce((sum, { y }) => sum + y, 0) / ends.length;
  let last = Number.NEGATIVE_INFINITY;
  for (const end of ends) last = end.y = Math.max(end.y, last + LETTER_GAP * scale);
  // Back to where the lines end on average, but never out of the plot.
  const { top, height } = plot.bbox;
  const half = (LETTER_GAP / 2) * scale;
  const drifted = ends.reduce((sum, { y }) => sum + y, 0) / ends.length - middle;
  const shift = Math.min((ends[0]?.y ?? 0) - top - half, Math.max(drifted, last - (top + height - half)));
  ctx.save();
  ctx.font = scaled(LETTER_FONT);
  ctx.textAlign = "left";
  ctx.textBaseline = "middle";
  for (const { letter, hue, x, y } of ends) {
    ctx.fillStyle = colour(hue);
    ctx.fillText(letter, x + 7 * scale, y - shift);
  }
  ctx.restore();
}

/** "0.500" -> "0.5": an axis needs no more. */
const withoutZeros = (text: string) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);

const scaled = (font: string) => font.replace("11px", `${11 * UPlot.pxRatio}px`);

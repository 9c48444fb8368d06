import { type CSSProperties, type KeyboardEvent, type PointerEvent, useLayoutEffect, useMemo, useRef } from "react";
import type { FlowArrays } from "./arrays.ts";
import { arrowsOf, type Look, paintLayer } from "./paint.ts";
import classes from "./stage.module.css";

/** A point of the flow, whole numbers. */
export interface Probe {
  readonly x: number;
  readonly y: number;
}

interface StageProps {
  readonly flow: FlowArrays;
  readonly look: Look;
  /** Address of the face crop under it. */
  readonly under: string;
  readonly probe: Probe | null;
  readonly onProbe: (probe: Probe | null) => void;
}

const STEPS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
/** Points that Shift goes at once. */
const STRIDE = 10;

/** The face with its flow over it. The pointer, or the arrow keys, choose the point whose values are told. */
export function Stage({ flow, look, under, probe, onProbe }: StageProps) {
  const { width, height } = flow;
  const canvas = useRef<HTMLCanvasElement>(null);
  const { layer, range, cover } = look;
  const points = useMemo(() => paintLayer({ layer, range, cover }, flow), [layer, range, cover, flow]);

  useLayoutEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (context === null || context === undefined || points === null) return;
    context.putImageData(new ImageData(points, width, height), 0, 0);
  }, [points, width, height]);

  const clamped = (x: number, y: number): Probe => ({
    x: Math.min(width - 1, Math.max(0, x)),
    y: Math.min(height - 1, Math.max(0, y)),
  });
  const follow = (event: PointerEvent<HTMLDivElement>) => {
    const place = event.currentTarget.getBoundingClientRect();
    onProbe(
      clamped(
        Math.floor(((event.clientX - place.left) / place.width) * width),
        Math.floor(((event.clientY - place.top) / place.height) * height),
      ),
    );
  };
  const step = (event: KeyboardEvent<HTMLDivElement>) => {
    const by = STEPS[event.key];
    if (by === undefined) return;
    // The keys are the probe's while it has the focus.
    event.preventDefault();
    event.stopPropagation();
    const far = event.shiftKey ? STRIDE : 1;
    const from = probe ?? { x: width >> 1, y: height >> 1 };
    onProbe(clamped(from.x + by[0] * far, from.y + by[1] * far));
  };
  const ratio: CSSProperties = {
    aspectRatio: `${width} / ${height}`,
    width: `min(100cqw, ${(100 * width) / height}cqh)`,
  };

  return (
    <div className={classes.mat}>
      <div
        className={classes.stage}
        style={ratio}
        tabIndex={0}
        role="group"
        aria-label="Flow over the face. Arrow keys choose the point whose motion is told."
        onPointerMove={follow}
        onPointerLeave={() => onProbe(null)}
        onKeyDown={step}
      >
        <img className={classes.face} src={under} alt="" draggable={false} />
        <canvas
          ref={canvas}
          className={classes.layer}
          width={width}
          height={height}
          data-layer={layer}
          hidden={points === null}
        />
        {layer === "arrows" && <Arrows flow={flow} opacity={cover} />}
        {probe !== null && (
          <span
            className={classes.probe}
            style={{ left: `${((probe.x + 0.5) / width) * 100}%`, top: `${((probe.y + 0.5) / height) * 100}%` }}
          />
        )}
      </div>
    </div>
  );
}

/** Length of an arrow's head, in points of the flow. */
const HEAD = 3.4;

const at = (value: number) => value.toFixed(2);

function Arrows({ flow, opacity }: { flow: FlowArrays; opacity: number }) {
  const path = useMemo(
    () =>
      arrowsOf(flow)
        .map(({ x, y, u, v }) => {
          const [tipX, tipY] = [x + u, y + v];
          const length = Math.hypot(u, v);
          const [dx, dy] = [(u / length) * Math.min(HEAD, length), (v / length) * Math.min(HEAD, length)];
          const wing = (side: 1 | -1) => `${at(tipX - dx + (side * dy) / 1.6)} ${at(tipY - dy - (side * dx) / 1.6)}`;
          return `M${at(x)} ${at(y)}L${at(tipX)} ${at(tipY)}M${wing(1)}L${at(tipX)} ${at(tipY)}L${wing(-1)}`;
        })
        .join(""),
    [flow],
  );
  return (
    <svg className={classes.arrows} viewBox={`0 0 ${flow.width} ${flow.height}`} style={{ opacity }} aria-hidden>
      <path className={classes.edge} d={path} />
      <path className={classes.line} d={path} />
    </svg>
  );
}

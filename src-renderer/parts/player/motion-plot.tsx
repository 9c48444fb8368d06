import { type PointerEvent, useMemo } from "react";
import type { MotionCurve } from "../../../src-main/contract/flow.ts";
import { type Clip, fractionOf, nearestPosition } from "./clip.ts";
import classes from "./motion-plot.module.css";

interface MotionPlotProps {
  readonly clip: Clip;
  readonly curve: MotionCurve;
  readonly position: number;
  readonly onGo: (position: number) => void;
}

/** Room above the highest point, as a part of the height. */
const HEADROOM = 0.12;

/** How far the face has moved from its onset, over the same time as the scrubber below it. */
export function MotionPlot({ clip, curve, position, onGo }: MotionPlotProps) {
  const { frames, motion, smooth, spotted } = curve;
  const most = Math.max(...motion, 0.01);
  const lines = useMemo(() => {
    const across = (frame: number) => fractionOf(clip, frame) * 1000;
    const up = (value: number) => 100 - (value / (most * (1 + HEADROOM))) * 100;
    const line = (values: readonly number[]) =>
      values
        .map((value, i) => `${i === 0 ? "M" : "L"}${across(frames[i]).toFixed(1)} ${up(value).toFixed(2)}`)
        .join("");
    const whole = line(smooth);
    return {
      raw: line(motion),
      smooth: whole,
      area: `${whole}L${across(frames[frames.length - 1]).toFixed(1)} 100L${across(frames[0]).toFixed(1)} 100Z`,
      height: (value: number) => `${up(value)}%`,
    };
  }, [clip, frames, motion, smooth, most]);
  const at = (frame: number) => ({ left: `${fractionOf(clip, frame) * 100}%` });
  const [first, last] = [clip.numbers[0], clip.numbers[clip.numbers.length - 1]];
  const now = frames.indexOf(clip.numbers[position]);
  const found = spotted === null ? -1 : frames.indexOf(spotted);

  const go = (event: PointerEvent<HTMLDivElement>) => {
    if (event.buttons !== 1) return;
    const place = event.currentTarget.getBoundingClientRect();
    onGo(nearestPosition(clip, first + ((event.clientX - place.left) / place.width) * (last - first)));
  };

  return (
    <figure className={classes.plot}>
      <div
        className={classes.field}
        role="img"
        aria-label={words(curve)}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          go(event);
        }}
        onPointerMove={go}
      >
        <svg viewBox="0 0 1000 100" preserveAspectRatio="none" aria-hidden>
          <path className={classes.area} d={lines.area} />
          <path className={classes.raw} d={lines.raw} vectorEffect="non-scaling-stroke" />
          <path className={classes.smooth} d={lines.smooth} vectorEffect="non-scaling-stroke" />
        </svg>
        {clip.onset !== null && <i className={classes.mark} data-mark="onset" style={at(clip.onset)} />}
        {clip.apex !== null && <i className={classes.mark} data-mark="apex" style={at(clip.apex)} />}
        <i className={classes.now} style={at(clip.numbers[position])} />
        {found >= 0 && (
          <i
            className={classes.spotted}
            data-testid="spotted"
            style={{ ...at(frames[found]), top: lines.height(smooth[found]) }}
          />
        )}
      </div>
      <figcaption aria-hidden>
        <span>Motion from onset</span>
        <strong>{now < 0 ? "–" : `${motion[now].toFixed(2)} px`}</strong>
        <span className={classes.found}>
          {spotted === null ? (
            "Nothing moves"
          ) : (
            <>
              <i className={classes.sign} /> largest: frame {spotted}, {motion[found].toFixed(2)} px
            </>
          )}
        </span>
      </figcaption>
    </figure>
  );
}

function words({ frames, motion, spotted }: MotionCurve): string {
  const span = `Motion against the onset, frames ${frames[0]} to ${frames[frames.length - 1]}`;
  if (spotted === null) return `${span}: nothing moves.`;
  return `${span}: largest at frame ${spotted}, ${motion[frames.indexOf(spotted)].toFixed(2)} pixels of a face 224 wide.`;
}

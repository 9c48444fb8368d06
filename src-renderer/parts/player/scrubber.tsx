import { type CSSProperties, type PointerEvent, useRef } from "react";
import { type Clip, fractionOf, MARKS, marksOf, millisecondsAt, milliseconds, nearestPosition } from "./clip.ts";
import classes from "./scrubber.module.css";

interface ScrubberProps {
  readonly clip: Clip;
  readonly position: number;
  readonly onGo: (position: number) => void;
}

const NAMES = { onset: "Onset", apex: "Apex", offset: "Offset" } as const;

/** The clip's time from first to last frame, with its marks; apex above the line, onset and offset below it. */
export function Scrubber({ clip, position, onGo }: ScrubberProps) {
  const track = useRef<HTMLDivElement>(null);
  const frame = clip.numbers[position];
  const [first, last] = [clip.numbers[0], clip.numbers[clip.numbers.length - 1]];
  const marks = marksOf(clip);
  const at = (number: number): CSSProperties => ({ left: `${fractionOf(clip, number) * 100}%` });

  const scrub = (event: PointerEvent<HTMLDivElement>) => {
    const place = track.current?.getBoundingClientRect();
    if (place === undefined || event.buttons !== 1) return;
    const fraction = (event.clientX - place.left) / place.width;
    onGo(nearestPosition(clip, first + fraction * (last - first)));
  };

  return (
    <div className={classes.scrubber}>
      <div
        ref={track}
        className={classes.track}
        role="slider"
        tabIndex={0}
        aria-label="Position in the clip"
        aria-valuemin={first}
        aria-valuemax={last}
        aria-valuenow={frame}
        aria-valuetext={valueText(clip, frame)}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          scrub(event);
        }}
        onPointerMove={scrub}
      >
        <div className={classes.line} />
        {clip.onset !== null && clip.offset !== null && (
          <div
            className={classes.span}
            style={{ ...at(clip.onset), right: `${(1 - fractionOf(clip, clip.offset)) * 100}%` }}
          />
        )}
        {marks.map(({ mark, frame: number }) => (
          <div key={mark} className={classes.tick} data-mark={mark} style={at(number)} />
        ))}
        <div className={classes.thumb} style={at(frame)} />
      </div>
      {MARKS.map((mark) => {
        const found = marks.find((each) => each.mark === mark);
        if (found === undefined) return null;
        const fraction = fractionOf(clip, found.frame);
        return (
          <button
            key={mark}
            type="button"
            className={classes.label}
            data-mark={mark}
            data-here={found.position === position ? "" : undefined}
            style={{ left: `${fraction * 100}%`, transform: `translateX(${shift(mark, fraction)}%)` }}
            onClick={() => onGo(found.position)}
          >
            {NAMES[mark]} {found.frame}
          </button>
        );
      })}
    </div>
  );
}

/** Where a label hangs on its mark, in percent of its own width: onset and offset point away from each other. */
function shift(mark: (typeof MARKS)[number], fraction: number): number {
  if (mark === "apex") return -100 * fraction;
  const inward = mark === "onset" ? fraction < 0.2 : fraction <= 0.8;
  return inward ? 0 : -100;
}

function valueText(clip: Clip, frame: number): string {
  const time = millisecondsAt(clip, frame);
  const since = clip.onset === null ? "the first frame" : "onset";
  const words = time === null || clip.fps === null ? "" : `, ${milliseconds(time, clip.fps)} from ${since}`;
  const mark = marksOf(clip).find((each) => each.frame === frame);
  return `Frame ${frame}${words}${mark === undefined ? "" : `, ${mark.mark}`}`;
}

/** The frame-exact player: the picture, its number and true time, the scrubber with its marks, and the controls. */
import type { MotionCurve } from "../../../src-main/contract/flow.ts";
import { useKeys } from "../../lib/keys/keys.tsx";
import { type Clip, marksOf, millisecondsAt, milliseconds } from "./clip.ts";
import { Controls } from "./controls.tsx";
import { STRIDE } from "./keys.ts";
import { MotionPlot } from "./motion-plot.tsx";
import classes from "./player.module.css";
import { LOOPS, SPEEDS } from "./playing.ts";
import { Scrubber } from "./scrubber.tsx";
import { Stage } from "./stage.tsx";
import { useClip } from "./use-clip.ts";
import { type PlayerView, zoomed } from "./view.ts";

interface PlayerProps {
  readonly clip: Clip;
  /** Where the picture of a frame is, by its number. Another clip needs another `key`. */
  readonly addressOf: (frame: number) => string;
  /** How far the face has moved in each frame; null where nobody measured it. */
  readonly curve: MotionCurve | null;
  readonly view: PlayerView;
  readonly onView: (given: Partial<PlayerView>) => void;
}

const CLOSER = 1.5;

export function Player({ clip, addressOf, curve, view, onView }: PlayerProps) {
  const state = useClip({ clip, addressOf, view });
  const { position, go } = state;
  const frame = clip.numbers[position];
  const marks = marksOf(clip);
  const markOf = (name: string) => marks.find(({ mark }) => mark === name)?.position;
  const goTo = (to: number | undefined) => to !== undefined && go(to);

  useKeys({
    "clip.back": () => go(position - 1),
    "clip.on": () => go(position + 1),
    "clip.farBack": () => go(position - STRIDE),
    "clip.farOn": () => go(position + STRIDE),
    "clip.first": () => go(0),
    "clip.last": () => go(clip.numbers.length - 1),
    "clip.markBack": () => goTo(marks.findLast((mark) => mark.position < position)?.position),
    "clip.markOn": () => goTo(marks.find((mark) => mark.position > position)?.position),
    "clip.swap": () => goTo(position === markOf("apex") ? markOf("onset") : markOf("apex")),
    "clip.play": state.togglePlaying,
    "clip.slower": () => onView({ speed: SPEEDS[Math.min(SPEEDS.length - 1, speedAt(view) + 1)] }),
    "clip.faster": () => onView({ speed: SPEEDS[Math.max(0, speedAt(view) - 1)] }),
    "clip.loop": () => onView({ loop: LOOPS[(LOOPS.indexOf(view.loop) + 1) % LOOPS.length] }),
    "clip.closer": () => onView(zoomed(view, CLOSER)),
    "clip.farther": () => onView(zoomed(view, 1 / CLOSER)),
    "clip.fit": () => onView({ zoom: 1, x: 0.5, y: 0.5 }),
  });

  return (
    <section className={classes.player} aria-label="Clip">
      <Stage loaded={state.loaded} name={`Frame ${frame}`} view={view} onView={onView} onRetry={state.retry} />
      <div className={classes.readout}>
        <span>
          <span className={classes.faint}>Frame</span> <strong data-testid="frame">{frame}</strong>
        </span>
        <span className={classes.time} data-testid="time">
          {timeText(clip, frame)}
        </span>
        <span className={classes.faint}>
          {position + 1} of {clip.numbers.length}
          {clip.fps !== null && ` · ${clip.fps} frames/s`}
        </span>
      </div>
      {curve !== null && <MotionPlot clip={clip} curve={curve} position={position} onGo={go} />}
      <Scrubber clip={clip} position={position} onGo={go} />
      <Controls clip={clip} state={state} view={view} onView={onView} />
    </section>
  );
}

const speedAt = ({ speed }: PlayerView) => SPEEDS.findIndex((each) => each === speed);

function timeText(clip: Clip, frame: number): string {
  const time = millisecondsAt(clip, frame);
  if (time === null || clip.fps === null) return "frame rate not known";
  return `${milliseconds(time, clip.fps)} from ${clip.onset === null ? "the first frame" : "onset"}`;
}

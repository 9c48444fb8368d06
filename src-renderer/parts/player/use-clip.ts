/** The state of a player: where it is, whether it plays, and the frames at hand around it. */
import { useEffect, useEffectEvent, useMemo, useState, useSyncExternalStore } from "react";
import { type Clip, marksOf, positionAt, STAND_IN_FPS } from "./clip.ts";
import type { Loaded } from "../load-picture.ts";
import { FrameStore } from "./frame-store.ts";
import { advance, playedRange, wantedPositions } from "./playing.ts";
import type { PlayerView } from "./view.ts";

interface ClipOptions {
  readonly clip: Clip;
  readonly addressOf: (frame: number) => string;
  readonly view: PlayerView;
}

export interface ClipState {
  readonly position: number;
  readonly playing: boolean;
  /** What there is of the frame at the position; undefined while it is fetched. */
  readonly loaded: Loaded | undefined;
  /** Goes to a position (the nearest that there is), and stops playing. */
  readonly go: (position: number) => void;
  readonly togglePlaying: () => void;
  readonly retry: () => void;
}

/** `clip` and `addressOf` are of one sample: another one needs another `key`. */
export function useClip({ clip, addressOf, view }: ClipOptions): ClipState {
  const [now, setNow] = useState(() => ({ position: firstPosition(clip), direction: 1 as 1 | -1 }));
  const [playing, setPlaying] = useState(false);
  const { store, version } = useFrameStore(addressOf);
  const { position, direction } = now;
  const frame = clip.numbers[position];
  const marks = useMemo(() => marksOf(clip).map((mark) => mark.position), [clip]);

  useEffect(() => {
    if (store === null) return;
    const wanted = wantedPositions(clip.numbers.length, { position, direction, also: marks, most: store.most });
    store.want(wanted.map((each) => clip.numbers[each]));
  }, [store, version, clip, position, direction, marks]);

  const go = (to: number) => {
    const next = Math.min(clip.numbers.length - 1, Math.max(0, to));
    setPlaying(false);
    setNow({ position: next, direction: next < position ? -1 : 1 });
  };

  const isLoaded = useEffectEvent((at: number) => store?.get(clip.numbers[at]) !== undefined);
  const play = useEffectEvent((clock: number, seconds: number) =>
    advance(clip, { clock, frames: seconds * (clip.fps ?? STAND_IN_FPS) * view.speed, loop: view.loop }),
  );
  const begin = useEffectEvent(() => {
    const [from, to] = playedRange(clip, view.loop);
    const start = position >= to || position < from ? from : position;
    setNow({ position: start, direction: 1 });
    return clip.numbers[start];
  });

  useEffect(() => {
    if (!playing) return;
    let clock = begin();
    let last: number | null = null;
    let request = requestAnimationFrame(function tick(time) {
      const seconds = last === null ? 0 : (time - last) / 1000;
      last = time;
      const next = play(clock, seconds);
      const to = positionAt(clip, next.clock);
      // A frame that is still on its way holds the clock: nothing is ever shown in another one's place.
      if (isLoaded(to)) {
        ({ clock } = next);
        setNow((was) => (was.position === to ? was : { position: to, direction: 1 }));
        if (next.ended) {
          setPlaying(false);
          return;
        }
      }
      request = requestAnimationFrame(tick);
    });
    return () => cancelAnimationFrame(request);
  }, [playing, clip]);

  return {
    position,
    playing,
    loaded: store?.get(frame),
    go,
    togglePlaying: () => setPlaying((is) => !is),
    retry: () => store?.retry(frame),
  };
}

/** The apex, as in the grid; else the first mark that is there. */
function firstPosition(clip: Clip): number {
  const marks = marksOf(clip);
  return (marks.find(({ mark }) => mark === "apex") ?? marks[0])?.position ?? 0;
}

const never = () => () => undefined;

function useFrameStore(addressOf: (frame: number) => string) {
  const [store, setStore] = useState<FrameStore | null>(null);
  const address = useEffectEvent(addressOf);
  useEffect(() => {
    const own = new FrameStore((frame) => address(frame));
    setStore(own);
    return () => {
      setStore(null);
      own[Symbol.dispose]();
    };
  }, []);
  const version = useSyncExternalStore(store?.subscribe ?? never, store?.version ?? (() => 0));
  return { store, version };
}

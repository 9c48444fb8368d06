/** A run as it goes: its epochs by held-out dataset and phase, its scores as folds end, its state. */
import { useEffect, useReducer } from "react";
import type { LiveEvent } from "../../../../../src-main/contract/api/runs.ts";
import { queryClient } from "../../../../lib/host/queries.ts";
import { watchRun } from "../../../../lib/host/stream.ts";
import { type Live, NOTHING_YET, withEvents } from "./told.ts";

type Change = { readonly events: readonly LiveEvent[] } | "another run";

/** Watches a run while the calling part is on screen. Events that come together are shown together. */
export function useLiveRun(run: string): Live {
  const [live, change] = useReducer(
    (now: Live, what: Change) => (what === "another run" ? NOTHING_YET : withEvents(now, what.events)),
    NOTHING_YET,
  );
  useEffect(() => {
    let waiting: LiveEvent[] = [];
    let frame = 0;
    change("another run");
    const stop = watchRun(run, (event) => {
      waiting.push(event);
      if (frame !== 0) return;
      frame = requestAnimationFrame(() => {
        frame = 0;
        const events = waiting;
        waiting = [];
        change({ events });
        // What the run's document says has changed as well.
        if (events.some(({ kind }) => kind !== "epoch"))
          void queryClient.invalidateQueries({ queryKey: ["runs", "get", run] });
      });
    });
    return () => {
      cancelAnimationFrame(frame);
      stop();
    };
  }, [run]);
  return live;
}

import {
  IconBan,
  IconCheck,
  IconClock,
  IconExclamationCircle,
  IconPlayerPause,
  IconPlayerPlayFilled,
} from "@tabler/icons-react";
import type { RunState } from "../../../src-main/contract/documents.ts";
import classes from "./state-sign.module.css";
import { STATE_WORDS } from "./words.ts";

const SIGNS: Readonly<Record<RunState, typeof IconCheck>> = {
  queued: IconClock,
  running: IconPlayerPlayFilled,
  finished: IconCheck,
  interrupted: IconPlayerPause,
  failed: IconExclamationCircle,
  cancelled: IconBan,
};

/** A state's sign and word. */
export function StateSign({ state }: { state: RunState }) {
  const Sign = SIGNS[state];
  return (
    <span className={classes.state} data-state={state}>
      <Sign size={14} stroke={2} aria-hidden />
      {STATE_WORDS[state]}
    </span>
  );
}

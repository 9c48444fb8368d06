import { Fragment } from "react";
import { keyCaps, strokesOf } from "../lib/keys/match.ts";
import classes from "./key-caps.module.css";

/** "g s" as two key caps. */
export function KeyCaps({ keys }: { keys: string }) {
  return (
    <span className={classes.keys}>
      {strokesOf(keys).map((stroke, at) => (
        <Fragment key={`${at}${stroke}`}>
          {at > 0 && <span>then</span>}
          {keyCaps(stroke).map((cap) => (
            <kbd key={cap} className={classes.cap}>
              {cap}
            </kbd>
          ))}
        </Fragment>
      ))}
    </span>
  );
}

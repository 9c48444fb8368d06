import { Button } from "@mantine/core";
import { Fragment, useEffect, useEffectEvent, useState } from "react";
import { useSettings } from "../../lib/host/settings.ts";
import { KEY_GROUPS } from "../../lib/keys/all.ts";
import { DEFAULT_KEYS, useKeyboard } from "../../lib/keys/keys.tsx";
import { strokeOf } from "../../lib/keys/match.ts";
import { FaultNotice } from "../../parts/asked.tsx";
import { DataTable, num } from "../../parts/data-table.tsx";
import { KeyCaps } from "../../parts/key-caps.tsx";
import { clashOf } from "./clash.ts";
import classes from "./settings.module.css";
import { Section } from "./section.tsx";

/** Every key of the app, and the user's own in their place. */
export function Keys() {
  const { settings, change } = useSettings();
  const [asked, setAsked] = useState<string | null>(null);
  const setKeys = (action: string, keys: string | null) => {
    const { [action]: _old, ...rest } = settings.keys;
    change.mutate({ keys: keys === null || keys === DEFAULT_KEYS.get(action) ? rest : { ...rest, [action]: keys } });
    setAsked(null);
  };
  return (
    <Section
      title="Keys"
      words="Press Change, then the new key; two keys one after the other work as well. Escape leaves it as it was."
    >
      {change.error !== null && <FaultNotice error={change.error} />}
      <div className={classes.wide}>
        <DataTable label="Keys" dense>
          <thead>
            <tr>
              <th scope="col">Action</th>
              <th scope="col" className={num}>
                Key
              </th>
              <th scope="col">
                <span className="visually-hidden">Change</span>
              </th>
            </tr>
          </thead>
          {KEY_GROUPS.map(({ where, actions }) => (
            <tbody key={where}>
              <tr>
                <th scope="rowgroup" colSpan={3} className={classes.group}>
                  {where}
                </th>
              </tr>
              {Object.entries(actions).map(([action, { does }]) => (
                <KeyRow
                  key={action}
                  action={action}
                  does={does}
                  own={settings.keys[action] !== undefined}
                  asked={asked === action}
                  onAsk={() => setAsked(action)}
                  onKeys={(keys) => setKeys(action, keys)}
                  onLeave={() => setAsked(null)}
                />
              ))}
            </tbody>
          ))}
        </DataTable>
      </div>
    </Section>
  );
}

interface KeyRowProps {
  readonly action: string;
  readonly does: string;
  /** The user's own key stands here. */
  readonly own: boolean;
  /** The next key that is pressed is for this action. */
  readonly asked: boolean;
  readonly onAsk: () => void;
  /** null: the default again. */
  readonly onKeys: (keys: string | null) => void;
  readonly onLeave: () => void;
}

function KeyRow({ action, does, own, asked, onAsk, onKeys, onLeave }: KeyRowProps) {
  const { keysOf } = useKeyboard();
  return (
    <tr>
      <td>{does}</td>
      <td className={num}>
        {asked ? <KeyCatcher action={action} onKeys={onKeys} onLeave={onLeave} /> : <KeyCaps keys={keysOf(action)} />}
      </td>
      <td className={classes.actions}>
        {own && !asked && (
          <Button variant="subtle" color="gray" size="compact-sm" onClick={() => onKeys(null)}>
            Default
          </Button>
        )}
        <Button
          variant="subtle"
          size="compact-sm"
          aria-label={asked ? `Leave the key of: ${does}` : `Change the key of: ${does}`}
          onClick={asked ? onLeave : onAsk}
        >
          {asked ? "Leave" : "Change"}
        </Button>
      </td>
    </tr>
  );
}

/** Takes one stroke, or two if Enter does not end it after the first. */
function KeyCatcher({ action, onKeys, onLeave }: Pick<KeyRowProps, "action" | "onKeys" | "onLeave">) {
  const { keysOf } = useKeyboard();
  const [strokes, setStrokes] = useState<readonly string[]>([]);
  const [clash, setClash] = useState<string | null>(null);
  const onKeyDown = useEffectEvent((event: KeyboardEvent) => {
    const stroke = strokeOf(event);
    if (stroke === null || stroke === "Tab") return;
    event.preventDefault();
    event.stopPropagation();
    if (stroke === "Escape") return onLeave();
    const taken = stroke === "Enter" && strokes.length > 0 ? strokes : [...strokes, stroke];
    const full = taken === strokes || taken.length === 2;
    const found = clashOf(action, taken.join(" "), keysOf);
    // A first stroke that begins other keys may still become a pair of its own.
    if (found !== null && (full || !found.begins)) {
      setStrokes([]);
      return setClash(found.does);
    }
    setClash(null);
    if (full) return onKeys(taken.join(" "));
    return setStrokes(taken);
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKeyDown(event);
    window.addEventListener("keydown", listener, { capture: true });
    return () => window.removeEventListener("keydown", listener, { capture: true });
  }, []);
  return (
    <div role="status">
      {strokes.length === 0 ? (
        "Press a key"
      ) : (
        <Fragment>
          <KeyCaps keys={strokes.join(" ")} /> then another, or Enter
        </Fragment>
      )}
      {clash !== null && <p className={classes.fault}>Taken: {clash}</p>}
    </div>
  );
}

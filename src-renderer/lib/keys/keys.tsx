/** Keys that work anywhere on the page: one listener on the window, and whatever parts are on screen bind to it. */
import { createContext, type ReactNode, use, useEffect, useEffectEvent, useMemo, useState } from "react";
import { KEY_GROUPS } from "./all.ts";
import { matchStrokes, strokeOf, strokesOf } from "./match.ts";

type Handlers = Readonly<Record<string, () => void>>;

interface Keyboard {
  /** Binds actions of the catalogue until the returned function is called. */
  readonly bind: (handlers: Handlers) => () => void;
  /** The keys of an action, the user's own where there are some. */
  readonly keysOf: (action: string) => string;
  /** Names of the groups with an action that works now. */
  readonly active: ReadonlySet<string>;
}

const KeyboardContext = createContext<Keyboard | null>(null);

export const DEFAULT_KEYS: ReadonlyMap<string, string> = new Map(
  KEY_GROUPS.flatMap(({ actions }) => Object.entries(actions).map(([action, { keys }]) => [action, keys] as const)),
);

/** `own`: keys by action, from the settings. */
export function KeyboardProvider({ own, children }: { own: Readonly<Record<string, string>>; children: ReactNode }) {
  const [layers, setLayers] = useState<readonly Handlers[]>([]);
  const keysOf = useMemo(() => (action: string) => own[action] ?? DEFAULT_KEYS.get(action) ?? "", [own]);
  const typed = useMemo(() => ({ strokes: [] as string[] }), []);

  const onKeyDown = useEffectEvent((event: KeyboardEvent) => {
    const stroke = strokeOf(event);
    if (stroke === null || event.defaultPrevented || isTyping(event, stroke) || isCovered()) return;
    const bound = layers.flatMap((layer) => Object.keys(layer).map((action) => [action, keysOf(action)] as const));
    let matched = matchStrokes([...typed.strokes, stroke], bound);
    if (matched.kind === "none" && typed.strokes.length > 0) {
      typed.strokes = [];
      matched = matchStrokes([stroke], bound);
    }
    typed.strokes = matched.kind === "begun" ? [...typed.strokes, stroke] : [];
    if (matched.kind !== "hit") return;
    event.preventDefault();
    layers.findLast((layer) => Object.hasOwn(layer, matched.action))?.[matched.action]?.();
  });

  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKeyDown(event);
    window.addEventListener("keydown", listener);
    return () => window.removeEventListener("keydown", listener);
  }, []);

  const keyboard = useMemo<Keyboard>(() => {
    const bound = new Set(layers.flatMap((layer) => Object.keys(layer)));
    return {
      keysOf,
      active: new Set(
        KEY_GROUPS.filter(({ actions }) => Object.keys(actions).some((action) => bound.has(action))).map(
          ({ where }) => where,
        ),
      ),
      bind: (handlers) => {
        setLayers((now) => [...now, handlers]);
        return () => setLayers((now) => now.filter((layer) => layer !== handlers));
      },
    };
  }, [layers, keysOf]);

  return <KeyboardContext value={keyboard}>{children}</KeyboardContext>;
}

export function useKeyboard(): Keyboard {
  const keyboard = use(KeyboardContext);
  if (keyboard === null) throw new Error("useKeyboard needs a KeyboardProvider around it.");
  return keyboard;
}

/**
 * Binds actions while the calling part is on screen: `useKeys({ "study.import": () => setOpen(true) })`. What was
 * bound last wins where two have the same keys. Nothing fires while a person types in a field or a dialog is open.
 */
export function useKeys(handlers: Handlers, { when = true }: { when?: boolean } = {}): void {
  const { bind } = useKeyboard();
  const call = useEffectEvent((action: string) => handlers[action]?.());
  const names = when ? Object.keys(handlers).sort().join(" ") : "";
  useEffect(() => {
    if (names === "") return undefined;
    return bind(Object.fromEntries(strokesOf(names).map((action) => [action, () => call(action)])));
    // Without `bind`: it is a new function of each render that does the same.
  }, [names]);
}

/** Typing in a field is typing, but for Escape and strokes with Ctrl or Cmd. */
function isTyping(event: KeyboardEvent, stroke: string): boolean {
  const { target } = event;
  if (!(target instanceof HTMLElement)) return false;
  const field =
    target.isContentEditable || target.matches("textarea, select, input:not([type=checkbox], [type=radio])");
  return field && !/^(Mod\+|Escape)/.test(stroke);
}

/** Parts behind an open dialog are out of reach for the eye as well; the dialog's own parts know their keys. */
const isCovered = (): boolean => document.querySelector('[role="dialog"][aria-modal="true"]') !== null;

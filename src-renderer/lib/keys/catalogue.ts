/**
 * Every action that has a key: its name in the settings, its default key, and its sentence in the key sheet. Pages add
 * their own in a file of theirs (`pages/browse/keys.ts`) and list it in `all.ts`, so that the settings know them too.
 *
 * A key is written as the sheet shows it: "ArrowRight", "Shift+ArrowRight", "Mod+s" (Ctrl, or Cmd on a Mac), "?",
 * or two strokes one after the other: "g s".
 */
export interface KeyAction {
  readonly keys: string;
  /** What it does, as a short command: "Open Study". */
  readonly does: string;
}

export interface KeyGroup {
  /** Where these keys work: "Everywhere", "Browse". */
  readonly where: string;
  readonly actions: Readonly<Record<string, KeyAction>>;
}

export const EVERYWHERE = {
  where: "Everywhere",
  actions: {
    "go.study": { keys: "g s", does: "Open Study" },
    "go.browse": { keys: "g b", does: "Open Browse" },
    "go.experiments": { keys: "g e", does: "Open Experiments" },
    "go.settings": { keys: "g o", does: "Open Settings" },
    "tasks.show": { keys: "g t", does: "Show the tasks" },
    "theme.toggle": { keys: "g d", does: "Switch between light and dark" },
    "keys.sheet": { keys: "?", does: "Show the keys" },
  },
} as const satisfies KeyGroup;

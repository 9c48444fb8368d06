/** From keyboard events to strokes, and from strokes to actions. */

const MAC = /Mac|iPhone|iPad/.test(globalThis.navigator?.platform ?? "");

type KeyStroke = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">;

/**
 * One stroke as the catalogue writes it: "Mod+s", "Shift+ArrowRight", "?". Shift is part of the name only where it
 * does not already show in the character. Null for a modifier alone.
 */
export function strokeOf(event: KeyStroke, mac = MAC): string | null {
  const { key } = event;
  if (["Shift", "Control", "Alt", "Meta", "AltGraph", "Dead", "CapsLock"].includes(key)) return null;
  const letter = key.length === 1;
  const mod = mac ? event.metaKey : event.ctrlKey;
  const other = mac ? event.ctrlKey : event.metaKey;
  const plain = letter && !mod && !other && !event.altKey;
  const parts = [
    mod && "Mod",
    other && (mac ? "Ctrl" : "Meta"),
    event.altKey && "Alt",
    event.shiftKey && !plain && "Shift",
    key === " " ? "Space" : letter && !plain ? key.toLowerCase() : key,
  ];
  return parts.filter((part) => part !== false).join("+");
}

/** "g s" -> ["g", "s"]. */
export const strokesOf = (keys: string): string[] => keys.split(" ").filter((stroke) => stroke !== "");

export type Matched =
  | { readonly kind: "hit"; readonly action: string }
  /** The strokes begin some action's keys: the next stroke decides. */
  | { readonly kind: "begun" }
  | { readonly kind: "none" };

/** `bound`: pairs of action and keys; the last of equal keys wins, so that what opened last is on top. */
export function matchStrokes(typed: readonly string[], bound: readonly (readonly [string, string])[]): Matched {
  const text = typed.join(" ");
  const hit = bound.findLast(([, keys]) => keys === text);
  if (hit !== undefined) return { kind: "hit", action: hit[0] };
  return bound.some(([, keys]) => keys.startsWith(`${text} `)) ? { kind: "begun" } : { kind: "none" };
}

const SIGNS: Readonly<Record<string, string>> = {
  ArrowLeft: "←",
  ArrowRight: "→",
  ArrowUp: "↑",
  ArrowDown: "↓",
  Escape: "Esc",
  Mod: MAC ? "⌘" : "Ctrl",
  Alt: MAC ? "⌥" : "Alt",
  Shift: "Shift",
};

/** What stands on the key caps: "Shift+ArrowRight" -> ["Shift", "→"]. */
export function keyCaps(stroke: string): string[] {
  const parts = stroke === "+" ? ["+"] : stroke.split(/\+(?=.)/);
  return parts.map((part) => SIGNS[part] ?? (part.length === 1 ? part.toUpperCase() : part));
}

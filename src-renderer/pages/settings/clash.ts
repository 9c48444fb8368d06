import { EVERYWHERE, type KeyGroup } from "../../lib/keys/catalogue.ts";
import { KEY_GROUPS } from "../../lib/keys/all.ts";

export interface Clash {
  /** What the key does already. */
  readonly does: string;
  /** The key is only the beginning of the other one's two strokes. */
  readonly begins: boolean;
}

/** What stands in the way of `keys` for an action: another action at work in the same place with the same beginning. */
export function clashOf(action: string, keys: string, keysOf: (action: string) => string): Clash | null {
  const own = KEY_GROUPS.find(({ actions }) => Object.hasOwn(actions, action));
  const places: readonly KeyGroup[] =
    own?.where === EVERYWHERE.where
      ? KEY_GROUPS
      : KEY_GROUPS.filter((group) => group === own || group.where === EVERYWHERE.where);
  for (const { actions } of places) {
    for (const [other, { does }] of Object.entries(actions)) {
      if (other === action) continue;
      const theirs = keysOf(other);
      if (theirs === keys || keys.startsWith(`${theirs} `)) return { does, begins: false };
      if (theirs.startsWith(`${keys} `)) return { does, begins: true };
    }
  }
  return null;
}

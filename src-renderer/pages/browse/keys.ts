import type { KeyGroup } from "../../lib/keys/catalogue.ts";

/** In the grid while it has the focus; with it in the sample beside, the arrows step through the clip's frames. */
export const BROWSE_KEYS = {
  where: "Browse",
  actions: {
    "browse.search": { keys: "/", does: "Search in the samples" },
    "browse.left": { keys: "ArrowLeft", does: "In the grid: sample before" },
    "browse.right": { keys: "ArrowRight", does: "In the grid: next sample" },
    "browse.up": { keys: "ArrowUp", does: "In the grid: row above" },
    "browse.down": { keys: "ArrowDown", does: "In the grid: row below" },
    "browse.pageUp": { keys: "PageUp", does: "In the grid: page up" },
    "browse.pageDown": { keys: "PageDown", does: "In the grid: page down" },
    "browse.first": { keys: "Home", does: "In the grid: first sample" },
    "browse.last": { keys: "End", does: "In the grid: last sample" },
    "browse.open": { keys: "Enter", does: "Open the sample" },
    "browse.before": { keys: "k", does: "Open the sample before" },
    "browse.next": { keys: "j", does: "Open the next sample" },
    "browse.close": { keys: "Escape", does: "Close the sample" },
  },
} as const satisfies KeyGroup;

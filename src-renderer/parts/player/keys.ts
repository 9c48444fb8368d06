import type { KeyGroup } from "../../lib/keys/catalogue.ts";

/** Frames that Shift goes at once. */
export const STRIDE = 10;

export const PLAYER_KEYS = {
  where: "Clip",
  actions: {
    "clip.back": { keys: "ArrowLeft", does: "One frame back" },
    "clip.on": { keys: "ArrowRight", does: "One frame on" },
    "clip.farBack": { keys: "Shift+ArrowLeft", does: `${STRIDE} frames back` },
    "clip.farOn": { keys: "Shift+ArrowRight", does: `${STRIDE} frames on` },
    "clip.first": { keys: "Home", does: "First frame" },
    "clip.last": { keys: "End", does: "Last frame" },
    "clip.markBack": { keys: "Alt+ArrowLeft", does: "To the mark before (onset, apex, offset)" },
    "clip.markOn": { keys: "Alt+ArrowRight", does: "To the next mark" },
    "clip.swap": { keys: "x", does: "Swap onset and apex" },
    "clip.play": { keys: "p", does: "Play or pause" },
    "clip.slower": { keys: "[", does: "Slower" },
    "clip.faster": { keys: "]", does: "Faster" },
    "clip.loop": { keys: "l", does: "Loop: off, clip, onset to offset" },
    "clip.closer": { keys: "+", does: "Zoom in" },
    "clip.farther": { keys: "-", does: "Zoom out" },
    "clip.fit": { keys: "0", does: "Fit the picture" },
  },
} as const satisfies KeyGroup;

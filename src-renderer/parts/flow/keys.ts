import type { KeyGroup } from "../../lib/keys/catalogue.ts";

export const FLOW_KEYS = {
  where: "Optical flow",
  actions: {
    "flow.next": { keys: "v", does: "Next view: colours, arrows, strain, length" },
    "flow.more": { keys: "]", does: "More of the flow over the face" },
    "flow.less": { keys: "[", does: "Less of it" },
    "flow.swap": { keys: "x", does: "Swap the onset and the apex under it" },
  },
} as const satisfies KeyGroup;

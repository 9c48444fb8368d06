import type { KeyGroup } from "../../lib/keys/catalogue.ts";

export const STUDY_KEYS = {
  where: "Study",
  actions: {
    "study.import": { keys: "i", does: "Import a dataset" },
  },
} as const satisfies KeyGroup;

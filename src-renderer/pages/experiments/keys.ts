import type { KeyGroup } from "../../lib/keys/catalogue.ts";

export const EXPERIMENTS_KEYS = {
  where: "Experiments",
  actions: {
    "experiments.start": { keys: "Mod+Enter", does: "Start the experiment" },
    "experiments.compare": { keys: "c", does: "Compare the chosen experiments" },
  },
} as const satisfies KeyGroup;

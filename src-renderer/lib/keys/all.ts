/** Every group of keys, in the order of the key sheet and the settings. */
import { BROWSE_KEYS } from "../../pages/browse/keys.ts";
import { EXPERIMENTS_KEYS } from "../../pages/experiments/keys.ts";
import { STUDY_KEYS } from "../../pages/study/keys.ts";
import { FLOW_KEYS } from "../../parts/flow/keys.ts";
import { PLAYER_KEYS } from "../../parts/player/keys.ts";
import { EVERYWHERE, type KeyGroup } from "./catalogue.ts";

export const KEY_GROUPS: readonly KeyGroup[] = [
  EVERYWHERE,
  STUDY_KEYS,
  BROWSE_KEYS,
  EXPERIMENTS_KEYS,
  PLAYER_KEYS,
  FLOW_KEYS,
];

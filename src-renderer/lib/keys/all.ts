/** Every group of keys, in the order of the key sheet and the settings. */
import { STUDY_KEYS } from "../../pages/study/keys.ts";
import { EVERYWHERE, type KeyGroup } from "./catalogue.ts";

export const KEY_GROUPS: readonly KeyGroup[] = [EVERYWHERE, STUDY_KEYS];

import { unreachable } from "../../../src-main/contract/errors.ts";
import type { LabelRule } from "../../../src-main/contract/sample.ts";

export const PRESETS = [
  {
    name: "paper",
    shown: "Paper",
    words: "Happiness is positive; disgust, sadness, fear and anger are negative; surprise is surprise.",
  },
  {
    name: "megc2019",
    shown: "MEGC 2019",
    words: "The grouping of the 2019 challenge: contempt and repression count as negative as well.",
  },
] as const;

/** The rule's name as a person knows it: "Paper", "MEGC 2019", or the file that it came from. */
export function ruleName(rule: LabelRule): string {
  switch (rule.kind) {
    case "preset":
      return PRESETS.find(({ name }) => name === rule.name)?.shown ?? rule.name;
    case "mapping":
    case "table":
      return rule.name;
    default:
      return unreachable(rule, "label rule");
  }
}

import { ApexError } from "../../contract/errors.ts";
import { describe, type Value } from "../graph.ts";
import type { Program } from "../program.ts";

/** Feeds in the order of the program's inputs; throws ApexError `shape-mismatch` when one is missing, unknown or misfit. */
export function orderedFeeds({ inputs }: Program, feeds: Readonly<Record<string, Value>>): Value[] {
  const known = new Set(inputs.map((node) => node.attrs.name));
  const unknown = Object.keys(feeds).find((name) => !known.has(name));
  if (unknown !== undefined) throw new ApexError("shape-mismatch", `The program has no input named "${unknown}".`);
  return inputs.map((node) => {
    const { name } = node.attrs;
    const fed = Object.hasOwn(feeds, name) ? feeds[name] : undefined;
    if (fed !== undefined && describe(fed) === describe(node)) return fed;
    const have = fed === undefined ? "nothing" : describe(fed);
    throw new ApexError(
      "shape-mismatch",
      `The input "${name}" (${node.where}) is ${describe(node)}, but ${have} was fed.`,
    );
  });
}

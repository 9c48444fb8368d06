/** Passes make a program cheaper without changing what it computes; each is a function, and the order is here. */
import type { Program } from "../program.ts";
import { foldConstants } from "./constants.ts";
import { mergeEqual } from "./equal.ts";
import { unstretch } from "./unstretch.ts";

export type Pass = (program: Program) => Program;

/** Dead code falls away by itself: a program holds only what its outputs reach. */
const PASSES: readonly Pass[] = [foldConstants, unstretch, mergeEqual];

export function simplify(program: Program, passes: readonly Pass[] = PASSES): Program {
  return passes.reduce((current, pass) => pass(current), program);
}

/**
 * How a demo study's emotions are coded: which action units, as a coder would write them (the forms of the releases'
 * own tables: "6+12", "L12", one AU alone), and how often. The facial motion follows the coding and nothing else.
 */
import type { Random } from "../../engine/random.ts";
import type { AuState } from "../../vision/drawn/head/face.ts";
import { isDrawnAu } from "../../vision/drawn/head/action-units.ts";
import { ApexError } from "../../contract/errors.ts";

export const EMOTIONS = [
  "happiness",
  "surprise",
  "disgust",
  "anger",
  "sadness",
  "fear",
  "contempt",
  "repression",
  "tense",
  "others",
] as const;
export type Emotion = (typeof EMOTIONS)[number];

/** Codings and their weights. */
const CODINGS: Record<Emotion, readonly (readonly [coding: string, weight: number])[]> = {
  happiness: [
    ["6+12", 5],
    ["12", 6],
    ["L12", 1],
    ["R12", 1],
    ["12+25", 1],
    ["6+7+12", 1],
  ],
  surprise: [
    ["1+2", 6],
    ["1+2+5", 4],
    ["1+2+25", 2],
    ["1+2+5+26", 1],
    ["2", 1],
    ["5", 1],
    ["25+26", 1],
  ],
  disgust: [
    ["4+9", 3],
    ["9", 2],
    ["4+7", 4],
    ["10", 2],
    ["4+7+10", 2],
    ["4", 3],
    ["L10", 1],
    ["4+7+9", 1],
  ],
  anger: [
    ["4", 3],
    ["4+7", 5],
    ["23", 1],
    ["4+7+23", 2],
  ],
  sadness: [
    ["1+4", 3],
    ["15", 2],
    ["17", 2],
    ["15+17", 2],
    ["4+15", 1],
  ],
  fear: [
    ["1+2+4", 2],
    ["20", 2],
    ["4+20", 2],
    ["4+5", 1],
  ],
  contempt: [
    ["14", 2],
    ["L14", 1],
    ["R14", 1],
  ],
  repression: [
    ["12+15", 2],
    ["15", 1],
    ["14", 2],
    ["17", 2],
    ["12+17", 1],
  ],
  tense: [
    ["14", 2],
    ["17", 2],
    ["4", 1],
    ["24", 2],
    ["17+24", 1],
  ],
  others: [
    ["4", 3],
    ["4+7", 3],
    ["14", 3],
    ["17", 2],
    ["15", 1],
    ["7", 1],
    ["24", 1],
    ["1", 1],
  ],
};

export function drawCoding(random: Random, emotion: Emotion): string {
  const codings = CODINGS[emotion];
  let left = random.uniform() * codings.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [coding, weight] of codings) {
    left -= weight;
    if (left < 0) return coding;
  }
  return codings[0][0];
}

/** Relative strengths of a coding's AUs, the strongest near 1: `L` is the person's left, the viewer's right. */
export function drawStrengths(random: Random, coding: string): AuState {
  const state: Record<number, readonly [number, number]> = {};
  for (const part of coding.split("+")) {
    const side = /^[LR]/.exec(part)?.[0];
    const au = Number(part.slice(side === undefined ? 0 : 1));
    if (!isDrawnAu(au))
      throw new ApexError("internal", `The demo study's coding ${coding} has an AU that is not drawn.`);
    const strength = 0.7 + 0.3 * random.uniform();
    // Faces are never quite even.
    const lean = 1 + 0.16 * (random.uniform() - 0.5);
    state[au] = [strength * (side === "L" ? 0.12 : lean), strength * (side === "R" ? 0.12 : 2 - lean)];
  }
  return state;
}

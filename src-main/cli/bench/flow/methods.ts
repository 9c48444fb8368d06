/** Every method of flow side by side on the pair sets: end-point errors and times. */
import { readFile } from "node:fs/promises";
import type { Executor } from "../../../engine/index.ts";
import { raftAsTrained } from "../../../vision/flow/micro/open.ts";
import { microRaft, microRaftOptions } from "../../../vision/flow/micro/refine.ts";
import { isMicro } from "../../../vision/flow/micro/weights.ts";
import { evaluationSets, type EvaluationPair, type EvaluationSet } from "../../../vision/flow/pairs/evaluation.ts";
import { CANVAS } from "../../../vision/flow/pairs/textures/canvas.ts";
import { type Flow, type FlowPair, zeroFlow } from "../../../vision/flow/flow.ts";
import { readRaftWeights } from "../../../vision/flow/raft/weights/read.ts";
import { TVL1 } from "../../../vision/flow/tvl1/tvl1.ts";
import { cut, type Picture, resize } from "../../../vision/pictures/picture.ts";
import { readPicture } from "../../../vision/pictures/read.ts";
import { OPENCV_METHODS, opencvFlows, type PeerFlow, photoFiles } from "./peers.ts";

export interface FlowScore {
  readonly set: string;
  readonly method: string;
  /** Mean end-point error, px, over the points that count of all pairs; null where the method is not on this machine. */
  readonly epe: number | null;
  /** The error that 95 of 100 points stay below. */
  readonly epe95: number | null;
  /** A pair, at best. */
  readonly ms: number | null;
}

export interface FlowBenchOptions {
  readonly executor: Executor;
  /** Our weights. */
  readonly weights: string;
  readonly onSet: (name: string) => void;
}

export async function flowScores({ executor, weights, onSet }: FlowBenchOptions): Promise<FlowScore[]> {
  const bytes = await readFile(weights);
  await using raft = raftAsTrained({ bytes, file: weights, executor });
  await using network = microRaft({ executor, weights: readRaftWeights(bytes, { file: weights }) });
  const ours: [string, Compute][] = [["raft", (pair) => raft.compute(pair, {})]];
  // What our network says by itself, before its flow is settled on the pictures.
  const unsettled = microRaftOptions.parse({ rounds: 0 });
  if (isMicro(bytes)) ours.push(["raft-unsettled", (pair) => network.compute(pair, unsettled)]);
  const scores: FlowScore[] = [];
  for (const set of await evaluationSets(await photos())) {
    onSet(set.name);
    if (set.pairs.length > 0) scores.push(...(await scoresOf(set, ours)));
  }
  return scores;
}

type Compute = (pair: FlowPair) => Promise<Flow>;

async function scoresOf({ name, pairs }: EvaluationSet, ours: readonly [string, Compute][]): Promise<FlowScore[]> {
  const own: [string, Compute][] = [
    ...ours,
    ["tvl1", (pair) => TVL1.compute(pair, TVL1.options.parse({}))],
    ["zero", (pair) => Promise.resolve(zeroFlow(pair.onset.width, pair.onset.height))],
  ];
  const scores: FlowScore[] = [];
  for (const [method, compute] of own) {
    const flows: PeerFlow[] = [];
    for (const pair of pairs) {
      const start = performance.now();
      const flow = await compute(pair);
      flows.push({ flow, ms: performance.now() - start });
    }
    scores.push({ set: name, method, ...judged(flows, pairs) });
  }
  const peers = await opencvFlows(pairs);
  for (const method of OPENCV_METHODS)
    scores.push({
      set: name,
      method,
      ...(peers === null ? { epe: null, epe95: null, ms: null } : judged(peers[method], pairs)),
    });
  return scores;
}

function judged(flows: readonly PeerFlow[], pairs: readonly EvaluationPair[]): Omit<FlowScore, "set" | "method"> {
  const errors = flows.flatMap(({ flow }, n) => {
    const { truth, counts } = pairs[n];
    return Array.from(flow.u.keys()).flatMap((i) =>
      counts !== null && counts[i] === 0 ? [] : [Math.hypot(flow.u[i] - truth.u[i], flow.v[i] - truth.v[i])],
    );
  });
  const sorted = Float64Array.from(errors).sort();
  return {
    epe: errors.reduce((a, b) => a + b, 0) / errors.length,
    epe95: sorted[Math.floor(0.95 * (sorted.length - 1))],
    ms: Math.min(...flows.map(({ ms }) => ms)),
  };
}

async function photos(): Promise<Picture[]> {
  const pictures: Picture[] = [];
  for (const file of photoFiles()) {
    const whole = await readPicture(file);
    const side = Math.min(whole.width, whole.height);
    const box = {
      left: Math.floor((whole.width - side) / 2),
      top: Math.floor((whole.height - side) / 2),
      width: side,
      height: side,
    };
    pictures.push(resize(cut(whole, box), { width: CANVAS, height: CANVAS }));
  }
  return pictures;
}

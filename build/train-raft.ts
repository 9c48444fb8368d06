/**
 * `npm run train:raft -- [options]`: trains RAFT-small with the engine on generated pairs, for as long as it is let.
 * Checkpoints and the log stand in .training/raft; the same command goes on from there, Ctrl-C or SIGTERM ends it after
 * the step at hand. `--export FILE` writes the checkpoint's weights, the log's milestones beside them, and ends.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { onnxExecutor, writeSafetensors } from "../src-main/engine/index.ts";
import { initialRaftState } from "../src-main/learning/raft/initial/weights.ts";
import { whitened } from "../src-main/learning/raft/initial/whiten.ts";
import { createMeasure } from "../src-main/learning/raft/measure.ts";
import { rateAt } from "../src-main/learning/raft/schedule.ts";
import { decodeRaftState, encodeRaftState, raftParameters } from "../src-main/learning/raft/state.ts";
import { createRaftTrainer } from "../src-main/learning/raft/trainer.ts";
import { MICRO } from "../src-main/vision/flow/micro/weights.ts";
import { TrainingPairs } from "../src-main/vision/flow/pairs/training.ts";
import { folderShelf, startPairs, trainingPairs } from "./raft/pairs.ts";

const root = path.resolve(import.meta.dirname, "..");
const { values } = parseArgs({
  options: {
    folder: { type: "string", default: path.join(root, ".training", "raft") },
    seed: { type: "string", default: "20261125" },
    batch: { type: "string", default: "4" },
    /** Pixels of the network's pictures: larger ones show more of a face, and cost as much more. */
    side: { type: "string", default: "128" },
    iterations: { type: "string", default: "2" },
    rate: { type: "string", default: "4e-4" },
    warmup: { type: "string", default: "200" },
    /** The plateau's last step, and the last step of all. */
    "decay-from": { type: "string", default: "1000000" },
    steps: { type: "string", default: "1000000" },
    /** Share of pairs that the network sees unenlarged. */
    plain: { type: "string", default: "0" },
    drawn: { type: "string", default: "0.15" },
    /** Weight of the loss that teaches the features directly. */
    matching: { type: "string", default: "0.5" },
    /** What stays of the weights' running average from step to step. */
    average: { type: "string", default: "0.998" },
    threads: { type: "string", default: "2" },
    from: { type: "string" },
    export: { type: "string" },
  },
});
const number = (name: Exclude<keyof typeof values, "from" | "export">): number => Number(values[name]);

const SAVE_MS = 60_000;
const LOG_STEPS = 25;
const MEASURE_STEPS = 250;
const HELD_OUT = { seed: 977, pairs: 32, side: 64 };

const folder = values.folder;
const checkpoint = path.join(folder, "checkpoint.safetensors");
const start = values.from ?? checkpoint;
let state = existsSync(start) ? decodeRaftState(readFileSync(start)) : initialRaftState(number("seed"));

function replace(file: string, bytes: Uint8Array): void {
  writeFileSync(`${file}.new`, bytes);
  renameSync(`${file}.new`, file);
}

/** Every line of the log that says how far the held-out error had come, or with what the training went on. */
function milestones(file: string): string {
  const lines = readFileSync(file, "utf8").trim().split("\n");
  return `${lines.filter((line) => line.includes("heldOut") || line.includes("options")).join("\n")}\n`;
}

if (values.export !== undefined) {
  const about = { ...MICRO, model: "raft-small", steps: String(state.step), pairs: String(state.pairs) };
  replace(values.export, writeSafetensors(raftParameters(state), about));
  writeFileSync(
    path.join(path.dirname(values.export), "training-log.jsonl"),
    milestones(path.join(folder, "log.jsonl")),
  );
  console.log(`${values.export}: the weights after ${state.step} steps, and training-log.jsonl beside them.`);
  process.exit(0);
}

mkdirSync(folder, { recursive: true });
const executor = onnxExecutor({ threads: number("threads") });
const pairsOptions = {
  seed: number("seed"),
  drawnShare: number("drawn"),
  shelf: path.join(root, ".training", "pool"),
  batch: number("batch"),
  side: number("side"),
  plainEvery: number("plain") > 0 ? Math.round(1 / number("plain")) : 0,
};
const heldOut = new TrainingPairs({
  seed: HELD_OUT.seed,
  sizes: { painted: 27, heads: 3, people: 1 },
  drawnShare: 0.1,
  shelf: folderShelf(pairsOptions.shelf),
});
await using measure = await createMeasure({
  executor,
  pairs: await Array.fromAsync({ length: HELD_OUT.pairs }, (_, n) => heldOut.pair(n, HELD_OUT.side)),
  factor: 2,
  iterations: 3,
});
if (state.step === 0) {
  const first = trainingPairs(pairsOptions);
  state = await whitened(state, {
    executor,
    pairs: await Array.fromAsync({ length: 48 }, (_, n) => first.pair(n, number("side") / 2)),
    factor: 2,
  });
}
using pairs = startPairs(pairsOptions);
await using trainer = await createRaftTrainer({
  executor,
  batch: number("batch"),
  side: number("side"),
  iterations: number("iterations"),
  gamma: 0.8,
  weightDecay: 1e-5,
  clip: 1,
  matching: number("matching"),
  average: number("average"),
  pairs: pairs.batch,
});

const end = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => end.abort());

const log = (line: object): void => {
  const text = JSON.stringify(line);
  appendFileSync(path.join(folder, "log.jsonl"), `${text}\n`);
  console.log(text);
};
const { folder: _folder, from: _from, export: _export, ...settings } = values;
log({ at: new Date().toISOString(), step: state.step, options: settings });
const schedule = {
  peak: number("rate"),
  warmup: number("warmup"),
  decayFrom: number("decay-from"),
  total: number("steps"),
};
let saved = performance.now();
const fresh = () => ({ at: performance.now(), cpu: process.cpuUsage(), steps: 0, loss: 0, matching: 0, error: 0 });
let since = fresh();
while (!end.signal.aborted && state.step < schedule.total) {
  const lr = rateAt(state.step + 1, schedule);
  const done = await trainer.step(state, lr);
  state = done.state;
  since.steps++;
  since.loss += done.loss;
  since.matching += done.matching;
  since.error += done.error;
  const measured = state.step % MEASURE_STEPS === 0;
  if (state.step % LOG_STEPS === 0 || measured) {
    const { steps } = since;
    const cpu = process.cpuUsage(since.cpu);
    log({
      step: state.step,
      pairs: state.pairs,
      lr: Number(lr.toPrecision(3)),
      loss: Number((since.loss / steps).toFixed(4)),
      matching: Number((since.matching / steps).toFixed(4)),
      error: Number((since.error / steps).toFixed(4)),
      seconds: Number(((performance.now() - since.at) / 1000 / steps).toFixed(3)),
      cpu: Number(((cpu.user + cpu.system) / 1e6 / steps).toFixed(3)),
      ...(measured ? { heldOut: Number((await measure.error(raftParameters(state))).toFixed(4)) } : {}),
    });
    since = fresh();
  }
  if (performance.now() - saved > SAVE_MS) {
    replace(checkpoint, encodeRaftState(state));
    saved = performance.now();
  }
}
replace(checkpoint, encodeRaftState(state));
log({ at: new Date().toISOString(), step: state.step, ended: true });

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { onnxExecutor } from "../../engine/index.ts";
import { TrainingPairs } from "../../vision/flow/pairs/training.ts";
import { raftBatch } from "./batch.ts";
import { initialRaftState } from "./initial/weights.ts";
import { whitened } from "./initial/whiten.ts";
import { rateAt } from "./schedule.ts";
import { decodeRaftState, encodeRaftState, type RaftState } from "./state.ts";
import { createRaftTrainer, type RaftTrainer } from "./trainer.ts";

const SIDE = 64;
const STEPS = 30;
/** A few pairs over and over, so that thirty steps must show. */
const REPEATED = 3;

const stream = new TrainingPairs({ seed: 5, sizes: { painted: 3, heads: 0, people: 0 }, drawnShare: 0 });
const pair = (n: number, side: number) => stream.pair(n % REPEATED, side);
const executor = onnxExecutor();

let trainer: RaftTrainer;
beforeAll(async () => {
  const shape = { batch: 1, side: SIDE, iterations: 2, gamma: 0.8, weightDecay: 1e-5, clip: 1, matching: 0.5 };
  const pairs = (from: number) => raftBatch({ batch: 1, side: SIDE, factor: () => 2, pair }, from);
  trainer = await createRaftTrainer({ ...shape, executor, pairs, average: 0.9 });
}, 300_000);
afterAll(() => trainer[Symbol.asyncDispose]());

async function train(state: RaftState, until: number): Promise<{ state: RaftState; losses: number[] }> {
  const losses: number[] = [];
  let now = state;
  while (now.step < until) {
    const done = await trainer.step(now, rateAt(now.step + 1, { peak: 1e-3, warmup: 10, decayFrom: 100, total: 200 }));
    losses.push(done.loss);
    now = done.state;
  }
  return { state: now, losses };
}

const bytesOf = (state: RaftState) => Buffer.from(encodeRaftState(state)).toString("base64");
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

describe("training RAFT", () => {
  it("lowers the loss in thirty steps, and goes on from a checkpoint bit for bit", async () => {
    const first = await whitened(initialRaftState(1), {
      executor,
      pairs: [await pair(0, SIDE / 2), await pair(1, SIDE / 2)],
      factor: 2,
    });
    const whole = await train(first, STEPS);
    expect(mean(whole.losses.slice(-6))).toBeLessThan(0.8 * mean(whole.losses.slice(0, 6)));

    const half = await train(first, STEPS - 6);
    const resumed = await train(decodeRaftState(encodeRaftState(half.state)), STEPS);
    expect(resumed.state.step).toBe(STEPS);
    expect(resumed.losses).toEqual(whole.losses.slice(-6));
    expect(bytesOf(resumed.state)).toBe(bytesOf(whole.state));
  }, 300_000);

  it("refuses bytes that are no checkpoint, and a loss that is no number", async () => {
    expect(() => decodeRaftState(new Uint8Array(4))).toThrow(/fewer than 8 bytes/);
    const state = initialRaftState(1);
    const broken = new Map(state.tensors);
    const name = "parameter.fnet.conv2.bias";
    const bias = state.tensors.get(name);
    if (bias === undefined) throw new Error("The bias is not there.");
    broken.set(name, { ...bias, data: new Float32Array(bias.data.length).fill(Number.NaN) });
    await expect(trainer.step({ ...state, tensors: broken }, 1e-3)).rejects.toThrow(/not finite at step 1/);
  });
});

describe("the rate", () => {
  it("rises, stays, and falls to nothing", () => {
    const schedule = { peak: 1, warmup: 10, decayFrom: 20, total: 29 };
    expect([1, 5, 10, 20, 25, 29, 30].map((step) => rateAt(step, schedule))).toEqual([0.1, 0.5, 1, 1, 0.5, 0.1, 0]);
  });
});

import { describe, expect, it } from "vitest";
import { onnxExecutor, Random, writeSafetensors } from "../../../engine/index.ts";
import type { Picture } from "../../pictures/picture.ts";
import { parametersOf } from "../raft/model.ts";
import { raftAsTrained } from "./open.ts";
import { microRaft } from "./refine.ts";
import { isMicro, MICRO } from "./weights.ts";

const executor = onnxExecutor();
const weights = {
  model: "small" as const,
  parameters: new Map(parametersOf("small").map(({ name, initial }) => [name, initial(new Random(1).split(name))])),
};

function noise(seed: number, width: number, height: number): Picture {
  const random = new Random(seed);
  return { width, height, rgb: Uint8Array.from({ length: width * height * 3 }, () => random.integer(256)) };
}

/** Waves of two lengths, moved to the right. */
const shifted = (by: number): Picture => ({
  width: 64,
  height: 64,
  rgb: Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => {
    const [x, y] = [(Math.floor(i / 3) % 64) - by, Math.floor(i / 192)];
    return 128 + 50 * Math.sin(0.7 * x + 0.2 * y) + 40 * Math.sin(0.5 * y - 0.3 * x);
  }),
});

describe("RAFT for micro-motions", () => {
  it("finds exactly nothing between equal frames, and the opposite between exchanged ones, with any weights", async () => {
    await using raft = microRaft({ executor, weights });
    const options = raft.options.parse({ passes: 2, iterations: 1 });
    const [a, b] = [noise(1, 70, 52), noise(2, 70, 52)];
    const same = await raft.compute({ onset: a, apex: a }, options);
    expect(same).toMatchObject({ width: 70, height: 52 });
    expect(Math.max(...same.u.map(Math.abs), ...same.v.map(Math.abs))).toBeLessThan(1e-5);

    const once = raft.options.parse({ passes: 1, iterations: 1, rounds: 0 });
    const there = await raft.compute({ onset: a, apex: b }, once);
    const back = await raft.compute({ onset: b, apex: a }, once);
    expect(Math.max(...there.u.map(Math.abs))).toBeGreaterThan(1e-3);
    there.u.forEach((u, i) => expect(u + back.u[i]).toBeCloseTo(0, 4));
  }, 60_000);

  it("settles on the pictures what the network says, whatever it is", async () => {
    await using raft = microRaft({ executor, weights });
    const pair = { onset: shifted(0), apex: shifted(0.5) };
    const middle = async (options: object) =>
      (await raft.compute(pair, raft.options.parse({ iterations: 1, ...options }))).u[32 * 64 + 32];
    expect(Math.abs((await middle({ rounds: 0 })) - 0.5)).toBeGreaterThan(0.1);
    expect(await middle({})).toBeCloseTo(0.5, 1);
  }, 60_000);

  it("stops between passes, and refuses frames of two sizes and frames that are too large", async () => {
    await using raft = microRaft({ executor, weights });
    const options = raft.options.parse({ iterations: 1 });
    const pair = { onset: noise(1, 64, 64), apex: noise(2, 64, 64) };
    await expect(raft.flow(pair, options, AbortSignal.abort())).rejects.toThrow(/cancelled/);
    await expect(raft.compute({ ...pair, apex: noise(2, 64, 32) }, options)).rejects.toThrow(/64 x 64.*64 x 32/);
    const huge = { width: 1032, height: 1032, rgb: new Uint8Array(1032 * 1032 * 3) };
    await expect(raft.compute({ onset: huge, apex: huge }, options)).rejects.toThrow(/at most 1048576 pixels/);
  }, 60_000);
});

describe("a file of weights", () => {
  it("is read as it was trained: only ours, which says so, by the way for micro-motions", async () => {
    const [ours, others] = [writeSafetensors(weights.parameters, MICRO), writeSafetensors(weights.parameters)];
    expect([isMicro(ours), isMicro(others), isMicro(new Uint8Array(3))]).toEqual([true, false, false]);
    const frame = noise(1, 64, 64);
    const options = { iterations: 1 };
    const longest = async (bytes: Uint8Array) => {
      await using raft = raftAsTrained({ bytes, file: "w.safetensors", executor });
      const { u, v } = await raft.compute({ onset: frame, apex: frame }, options);
      return Math.max(...u.map(Math.abs), ...v.map(Math.abs));
    };
    expect(await longest(ours)).toBeLessThan(1e-5);
    expect(await longest(others)).toBeGreaterThan(1e-3);
  }, 120_000);

  it("counts its updates in passes, and stops after a pass that moves too little", async () => {
    await using own = microRaft({ executor, weights });
    await using raft = raftAsTrained({ bytes: writeSafetensors(weights.parameters, MICRO), file: "w", executor });
    const pair = { onset: noise(1, 64, 64), apex: noise(2, 64, 64) };
    const passes = (n: number) => own.compute(pair, own.options.parse({ passes: n }));
    expect(await raft.compute(pair, { iterations: 4 })).toEqual(await passes(2));
    expect(await raft.compute(pair, { iterations: 4, threshold: 10 })).toEqual(await passes(1));
    expect(await raft.compute(pair, {})).toEqual(await passes(1));
  }, 120_000);
});

import { describe, expect, it } from "vitest";
import { onnxExecutor, Random } from "../../../engine/index.ts";
import type { Picture } from "../../pictures/picture.ts";
import { parametersOf } from "../raft/model.ts";
import { microRaft } from "./refine.ts";

const executor = onnxExecutor();
const weights = {
  model: "small" as const,
  parameters: new Map(parametersOf("small").map(({ name, initial }) => [name, initial(new Random(1).split(name))])),
};

function noise(seed: number, width: number, height: number): Picture {
  const random = new Random(seed);
  return { width, height, rgb: Uint8Array.from({ length: width * height * 3 }, () => random.integer(256)) };
}

describe("RAFT for micro-motions", () => {
  it("finds exactly nothing between equal frames, and the opposite between exchanged ones, with any weights", async () => {
    await using raft = microRaft({ executor, weights });
    const options = raft.options.parse({ passes: 2, iterations: 1 });
    const [a, b] = [noise(1, 70, 52), noise(2, 70, 52)];
    const same = await raft.compute({ onset: a, apex: a }, options);
    expect(same).toMatchObject({ width: 70, height: 52 });
    expect(Math.max(...same.u.map(Math.abs), ...same.v.map(Math.abs))).toBeLessThan(1e-5);

    const once = raft.options.parse({ passes: 1, iterations: 1 });
    const there = await raft.compute({ onset: a, apex: b }, once);
    const back = await raft.compute({ onset: b, apex: a }, once);
    expect(Math.max(...there.u.map(Math.abs))).toBeGreaterThan(1e-3);
    there.u.forEach((u, i) => expect(u + back.u[i]).toBeCloseTo(0, 4));
  }, 60_000);

  it("stops between passes, and refuses frames of two sizes", async () => {
    await using raft = microRaft({ executor, weights });
    const options = raft.options.parse({ iterations: 1 });
    const pair = { onset: noise(1, 64, 64), apex: noise(2, 64, 64) };
    await expect(raft.flow(pair, options, AbortSignal.abort())).rejects.toThrow(/cancelled/);
    await expect(raft.compute({ ...pair, apex: noise(2, 64, 32) }, options)).rejects.toThrow(/64 x 64.*64 x 32/);
  }, 60_000);
});

import { expect, test } from "vitest";
import { runConfig } from "../../../contract/run.ts";
import { onnxExecutor } from "../../../engine/index.ts";
import { paceOf } from "./pace.ts";

test("the time of the paper's configuration is that of every epoch of five folds, from whole epochs measured", async () => {
  const executor = onnxExecutor({ threads: 1 });
  const small = { ...runConfig.parse({ size: 16, batch: 4, epochs: 10 }), executor, samples: 10 };
  const done: number[] = [];
  const pace = await paceOf("cnn", { ...small, timed: 3, onEpoch: (n) => done.push(n) });
  expect(pace.name).toBe("cnn");
  expect(done).toEqual([1, 2, 3]);
  expect(pace.epochSeconds).toHaveLength(3);
  expect(pace.msPerSample).toBeCloseTo((1000 * pace.epochSeconds.toSorted((a, b) => a - b)[1]) / 10, 9);
  expect(pace.startSeconds).toBeGreaterThan(0);
  // 567 + 648 + 602 + 610 + 497 training samples of the five folds (the paper's Table 3), ten epochs of each.
  const epochs = 10 * (567 + 648 + 602 + 610 + 497) * pace.msPerSample;
  expect(pace.hours * 3_600_000).toBeCloseTo(epochs + 5000 * pace.startSeconds, 3);
});

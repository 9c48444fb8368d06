import { expect, test } from "vitest";
import { runConfig } from "../../../contract/run.ts";
import { onnxExecutor } from "../../../engine/index.ts";
import { paceOf } from "./pace.ts";

test("the time of the paper's configuration is that of every step of five folds", async () => {
  const small = { ...runConfig.parse({ size: 16, batch: 4, epochs: 10 }), executor: onnxExecutor({ threads: 1 }) };
  const { name, msPerSample, fastest, hours } = await paceOf("cnn", { ...small, steps: 3 });
  expect(name).toBe("cnn");
  expect(fastest).toBeGreaterThan(0);
  expect(msPerSample).toBeGreaterThanOrEqual(fastest);
  // 567 + 648 + 602 + 610 + 497 training samples of the five folds (the paper's Table 3), ten epochs of each.
  expect(hours * 3_600_000).toBeCloseTo(10 * (567 + 648 + 602 + 610 + 497) * msPerSample, 3);
});

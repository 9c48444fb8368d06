import { describe, expect, test } from "vitest";
import { onnxExecutor } from "../executors/onnx.ts";
import { COMPOSITES } from "../testing/composites.ts";
import { executorFaults, gradientFaults, prepare } from "../testing/derivatives.ts";

const above = (limit: number, faults: Record<string, number>): [string, number][] =>
  Object.entries(faults).filter(([, fault]) => !(fault < limit));

describe.each(Object.entries(COMPOSITES))("%s", (_name, c) => {
  test("gradients of both orders equal central differences", async () => {
    expect(above(1e-6, await gradientFaults(c))).toEqual([]);
  });

  test("ONNX agrees with the reference", async () => {
    expect(above(3e-5, await executorFaults(onnxExecutor({ threads: 1 }), prepare(c)))).toEqual([]);
  });
});

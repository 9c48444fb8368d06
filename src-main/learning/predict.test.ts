import { expect, test } from "vitest";
import { answers, classesOf } from "./predict.ts";

test("a row's class is its largest logit, of equals the first, however small they are", () => {
  const logits = Float32Array.of(1, 1, 0, 0, 2, 2, -3, -2, -1, -1e30, -1e30, -1e30);
  expect([...classesOf(logits)]).toEqual([0, 1, 2, 0]);
  const { predicted, probabilities } = answers(logits);
  expect([...predicted]).toEqual([0, 1, 2, 0]);
  for (let i = 0; i < 4; i++) {
    const row = probabilities.subarray(3 * i, 3 * i + 3);
    expect(row[0] + row[1] + row[2]).toBeCloseTo(1, 12);
    expect(Math.max(...row)).toBe(row[predicted[i]]);
  }
});

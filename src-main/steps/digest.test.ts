import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { Random } from "../engine/index.ts";
import { digestOf } from "./digest.ts";

test("it is that of the whole, and other work goes on between its slices", async () => {
  const bytes = new Uint8Array(new Random(1).words(2.5 * 2 ** 20).buffer);
  const parts = [
    bytes.subarray(0, 7),
    bytes.subarray(7, 7),
    bytes.subarray(7, 2 ** 22 + 7),
    bytes.subarray(2 ** 22 + 7),
  ];
  let turns = 0;
  const count = (): void => {
    turns++;
    next = setImmediate(count);
  };
  let next = setImmediate(count);
  const digest = await digestOf(parts);
  clearImmediate(next);
  expect(digest).toBe(createHash("sha256").update(bytes).digest("hex"));
  expect(turns).toBeGreaterThanOrEqual(4);
});

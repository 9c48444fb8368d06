import { expect, test } from "vitest";
import { ALLOCATION } from "./allocation.ts";
import { needsArena } from "../engine/executors/arena.ts";

test("memory is onnxruntime's to keep, unless the allocator of workers keeps it", () => {
  expect(needsArena({ ...ALLOCATION }, "linux")).toBe(false);
  expect(needsArena({}, "linux")).toBe(true);
  expect(needsArena({ ...ALLOCATION, MALLOC_TRIM_THRESHOLD_: "131072" }, "linux")).toBe(true);
  expect(needsArena({ ...ALLOCATION }, "win32")).toBe(true);
});

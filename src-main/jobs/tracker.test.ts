import { expect, test } from "vitest";
import type { Progress } from "../contract/progress.ts";
import { ProgressTracker } from "./tracker.ts";

function tracked() {
  const clock = { now: 1000 };
  const lines: Progress[] = [];
  const tracker = new ProgressTracker(
    (line) => lines.push(line),
    () => clock.now,
  );
  return { clock, lines, tracker };
}

test("the time left follows the pace of what was really worked, not of what stood already", () => {
  const { clock, lines, tracker } = tracked();
  for (const key of ["a", "b", "c", "d"]) tracker.expect("Flow", key, key === "a" ? 1 : 0);
  tracker.started("Flow");
  clock.now += 1000;
  tracker.finished("Flow", "b");
  expect(lines.at(-1)).toEqual({ what: "Flow", done: 2, total: 4, left: 2000, note: null });
  clock.now += 1000;
  tracker.moved("Flow", "c", { done: 0, total: 2, note: "row 1" });
  tracker.moved("Flow", "c", { done: 1, total: 2, note: "row 2" });
  expect(lines.at(-1)).toEqual({ what: "Flow", done: 2.5, total: 4, left: 2000, note: "row 2" });
  tracker.finished("Flow", "c");
  tracker.finished("Flow", "d");
  expect(lines.at(-1)).toMatchObject({ done: 4, total: 4, left: 0 });
});

test("a resumed job's earlier part does not make the rest look quick", () => {
  const { clock, lines, tracker } = tracked();
  tracker.expect("Training", "a", 0);
  tracker.started("Training");
  tracker.moved("Training", "a", { done: 90, total: 100, note: null });
  expect(lines.at(-1)?.left).toBeNull();
  clock.now += 5000;
  tracker.moved("Training", "a", { done: 95, total: 100, note: null });
  expect(lines.at(-1)?.left).toBeCloseTo(5000, 6);
});

test("kinds of work are told apart", () => {
  const { lines, tracker } = tracked();
  tracker.expect("Crops", "a", 0);
  tracker.expect("Flow", "b", 0);
  tracker.finished("Flow", "b");
  tracker.finished("Crops", "a");
  expect(lines.map(({ what, done, total }) => `${what} ${done}/${total}`)).toEqual(["Flow 1/1", "Crops 1/1"]);
});

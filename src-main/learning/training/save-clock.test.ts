import { expect, test } from "vitest";
import { SaveClock } from "./save-clock.ts";

test("epochs are saved as often as twenty times a save's length allows, steps once a minute", async () => {
  let now = 0;
  const clock = new SaveClock(() => now);
  expect([clock.due("epoch"), clock.due("step")]).toEqual([true, false]);
  now = 60_000;
  expect(clock.due("step")).toBe(true);
  // What goes on beside the steps counts too.
  await clock.time(async () => {
    await Promise.resolve();
    now += 100;
  });
  now += 1999;
  expect(clock.due("epoch")).toBe(false);
  now += 1;
  expect([clock.due("epoch"), clock.due("step")]).toEqual([true, false]);
  now += 58_000;
  expect(clock.due("step")).toBe(true);
});

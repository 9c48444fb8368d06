import { expect, test } from "vitest";
import { SaveClock } from "./save-clock.ts";

const megabytes = (n: number) => () => n * 1e6;

test("epochs are saved as often as twenty times a save's length allows, steps once a minute", async () => {
  let now = 0;
  const clock = new SaveClock(() => now);
  const due = () => [clock.due("epoch", megabytes(1)), clock.due("step", megabytes(1))];
  now = 60_000;
  expect(due()).toEqual([true, true]);
  // What goes on beside the steps counts too.
  await clock.time(async () => {
    await Promise.resolve();
    now += 100;
  });
  now += 1999;
  expect(due()).toEqual([false, false]);
  now += 1;
  expect(due()).toEqual([true, false]);
  now += 58_000;
  expect(due()).toEqual([true, true]);
});

test("the first save of what is large waits twenty times as long as that takes at 200 MB a second", () => {
  let now = 0;
  const clock = new SaveClock(() => now);
  expect([clock.due("epoch", megabytes(19)), clock.due("step", megabytes(19))]).toEqual([true, false]);
  expect(clock.due("epoch", megabytes(20))).toBe(false);
  now = 29_999;
  expect(clock.due("epoch", megabytes(300))).toBe(false);
  now = 30_000;
  expect(clock.due("epoch", megabytes(300))).toBe(true);
  expect(clock.due("epoch", megabytes(301))).toBe(false);
});

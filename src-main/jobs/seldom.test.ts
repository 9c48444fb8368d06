import { expect, test } from "vitest";
import { seldom } from "./seldom.ts";

test("progress is told once in a while, and at once where its note is another or the job is done", () => {
  let now = 0;
  const heard: (number | string)[] = [];
  const listener = seldom(({ done, note }) => heard.push(note ?? done), { every: 200, now: () => now });
  for (let done = 0; done < 100; done++) {
    listener({ done, total: 101, note: null });
    now += 10;
  }
  expect(heard).toEqual([0, 20, 40, 60, 80]);
  listener({ done: 100, total: 101, note: "last" });
  listener({ done: 100, total: 101, note: "last" });
  listener({ done: 100, total: 101, note: null });
  listener({ done: 101, total: 101, note: null });
  expect(heard.slice(5)).toEqual(["last", 100, 101]);
});

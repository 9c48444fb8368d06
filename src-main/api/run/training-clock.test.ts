import { expect, it } from "vitest";
import { TrainingClock } from "./training-clock.ts";

it("times trainings alone: not the inputs before them, nor scorings, nor what was begun earlier or failed", () => {
  let now = 1000;
  const clock = new TrainingClock(new Set(["first", "second", "failed"]), () => now);
  const end = (key: string, took: number, state: "finished" | "failed" = "finished") => {
    now += took;
    clock.ended({ key, state });
  };
  end("flow", 90_000);
  end("first", 800);
  end("score", 5000);
  end("resumed", 7000);
  end("second", 200);
  end("failed", 9000, "failed");
  expect([...clock.took]).toEqual([
    ["first", 800],
    ["second", 200],
  ]);
});

import { expect, test } from "vitest";
import { codedUnits } from "./action-units.ts";

test.each([
  ["12", [12]],
  ["4+7", [4, 7]],
  ["L12", [12]],
  ["R10+AU4", [4, 10]],
  ["15B or 17C, 15", [15, 17]],
  ["?", []],
  ["/", []],
  [null, []],
  ["0+4+2013", [4]],
])("%s names %j", (text, units) => {
  expect(codedUnits(text)).toEqual(units);
});

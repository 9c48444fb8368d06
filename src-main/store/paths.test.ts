import * as fc from "fast-check";
import { expect, test } from "vitest";
import { fromStored, toStored } from "./paths.ts";

test("paths inside the workspace are relative, others absolute", () => {
  expect(toStored("/lab/study", "/lab/study/demo-releases/SMIC")).toBe("demo-releases/SMIC");
  expect(toStored("/lab/study", "/lab/study")).toBe(".");
  expect(toStored("/lab/study", "/lab/study2/x")).toBe("/lab/study2/x");
  expect(toStored("/lab/study", "/lab/study/..hidden/x")).toBe("..hidden/x");
  expect(toStored("/lab/study", "/lab/x")).toBe("/lab/x");
});

test("what was stored comes back, also where the workspace moved to", () => {
  const name = fc.stringMatching(/^[A-Za-z0-9 ._-]{1,8}$/).filter((text) => text !== "." && text !== "..");
  fc.assert(
    fc.property(fc.array(name, { minLength: 1, maxLength: 4 }), fc.boolean(), (parts, inside) => {
      const file = `${inside ? "/lab/study" : "/data"}/${parts.join("/")}`;
      const stored = toStored("/lab/study", file);
      expect(fromStored("/lab/study", stored)).toBe(file);
      expect(fromStored("/moved", stored)).toBe(inside ? `/moved/${parts.join("/")}` : file);
    }),
  );
});

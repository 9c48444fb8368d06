import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { planEpoch } from "./batches.ts";

const plans = fc.record({
  domains: fc.array(fc.nat(4), { minLength: 1, maxLength: 80 }),
  batch: fc.integer({ min: 1, max: 40 }),
  mode: fc.constantFrom("plain" as const, "stratified" as const),
  seed: fc.nat(1e6),
  epoch: fc.nat(100),
});

describe("the batches of an epoch", () => {
  it("hold every sample once, none too many, in as few batches as can be; again the same", () => {
    fc.assert(
      fc.property(plans, (options) => {
        const plan = planEpoch(options);
        expect(plan.flat().sort((a, b) => a - b)).toEqual(options.domains.map((_, i) => i));
        expect(plan.length).toBe(Math.ceil(options.domains.length / options.batch));
        for (const indices of plan) {
          expect(indices.length).toBeGreaterThan(0);
          expect(indices.length).toBeLessThanOrEqual(options.batch);
        }
        expect(planEpoch(options)).toEqual(plan);
      }),
    );
  });

  it("are full but for the last when plain", () => {
    const plan = planEpoch({
      domains: Array.from({ length: 70 }, () => 0),
      batch: 32,
      mode: "plain",
      seed: 1,
      epoch: 0,
    });
    expect(plan.map((indices) => indices.length)).toEqual([32, 32, 6]);
  });

  it("hold every dataset as far as it goes when stratified, in even parts", () => {
    fc.assert(
      fc.property(plans, (options) => {
        const plan = planEpoch({ ...options, mode: "stratified" });
        const sizes = plan.map((indices) => indices.length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
        for (const domain of new Set(options.domains)) {
          const n = options.domains.filter((d) => d === domain).length;
          const parts = plan.map((indices) => indices.filter((i) => options.domains[i] === domain).length);
          expect(parts.filter((part) => part > 0).length).toBe(Math.min(n, plan.length));
          expect(Math.max(...parts) - Math.min(...parts)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  it("differ from epoch to epoch and from seed to seed", () => {
    const base = { domains: Array.from({ length: 50 }, (_, i) => i % 3), batch: 8 };
    for (const mode of ["plain", "stratified"] as const) {
      const first = planEpoch({ ...base, mode, seed: 1, epoch: 0 });
      expect(planEpoch({ ...base, mode, seed: 1, epoch: 1 })).not.toEqual(first);
      expect(planEpoch({ ...base, mode, seed: 2, epoch: 0 })).not.toEqual(first);
    }
  });
});

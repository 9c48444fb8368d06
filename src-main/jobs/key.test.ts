import { isDeepStrictEqual } from "node:util";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { type JobSpec, describeJob, jobKey } from "./key.ts";

const digest = fc.stringMatching(/^[0-9a-f]{64}$/);
const key = fc.stringMatching(/^[0-9a-f]{32}$/);
const input = fc.oneof(
  fc.record({ kind: fc.constant("file" as const), path: fc.string(), digest }),
  fc.record({ kind: fc.constant("job" as const), step: fc.constantFrom("crop", "flow"), key }),
);
const json = fc.jsonValue().map((value) => z.json().parse(JSON.parse(JSON.stringify(value))));
const spec: fc.Arbitrary<JobSpec> = fc.record({
  step: fc.constantFrom("crop", "flow", "train"),
  version: fc.integer({ min: 1, max: 9 }),
  config: fc.dictionary(fc.string(), json),
  inputs: fc.dictionary(fc.string(), input),
});

/** The same value with the properties of every object in another order. */
function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, held]) => [name, turned(held)]),
  );
}

/** All of a job but where its files lie. */
const content = ({ inputs, ...rest }: JobSpec) => ({
  ...rest,
  inputs: Object.fromEntries(Object.entries(inputs).map(([name, held]) => [name, { ...held, path: "" }])),
});

describe("jobKey", () => {
  test("is 32 hex digits, the same for ever", () => {
    const one: JobSpec = {
      step: "crop",
      version: 1,
      config: { size: 224, rule: "centre-square" },
      inputs: { onset: { kind: "file", path: "/a/img46.jpg", digest: "00".repeat(32) } },
    };
    expect(jobKey(one)).toBe("2fa92b7e9fb59f38658bcbd9cd875264");
  });

  test("ignores the order of properties and where files lie", () => {
    fc.assert(
      fc.property(spec, fc.string(), (one, elsewhere) => {
        const moved = Object.entries(one.inputs).map(
          ([name, held]) => [name, held.kind === "file" ? { ...held, path: elsewhere } : held] as const,
        );
        const other = {
          inputs: turned(Object.fromEntries(moved)),
          config: turned(one.config),
          version: one.version,
          step: one.step,
        };
        expect(jobKey(other as JobSpec)).toBe(jobKey(one));
      }),
    );
  });

  test("differs whenever anything else differs", () => {
    fc.assert(
      fc.property(spec, spec, (one, other) => {
        fc.pre(!isDeepStrictEqual(content(one), content(other)));
        expect(jobKey(one)).not.toBe(jobKey(other));
      }),
    );
    fc.assert(
      fc.property(spec, json, (one, changed) => {
        expect(jobKey({ ...one, version: one.version + 1 })).not.toBe(jobKey(one));
        expect(jobKey({ ...one, step: `${one.step}2` })).not.toBe(jobKey(one));
        expect(jobKey({ ...one, config: { inner: one.config, changed } })).not.toBe(jobKey(one));
        expect(
          jobKey({ ...one, inputs: { ...one.inputs, " one more": { kind: "file", path: "", digest: "" } } }),
        ).not.toBe(jobKey(one));
      }),
    );
  });

  test("refuses what JSON cannot hold instead of confusing it with null", () => {
    const bad = { step: "crop", version: 1, config: { lr: Number.NaN }, inputs: {} };
    expect(() => jobKey(bad)).toThrow("cannot hold");
  });
});

test("describeJob writes defaults out, so that a default and its absence are one job", () => {
  const step = {
    name: "crop",
    version: 3,
    config: z.object({ size: z.int().default(224), note: z.string().optional() }),
  };
  expect(describeJob(step, { config: {} })).toEqual({ step: "crop", version: 3, config: { size: 224 }, inputs: {} });
  expect(jobKey(describeJob(step, { config: {} }))).toBe(jobKey(describeJob(step, { config: { size: 224 } })));
  expect(() => describeJob(step, { config: { size: "large" } })).toThrow("expected number");
});

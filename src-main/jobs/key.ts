/** What a job is, and its key: the address under which its result stands (content addressing, as in Nix or Bazel). */
import { createHash } from "node:crypto";
import { z } from "zod";
import { ApexError } from "../contract/errors.ts";
import type { Step } from "../steps/step.ts";

const KEY_LENGTH = 32;

export const jobKeyText = z.string().regex(new RegExp(`^[0-9a-f]{${KEY_LENGTH}}$`), "a job's key is 32 hex digits");

/** A file by its SHA-256 (hex), or the whole result folder of another job. */
export const jobInput = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("file"), path: z.string(), digest: z.string() }),
  z.object({ kind: z.literal("job"), step: z.string(), key: jobKeyText }),
]);
export type JobInput = z.infer<typeof jobInput>;

export const jobSpec = z.object({
  step: z.string(),
  version: z.int(),
  /** JSON, with every default written out. */
  config: z.json(),
  inputs: z.record(z.string(), jobInput),
});
export type JobSpec = z.infer<typeof jobSpec>;

/**
 * A job of `step`. The configuration passes the step's own schema first, so that a default left out and the same
 * default written out are one job. File paths are absolute, or relative to the workspace.
 */
export function describeJob<C>(
  step: Pick<Step<C>, "name" | "version" | "config">,
  options: { config: unknown; inputs?: Readonly<Record<string, JobInput>> },
): JobSpec {
  const config = z.json().parse(JSON.parse(JSON.stringify(step.config.parse(options.config) ?? null)));
  return { step: step.name, version: step.version, config, inputs: { ...options.inputs } };
}

/**
 * The job's key: SHA-256 over the canonical JSON of step, version, configuration and inputs, 32 hex digits. Where a
 * file lies is no part of it, only what it holds.
 */
export function jobKey(spec: JobSpec): string {
  const inputs = Object.entries(spec.inputs).map(([name, input]) => [name, identityOf(input)] as const);
  const whole = { step: spec.step, version: spec.version, config: spec.config, inputs: Object.fromEntries(inputs) };
  return createHash("sha256").update(canonicalJson(whole)).digest("hex").slice(0, KEY_LENGTH);
}

/** The job as an input of another one. */
export function resultOf(spec: JobSpec): JobInput {
  return { kind: "job", step: spec.step, key: jobKey(spec) };
}

function identityOf(input: JobInput): unknown {
  return input.kind === "file"
    ? { kind: input.kind, digest: input.digest }
    : { kind: input.kind, step: input.step, key: input.key };
}

/** JSON with sorted property names and without blanks: equal values give equal text. Refuses what JSON cannot hold. */
export function canonicalJson(value: unknown): string {
  switch (typeof value) {
    case "string":
    case "boolean":
      return JSON.stringify(value);
    case "number":
      if (Number.isFinite(value)) return JSON.stringify(value);
      break;
    case "object": {
      if (value === null) return "null";
      if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
      const entries = Object.entries(value).filter(([, held]) => held !== undefined);
      const sorted = entries.sort(([a], [b]) => (a < b ? -1 : 1));
      return `{${sorted.map(([name, held]) => `${JSON.stringify(name)}:${canonicalJson(held)}`).join(",")}}`;
    }
    default:
  }
  throw new ApexError("internal", `A job's configuration holds a value that JSON cannot hold: ${String(value)}.`);
}

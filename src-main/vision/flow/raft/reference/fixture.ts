/** The files that hold the official code's numbers, as they stand on disk. */
import { z } from "zod";

const numbers = z.array(z.number());
const count = z.int().positive();
const model = z.enum(["small", "large"]).default("small");

const pictureCheck = z.object({
  sum: z.number(),
  weightedSumMod2e32: z.number(),
  first12: numbers,
  last12: numbers,
});

export const stageSchema = z.object({
  shape: z.array(count),
  sum: z.number(),
  sumAbs: z.number(),
  maxAbs: z.number(),
  /** Largest difference between the official code in float32 and in float64. */
  diff32: z.number().min(0),
  /** Evenly spread places of the tensor: first and last included. */
  values: numbers.min(2),
});
export type Stage = z.infer<typeof stageSchema>;

/** `flow_128.json`: what one pair of pictures gives. */
export const flowFixture = z.object({
  model,
  seed: z.int().min(0).max(0xffffffff),
  width: count.multipleOf(8).min(128).max(1024),
  height: count.multipleOf(8).min(128).max(1024),
  images: z.tuple([pictureCheck, pictureCheck]),
  /** By iteration: flow on the eighth grid, [2, height / 8, width / 8]. */
  flow: z.record(z.string().regex(/^[1-9]\d{0,2}$/), z.object({ low64: numbers })),
  /** Flow in pixels at some rows and columns, [2, rows, columns]. */
  full: z.object({
    iterations: count.max(999),
    rows: z.array(z.int().min(0)),
    cols: z.array(z.int().min(0)),
    full64: numbers,
    sum64: z.tuple([z.number(), z.number()]),
  }),
  stages: z.record(z.string(), stageSchema),
});
export type FlowFixture = z.infer<typeof flowFixture>;

/** `parameters.json`: what the made-up weights must be. */
export const parameterFixture = z.object({
  model,
  seed: z.int().min(0).max(0xffffffff),
  elements: count,
  aliases: z.record(z.string(), z.string()).default({}),
  parameters: z.array(
    z.object({
      name: z.string(),
      shape: z.array(count),
      first3: numbers.max(3),
      last: z.number(),
      sum: z.number(),
    }),
  ),
});
export type ParameterFixture = z.infer<typeof parameterFixture>;

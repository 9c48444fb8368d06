/** What checking RAFT against a folder of reference numbers gives. */
import { z } from "zod";

const checkedStage = z.object({
  /** `parameters`, `picture 1`, a stage as the authors' code names it, `low flow, 12 iterations`, `full flow, 12 iterations`. */
  stage: z.string(),
  /** Largest difference found; null where there is no number to compare. */
  difference: z.number().nullable(),
  tolerance: z.number(),
  passed: z.boolean(),
});

const checkedFile = z.object({
  file: z.string(),
  model: z.enum(["small", "large"]),
  seed: z.int(),
  stages: z.array(checkedStage),
  passed: z.boolean(),
});

export const verifyDocument = z.object({
  folder: z.string(),
  files: z.array(checkedFile),
  passed: z.boolean(),
});
export type VerifyDocument = z.infer<typeof verifyDocument>;
export type CheckedFile = z.infer<typeof checkedFile>;

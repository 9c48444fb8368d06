/** Inputs of the calls that every door makes. */
import { z } from "zod";
import { DATASET_IDS } from "./datasets.ts";

export const IMPORT_KINDS = [...DATASET_IDS, "manifest"] as const;

export const importCall = z.object({
  path: z.string(),
  as: z.enum(IMPORT_KINDS),
  table: z.string().optional(),
  /** `paper`, `megc2019`, or a file: a JSON mapping or an MEGC label table. */
  labels: z.string().optional(),
  dryRun: z.boolean().default(false),
  strict: z.boolean().default(false),
});
export type ImportCall = z.infer<typeof importCall>;

export const DEMO_SIZES = ["quick", "paper"] as const;
export const demoCall = z.object({ size: z.enum(DEMO_SIZES).default("quick"), run: z.boolean().default(false) });
export type DemoCall = z.infer<typeof demoCall>;

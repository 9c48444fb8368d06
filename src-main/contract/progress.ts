import { z } from "zod";

/** One line of progress of a job or of a whole command; every door shows the same. */
export const progress = z.object({
  /** What is being done, in a user's words: "Optical flow", "Training, held-out dataset CASME II". */
  what: z.string(),
  done: z.number(),
  total: z.number(),
  /** Milliseconds left, estimated; null while unknown. */
  left: z.number().nullable(),
  note: z.string().nullable(),
});
export type Progress = z.infer<typeof progress>;

export type OnProgress = (progress: Progress) => void;

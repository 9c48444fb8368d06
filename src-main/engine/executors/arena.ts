/**
 * Whether onnxruntime keeps what a run has freed for itself. A session's arena is its own: a training has one of full
 * batches, one of the remainder, one that scores, and each fetches its pages anew from the system, seconds in all, and
 * keeps them. Where the allocator of the whole process keeps what is freed, sessions use the same pages one after the
 * other, as fast and with 20 to 40 % less memory.
 */
export function needsArena(
  env: Readonly<Record<string, string | undefined>> = process.env,
  platform: NodeJS.Platform = process.platform,
): boolean {
  // glibc alone reads these, once, at a process's start: workers are given them (ALLOCATION of jobs/allocation.ts).
  const keeps = env["MALLOC_MMAP_MAX_"] === "0" && Number(env["MALLOC_TRIM_THRESHOLD_"] ?? 0) >= LEAST_KEPT;
  return platform !== "linux" || !keeps;
}

/** Bytes at the heap's end that are kept: more than a step of any network here frees at once. */
const LEAST_KEPT = 2 ** 33;

import { ApexError } from "../contract/errors.ts";

/**
 * Runs `work` over all items, at most `limit` at a time; the first fault ends it, after what is under way.
 * @throws ApexError cancelled once the signal is given.
 */
export async function forEachLimit<T>(
  items: readonly T[],
  options: { limit: number; signal?: AbortSignal },
  work: (item: T) => Promise<void>,
): Promise<void> {
  const { limit, signal } = options;
  const rest = items.values();
  let fault: { error: unknown } | null = null;
  const lane = async () => {
    for (const item of rest) {
      if (fault !== null) return;
      try {
        throwIfCancelled(signal);
        await work(item);
      } catch (error) {
        fault ??= { error };
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, lane));
  // The lanes above write it; the compiler cannot see that.
  const found = fault as { error: unknown } | null;
  if (found !== null) throw found.error;
}

export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new ApexError("cancelled", "The import was cancelled; nothing was changed.");
}

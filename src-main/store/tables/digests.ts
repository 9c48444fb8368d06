/** SHA-256 of source files, remembered by path, size and time of change, so that an unchanged study is not read twice. */
import { createHash } from "node:crypto";
import { type BigIntStats, createReadStream, statSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import { z } from "zod";
import { ApexError, fromSystemError } from "../../contract/errors.ts";
import type { Store } from "./samples.ts";

/**
 * A file changed this short a time ago may change again without its time moving on (coarse clocks of file systems):
 * its digest is not remembered yet.
 */
const SETTLED_NS = 2_000_000_000n;

const row = z.object({ size: z.int(), mtime_ns: z.string(), digest: z.string() });

/** The file's SHA-256, hex. Errors: `file-missing`, `file-unreadable`. */
export async function digestFile(file: string): Promise<string> {
  try {
    const hash = createHash("sha256");
    await pipeline(createReadStream(file), hash);
    return hash.digest("hex");
  } catch (error) {
    const known = fromSystemError(error, "reading a source file");
    if (known instanceof ApexError && known.code === "file-missing") throw known;
    throw new ApexError("file-unreadable", `${file} cannot be read: check the disk and your rights to it.`, {
      file,
      cause: error,
    });
  }
}

/** Digests of the files, in their order; files that did not change since the last call are not read again. */
export async function digestFiles(store: Store, files: readonly string[]): Promise<string[]> {
  const digests: string[] = [];
  const fresh: { file: string; stats: BigIntStats; digest: string }[] = [];
  for (const file of files) {
    const stats = statOf(file);
    const known = remembered(store, file, stats);
    const digest = known ?? (await digestFile(file));
    if (known === undefined) fresh.push({ file, stats, digest });
    digests.push(digest);
  }
  const settled = BigInt(Date.now()) * 1_000_000n - SETTLED_NS;
  store.db.transaction(() => {
    for (const { file, stats, digest } of fresh) {
      if (stats.mtimeNs > settled) continue;
      store.db.run(
        `INSERT INTO file_digests (path, size, mtime_ns, digest) VALUES (?, ?, ?, ?)
         ON CONFLICT (path) DO UPDATE SET size = excluded.size, mtime_ns = excluded.mtime_ns, digest = excluded.digest`,
        store.toStored(file),
        Number(stats.size),
        String(stats.mtimeNs),
        digest,
      );
    }
  });
  return digests;
}

const heldDigests = z.array(z.object({ path: z.string(), digest: z.string() }));

/** Every remembered digest by the file's absolute path, whether or not the file is still the same. */
export function rememberedDigests(store: Store): Map<string, string> {
  const held = store.db.all("SELECT path, digest FROM file_digests");
  return new Map(heldDigests.parse(held).map(({ path: file, digest }) => [store.fromStored(file), digest]));
}

function remembered(store: Store, file: string, stats: BigIntStats): string | undefined {
  const raw = store.db.get("SELECT size, mtime_ns, digest FROM file_digests WHERE path = ?", store.toStored(file));
  if (raw === undefined) return undefined;
  const held = row.parse(raw);
  return held.size === Number(stats.size) && held.mtime_ns === String(stats.mtimeNs) ? held.digest : undefined;
}

function statOf(file: string): BigIntStats {
  try {
    return statSync(file, { bigint: true });
  } catch (error) {
    throw fromSystemError(error, "reading a source file");
  }
}

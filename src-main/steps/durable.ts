/** Files that are whole or absent whatever dies in between: temporary name, flush, rename, flush of the folder. */
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import path from "node:path";
import { fromSystemError } from "../contract/errors.ts";

/** Content in parts is written one after the other. Throws ApexError `disk-full`, `read-only`. */
export async function writeDurably(file: string, content: string | readonly Uint8Array[]): Promise<void> {
  const temporary = temporaryOf(file);
  try {
    {
      await using handle = await open(temporary, "w");
      await writeAll(handle, typeof content === "string" ? [Buffer.from(content)] : content);
      await handle.sync();
    }
    await rename(temporary, file);
    await flushFolder(path.dirname(file));
  } catch (error) {
    throw fromSystemError(error, `writing ${path.basename(file)}`);
  }
}

const temporaryOf = (file: string): string => `${file}.tmp`;

/** Removes a file that is of no use any more, and what a death in the middle of its writing left. */
export async function discard(file: string): Promise<void> {
  for (const one of [file, temporaryOf(file)]) {
    // One that the system holds on to costs room, and no result.
    await rm(one, { force: true }).catch(() => undefined);
  }
}

/**
 * As few calls as there can be: FileHandle.writeFile writes half a megabyte at a time, and a training, whose steps keep
 * the event loop waiting, would begin one such part a step.
 */
async function writeAll(handle: FileHandle, content: readonly Uint8Array[]): Promise<void> {
  let left = content.filter(({ length }) => length > 0);
  while (left.length > 0) {
    let { bytesWritten } = await handle.writev(left);
    if (bytesWritten === 0) throw new Error("The system takes no more bytes, and does not say why.");
    left = left.flatMap((part) => {
      const gone = Math.min(bytesWritten, part.length);
      bytesWritten -= gone;
      return gone === part.length ? [] : [part.subarray(gone)];
    });
  }
}

/** Makes renames inside a folder durable. Windows flushes folders by itself and cannot open one. */
async function flushFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  await using handle = await open(folder, "r");
  await handle.sync();
}

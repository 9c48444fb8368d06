/** Files that are whole or absent whatever dies in between: temporary name, flush, rename, flush of the folder. */
import { open, rename } from "node:fs/promises";
import path from "node:path";
import { fromSystemError } from "../contract/errors.ts";

/** Throws ApexError `disk-full`, `read-only`. */
export async function writeDurably(file: string, content: Uint8Array | string): Promise<void> {
  const temporary = `${file}.tmp`;
  try {
    {
      await using handle = await open(temporary, "w");
      await handle.writeFile(content);
      await handle.sync();
    }
    await rename(temporary, file);
    await flushFolder(path.dirname(file));
  } catch (error) {
    throw fromSystemError(error, `writing ${path.basename(file)}`);
  }
}

/** Makes renames inside a folder durable. Windows flushes folders by itself and cannot open one. */
async function flushFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  await using handle = await open(folder, "r");
  await handle.sync();
}

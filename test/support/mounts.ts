/** Small and read-only disks for tests. They need Linux and root; anywhere else such a test is skipped, saying so. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** Null where disks can be mounted; else why not, in a sentence. On Linux as root a refused mount is a failing test. */
export const WITHOUT_MOUNTS =
  process.platform === "linux" && process.getuid?.() === 0
    ? null
    : "Mounting a small disk needs Linux and root: this test was skipped.";

export interface Disk extends Disposable {
  readonly folder: string;
  /** Takes all the space that is left. */
  readonly fill: () => void;
  readonly empty: () => void;
  readonly setReadOnly: () => void;
}

/** A disk in memory of `kilobytes`. */
export function mountDisk(kilobytes: number): Disk {
  const folder = mkdtempSync(path.join(tmpdir(), "apexlab-disk-"));
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${kilobytes}k`, "tmpfs", folder]);
  const filler = path.join(folder, "filler");
  return {
    folder,
    fill: () => {
      for (const bytes of [64 * 1024, 4096, 1]) fillWith(filler, Buffer.alloc(bytes));
    },
    empty: () => rmSync(filler),
    setReadOnly: () => execFileSync("mount", ["-o", "remount,ro", folder]),
    [Symbol.dispose]: () => {
      execFileSync("umount", ["-l", folder]);
      rmSync(folder, { recursive: true });
    },
  };
}

function fillWith(file: string, block: Buffer): void {
  try {
    for (;;) writeFileSync(file, block, { flag: "a" });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOSPC")) throw error;
  }
}

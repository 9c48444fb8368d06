/** Folders of made-up frames for tests, and what must not change in them. */
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import sharp from "sharp";

/** A folder that is gone again when its scope ends. */
export class TestFolder {
  readonly path = mkdtempSync(join(tmpdir(), "apexlab-study-"));

  write(name: string, bytes: string | Uint8Array): string {
    const path = join(this.path, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
    return path;
  }

  folder(name: string): string {
    const path = join(this.path, name);
    mkdirSync(path, { recursive: true });
    return path;
  }

  /** Every file with its bytes and its time of last change. */
  snapshot(): string[] {
    return readdirSync(this.path, { recursive: true, encoding: "utf8" })
      .map((name) => {
        const path = join(this.path, name);
        const facts = statSync(path);
        const bytes = facts.isFile() ? createHash("sha256").update(readFileSync(path)).digest("hex") : "";
        return `${name} ${facts.mtimeMs} ${bytes}`;
      })
      .sort();
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

const grey = sharp({ create: { width: 8, height: 8, channels: 3, background: "#777" } });
/** The smallest honest frame. */
export const JPEG: Buffer = await grey.clone().jpeg().toBuffer();
export const PNG: Buffer = await grey.clone().png().toBuffer();

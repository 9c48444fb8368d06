/**
 * Puts the drawn parts together: everything is gathered in a folder beside the target and renamed at the end, so the
 * demo releases are there whole or not at all. A marker says which plan they are of.
 */
import { mkdir, open, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fromSystemError } from "../../contract/errors.ts";
import type { DemoPlan } from "./plan.ts";
import { planDigest } from "./plan.ts";
import { writeTables } from "./tables/write.ts";

const MARKER = "demo.json";

export interface MergeOptions {
  readonly plan: DemoPlan;
  /** Result folders of the step `demo-clips`; they are moved away. */
  readonly fragments: readonly string[];
  /** The folder of the demo releases. */
  readonly target: string;
}

/** Whether `target` already holds this plan's releases, whole. */
export async function isMerged(target: string, plan: DemoPlan): Promise<boolean> {
  try {
    const marker: unknown = JSON.parse(await readFile(join(target, MARKER), "utf8"));
    return typeof marker === "object" && marker !== null && "plan" in marker && marker.plan === planDigest(plan);
  } catch {
    // Missing or unreadable: not whole, so it is made anew.
    return false;
  }
}

/**
 * Makes `target` hold the demo releases of the plan; one that already holds them stays as it is, one of another plan
 * (or one that was broken off) is replaced.
 * @throws ApexError disk-full, read-only
 */
export async function mergeDemo(options: MergeOptions): Promise<void> {
  const { plan, fragments, target } = options;
  if (await isMerged(target, plan)) return;
  const building = `${target}.building`;
  try {
    await rm(building, { recursive: true, force: true });
    await mkdir(building, { recursive: true });
    const parts = join(building, ".parts");
    await mkdir(parts);
    // A part leaves the cache whole, in one rename: if this is broken off, it is drawn again, never found half-emptied.
    for (const [n, fragment] of fragments.entries()) {
      const part = join(parts, String(n));
      await rename(fragment, part);
      await moveInto(part, building);
    }
    await rm(parts, { recursive: true });
    await writeTables(plan, building);
    const marker = { plan: planDigest(plan), size: plan.size, seed: plan.seed };
    await writeFile(join(building, MARKER), `${JSON.stringify(marker)}\n`);
    await flush(join(building, MARKER));
    await rm(target, { recursive: true, force: true });
    await rename(building, target);
    await flush(dirname(target));
  } catch (error) {
    throw fromSystemError(error, "writing the demo releases");
  }
}

/** Renames what `from` holds into `to`; folders that both have are merged. Files of the step itself stay. */
async function moveInto(from: string, to: string): Promise<void> {
  for (const entry of await readdir(from, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    await moveFolder(join(from, entry.name), join(to, entry.name));
  }
}

async function moveFolder(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const source = join(from, entry.name);
    const goal = join(to, entry.name);
    // A folder that others share (a subject's, an emotion's) is merged; a clip's folder and a file move whole.
    if (entry.isDirectory() && (await holdsFolders(source))) await moveFolder(source, goal);
    else await rename(source, goal);
  }
}

async function holdsFolders(folder: string): Promise<boolean> {
  return (await readdir(folder, { withFileTypes: true })).some((entry) => entry.isDirectory());
}

async function flush(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

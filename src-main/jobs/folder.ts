/** Where results stand on disk, and what a run folder's content says about its state. */
import { existsSync, readFileSync, readdirSync, rmSync } from "node:fs";
import path from "node:path";
import type { RunState } from "../contract/documents.ts";
import { ApexError } from "../contract/errors.ts";
import type { AnyStep } from "../steps/registry.ts";
import { flushFolder, makeFolder, writeWhole } from "../store/files.ts";
import { isLocked, wasLocked } from "../store/lock.ts";
import { fromStored, toStored } from "../store/paths.ts";
import { type JobInput, type JobSpec, jobKey, jobSpec } from "./key.ts";

const CACHE_TEMPORARY = /\.tmp-(\d+)$/;

export interface JobAddress {
  readonly place: AnyStep["place"];
  readonly step: string;
  readonly key: string;
}

/** The absolute folder in which a job's result stands, or will stand. */
export function resultFolder(workspaceFolder: string, job: JobAddress): string {
  return job.place === "runs"
    ? runFolder(workspaceFolder, job.key)
    : path.join(workspaceFolder, "cache", job.step, job.key);
}

export const runFolder = (workspaceFolder: string, key: string) => path.join(workspaceFolder, "runs", key);

/** Whether the job's result stands whole: a cache folder under its final name, a run folder with its result.json. */
export function isFinished(workspaceFolder: string, job: JobAddress): boolean {
  const folder = resultFolder(workspaceFolder, job);
  return existsSync(job.place === "runs" ? path.join(folder, "result.json") : folder);
}

/**
 * A run folder's state, read off the disk: `finished` (result.json), `running` (a living process holds its lock),
 * `interrupted` (begun, can resume), `queued` (only written down); undefined where there is no such folder.
 */
export function runFolderState(
  workspaceFolder: string,
  key: string,
): Extract<RunState, "finished" | "running" | "interrupted" | "queued"> | undefined {
  const folder = runFolder(workspaceFolder, key);
  if (!existsSync(path.join(folder, "config.json"))) return undefined;
  if (isFinished(workspaceFolder, { place: "runs", step: "", key })) return "finished";
  if (isLocked(folder)) return "running";
  return wasLocked(folder) ? "interrupted" : "queued";
}

/** Writes `runs/<key>/config.json` where it is missing, so that the job can be run anywhere by its key; returns the folder. */
export function writeRunSpec(workspaceFolder: string, spec: JobSpec): string {
  const folder = runFolder(workspaceFolder, jobKey(spec));
  const file = path.join(folder, "config.json");
  if (existsSync(file)) return folder;
  makeFolder(folder);
  flushFolder(path.dirname(folder));
  writeWhole(
    file,
    `${JSON.stringify(
      withPaths(spec, (held) => toStored(workspaceFolder, held)),
      null,
      2,
    )}\n`,
  );
  return folder;
}

/** The job of `runs/<key>/config.json`, file paths absolute. Errors: `not-found`; `file-unreadable` when it was changed. */
export function readRunSpec(workspaceFolder: string, key: string): JobSpec {
  const file = path.join(runFolder(workspaceFolder, key), "config.json");
  if (!existsSync(file))
    throw new ApexError("not-found", `There is no job ${key} in ${workspaceFolder}: ${file} does not exist.`, { file });
  const spec = parseSpec(file);
  if (spec === undefined || jobKey(spec) !== key)
    throw new ApexError(
      "file-unreadable",
      `${file} does not describe the job ${key}: it was changed or damaged. Delete the folder and start the run again.`,
      {
        file,
      },
    );
  return withPaths(spec, (held) => fromStored(workspaceFolder, held));
}

function parseSpec(file: string): JobSpec | undefined {
  try {
    return jobSpec.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return undefined; // the caller's sentence says what this means
  }
}

function withPaths(spec: JobSpec, change: (file: string) => string): JobSpec {
  const changed = (input: JobInput): JobInput =>
    input.kind === "file" ? { ...input, path: change(input.path) } : input;
  return {
    ...spec,
    inputs: Object.fromEntries(Object.entries(spec.inputs).map(([name, input]) => [name, changed(input)])),
  };
}

/** Removes the half results that dead processes left in the cache. */
export function sweepCache(workspaceFolder: string): void {
  const cache = path.join(workspaceFolder, "cache");
  if (!existsSync(cache)) return;
  for (const step of readdirSync(cache, { withFileTypes: true })) {
    if (!step.isDirectory()) continue;
    for (const name of readdirSync(path.join(cache, step.name))) {
      const pid = CACHE_TEMPORARY.exec(name)?.[1];
      if (pid !== undefined && !isAlive(Number(pid)))
        rmSync(path.join(cache, step.name, name), { recursive: true, force: true });
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM"; // alive, somebody else's
  }
}

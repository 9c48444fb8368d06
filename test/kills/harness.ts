/** Kills trainings at seeded moments until they are done nevertheless, and compares what they leave. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as after } from "node:timers/promises";
import { Random } from "../../src-main/engine/index.ts";
import { runFolderState } from "../../src-main/jobs/folder.ts";
import { recordsOf } from "../../src-main/learning/training/fit.ts";
import { lockHolder } from "../../src-main/store/lock.ts";
import { listRuns } from "../../src-main/store/tables/runs.ts";
import { openWorkspace } from "../../src-main/store/workspace.ts";
import { DEATH, type Death, NOTE, VICTIMS, fromHost } from "./death.ts";

/** Kills in one training's life, before it is let be. */
const KILLS_A_LIFE = 5;

/** How often, and how many times at most, a dying worker is looked at. */
const LOOK_MS = 10;
const MOST_LOOKS = 6000;

export interface Kill {
  readonly death: Death;
  /** Where it landed: "write checkpoint.safetensors.tmp", or "progress 4". */
  readonly where: string;
}

export interface Report {
  readonly kills: readonly Kill[];
  /** Trainings that were begun, killed and brought to their end. */
  readonly lives: number;
  /** How many of those had a checkpoint to go on from. */
  readonly resumed: number;
}

/** The files of which equality is promised. */
const PROMISED = ["weights.safetensors", "metrics.jsonl", "result.json"] as const;

export interface Outcome {
  readonly files: Readonly<Record<(typeof PROMISED)[number], Buffer>>;
  /** Messages of progress in the last life: one a step. */
  readonly steps: number;
}

/** The CNN, or a narrow ResNet-18, whose batch norms keep running statistics. */
export type Network = "cnn" | "resnet18";

/** Runs a training from its beginning to its end, undisturbed, in a workspace of its own. */
export async function undisturbed(network: Network = "cnn"): Promise<Outcome> {
  using workspace = temporaryWorkspace();
  return await finish({ folder: workspace.folder, network });
}

/**
 * Kills trainings `count` times in all, at moments that follow from `seed`, each life ending with a training that is
 * let be and must leave the same bytes as `reference`. Throws at the first difference or false state.
 */
export async function killAndResume(options: {
  count: number;
  seed: number;
  reference: Outcome;
  network?: Network;
  onKill?: (kill: Kill, number: number) => void;
}): Promise<Report> {
  const random = new Random(options.seed);
  const kills: Kill[] = [];
  let lives = 0;
  let resumed = 0;
  for (; kills.length < options.count; lives++) {
    using workspace = temporaryWorkspace();
    const { folder } = workspace;
    const study = { folder, network: options.network ?? "cnn" };
    for (let round = 0; round < KILLS_A_LIFE && kills.length < options.count; round++) {
      const death = drawDeath(random);
      const before = epochsKept(folder);
      const where = await start(study, death);
      if (where === undefined) break; // it was done before its time came
      await checkInterrupted(folder);
      if (epochsKept(folder) < before) throw new Error(`The death at "${where}" cost epochs that a checkpoint held.`);
      kills.push({ death, where });
      options.onKill?.({ death, where }, kills.length);
    }
    const resumes = epochsKept(folder) > 0;
    const outcome = await finish(study);
    const what = `life ${lives + 1} of seed ${options.seed}`;
    compare(outcome, options.reference, what);
    if (resumes) resumed++;
    if (resumes && outcome.steps >= options.reference.steps)
      throw new Error(`A checkpoint was there, but the training began anew in ${what}.`);
  }
  return { kills, lives, resumed };
}

interface Study {
  readonly folder: string;
  readonly network: Network;
}

/** Half of the deaths come inside the work on a checkpoint, the others at any file or between files. */
function drawDeath(random: Random): Death {
  const kind = random.integer(4);
  if (kind === 3)
    return { at: "progress", count: 1 + random.integer(10), victim: VICTIMS[random.integer(VICTIMS.length)] };
  const victim = random.integer(2) === 0 ? "worker" : "group";
  return kind === 2
    ? { at: "file", file: "", count: 1 + random.integer(24), victim }
    : { at: "file", file: "checkpoint", count: 1 + random.integer(10), victim };
}

/** Starts the host and lets it die; where it died, or undefined when it finished first. */
async function start(study: Study, death: Death): Promise<string | undefined> {
  const { folder } = study;
  const note = `${folder}.death`;
  rmSync(note, { force: true });
  const { finished, progress } = await host(study, { death, note });
  if (finished) return undefined;
  if (death.at === "progress") return `progress ${progress}`;
  if (!existsSync(note))
    throw new Error(`The host of ${folder} ended without the death that was meant for it: ${JSON.stringify(death)}`);
  return readFileSync(note, "utf8");
}

async function finish(study: Study): Promise<Outcome> {
  const { folder } = study;
  const { finished, said, progress } = await host(study, {});
  if (!finished) throw new Error(`A training that nobody disturbed did not finish: ${said}`);
  const key = onlyRun(folder);
  if (runFolderState(folder, key) !== "finished") throw new Error("A finished training's folder does not say so.");
  const run = path.join(folder, "runs", key);
  const read = (name: (typeof PROMISED)[number]) => readFileSync(path.join(run, name));
  return {
    files: {
      "weights.safetensors": read("weights.safetensors"),
      "metrics.jsonl": read("metrics.jsonl"),
      "result.json": read("result.json"),
    },
    steps: progress,
  };
}

async function host(
  { folder, network }: Study,
  options: { death?: Death; note?: string },
): Promise<{ finished: boolean; progress: number; said: string }> {
  const { death, note } = options;
  const env =
    death?.at === "file" && note !== undefined
      ? { ...process.env, [DEATH]: JSON.stringify(death), [NOTE]: note }
      : process.env;
  const child = spawn(process.execPath, [path.join(import.meta.dirname, "host.ts"), folder, network], {
    detached: true, // the leader of its own group
    stdio: ["ignore", "pipe", "pipe"],
    env,
  });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
  let finished = false;
  let progress = 0;
  const ended = once(child, "close");
  for await (const text of createInterface({ input: child.stdout })) {
    const line = fromHost.parse(JSON.parse(text));
    if (line.type === "failed") said += line.message;
    if (line.type === "finished") finished = true;
    if (line.type === "progress" && ++progress === (death?.at === "progress" ? death.count : 0))
      kill(folder, death?.victim, child.pid);
  }
  await ended;
  const expected = finished || child.signalCode === "SIGKILL" || said.includes("SIGKILL");
  if (!expected) throw new Error(`The host ended in a way that was not asked for: ${said}`);
  return { finished, progress, said };
}

/** The worker's process id stands beside the lock that it holds. Who is done already cannot be killed any more. */
function kill(folder: string, victim: Death["victim"] | undefined, hostPid: number | undefined): void {
  if (victim === undefined || hostPid === undefined) return;
  const worker = () => lockHolder(path.join(folder, "runs", onlyRun(folder)))?.pid;
  const pid = { worker, group: () => -hostPid, host: () => hostPid }[victim]();
  if (pid === undefined) return;
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

/** After a death: the database opens as it is, and neither it nor the run folder says "running". */
async function checkInterrupted(folder: string): Promise<void> {
  using workspace = openWorkspace(folder, { access: "read" });
  const [run] = listRuns(workspace);
  if (workspace.notices.length > 0 || run?.state !== "interrupted")
    throw new Error(`After a death the run is "${run?.state}"; notices: ${workspace.notices.join(" ")}`);
  // A process is not gone the moment that it is killed, and a worker without its host ends at its next pause.
  for (let looks = 0; runFolderState(folder, run.id) === "running"; looks++) {
    if (looks === MOST_LOOKS) throw new Error("The worker outlives its death: its run folder is still locked.");
    await after(LOOK_MS);
  }
}

/** Epochs that the run's checkpoint knows, and all where it is done; a checkpoint that is damaged throws. */
function epochsKept(folder: string): number {
  const runs = path.join(folder, "runs");
  const [key] = existsSync(runs) ? readdirSync(runs) : [];
  if (existsSync(path.join(runs, key ?? "", "result.json"))) return Infinity;
  const file = path.join(runs, key ?? "", "checkpoint.safetensors");
  return existsSync(file) ? recordsOf(readFileSync(file)) : 0;
}

function compare(outcome: Outcome, reference: Outcome, what: string): void {
  for (const name of PROMISED)
    if (!outcome.files[name].equals(reference.files[name]))
      throw new Error(`${name} differs from the undisturbed training's after ${what}.`);
}

function onlyRun(folder: string): string {
  const [key, ...more] = readdirSync(path.join(folder, "runs"));
  if (key === undefined || more.length > 0) throw new Error(`Expected one run folder in ${folder}.`);
  return key;
}

function temporaryWorkspace(): { readonly folder: string } & Disposable {
  const parent = mkdtempSync(path.join(tmpdir(), "apexlab-kills-"));
  return {
    folder: path.join(parent, "study"),
    [Symbol.dispose]: () => rmSync(parent, { recursive: true, force: true }),
  };
}

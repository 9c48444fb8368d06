/** Where the time of a training goes: a line for each time that its job was worked on. */
import { appendFile, readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { fromSystemError } from "../contract/errors.ts";
import type { Executor } from "../engine/index.ts";
import type { SampleSet } from "../learning/samples.ts";

export const TIMING_FILE = "timing.jsonl";

const timing = z.object({
  /** All of the job. */
  seconds: z.number(),
  /** Of those inside compiled programs: steps, and validation where the rule asks for it. */
  stepSeconds: z.number(),
  /** Compiling those programs. */
  compileSeconds: z.number(),
  /** Waiting for pictures or flow to be read and decoded. */
  loadSeconds: z.number(),
});
export type Timing = z.infer<typeof timing>;

/** Counts milliseconds by what they were for. */
export class Stopwatch {
  readonly #now: () => number;
  readonly #started: number;
  #step = 0;
  #compile = 0;
  #load = 0;

  /** `now`: milliseconds of a steady clock. */
  constructor(now: () => number) {
    this.#now = now;
    this.#started = now();
  }

  /** The same samples; what is waited for of their pictures is timed. */
  samples(inner: SampleSet): SampleSet {
    const waiting = async <T>(coming: Promise<T>): Promise<T> => {
      const start = this.#now();
      const come = await coming;
      this.#load += this.#now() - start;
      return come;
    };
    return { ...inner, pictures: { ...inner.pictures, waiting } };
  }

  /** The same executor, timed. */
  executor(inner: Executor): Executor {
    return {
      ...inner,
      compile: async (program) => {
        const start = this.#now();
        const session = await inner.compile(program);
        this.#compile += this.#now() - start;
        return {
          ...session,
          run: async (feeds) => {
            const begun = this.#now();
            const outputs = await session.run(feeds);
            this.#step += this.#now() - begun;
            return outputs;
          },
        };
      },
    };
  }

  get timing(): Timing {
    return {
      seconds: (this.#now() - this.#started) / 1000,
      stepSeconds: this.#step / 1000,
      compileSeconds: this.#compile / 1000,
      loadSeconds: this.#load / 1000,
    };
  }
}

export async function appendTiming(folder: string, line: Timing): Promise<void> {
  try {
    await appendFile(path.join(folder, TIMING_FILE), `${JSON.stringify(line)}\n`);
  } catch (error) {
    throw fromSystemError(error, "writing a run's timing");
  }
}

/** The sum over all times that a job was worked on to an end, if only to being cancelled; null where nothing is known. */
export async function readTiming(folder: string): Promise<Timing | null> {
  const text = await readFile(path.join(folder, TIMING_FILE), "utf8").catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
    throw fromSystemError(error, "reading a run's timing");
  });
  const lines = text.split("\n").flatMap((line) => {
    const read = timing.safeParse(parsed(line));
    return read.success ? [read.data] : [];
  });
  if (lines.length === 0) return null;
  const sum = (of: (line: Timing) => number) => lines.reduce((total, line) => total + of(line), 0);
  return {
    seconds: sum(({ seconds }) => seconds),
    stepSeconds: sum(({ stepSeconds }) => stepSeconds),
    compileSeconds: sum(({ compileSeconds }) => compileSeconds),
    loadSeconds: sum(({ loadSeconds }) => loadSeconds),
  };
}

/** A line that a death cut in half tells nothing. */
function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

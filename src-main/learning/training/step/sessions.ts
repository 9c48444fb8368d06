/** Compiled programs of a training, one for each size of batch that comes up. */
import type { Executor, Program, Session, Value } from "../../../engine/index.ts";
import { demandFiniteOutputs, type StepPlace, watchedOutputs } from "./guard.ts";

interface Compiled {
  readonly program: Program;
  readonly session: Session;
  readonly watched: readonly string[];
}

/** Dispose it with `await using`. */
export interface Sessions extends AsyncDisposable {
  /** Compiles the program for batches of `rows`, if that was not done before. */
  readonly prepare: (rows: number) => Promise<void>;
  /**
   * Runs the program for batches of `rows`; of `feeds` it takes what it declares.
   * Throws ApexError `not-finite`, naming the op, where an output that is watched is NaN or infinite.
   */
  readonly run: (
    rows: number,
    feeds: Readonly<Record<string, Value>>,
    at: StepPlace,
  ) => Promise<Readonly<Record<string, Value>>>;
}

/** Compiles at first use: a full batch, the remainder, and whatever sizes a plan has more. */
export function sessionsFor(executor: Executor, programFor: (rows: number) => Program): Sessions {
  const compiled = new Map<number, Compiled>();
  const ready = async (rows: number): Promise<Compiled> => {
    const known = compiled.get(rows);
    if (known !== undefined) return known;
    const program = programFor(rows);
    const own = { program, session: await executor.compile(program), watched: watchedOutputs(program) };
    compiled.set(rows, own);
    return own;
  };
  return {
    prepare: async (rows) => void (await ready(rows)),
    run: async (rows, feeds, at) => {
      const own = await ready(rows);
      const declared = Object.fromEntries(own.program.inputs.map(({ attrs: { name } }) => [name, feeds[name]]));
      const outputs = await own.session.run(declared);
      await demandFiniteOutputs({ executor, ...own, feeds: declared, outputs, at });
      return outputs;
    },
    [Symbol.asyncDispose]: async () => {
      for (const { session } of compiled.values()) await session[Symbol.asyncDispose]();
      compiled.clear();
    },
  };
}

/**
 * Compiled programs that a worker keeps from one job to the next: the folds of a run have the same full batches. A few
 * are kept, since each holds the memory that its run needed.
 */
import { digest, type Executor, type Program, type Session } from "../../engine/index.ts";

export class SessionMemory {
  readonly #limit: number;
  /** Those that nobody uses; the one that was used longest ago first. */
  readonly #idle: { readonly key: string; readonly session: Session }[] = [];
  #used = 0;

  /** `limit`: sessions, those in use included; only idle ones give way. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The same executor; of those with equal `name`s each may be given what another compiled. */
  executor(name: string, inner: Executor): Executor {
    return {
      ...inner,
      compile: async (program) => {
        const key = `${name}|${digest(program)}`;
        const found = this.#idle.findIndex((one) => one.key === key);
        const session = found === -1 ? await this.#fresh(inner, program) : this.#idle.splice(found, 1)[0].session;
        this.#used++;
        return this.#lent(key, session);
      },
    };
  }

  async clear(): Promise<void> {
    for (const { session } of this.#idle.splice(0)) await session[Symbol.asyncDispose]();
  }

  async #fresh(executor: Executor, program: Program): Promise<Session> {
    while (this.#idle.length > 0 && this.#idle.length + this.#used >= this.#limit)
      await this.#idle.shift()?.session[Symbol.asyncDispose]();
    return executor.compile(program);
  }

  #lent(key: string, session: Session): Session {
    let sound = true;
    let open = true;
    return {
      run: async (feeds) => {
        try {
          return await session.run(feeds);
        } catch (error) {
          // What failed once is not given to another job.
          sound = false;
          throw error;
        }
      },
      [Symbol.asyncDispose]: async () => {
        if (!open) return;
        open = false;
        this.#used--;
        if (sound) this.#idle.push({ key, session });
        else await session[Symbol.asyncDispose]();
      },
    };
  }
}

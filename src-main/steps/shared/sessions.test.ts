import { expect, it } from "vitest";
import { type Executor, input, mul, program, type Value, value } from "../../engine/index.ts";
import { referenceExecutor } from "../../engine/index.ts";
import { SessionMemory } from "./sessions.ts";

/** An executor that writes down what it compiles and what is disposed of. */
function written(): { executor: Executor; log: string[] } {
  const log: string[] = [];
  const real = referenceExecutor();
  const executor: Executor = {
    ...real,
    compile: async (one) => {
      const session = await real.compile(one);
      const name = `${one.inputs[0].shape}`;
      log.push(`+${name}`);
      return {
        ...session,
        [Symbol.asyncDispose]: async () => {
          log.push(`-${name}`);
          await session[Symbol.asyncDispose]();
        },
      };
    },
  };
  return { executor, log };
}

function double(n: number) {
  const x = input("x", [n]);
  return program({ inputs: [x], outputs: { y: mul(x, 2) } });
}

const ones = (n: number): Record<string, Value> => ({ x: value(new Float32Array(n).fill(1), [n]) });

/** One job: compiles programs of these sizes, uses each, and disposes of all. */
async function job(executor: Executor, sizes: readonly number[]): Promise<void> {
  await using sessions = new AsyncDisposableStack();
  for (const n of sizes) {
    const session = sessions.use(await executor.compile(double(n)));
    expect(Array.from((await session.run(ones(n))).y.data)).toEqual(Array.from({ length: n }, () => 2));
  }
}

it("compiles what folds have in common once, and makes room before it compiles more", async () => {
  const memory = new SessionMemory(3);
  const { executor, log } = written();
  const kept = memory.executor("cpu", executor);
  await job(kept, [4, 1]);
  await job(kept, [9]);
  await job(kept, [4, 2]);
  expect(log).toEqual(["+4", "+1", "+9", "-1", "+2"]);
  await job(memory.executor("cpu, 2 threads", executor), [4]);
  expect(log.slice(5)).toEqual(["-9", "+4"]);
  await memory.clear();
  expect(log.slice(7).sort()).toEqual(["-2", "-4", "-4"]);
});

it("never drops what is in use, and gives nobody a session that failed", async () => {
  const memory = new SessionMemory(1);
  const { executor, log } = written();
  const kept = memory.executor("cpu", executor);
  await job(kept, [4, 2]);
  expect(log).toEqual(["+4", "+2"]);
  await using session = await kept.compile(double(4));
  await expect(session.run({})).rejects.toMatchObject({ code: "shape-mismatch" });
  await session[Symbol.asyncDispose]();
  await job(kept, [4]);
  expect(log.slice(2)).toEqual(["-4", "-2", "+4"]);
});

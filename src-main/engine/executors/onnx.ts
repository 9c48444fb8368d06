/** The product's executor: programs as ONNX models on one of onnxruntime's execution providers. */
import * as ort from "onnxruntime-node";
import { ApexError } from "../../contract/errors.ts";
import { as, type Tensor, type Value } from "../graph.ts";
import { toOnnx } from "../onnx/lower.ts";
import { inputName } from "../onnx/model.ts";
import type { Provider } from "../ops/lowering/rule.ts";
import { simplify } from "../passes/pipeline.ts";
import { digest, type Program } from "../program.ts";
import { verify } from "../verify.ts";
import { attempt } from "./attempt.ts";
import { blockSize } from "./blocks.ts";
import type { Executor, Session } from "./executor.ts";
import { orderedFeeds } from "./feeds.ts";
import { detach, ResultMemory, run, runInto, slotsOf } from "./results.ts";

/** Part of every training key: another version may round otherwise. */
export const onnxruntimeVersion: string = ort.env.versions.node ?? ort.env.versions.common;

export interface OnnxOptions {
  /** Threads within an op. The same program, feeds and threads give bit-equal results. Default 2. */
  readonly threads?: number;
  /** Where it computes; default the CPU. On any other no op may fall back to the CPU: compiling fails instead. */
  readonly provider?: Provider;
}

/**
 * How long a thread waits awake for its next part, microseconds. Asleep at once, every small op wakes it, a tenth of
 * PoolFormer's step; awake as long as onnxruntime would have it, it takes the core from whatever else wants it.
 */
const AWAKE_US = "200";

/** Sessions live while someone holds them: equal programs share one, and the last holder's disposal frees it. */
interface Shared {
  readonly session: Promise<ort.InferenceSession>;
  holders: number;
}

/** Of all executors on the CPU: one may free what a session of another gave. Kept while anyone holds a session. */
const memory = new ResultMemory();
let held = 0;

export function onnxExecutor({ threads = 2, provider = "cpu" }: OnnxOptions = {}): Executor {
  const cache = new Map<string, Shared>();
  const silent = provider === "cpu";

  const compile = async (program: Program): Promise<Session> => {
    verify(program);
    const lean = simplify(program);
    verify(lean);
    const block = provider === "cpu" ? await blockSize() : 0;
    const key = digest(lean);
    const shared = cache.get(key) ?? { session: create(lean, { threads, provider, block }), holders: 0 };
    cache.set(key, shared);
    shared.holders++;
    const release = async (): Promise<void> => {
      if (--held === 0) memory.clear();
      if (--shared.holders > 0) return;
      if (cache.get(key) === shared) cache.delete(key);
      await (await shared.session).release();
    };
    try {
      const session = await shared.session;
      held++;
      return holding(program, { session, silent, release });
    } catch (error) {
      // A session that never was is nothing to free, and the next compile may try again.
      if (cache.get(key) === shared) cache.delete(key);
      throw error;
    }
  };
  const free = (results: Iterable<Value>): void => {
    if (!silent) return detach(results);
    memory.give(results);
    if (held === 0) memory.clear();
  };
  return { name: `onnx-${provider}`, compile, free };
}

interface Holding {
  readonly session: ort.InferenceSession;
  readonly silent: boolean;
  readonly release: () => Promise<void>;
}

function holding(program: Program, { session, silent, release }: Holding): Session {
  let open = true;
  const into = silent ? { memory, slots: slotsOf(program, session) } : null;
  return {
    run: async (feeds) => {
      if (!open) throw new ApexError("executor-failed", "The session was disposed before this run.");
      const ordered = orderedFeeds(program, feeds);
      const tensors = Object.fromEntries(
        ordered.map((fed, i) => [inputName(program.inputs[i].attrs.name), tensorOf(fed)]),
      );
      const one = { session, feeds: tensors };
      return attempt("running a program", () => (into === null ? run(program, one) : runInto(into, one)));
    },
    [Symbol.asyncDispose]: async () => {
      if (!open) return;
      open = false;
      await release();
    },
  };
}

function create(
  program: Program,
  { threads, provider, block }: Required<OnnxOptions> & { readonly block: number },
): Promise<ort.InferenceSession> {
  return attempt("compiling a program", () =>
    ort.InferenceSession.create(toOnnx(program, { provider, block, silent: provider === "cpu" }), {
      executionProviders: [provider],
      executionMode: "sequential",
      graphOptimizationLevel: block > 0 && !program.nodes.some(isLargeConstant) ? "disabled" : "extended",
      intraOpNumThreads: threads,
      // A plan of all memory is one block more, beside the blocks that the first run, which has no plan, needed.
      enableMemPattern: false,
      interOpNumThreads: 1,
      // Faults are thrown; onnxruntime need not print them as well.
      logSeverityLevel: 4,
      extra: {
        session: {
          intra_op: { allow_spinning: "1", spin_duration_us: AWAKE_US },
          disable_cpu_ep_fallback: provider === "cpu" ? "0" : "1",
        },
      },
    }),
  );
}

/**
 * Numbers that are worth it that onnxruntime computes once what depends on them alone, and looks for what it can join:
 * one level below its highest, which adds only its own layouts, and those for constant weights alone. A training step
 * holds no such, and is written as onnxruntime would have it (ops/lowering/blocked): compiling takes half as long.
 */
function isLargeConstant(node: Tensor): boolean {
  return (as(node, "constant")?.attrs.data.length ?? 0) >= 2 ** 16;
}

function tensorOf({ data, dtype, shape }: Value): ort.Tensor {
  if (data instanceof Float64Array) return new ort.Tensor("float32", Float32Array.from(data), shape);
  return new ort.Tensor(dtype, data, shape);
}

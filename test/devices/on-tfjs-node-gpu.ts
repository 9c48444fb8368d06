/** Runs a small program on the backend of tfjs-node-gpu, in a process that finds such a package; prints what it gave. */
import { add, input, program, tfjsExecutor, value } from "../../src-main/engine/index.ts";
import { installedRuntime } from "../../src-main/steps/executor.ts";

const x = input("x", [2]);
const executor = tfjsExecutor({ backend: "tensorflow" });
await using session = await executor.compile(program({ inputs: [x], outputs: { y: add(x, 1) } }));
const { y } = await session.run({ x: value(Float32Array.of(1, 2), [2]) });
process.stdout.write(JSON.stringify({ name: executor.name, runtime: installedRuntime("tfjs"), y: [...y.data] }));

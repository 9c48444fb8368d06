import { describe, expect, it } from "vitest";
import type { HostEvent } from "../../contract/api/tasks.ts";
import { ApexError } from "../../contract/errors.ts";
import { Bus } from "./bus.ts";
import { type Begin, type TaskHooks, Tasks } from "./tasks.ts";

function open() {
  const bus = new Bus();
  return { bus, tasks: new Tasks(bus) };
}

const line = (what: string, done: number, total = 10) => ({ what, done, total, left: null, note: null });

/** An import whose work is the given one. */
const importing = (
  work: (hooks: TaskHooks) => Promise<void>,
  lane: Begin<"import">["lane"] = "import",
): Begin<"import"> => ({
  kind: "import",
  title: "Import",
  from: "page",
  lane,
  work: async (hooks) => {
    await work(hooks);
    return [];
  },
  stale: ["study"],
});

async function ended(tasks: Tasks, bus: Bus, id: string) {
  for (;;) {
    const task = tasks.list().find((each) => each.id === id);
    if (task?.ended !== null) return task;
    const told = Promise.withResolvers<void>();
    using _listening = bus.listen(told.resolve);
    await told.promise;
  }
}

const untilAborted = ({ signal }: TaskHooks) =>
  new Promise<void>((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));

describe("tasks", () => {
  it("of one lane wait for each other, others do not", async () => {
    const { bus, tasks } = open();
    const gate = Promise.withResolvers<void>();
    const order: string[] = [];
    const first = tasks.begin(importing(() => gate.promise.then(() => void order.push("first"))));
    const second = tasks.begin(importing(async () => void order.push("second")));
    const other = tasks.begin(importing(async () => void order.push("other"), "compute"));
    const free = tasks.begin(importing(async () => void order.push("free"), null));
    expect([first, second, other, free].map(({ state }) => state)).toEqual(["queued", "queued", "queued", "running"]);
    await ended(tasks, bus, other.id);
    await ended(tasks, bus, free.id);
    expect(order.toSorted()).toEqual(["free", "other"]);
    gate.resolve();
    await ended(tasks, bus, second.id);
    expect(order.slice(2)).toEqual(["first", "second"]);
    expect(tasks.busy).toBe(false);
  });

  it("that are cancelled end so, running or waiting; the next of the lane goes on", async () => {
    const { bus, tasks } = open();
    const running = tasks.begin(importing(untilAborted));
    const waiting = tasks.begin(importing(() => Promise.reject(new Error("must not begin"))));
    const last = tasks.begin(importing(async () => {}));
    expect(tasks.cancel(waiting.id)).toMatchObject({ state: "cancelled", ended: expect.any(String) });
    await Promise.resolve();
    tasks.cancel(running.id);
    expect(await ended(tasks, bus, running.id)).toMatchObject({ state: "cancelled", error: { code: "cancelled" } });
    expect(await ended(tasks, bus, last.id)).toMatchObject({ state: "finished", result: [] });
    expect(tasks.cancel(last.id)).toMatchObject({ state: "finished" });
    expect(() => tasks.cancel("none")).toThrow(expect.objectContaining({ code: "not-found" }));
  });

  it("carry code, sentence and place of a fault, and say what became stale", async () => {
    const { bus, tasks } = open();
    const before = bus.last;
    const fault = new ApexError("table-invalid", "No table.", { file: "t.csv", row: 3 });
    const { id } = tasks.begin(importing(() => Promise.reject(fault)));
    expect(await ended(tasks, bus, id)).toMatchObject({
      state: "failed",
      error: { code: "table-invalid", message: "No table.", place: { file: "t.csv", row: 3 } },
    });
    await tasks[Symbol.asyncDispose]();
    const told = bus.since(before)?.map(({ event }): string => (event.kind === "task" ? event.task.state : event.kind));
    expect([told?.[0], told?.slice(-2)]).toEqual(["queued", ["failed", "changed"]]);
  });

  it("show the work that goes on as the last line, also when it begins anew", async () => {
    const { bus, tasks } = open();
    const { id } = tasks.begin(
      importing(async ({ onProgress, note }) => {
        for (const each of [line("rows", 10), line("pictures", 10), line("rows", 1)]) onProgress(each);
        note("Two rows look odd.");
      }),
    );
    expect(await ended(tasks, bus, id)).toMatchObject({
      progress: [line("pictures", 10), line("rows", 1)],
      notes: ["Two rows look odd."],
    });
  });

  it("that ended stay listed for a while, newest first", async () => {
    const { bus, tasks } = open();
    const ids = [];
    for (let i = 0; i < 60; i++) {
      const { id } = tasks.begin(importing(async () => {}));
      await ended(tasks, bus, id);
      ids.push(id);
    }
    expect(tasks.list().map(({ id }) => id)).toEqual(ids.toReversed().slice(0, tasks.list().length));
    expect(tasks.list().length).toBeLessThanOrEqual(51);
  });
});

describe("the bus", () => {
  const changed: HostEvent = { kind: "changed", what: "runs" };

  it("remembers what came after an id, and says when it cannot", () => {
    const bus = new Bus();
    const start = bus.last;
    for (let i = 0; i < 3; i++) bus.publish(changed);
    const all = bus.since(start) ?? [];
    expect(all).toHaveLength(3);
    expect(bus.since(all[0].id)).toEqual(all.slice(1));
    expect(bus.since(bus.last)).toEqual([]);
    for (const strange of ["", "x", "other-1", `${start}9`, `${start}.5`, new Bus().last])
      expect([strange, bus.since(strange)]).toEqual([strange, null]);
    for (let i = 0; i < 5000; i++) bus.publish(changed);
    expect(bus.since(start)).toBeNull();
    expect(bus.since(all[2].id)).toBeNull();
  });
});

/** The window's stream: nothing missed, nothing twice, and an end when nobody listens. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { HostEvent } from "../../src-main/contract/api/tasks.ts";
import type { LiveEvent } from "../../src-main/contract/api/runs.ts";
import { listen } from "../../src-main/api/door/listen.ts";
import { writeSmallStudy } from "../cli/small-study.ts";
import { TestHouse } from "./house.ts";
import { OpenHost } from "./open-host.ts";

let root = "";
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), "apexlab-streams-"));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const RUN = { input: "apex", size: 16, epochs: 12, batch: 4, threads: 1 } as const;

interface Told {
  readonly id: string;
  readonly event: HostEvent;
}

async function take(stream: AsyncGenerator<Told>, last: (event: HostEvent) => boolean): Promise<Told[]> {
  const told: Told[] = [];
  for await (const each of stream) {
    told.push(each);
    if (last(each.event)) break;
  }
  return told;
}

const liveOf = (told: readonly Told[]): LiveEvent[] =>
  told.flatMap(({ event }) => (event.kind === "live" ? [event.event] : []));
const isRunEnd = (event: HostEvent) =>
  event.kind === "live" && event.event.kind === "state" && event.event.state === "finished";

describe("over HTTP", () => {
  it("goes on after the last event that arrived, over a lost connection and over a killed host", async () => {
    const workspace = path.join(root, "study");
    const manifest = await writeSmallStudy(path.join(root, "data"), { datasets: ["a", "b", "c"] });
    let host = await OpenHost.start(workspace);
    try {
      await host.calls.study.import.mutate({ path: manifest, as: "manifest" });
      await take(host.follow(), (event) =>
        (event.kind === "tasks" ? event.tasks : event.kind === "task" ? [event.task] : []).some(
          ({ ended }) => ended !== null,
        ),
      );
      const begun = await host.calls.runs.start.mutate(RUN);
      const [{ event }] = (
        await take(host.follow(), (each) => each.kind === "task" && each.task.kind === "run" && each.task.run !== null)
      ).slice(-1);
      if (event.kind !== "task" || event.task.kind !== "run" || event.task.run === null)
        throw new Error("No run began.");
      const run = event.task.run;
      expect(event.task.id).toBe(begun.id);

      // Three windows in turn, each closed after a few epochs.
      const pieces: Told[] = [];
      for (const epochs of [1, 5, 9]) {
        let seen = 0;
        const stream = host.follow({ live: [run], lastEventId: pieces.at(-1)?.id });
        pieces.push(
          ...(await take(stream, (each) => each.kind === "live" && each.event.kind === "epoch" && ++seen === epochs)),
        );
      }
      await host.kill("SIGKILL");
      host = await OpenHost.start(workspace);
      await host.calls.runs.start.mutate(RUN); // goes on with it
      pieces.push(...(await take(host.follow({ live: [run], lastEventId: pieces.at(-1)?.id }), isRunEnd)));

      const whole = await take(host.follow({ live: [run] }), isRunEnd);
      const results = (told: readonly Told[]) => liveOf(told).filter(({ kind }) => kind !== "state");
      const perFold = (told: readonly Told[]) =>
        Map.groupBy(results(told), (each) => (each.kind === "state" ? -1 : each.fold));
      expect(perFold(pieces)).toEqual(perFold(whole));
      expect([...perFold(whole).values()].map((own) => own.map(({ kind }) => kind))).toEqual(
        Array.from({ length: 3 }, () => [...Array.from({ length: RUN.epochs }, () => "epoch"), "score"]),
      );
    } finally {
      await host[Symbol.asyncDispose]();
    }
  });

  it("tells a window that comes back what it missed, and one of an earlier host everything", async () => {
    await using host = await OpenHost.start(path.join(root, "missed"));
    const [first] = await take(host.follow(), ({ kind }) => kind === "tasks");
    await host.calls.settings.set.mutate({ theme: "dark" });
    await host.calls.settings.set.mutate({ theme: "light" });
    const missed: Told[] = [];
    for await (const each of host.follow({ lastEventId: first.id })) {
      missed.push(each);
      if (missed.length === 2) break;
    }
    expect(missed.map(({ event }) => event)).toEqual(
      Array.from({ length: 2 }, () => ({ kind: "changed", what: "settings" })),
    );
    const [strange] = await take(host.follow({ lastEventId: "other-7" }), () => true);
    expect(strange.event).toEqual({ kind: "tasks", tasks: [] });
  });
});

describe("a closed stream", () => {
  it.each(["its body is cancelled", "its request is given up"])("ends its generator when %s", async (how) => {
    await using house = new TestHouse(path.join(root, `closed ${how}`));
    const controller = new AbortController();
    const request = new Request("http://localhost/trpc/tasks.follow", { signal: controller.signal });
    const answer = await house.handle(request, "page");
    const reader = answer.body?.getReader();
    await reader?.read();
    await reader?.read();
    expect(house.bus.listeners).toBe(1);
    if (how === "its body is cancelled") await reader?.cancel();
    else controller.abort();
    await expect.poll(() => house.bus.listeners).toBe(0);
  });

  it("ends its generator when its connection is cut, over HTTP", async () => {
    await using house = new TestHouse(path.join(root, "cut"));
    await using door = await listen({ port: 0 }, (request) => house.handle(request, "page"));
    const controller = new AbortController();
    const address = `http://127.0.0.1:${door.port}/trpc/tasks.follow`;
    const answer = await fetch(address, { signal: controller.signal });
    await answer.body?.getReader().read();
    await expect.poll(() => house.bus.listeners).toBe(1);
    controller.abort();
    await expect.poll(() => house.bus.listeners).toBe(0);
  });
});

/**
 * The window's one stream of events (browsers open no more than six connections to a host): tasks, what became
 * stale, and the epochs of the runs that a part of the page watches. It comes back by itself when the host was away.
 */
import { useSyncExternalStore } from "react";
import type { LiveEvent } from "../../../src-main/contract/api/runs.ts";
import type { HostEvent, Task } from "../../../src-main/contract/api/tasks.ts";
import { host } from "./client.ts";
import { faultOf } from "./faults.ts";
import { queryClient } from "./queries.ts";

export type Connection =
  | { readonly state: "connecting" }
  | { readonly state: "open" }
  /** Was open, or never came to be; tries again by itself. */
  | { readonly state: "lost" }
  /** The host is there and shuts its door to this window. */
  | { readonly state: "refused"; readonly sentence: string };

interface View {
  readonly connection: Connection;
  /** Newest first; null until the host told them. */
  readonly tasks: readonly Task[] | null;
}

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 4000;

let view: View = { connection: { state: "connecting" }, tasks: null };
let stop: (() => void) | null = null;
let wait = FIRST_WAIT_MS;
let toldBefore = false;
let last: string | null = null;
const viewers = new Set<() => void>();
const watchers = new Map<string, Set<(event: LiveEvent) => void>>();
const enders = new Set<(task: Task) => void>();

function show(change: Partial<View>): void {
  view = { ...view, ...change };
  for (const viewer of viewers) viewer();
}

/** Opens the stream, at the page's start and again when the set of watched runs changes. */
export function followHost(): void {
  stop?.();
  const subscription = host.tasks.follow.subscribe(
    { live: [...watchers.keys()].sort(), lastEventId: last },
    {
      onData: ({ id, data }) => {
        last = id === "" ? last : id;
        heed(data);
      },
      onConnectionStateChange: ({ state }) => {
        if (state === "pending") {
          wait = FIRST_WAIT_MS;
          // What was asked in vain while the host was away.
          if (view.connection.state === "lost")
            void queryClient.refetchQueries({ predicate: ({ state: { status } }) => status === "error" });
          show({ connection: { state: "open" } });
        } else if (state === "connecting" && view.connection.state === "open") show({ connection: { state: "lost" } });
      },
      onError: () => void comeBack(),
      onComplete: () => void comeBack(),
    },
  );
  stop = () => {
    stop = null;
    subscription.unsubscribe();
  };
}

async function comeBack(): Promise<void> {
  if (stop === null) return; // ended by ourselves
  stop = null;
  // A stream says nothing about why it broke; a plain call does.
  const refusal = await host.tasks.list.query().then(
    () => null,
    (error: unknown) => {
      const { code, message } = faultOf(error);
      return code === "refused" ? message : null;
    },
  );
  if (refusal !== null) {
    show({ connection: { state: "refused", sentence: refusal } });
    return;
  }
  show({ connection: { state: "lost" } });
  window.setTimeout(followHost, wait);
  wait = Math.min(wait * 2, LONGEST_WAIT_MS);
}

function heed(event: HostEvent): void {
  switch (event.kind) {
    case "tasks": {
      // A first answer after a gap: whatever the page remembers may be stale.
      if (toldBefore) void queryClient.invalidateQueries();
      toldBefore = true;
      const before = new Map((view.tasks ?? []).map((task) => [task.id, task]));
      show({ tasks: event.tasks });
      for (const task of event.tasks) tellEnd(task, before.get(task.id));
      return;
    }
    case "task": {
      const { task } = event;
      const tasks = view.tasks ?? [];
      const before = tasks.find(({ id }) => id === task.id);
      show({ tasks: before === undefined ? [task, ...tasks] : tasks.map((each) => (each === before ? task : each)) });
      tellEnd(task, before);
      return;
    }
    case "changed":
      void queryClient.invalidateQueries({ queryKey: [event.what] });
      return;
    case "live":
      for (const watcher of watchers.get(event.run) ?? []) watcher(event.event);
      return;
    default: {
      const unknown: never = event;
      throw new Error(`The host told something unknown: ${JSON.stringify(unknown)}`);
    }
  }
}

/** Only of tasks that this window saw at work: what ended before it was opened is no news. */
function tellEnd(task: Task, before: Task | undefined): void {
  if (before === undefined || !isAlive(before) || isAlive(task)) return;
  for (const ender of enders) ender(task);
}

/** Takes in a task that a call has just begun, before the stream tells of it. */
export function welcomeTask(task: Task): void {
  const tasks = view.tasks ?? [];
  if (tasks.every(({ id }) => id !== task.id)) show({ tasks: [task, ...tasks] });
}

export const isAlive = ({ state }: Pick<Task, "state">): boolean => state === "queued" || state === "running";

const subscribe = (viewer: () => void) => {
  viewers.add(viewer);
  return () => void viewers.delete(viewer);
};

const useView = <T>(pick: (now: View) => T): T => useSyncExternalStore(subscribe, () => pick(view));

export const useConnection = (): Connection => useView(({ connection }) => connection);

/** Every task of the host, newest first; null until it told them. */
export const useTasks = (): readonly Task[] | null => useView(({ tasks }) => tasks);

/** One task as it goes; null while it is not known. */
export const useTask = (id: string | null): Task | null =>
  useView(({ tasks }) => tasks?.find((task) => task.id === id) ?? null);

/** Calls `listener` for every task whose end this window witnesses. */
export function onTaskEnd(listener: (task: Task) => void): () => void {
  enders.add(listener);
  return () => void enders.delete(listener);
}

/**
 * Epochs and scores of a run: first those that are there, then as they come. The same event may come again (after
 * the host was away, or when another run is watched as well): keep them by fold, phase and epoch.
 */
export function watchRun(run: string, listener: (event: LiveEvent) => void): () => void {
  const known = watchers.get(run);
  const set = known ?? new Set();
  set.add(listener);
  watchers.set(run, set);
  last = null; // from the start, for the new watcher
  followHost();
  return () => {
    set.delete(listener);
    if (set.size > 0) return;
    watchers.delete(run);
    followHost();
  };
}

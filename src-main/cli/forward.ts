/** Writing commands while Apexlab is open: the same calls, made of its host; the command prints as if it had done them. */
import path from "node:path";
import type { HostClient } from "../api/door/client.ts";
import type { App } from "../app.ts";
import type { ImportCall } from "../contract/calls.ts";
import { ApexError } from "../contract/errors.ts";

/** `local` reads the study beside the host. */
export function forwardingApp(host: HostClient, local: App): App {
  return {
    ...local,
    import: async ({ dryRun, ...call }, hooks) => {
      const name = dryRun ? "study.previewImport" : "study.import";
      const done = await host.task(name, absolute(call), hooks);
      return done.kind === "import" || done.kind === "preview" ? (done.result ?? nothing()) : nothing();
    },
    run: async (config, hooks) => {
      const done = await host.task(
        "runs.start",
        { ...config, weights: wholePath(config.weights), flowWeights: wholePath(config.flowWeights) },
        hooks,
      );
      return done.kind === "run" ? (done.result ?? nothing()) : nothing();
    },
    flow: async (call, hooks) => {
      const done = await host.task("flow.compute", { ...call, weights: wholePath(call.weights) }, hooks);
      return done.kind === "flow" ? (done.result ?? nothing()) : nothing();
    },
    spot: async (call, hooks) => {
      const done = await host.task("flow.spot", { ...call, weights: wholePath(call.weights) }, hooks);
      return done.kind === "spot" ? (done.result ?? nothing()) : nothing();
    },
    demo: async (call, hooks) => {
      const done = await host.task("study.demo", call, hooks);
      return done.kind === "demo" ? (done.result ?? nothing()) : nothing();
    },
  };
}

function nothing(): never {
  throw new ApexError("internal", "The running Apexlab finished the work and handed nothing back.");
}

const wholePath = (file: string | null) => (file === null ? null : path.resolve(file));

/** The host stands in another folder: what a person wrote is meant from here. */
function absolute(call: Omit<ImportCall, "dryRun">): Omit<ImportCall, "dryRun"> {
  const { table, labels } = call;
  const isPreset = labels === undefined || /^(paper|megc2019)$/i.test(labels);
  return {
    ...call,
    path: path.resolve(call.path),
    ...(table === undefined ? {} : { table: path.resolve(table) }),
    ...(isPreset ? { labels } : { labels: path.resolve(labels) }),
  };
}

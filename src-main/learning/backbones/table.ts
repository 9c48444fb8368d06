/** The backbones by the names of the run's configuration. */
import { ApexError } from "../../contract/errors.ts";
import type { RunConfig } from "../../contract/run.ts";
import type { Backbone } from "./backbone.ts";
import { cnn } from "./cnn.ts";

const BACKBONES: Readonly<Partial<Record<RunConfig["backbone"], Backbone>>> = { cnn };

/** Throws ApexError `run-invalid` for a backbone that this version does not have. */
export function backboneNamed(name: RunConfig["backbone"]): Backbone {
  const backbone = BACKBONES[name];
  if (backbone === undefined) {
    const there = Object.keys(BACKBONES).join(", ");
    throw new ApexError("run-invalid", `The backbone ${name} is not available yet: choose --backbone ${there}.`);
  }
  return backbone;
}

/** The backbones by the names of the run's configuration. */
import type { RunConfig } from "../../contract/run.ts";
import type { Backbone } from "./backbone.ts";
import { cnn } from "./cnn.ts";
import { poolformerS12 } from "./poolformer.ts";
import { resnet18 } from "./resnet18.ts";

const BACKBONES: Readonly<Record<RunConfig["backbone"], Backbone>> = {
  cnn,
  resnet18,
  "poolformer-s12": poolformerS12,
};

export function backboneNamed(name: RunConfig["backbone"]): Backbone {
  return BACKBONES[name];
}

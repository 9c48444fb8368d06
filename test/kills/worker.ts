/**
 * A worker that tells of each step, since some deaths come after a certain one, and who goes on is known by how few there
 * are. Its ResNet-18 is a narrow one: small enough to be killed again and again, with every batch norm in place.
 */
import { serveWorker } from "../../src-main/jobs/serve-worker.ts";
import { backboneNamed } from "../../src-main/learning/backbones/table.ts";
import { resnet18Of } from "../../src-main/learning/backbones/resnet18.ts";
import { executorFor } from "../../src-main/steps/executor.ts";
import { stepTable } from "../../src-main/steps/registry.ts";
import { trainBy } from "../../src-main/steps/train.ts";

const narrow = resnet18Of({ widths: [4, 4, 8, 8] });

serveWorker(stepTable(trainBy(executorFor, (name) => (name === "resnet18" ? narrow : backboneNamed(name)))), 0);

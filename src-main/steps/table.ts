/** Every step that a worker can run: one import and one argument each. */
import { crop } from "./crop.ts";
import { demoClips } from "./demo-clips.ts";
import { flow } from "./flow.ts";
import { type StepTable, stepTable } from "./registry.ts";
import { score } from "./score.ts";
import { spot } from "./spot.ts";
import { train } from "./train.ts";

export const STEPS: StepTable = stepTable(crop, demoClips, flow, spot, train, score);

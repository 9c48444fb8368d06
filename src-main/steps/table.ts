/** Every step that a worker can run: one import and one argument each. */
import { type StepTable, stepTable } from "./registry.ts";

export const STEPS: StepTable = stepTable();

/** Study: datasets, label presets, imports, the demo study. */
import { demoCall } from "../../contract/calls.ts";
import {
  labelsCall,
  presetEffect,
  relocateCall,
  sampleCards,
  setLabelsCall,
  startImportCall,
  studyOverview,
} from "../../contract/api/study.ts";
import { task } from "../../contract/api/tasks.ts";
import { labelRule } from "../../contract/sample.ts";
import { later } from "../later.ts";
import { procedure, router } from "../procedure.ts";

export const studyRouter = router({
  overview: procedure.output(studyOverview).query(() => later()),
  cards: procedure.output(sampleCards).query(() => later()),
  /** What another label rule would do to the counts; nothing changes. */
  presetEffect: procedure
    .input(labelsCall)
    .output(presetEffect)
    .query(() => later()),
  setLabels: procedure
    .input(setLabelsCall)
    .output(labelRule)
    .mutation(() => later()),
  /** Starts the import, and answers at once with its task. */
  import: procedure
    .input(startImportCall)
    .output(task)
    .mutation(() => later()),
  /** As `import`, with nothing stored. */
  previewImport: procedure
    .input(startImportCall)
    .output(task)
    .mutation(() => later()),
  demo: procedure
    .input(demoCall)
    .output(task)
    .mutation(() => later()),
  /** Points a dataset at the folder where its release lies now, after a look that its frames are there. */
  relocate: procedure.input(relocateCall).mutation(() => later()),
});

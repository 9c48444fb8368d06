/** Study: datasets, label presets, imports, the demo study. */
import { demoCall } from "../../contract/calls.ts";
import {
  cardsCall,
  labelsCall,
  presetEffect as effectShape,
  relocateCall,
  sampleCards,
  setLabelsCall,
  startImportCall,
  studyOverview,
} from "../../contract/api/study.ts";
import { task } from "../../contract/api/tasks.ts";
import { labelRule } from "../../contract/sample.ts";
import type { House } from "../house.ts";
import { procedure, router } from "../procedure.ts";
import { cards } from "../study/cards.ts";
import { presetEffect, setLabels } from "../study/labels.ts";
import { overview } from "../study/overview.ts";
import { relocate } from "../study/relocate.ts";
import { startDemo, startImport, startPreview } from "../tasks/start.ts";

const samplesChanged = (house: House) => {
  house.bus.publish({ kind: "changed", what: "study" });
  house.bus.publish({ kind: "changed", what: "samples" });
};

export const studyRouter = router({
  overview: procedure.output(studyOverview).query(({ ctx: { house } }) => overview(house.context(), house.notices())),
  cards: procedure
    .input(cardsCall)
    .output(sampleCards)
    .query(({ ctx: { house }, input }) => cards(house.context(), input.turn)),
  /** What another label rule would do to the counts; nothing changes. */
  presetEffect: procedure
    .input(labelsCall)
    .output(effectShape)
    .query(({ ctx: { house }, input }) => presetEffect(house.context(), input)),
  setLabels: procedure
    .input(setLabelsCall)
    .output(labelRule)
    .mutation(async ({ ctx: { house }, input }) => {
      const rule = await setLabels(house.context(), input);
      samplesChanged(house);
      return rule;
    }),
  /** Starts the import, and answers at once with its task. */
  import: procedure
    .input(startImportCall)
    .output(task)
    .mutation(({ ctx, input }) => startImport(ctx, input)),
  /** As `import`, with nothing stored. */
  previewImport: procedure
    .input(startImportCall)
    .output(task)
    .mutation(({ ctx, input }) => startPreview(ctx, input)),
  demo: procedure
    .input(demoCall)
    .output(task)
    .mutation(({ ctx, input }) => startDemo(ctx, input)),
  /** Points a dataset at the folder where its release lies now, after a look that its frames are there. */
  relocate: procedure.input(relocateCall).mutation(({ ctx: { house }, input }) => {
    relocate(house.context(), input);
    samplesChanged(house);
  }),
});

/** Samples: the grid, one sample, the filters, a person's word on a doubtful one. */
import {
  sampleDetail,
  sampleFacets,
  sampleIds,
  sampleIdsCall,
  sampleKeyCall,
  setStatusCall,
} from "../../contract/api/samples.ts";
import { procedure, router } from "../procedure.ts";
import { detail, setStatus } from "../samples/detail.ts";
import { facets } from "../samples/facets.ts";
import { sampleRows } from "../samples/ids.ts";

export const samplesRouter = router({
  ids: procedure
    .input(sampleIdsCall)
    .output(sampleIds)
    .query(({ ctx: { house }, input }) => sampleRows(house.context(), input)),
  get: procedure
    .input(sampleKeyCall)
    .output(sampleDetail)
    .query(({ ctx: { house }, input }) => detail(house.context(), input)),
  facets: procedure.output(sampleFacets).query(({ ctx: { house } }) => facets(house.context())),
  setStatus: procedure
    .input(setStatusCall)
    .output(sampleDetail)
    .mutation(({ ctx: { house }, input }) => {
      const changed = setStatus(house.context(), input);
      house.bus.publish({ kind: "changed", what: "samples" });
      house.bus.publish({ kind: "changed", what: "study" });
      return changed;
    }),
});

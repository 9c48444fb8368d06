/** Samples: the grid, one sample, the filters, a person's word on a doubtful one. */
import {
  sampleDetail,
  sampleFacets,
  sampleIds,
  sampleIdsCall,
  sampleKeyCall,
  setStatusCall,
} from "../../contract/api/samples.ts";
import { later } from "../later.ts";
import { procedure, router } from "../procedure.ts";

export const samplesRouter = router({
  ids: procedure
    .input(sampleIdsCall)
    .output(sampleIds)
    .query(() => later()),
  get: procedure
    .input(sampleKeyCall)
    .output(sampleDetail)
    .query(() => later()),
  facets: procedure.output(sampleFacets).query(() => later()),
  setStatus: procedure
    .input(setStatusCall)
    .output(sampleDetail)
    .mutation(() => later()),
});

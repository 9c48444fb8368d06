/** Workspace, settings, devices, versions. */
import {
  about as aboutShape,
  browseCall,
  browsed,
  openWorkspaceCall,
  setSettingsCall,
  settings,
  workspaceInfo,
} from "../../contract/api/app.ts";
import { devicesDocument } from "../../contract/documents.ts";
import { getSettings, setSettings } from "../../store/tables/settings.ts";
import { about } from "../about.ts";
import { browse } from "../browse.ts";
import { studyOf } from "../context.ts";
import { devices } from "../devices/devices.ts";
import type { House } from "../house.ts";
import { procedure, router } from "../procedure.ts";
import { listDatasets } from "../../store/tables/datasets.ts";

const current = (house: House) => ({
  folder: house.context().folder,
  empty: listDatasets(studyOf(house.context())).length === 0,
  notices: [...house.notices()],
});

export const workspaceRouter = router({
  current: procedure.output(workspaceInfo).query(({ ctx: { house } }) => current(house)),
  /** Closes this study and opens another one, new where there is none; refused while a task runs. */
  open: procedure
    .input(openWorkspaceCall)
    .output(workspaceInfo)
    .mutation(async ({ ctx: { house }, input }) => {
      await house.open(input.folder);
      return current(house);
    }),
  /** Folders to choose from, where the desktop's own dialog is not at hand. Null: the user's home. */
  browse: procedure
    .input(browseCall)
    .output(browsed)
    .query(({ input }) => browse(input.folder)),
});

export const settingsRouter = router({
  get: procedure.output(settings).query(({ ctx: { house } }) => getSettings(studyOf(house.context()))),
  set: procedure
    .input(setSettingsCall)
    .output(settings)
    .mutation(({ ctx: { house }, input }) => {
      const workspace = studyOf(house.context());
      setSettings(workspace, input);
      house.bus.publish({ kind: "changed", what: "settings" });
      return getSettings(workspace);
    }),
});

export const devicesRouter = router({
  list: procedure.output(devicesDocument).query(({ ctx: { house }, signal }) => devices(house.context(), { signal })),
});

export const aboutProcedure = procedure.output(aboutShape).query(() => about());

/** Workspace, settings, devices, versions. */
import {
  about,
  browseCall,
  browsed,
  openWorkspaceCall,
  setSettingsCall,
  settings,
  workspaceInfo,
} from "../../contract/api/app.ts";
import { devicesDocument } from "../../contract/documents.ts";
import { devices } from "../devices.ts";
import { later } from "../later.ts";
import { procedure, router } from "../procedure.ts";

export const workspaceRouter = router({
  current: procedure.output(workspaceInfo).query(() => later()),
  /** Closes this study and opens another one, new where there is none; refused while a task runs. */
  open: procedure
    .input(openWorkspaceCall)
    .output(workspaceInfo)
    .mutation(() => later()),
  /** Folders to choose from, where the desktop's own dialog is not at hand. Null: the user's home. */
  browse: procedure
    .input(browseCall)
    .output(browsed)
    .query(() => later()),
});

export const settingsRouter = router({
  get: procedure.output(settings).query(() => later()),
  set: procedure
    .input(setSettingsCall)
    .output(settings)
    .mutation(() => later()),
});

export const devicesRouter = router({ list: procedure.output(devicesDocument).query(() => devices()) });

export const aboutProcedure = procedure.output(about).query(() => later());

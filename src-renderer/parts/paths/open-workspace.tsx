import { host } from "../../lib/host/client.ts";
import { queryClient } from "../../lib/host/queries.ts";
import { PathForm } from "./path-form.tsx";

/** Closes this study and opens another one. */
export function OpenWorkspace({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  if (!opened) return null;
  return (
    <PathForm
      title="Open a workspace"
      label="Folder"
      description="The folder of a study; a new study begins in a folder that is empty or not there yet."
      placeholder="/home/me/Apexlab"
      wanted="folder"
      start=""
      verb="Open"
      act={async (folder) => {
        await host.workspace.open.mutate({ folder });
        void queryClient.invalidateQueries();
      }}
      onClose={onClose}
    />
  );
}

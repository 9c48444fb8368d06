import { Button } from "@mantine/core";
import { useState } from "react";
import type { DatasetOverview } from "../../../../src-main/contract/api/study.ts";
import { host } from "../../../lib/host/client.ts";
import { Notice } from "../../../parts/notice.tsx";
import { PathForm } from "../../../parts/paths/path-form.tsx";

/** Datasets whose source is not where it was: what that means, and a way to say where it is now. */
export function MovedSources({ datasets }: { datasets: readonly DatasetOverview[] }) {
  const [asked, setAsked] = useState<DatasetOverview | null>(null);
  return (
    <>
      {datasets
        .filter(({ sourceFound }) => !sourceFound)
        .map((dataset) => (
          <Notice
            key={dataset.id}
            kind="warning"
            title={`The pictures of ${dataset.name} are not where they were`}
            action={
              <Button variant="default" size="xs" onClick={() => setAsked(dataset)}>
                Say where they are
              </Button>
            }
          >
            {dataset.source} is gone: it was moved, or its disk is not connected. Codings, labels and finished runs are
            safe; its pictures cannot be shown meanwhile.
          </Notice>
        ))}
      {asked !== null && (
        <PathForm
          key={asked.id}
          title={`Where ${asked.name} lies now`}
          label="Folder or table"
          description="The same release as before; nothing is read anew, and nothing in it is changed."
          wanted="either"
          start={asked.source}
          verb="Use this place"
          act={(source) => host.study.relocate.mutate({ dataset: asked.id, source })}
          onClose={() => setAsked(null)}
        />
      )}
    </>
  );
}

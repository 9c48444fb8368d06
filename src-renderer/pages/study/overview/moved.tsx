import { Button, Modal } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { DatasetOverview } from "../../../../src-main/contract/api/study.ts";
import { host } from "../../../lib/host/client.ts";
import { FaultNotice } from "../../../parts/asked.tsx";
import { Notice } from "../../../parts/notice.tsx";
import { PathField } from "../../../parts/paths/path-field.tsx";
import classes from "./moved.module.css";

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
      {asked !== null && <Relocate key={asked.id} dataset={asked} onClose={() => setAsked(null)} />}
    </>
  );
}

function Relocate({ dataset, onClose }: { dataset: DatasetOverview; onClose: () => void }) {
  const [source, setSource] = useState(dataset.source);
  const relocate = useMutation({
    mutationFn: () => host.study.relocate.mutate({ dataset: dataset.id, source }),
    onSuccess: onClose,
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={`Where ${dataset.name} lies now`}
      size={560}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          relocate.mutate();
        }}
      >
        <PathField
          label="Folder or table"
          description="The same release as before; nothing is read anew, and nothing in it is changed."
          wanted="either"
          value={source}
          onChange={setSource}
        />
        {relocate.error !== null && <FaultNotice error={relocate.error} />}
        <div className={classes.foot}>
          <Button variant="default" onClick={onClose}>
            Not now
          </Button>
          <Button type="submit" loading={relocate.isPending} disabled={source.trim() === ""}>
            Use this place
          </Button>
        </div>
      </form>
    </Modal>
  );
}

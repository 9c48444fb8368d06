import { Button, Modal } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { host } from "../../lib/host/client.ts";
import { queryClient } from "../../lib/host/queries.ts";
import { FaultNotice } from "../asked.tsx";
import classes from "./open-workspace.module.css";
import { PathField } from "./path-field.tsx";

/** Closes this study and opens another one. */
export function OpenWorkspace({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const [folder, setFolder] = useState("");
  const open = useMutation({
    mutationFn: () => host.workspace.open.mutate({ folder: folder.trim() }),
    onSuccess: () => {
      void queryClient.invalidateQueries();
      setFolder("");
      onClose();
    },
  });
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title="Open a workspace"
      size={560}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          open.mutate();
        }}
      >
        <PathField
          label="Folder"
          description="The folder of a study; a new study begins in a folder that is empty or not there yet."
          placeholder="/home/me/Apexlab"
          wanted="folder"
          value={folder}
          onChange={setFolder}
        />
        {open.error !== null && <FaultNotice error={open.error} />}
        <div className={classes.foot}>
          <Button variant="default" onClick={onClose}>
            Not now
          </Button>
          <Button type="submit" loading={open.isPending} disabled={folder.trim() === ""}>
            Open
          </Button>
        </div>
      </form>
    </Modal>
  );
}

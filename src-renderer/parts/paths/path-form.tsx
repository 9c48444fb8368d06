import { Button, Modal } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { FaultNotice } from "../asked.tsx";
import type { Wanted } from "./path-dialog.tsx";
import { PathField } from "./path-field.tsx";
import classes from "./path-form.module.css";

interface PathFormProps {
  readonly title: string;
  readonly label: string;
  readonly description: ReactNode;
  readonly placeholder?: string;
  readonly wanted: Wanted;
  /** What the field holds at first. */
  readonly start: string;
  /** On the button that does it. */
  readonly verb: string;
  /** What is done with the path; a refusal is shown in the form. */
  readonly act: (path: string) => Promise<unknown>;
  readonly onClose: () => void;
}

/** Asks for one path in a dialog and does something with it; closes once that is done. */
export function PathForm({ title, label, description, placeholder, wanted, start, verb, act, onClose }: PathFormProps) {
  const [path, setPath] = useState(start);
  const done = useMutation({ mutationFn: () => act(path.trim()), onSuccess: onClose });
  return (
    <Modal opened onClose={onClose} title={title} size={560} closeButtonProps={{ "aria-label": "Close" }}>
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          done.mutate();
        }}
      >
        <PathField {...{ label, description, placeholder, wanted }} value={path} onChange={setPath} />
        {done.error !== null && <FaultNotice error={done.error} />}
        <div className={classes.foot}>
          <Button variant="default" onClick={onClose}>
            Not now
          </Button>
          <Button type="submit" loading={done.isPending} disabled={path.trim() === ""}>
            {verb}
          </Button>
        </div>
      </form>
    </Modal>
  );
}

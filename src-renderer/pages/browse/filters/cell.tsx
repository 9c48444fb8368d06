import { CloseButton } from "@mantine/core";
import { IconGridDots } from "@tabler/icons-react";
import { datasetName } from "../../../../src-main/contract/datasets.ts";
import { href } from "../../../lib/routes.ts";
import type { BrowseView } from "../view.ts";
import classes from "./cell.module.css";

interface CellNoteProps {
  readonly view: BrowseView;
  readonly onLeave: () => void;
}

/** Says that the clips are those of a confusion cell, or were picked one by one, and leads back to all. */
export function CellNote({ view: { cell, ids }, onLeave }: CellNoteProps) {
  if (cell === null && ids.length === 0) return null;
  return (
    <div className={classes.beside}>
      <div className={classes.note}>
        <IconGridDots size={16} stroke={1.8} aria-hidden />
        <span className={classes.words}>
          {cell === null ? (
            "Clips picked elsewhere"
          ) : (
            <>
              <a href={href({ page: "experiments", rest: [cell.run] })}>Run {cell.run.slice(0, 8)}</a>, held-out dataset{" "}
              {datasetName(cell.test)}
              {cell.true !== undefined && <>, coded {cell.true}</>}
              {cell.predicted !== undefined && <>, predicted {cell.predicted}</>}
              {cell.seed !== undefined && <>, seed {cell.seed}</>}
            </>
          )}
        </span>
        <CloseButton size="sm" aria-label="Show all samples again" onClick={onLeave} />
      </div>
    </div>
  );
}

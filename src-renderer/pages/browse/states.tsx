/** What stands in the grid's place when there is nothing for it. */
import { Button, Skeleton } from "@mantine/core";
import { IconFilterOff, IconPhotoSearch } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { href } from "../../lib/routes.ts";
import classes from "./states.module.css";

export function EmptyStudy() {
  return (
    <Blank
      sign={<IconPhotoSearch size={32} stroke={1.3} aria-hidden />}
      title="No samples yet"
      action={
        <Button component="a" href={href({ page: "study" })}>
          Open Study
        </Button>
      }
    >
      Import a dataset or draw the demo study: every micro-expression stands here by its apex frame.
    </Blank>
  );
}

export function NothingMatches({ onClear }: { onClear: () => void }) {
  return (
    <Blank
      sign={<IconFilterOff size={32} stroke={1.3} aria-hidden />}
      title="No sample matches"
      action={
        <Button variant="default" onClick={onClear}>
          Clear all filters
        </Button>
      }
    >
      Nothing in the study passes all of these filters at once.
    </Blank>
  );
}

interface BlankProps {
  readonly sign: ReactNode;
  readonly title: string;
  readonly action: ReactNode;
  readonly children: ReactNode;
}

function Blank({ sign, title, action, children }: BlankProps) {
  return (
    <div className={classes.blank} role="status">
      {sign}
      <strong>{title}</strong>
      <p>{children}</p>
      {action}
    </div>
  );
}

export function WaitingGrid() {
  return (
    <div className={classes.waiting} aria-busy="true" aria-label="Fetching the samples">
      {Array.from({ length: 24 }, (_, at) => (
        <Skeleton key={at} radius={8} style={{ aspectRatio: "1 / 1.3" }} />
      ))}
    </div>
  );
}

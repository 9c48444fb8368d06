/** One sample beside the grid: its clip frame by frame, what was coded, what is doubtful, where it comes from. */
import { ActionIcon, Skeleton, Tooltip } from "@mantine/core";
import { IconChevronDown, IconChevronUp, IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { ComponentType } from "react";
import type { SampleDetail } from "../../../../src-main/contract/api/samples.ts";
import { sampleId, type SampleKey } from "../../../../src-main/contract/sample.ts";
import { useKeyboard } from "../../../lib/keys/keys.tsx";
import { Asked, FaultNotice } from "../../../parts/asked.tsx";
import { ClassLabel } from "../../../parts/class-sign.tsx";
import { DatasetMark } from "../../../parts/dataset-mark.tsx";
import { KeyCaps } from "../../../parts/key-caps.tsx";
import { Notice } from "../../../parts/notice.tsx";
import type { PlayerView } from "../../../parts/player/view.ts";
import { sampleQuery } from "../queries.ts";
import type { Cell } from "../view.ts";
import { Coding } from "./coding.tsx";
import classes from "./drawer.module.css";
import { Media } from "./media.tsx";
import { ApexChoice } from "./motion.tsx";
import { Predictions } from "./predictions.tsx";
import { NeedsReview, Ready, useReview } from "./review.tsx";
import { Source } from "./source.tsx";

interface DrawerProps {
  readonly sample: SampleKey;
  /** The confusion cell that it was opened from. */
  readonly cell: Cell | null;
  readonly player: { readonly view: PlayerView; readonly change: (given: Partial<PlayerView>) => void };
  /** Null at the ends of the grid. */
  readonly onBefore: (() => void) | null;
  readonly onNext: (() => void) | null;
  readonly onClose: () => void;
}

export function Drawer({ sample, cell, player, onBefore, onNext, onClose }: DrawerProps) {
  const query = useQuery(sampleQuery(sample));
  const found = query.data;
  // The sample before stays until the next one is there, head and all.
  const { dataset, subject, clip } = found?.sample ?? sample;
  return (
    <aside className={classes.drawer} aria-label={`Sample ${clip} of subject ${subject}`}>
      <header className={classes.head}>
        <DatasetMark id={dataset} />
        <div className={classes.title}>
          <h2>{clip}</h2>
          <span>Subject {subject}</span>
        </div>
        {found !== undefined && (found.class === null ? <OutsideLabel /> : <ClassLabel of={found.class} />)}
        <div className={classes.actions}>
          <Go label="Sample before" action="browse.before" icon={IconChevronUp} onClick={onBefore} />
          <Go label="Next sample" action="browse.next" icon={IconChevronDown} onClick={onNext} />
          <Go label="Close" action="browse.close" icon={IconX} onClick={onClose} />
        </div>
      </header>
      <Asked query={query} waiting={<Waiting />}>
        {(detail) => <Body key={sampleId(detail.sample)} detail={detail} cell={cell} player={player} />}
      </Asked>
    </aside>
  );
}

interface BodyProps extends Pick<DrawerProps, "cell" | "player"> {
  readonly detail: SampleDetail;
}

function Body({ detail, cell, player }: BodyProps) {
  const { sample } = detail;
  const review = useReview(sample);
  return (
    <>
      <div className={classes.media}>
        <Media detail={detail} player={player} />
      </div>
      <div className={classes.facts} tabIndex={0} role="region" aria-label="About this sample">
        {detail.missing !== null && <Notice kind="warning">{detail.missing}</Notice>}
        {review.error !== null && <FaultNotice error={review.error} />}
        <NeedsReview sample={sample} review={review} />
        {cell !== null && <Predictions sample={sample} cell={cell} />}
        <ApexChoice sample={sample} />
        <Coding detail={detail} />
        <Ready sample={sample} review={review} />
        <Source sample={sample} />
      </div>
    </>
  );
}

const OutsideLabel = () => <span className={classes.outside}>Outside the labels</span>;

interface GoProps {
  readonly label: string;
  readonly action: string;
  readonly icon: ComponentType<{ size?: number; stroke?: number }>;
  readonly onClick: (() => void) | null;
}

function Go({ label, action, icon: Sign, onClick }: GoProps) {
  const { keysOf } = useKeyboard();
  return (
    <Tooltip
      label={
        <span className={classes.tip}>
          {label} <KeyCaps keys={keysOf(action)} />
        </span>
      }
    >
      <ActionIcon
        className={classes.go}
        size={32}
        aria-label={label}
        aria-disabled={onClick === null}
        onClick={() => onClick?.()}
      >
        <Sign size={18} stroke={1.6} />
      </ActionIcon>
    </Tooltip>
  );
}

function Waiting() {
  return (
    <div className={classes.waiting} aria-busy="true" aria-label="Fetching the sample">
      <Skeleton radius={8} style={{ flex: 1 }} />
      <Skeleton radius={8} height={96} />
      <Skeleton radius={8} height={160} />
    </div>
  );
}

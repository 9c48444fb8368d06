import { ActionIcon, CopyButton, Tooltip } from "@mantine/core";
import { IconCheck, IconChevronRight, IconCopy } from "@tabler/icons-react";
import type { Sample } from "../../../../src-main/contract/sample.ts";
import { plural } from "../../../lib/format.ts";
import { Facts } from "./facts.tsx";
import classes from "./source.module.css";

/** Where a sample comes from: its files, the row of its table, and every cell of that row as it was read. */
export function Source({ sample }: { sample: Sample }) {
  const { frames, video, apexImage, onsetImage, flowImage, openfaceCsv, source, originals } = sample;
  const paths = [
    ["Frames", frames?.folder],
    ["Video", video],
    ["Apex picture", apexImage],
    ["Onset picture", onsetImage],
    ["Flow picture", flowImage],
    ["OpenFace table", openfaceCsv],
  ] as const;
  // By its name: where it lay is the dataset's business, on the Study page.
  const file = source.table?.split(/[\\/]/).pop();
  const table = file === undefined ? "none" : `${file}${source.row === null ? "" : `, row ${source.row}`}`;
  const cells = Object.entries(originals);
  return (
    <Facts
      title="Source"
      rows={[
        ...paths.flatMap(([name, path]) =>
          path === null || path === undefined ? [] : [[name, <Path key={name} path={path} />] as const],
        ),
        ["Coding table", table],
        ["Pictures", sample.framing === "raw" ? "whole camera frames" : "cut to the face by the release"],
      ]}
    >
      {cells.length > 0 && (
        <details className={classes.originals}>
          <summary>
            <IconChevronRight size={14} stroke={1.8} aria-hidden />
            The row as it was read: {plural(cells.length, "cell")}
          </summary>
          <Facts rows={cells} />
        </details>
      )}
    </Facts>
  );
}

function Path({ path }: { path: string }) {
  return (
    <span className={classes.path}>
      <span className={classes.text}>{path}</span>
      <CopyButton value={path} timeout={1500}>
        {({ copied, copy }) => (
          <Tooltip label={copied ? "Copied" : "Copy the path"}>
            <ActionIcon size={24} aria-label="Copy the path" onClick={copy}>
              {copied ? <IconCheck size={14} stroke={2} /> : <IconCopy size={14} stroke={1.6} />}
            </ActionIcon>
          </Tooltip>
        )}
      </CopyButton>
    </span>
  );
}

import { Button } from "@mantine/core";
import { IconChevronRight } from "@tabler/icons-react";
import { useState } from "react";
import type { ImportDocument, RowFault } from "../../../../src-main/contract/documents.ts";
import { count } from "../../../lib/format.ts";
import classes from "./fault-lists.module.css";

/** Rows shown at once; a table that does not fit its folder may have hundreds of faults. */
const PIECE = 100;

/** Every row that needs a look, by what became of it. */
export function FaultLists({ document }: { document: ImportDocument }) {
  const { skipped, doubtful, notes, matchedTolerantly } = document;
  const matched = matchedTolerantly.map(({ row, table, folder }) => ({
    file: "",
    row,
    clip: table,
    reason: `Matched with the folder ${folder}, which is spelled otherwise.`,
  }));
  return (
    <div className={classes.lists}>
      <List title="Skipped, nothing usable" rows={skipped} open />
      <List title="Kept, to review" rows={doubtful} open />
      <List title="Matched although spelled otherwise" rows={matched} />
      <List title="Worth knowing" rows={notes} />
    </div>
  );
}

function List({ title, rows, open = false }: { title: string; rows: readonly RowFault[]; open?: boolean }) {
  const [shown, setShown] = useState(PIECE);
  if (rows.length === 0) return null;
  const files = new Set(rows.map(({ file }) => file));
  const [shared = ""] = files.size === 1 ? files : [];
  return (
    <details className={classes.list} open={open}>
      <summary>
        <IconChevronRight size={16} stroke={2} aria-hidden />
        {title}
        <span className={classes.many}>{count(rows.length)}</span>
        <span className={classes.file}>{shared}</span>
      </summary>
      <ul className={classes.rows} tabIndex={0} aria-label={title}>
        {rows.slice(0, shown).map(({ file, row, clip, reason }, at) => (
          <li key={at} className={classes.row}>
            <span className={classes.where}>
              {[file !== shared && file, row !== null && `row ${row}`].filter(Boolean).join(", ")}
            </span>
            <span className={classes.clip}>{clip}</span>
            <span>{reason}</span>
          </li>
        ))}
        {rows.length > shown && (
          <li className={classes.more}>
            <Button variant="subtle" size="compact-sm" onClick={() => setShown((now) => now + 5 * PIECE)}>
              Show {count(Math.min(5 * PIECE, rows.length - shown))} more
            </Button>
          </li>
        )}
      </ul>
    </details>
  );
}

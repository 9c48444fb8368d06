import type { ReactNode } from "react";
import classes from "./data-table.module.css";

interface DataTableProps {
  /** What it shows, for a screen reader. */
  readonly label: string;
  /** Rows of 32 px instead of 44. */
  readonly dense?: boolean;
  /** thead, tbody and tfoot. */
  readonly children: ReactNode;
}

/** A table on its card. Cells of figures take `className={num}`. */
export function DataTable({ label, dense = false, children }: DataTableProps) {
  return (
    <div className={`${classes.card} ${classes.scroll}`}>
      <table className={classes.table} aria-label={label} data-dense={dense ? "" : undefined}>
        {children}
      </table>
    </div>
  );
}

/** Class of a cell of figures: tabular, right-aligned. */
export const num = classes.num;

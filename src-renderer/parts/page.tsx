import type { ReactNode } from "react";
import classes from "./page.module.css";

interface PageProps {
  readonly title: string;
  /** A few words beside the title: what is shown, how many. */
  readonly lead?: ReactNode;
  readonly actions?: ReactNode;
  /** The page scrolls by itself in parts of it: its body fills the window and has no padding. */
  readonly fill?: boolean;
  readonly children: ReactNode;
}

/** A page's head and body; its only h1. */
export function Page({ title, lead, actions, fill = false, children }: PageProps) {
  return (
    <div className={classes.page}>
      <header className={classes.header} data-fill={fill ? "" : undefined}>
        <div className={classes.head}>
          <div className={classes.titles}>
            <h1>{title}</h1>
            {lead !== undefined && <div className={classes.lead}>{lead}</div>}
          </div>
          {actions !== undefined && <div className={classes.actions}>{actions}</div>}
        </div>
      </header>
      {fill ? (
        <div className={classes.fill}>{children}</div>
      ) : (
        // A scrolling region must be reachable by the keyboard.
        <div className={classes.body} tabIndex={0} role="region" aria-label={title}>
          <div className={classes.column}>{children}</div>
        </div>
      )}
    </div>
  );
}

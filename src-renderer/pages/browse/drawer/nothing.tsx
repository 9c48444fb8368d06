import type { ReactNode } from "react";
import classes from "./nothing.module.css";

/** Where a picture would be: why there is none, and what to do. */
export function Nothing({ icon, title, children }: { icon?: ReactNode; title: string; children: ReactNode }) {
  return (
    <div className={classes.nothing}>
      {icon}
      <strong>{title}</strong>
      {children}
    </div>
  );
}

import { IconAlertTriangle, IconInfoCircle, IconExclamationCircle } from "@tabler/icons-react";
import type { ReactNode } from "react";
import classes from "./notice.module.css";

const SIGNS = { fault: IconExclamationCircle, warning: IconAlertTriangle, info: IconInfoCircle };

interface NoticeProps {
  readonly kind: keyof typeof SIGNS;
  readonly title?: string;
  readonly children?: ReactNode;
  /** What a person can do about it: a button. */
  readonly action?: ReactNode;
}

/** A sentence that must be read. Faults are announced at once, the rest politely. */
export function Notice({ kind, title, children, action }: NoticeProps) {
  const Sign = SIGNS[kind];
  return (
    <div className={classes.notice} data-kind={kind} role={kind === "fault" ? "alert" : "status"}>
      <span className={classes.sign}>
        <Sign size={18} stroke={1.8} aria-hidden />
      </span>
      <div className={classes.words}>
        {title !== undefined && <strong>{title}</strong>}
        {children}
      </div>
      {action}
    </div>
  );
}

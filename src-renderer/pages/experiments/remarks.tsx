import { IconAlertTriangle } from "@tabler/icons-react";
import { plural } from "../../lib/format.ts";
import classes from "./remarks.module.css";

/** What the reader of an experiment's figures must know, a sentence each. */
export function Remarks({ sentences }: { sentences: readonly string[] }) {
  if (sentences.length === 0) return null;
  return (
    <ul className={classes.remarks} aria-label={plural(sentences.length, "remark")}>
      {sentences.map((sentence) => (
        <li key={sentence}>
          <IconAlertTriangle size={14} stroke={1.8} aria-hidden />
          {sentence}
        </li>
      ))}
    </ul>
  );
}

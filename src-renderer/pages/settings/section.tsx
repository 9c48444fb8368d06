import { type ReactNode, useId } from "react";
import classes from "./settings.module.css";

interface SectionProps {
  readonly title: string;
  readonly words: string;
  readonly children: ReactNode;
}

/** What is set on the left, in words; how, on the right. */
export function Section({ title, words, children }: SectionProps) {
  const id = useId();
  return (
    <section className={classes.section} aria-labelledby={id}>
      <div>
        <h2 id={id}>{title}</h2>
        <p>{words}</p>
      </div>
      <div className={classes.body}>{children}</div>
    </section>
  );
}

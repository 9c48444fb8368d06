import { type ReactNode, useId } from "react";
import classes from "./facts.module.css";

interface FactsProps {
  /** Absent where something above already says what these are. */
  readonly title?: string;
  readonly rows: readonly (readonly [name: string, value: ReactNode])[];
  readonly children?: ReactNode;
}

/** Names and values, one a line. */
export function Facts({ title, rows, children }: FactsProps) {
  const id = useId();
  return (
    <section aria-labelledby={title === undefined ? undefined : id}>
      {title !== undefined && (
        <h3 id={id} className={classes.title}>
          {title}
        </h3>
      )}
      <dl className={classes.rows}>
        {rows.map(([name, value], at) => (
          <div key={`${name}${at}`} className={classes.row}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {children}
    </section>
  );
}

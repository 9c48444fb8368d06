import { CLASSES, type PerClass } from "../../src-main/contract/classes.ts";
import { count, percent } from "../lib/format.ts";
import classes from "./class-bar.module.css";

/** How the classes share a dataset, in their fixed order and colours. The counts stand beside it, or are read out. */
export function ClassBar({ counts }: { counts: PerClass }) {
  const total = CLASSES.reduce((sum, name) => sum + counts[name], 0);
  const words = CLASSES.map(
    (name) => `${name} ${count(counts[name])} (${percent(total === 0 ? 0 : counts[name] / total)} %)`,
  );
  return (
    <div className={classes.bar} role="img" aria-label={`Class balance: ${words.join(", ")}`} title={words.join("\n")}>
      {total === 0 && <span className={classes.empty} />}
      {CLASSES.filter((name) => counts[name] > 0).map((name) => (
        <span
          key={name}
          className={`${classes.part} ${classes[name]}`}
          style={{ flexGrow: counts[name], flexBasis: 0 }}
        />
      ))}
    </div>
  );
}

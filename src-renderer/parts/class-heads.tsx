import { CLASSES } from "../../src-main/contract/classes.ts";
import { ClassSign } from "./class-sign.tsx";
import classes from "./class-sign.module.css";
import { num } from "./data-table.tsx";

/** The heads of three columns of figures, one a class. */
export function ClassHeads() {
  return CLASSES.map((name) => (
    <th key={name} scope="col" className={num}>
      <span className={classes.head}>
        <ClassSign of={name} />
        {name}
      </span>
    </th>
  ));
}

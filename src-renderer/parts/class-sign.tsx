import type { EmotionClass } from "../../src-main/contract/classes.ts";
import classes from "./class-sign.module.css";

/** Each class has its own shape as well as its colour. */
const SHAPES: Record<EmotionClass, string> = {
  positive: "M5 1 9.5 9h-9z",
  negative: "M5 9 .5 1h9z",
  surprise: "M5 0 10 5 5 10 0 5z",
};

export function ClassSign({ of, size = 8 }: { of: EmotionClass; size?: number }) {
  return (
    <svg className={`${classes.sign} ${classes[of]}`} viewBox="0 0 10 10" width={size} height={size} aria-hidden>
      <path d={SHAPES[of]} />
    </svg>
  );
}

/** Sign and word, coloured. */
export function ClassLabel({ of }: { of: EmotionClass }) {
  return (
    <span className={`${classes.label} ${classes[of]}`}>
      <ClassSign of={of} />
      {of}
    </span>
  );
}

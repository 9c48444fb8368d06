import classes from "./meter.module.css";

interface MeterProps {
  /** 0 to 1; null while it is not known. */
  readonly fraction: number | null;
  /** What is measured, for a screen reader. */
  readonly label: string;
}

export function Meter({ fraction, label }: MeterProps) {
  const now = fraction === null ? undefined : Math.round(fraction * 100);
  return (
    <div
      className={classes.meter}
      data-waiting={fraction === null ? "" : undefined}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={now}
    >
      <div
        className={classes.fill}
        style={fraction === null ? undefined : { transform: `scaleX(${Math.min(1, fraction)})` }}
      />
    </div>
  );
}

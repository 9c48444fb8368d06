import type { FlowArrays } from "./arrays.ts";
import type { Probe } from "./stage.tsx";
import classes from "./values.module.css";

/** The motion of the chosen point; of the whole face where none is. */
export function Values({ flow, probe }: { flow: FlowArrays; probe: Probe | null }) {
  const rows = probe === null ? wholeRows(flow) : pointRows(flow, probe);
  return (
    <dl className={classes.values} aria-live="polite" data-testid="flow-values">
      {rows.map(([name, value, unit]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            {value} <span>{unit}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}

type Row = readonly [name: string, value: string, unit: string];

/** A true minus, so that the widths agree. */
const signed = (value: number) => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}`;
const strained = (value: number) => (value * 100).toFixed(1);

function pointRows({ u, v, strain, width }: FlowArrays, { x, y }: Probe): Row[] {
  const i = y * width + x;
  return [
    ["Point", `${x}, ${y}`, ""],
    ["u, right", signed(u[i]), "px"],
    ["v, down", signed(v[i]), "px"],
    ["Length", Math.hypot(u[i], v[i]).toFixed(2), "px"],
    ["Strain", strained(strain[i]), "%"],
  ];
}

function wholeRows({ u, v, strain }: FlowArrays): Row[] {
  let [sum, most] = [0, 0];
  for (let i = 0; i < u.length; i++) {
    const length = Math.hypot(u[i], v[i]);
    sum += length;
    if (length > most) most = length;
  }
  const strains = strain.reduce((all, value) => all + value, 0) / strain.length;
  return [
    ["Point", "all", ""],
    ["Mean length", (sum / u.length).toFixed(2), "px"],
    ["Largest", most.toFixed(2), "px"],
    ["Mean strain", strained(strains), "%"],
  ];
}

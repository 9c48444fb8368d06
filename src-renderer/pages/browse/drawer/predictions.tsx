import { useQuery } from "@tanstack/react-query";
import { CLASSES } from "../../../../src-main/contract/classes.ts";
import type { SampleKey } from "../../../../src-main/contract/sample.ts";
import { percent } from "../../../lib/format.ts";
import { ClassLabel } from "../../../parts/class-sign.tsx";
import { cellQuery } from "../queries.ts";
import type { Cell } from "../view.ts";
import { Facts } from "./facts.tsx";

/** What the run said of this clip when its dataset was held out, seed by seed. */
export function Predictions({ sample, cell }: { sample: SampleKey; cell: Cell }) {
  const { data = [] } = useQuery(cellQuery(cell));
  const own = data.filter(
    ({ dataset, subject, clip }) => dataset === sample.dataset && subject === sample.subject && clip === sample.clip,
  );
  if (own.length === 0) return null;
  return (
    <Facts
      title="What the run said"
      rows={own.map(({ seed, predicted, probabilities }) => [
        `Seed ${seed}`,
        <>
          <ClassLabel of={predicted} />, {percent(probabilities[CLASSES.indexOf(predicted)] ?? null)} % sure
        </>,
      ])}
    />
  );
}

/** What the flow commands say alike. */
import { datasetName } from "../../../contract/datasets.ts";
import type { FlowDocument, FlowRecord } from "../../../contract/flow.ts";

const NAMES: Readonly<Record<FlowRecord["method"], string>> = { tvl1: "TV-L1", raft: "RAFT" };

export const methodWords = ({ method, weights }: FlowRecord): string =>
  weights === null ? NAMES[method] : `${NAMES[method]} (weights ${weights.slice(0, 12)})`;

/** What was left out, with the reasons; nothing where all went well. */
export function faultLines(faults: FlowDocument["faults"]): string[] {
  if (faults.length === 0) return [];
  return [
    "",
    `Left out: ${faults.length}`,
    ...faults.map(({ dataset, subject, clip, reason }) => `  ${datasetName(dataset)} ${subject}/${clip}: ${reason}`),
  ];
}

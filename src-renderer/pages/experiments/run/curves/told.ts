/** What was told of a run so far, kept by held-out dataset, phase and epoch. */
import type { EpochRecord, LiveEvent } from "../../../../../src-main/contract/api/runs.ts";
import type { FoldDocument, RunState } from "../../../../../src-main/contract/documents.ts";

interface LivePhase {
  readonly name: string;
  readonly records: readonly EpochRecord[];
}

export interface LiveFold {
  /** In the order in which they began. */
  readonly phases: readonly LivePhase[];
  /** Once the held-out dataset was tested. */
  readonly score: FoldDocument | null;
}

export interface Live {
  /** By the fold's index. */
  readonly folds: ReadonlyMap<number, LiveFold>;
  /** The latest that was told; null until then. */
  readonly state: RunState | null;
}

export const NOTHING_YET: Live = { folds: new Map(), state: null };

/** What is told twice changes nothing: an epoch is kept by its fold, phase and number. */
export function withEvents(live: Live, events: readonly LiveEvent[]): Live {
  const folds = new Map(live.folds);
  let { state } = live;
  for (const event of events) {
    if (event.kind === "state") {
      ({ state } = event);
      continue;
    }
    const fold = folds.get(event.fold) ?? { phases: [], score: null };
    folds.set(
      event.fold,
      event.kind === "score"
        ? { ...fold, score: event.document }
        : { ...fold, phases: withRecord(fold.phases, event.record) },
    );
  }
  return { folds, state };
}

function withRecord(phases: readonly LivePhase[], record: EpochRecord): readonly LivePhase[] {
  const known = phases.find(({ name }) => name === record.phase);
  if (known === undefined) return [...phases, { name: record.phase, records: [record] }];
  const records = [...known.records];
  const at = records.findLastIndex(({ epoch }) => epoch <= record.epoch);
  records.splice(
    records[at]?.epoch === record.epoch ? at : at + 1,
    records[at]?.epoch === record.epoch ? 1 : 0,
    record,
  );
  return phases.map((phase) => (phase === known ? { ...phase, records } : phase));
}

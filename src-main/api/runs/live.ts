/**
 * A run as it goes, read off its files: every epoch's record, every score, every change of state. What was told is
 * counted a fold, so that a window that comes back is told the rest and nothing twice, even by another host.
 */
import { epochRecord, type LiveEvent } from "../../contract/api/runs.ts";
import { type RunState, runState } from "../../contract/documents.ts";
import { findRun } from "../../store/tables/runs.ts";
import { type Context, studyOf } from "../context.ts";
import { foldDocumentOf, foldsOf, metricsOf, metricsSize, type StoredFold } from "./folds.ts";

/** What was told of one fold. */
interface Told {
  epochs: number;
  scored: boolean;
  /** Size of the metrics when they were read last: the same size says nothing new. */
  bytes: number;
}

export class LiveRun {
  readonly run: string;
  readonly #told: Told[];
  #state: RunState | null;

  /** `position`: where an earlier watching ended (see `position`); null from the start. */
  constructor(run: string, position: string | null) {
    this.run = run;
    const [folds = "", state = ""] = position?.split("~") ?? [];
    this.#told = [...folds.matchAll(/(\d+)(s?)/g)].map(([, epochs, scored]) => ({
      epochs: Number(epochs),
      scored: scored === "s",
      bytes: -1,
    }));
    this.#state = runState.safeParse(state).data ?? null;
  }

  /** `30s.12.0~running`: epochs told a fold, s where its score was told; the state told last. */
  get position(): string {
    return `${this.#told.map(({ epochs, scored }) => `${epochs}${scored ? "s" : ""}`).join(".")}~${this.#state ?? ""}`;
  }

  /** No more will come of it, but for somebody going on with it. */
  get ended(): boolean {
    return this.#state !== null && this.#state !== "running" && this.#state !== "queued";
  }

  /** What is new. An unknown run has nothing to tell yet. */
  async *news(context: Context): AsyncGenerator<LiveEvent> {
    const record = findRun(studyOf(context), this.run);
    if (record === undefined) return;
    // The state before the files: at its end a run has written everything.
    const { state } = record;
    for (const fold of await foldsOf(context.folder, record)) yield* this.#foldNews(context.folder, fold);
    if (state === this.#state) return;
    this.#state = state;
    yield { kind: "state", state };
  }

  async *#foldNews(folder: string, fold: StoredFold): AsyncGenerator<LiveEvent> {
    const told = (this.#told[fold.index] ??= { epochs: 0, scored: false, bytes: -1 });
    if (told.scored) return;
    // The score before the metrics: a training that is scored has written all of them.
    const document = await foldDocumentOf(folder, fold);
    const bytes = await metricsSize(folder, fold);
    const lines = bytes === told.bytes ? [] : await metricsOf(folder, fold);
    told.bytes = bytes;
    for (const line of lines.slice(told.epochs)) {
      const record = epochRecord.parse(JSON.parse(line));
      told.epochs++;
      yield { kind: "epoch", fold: fold.index, record };
    }
    if (document === null) return;
    told.scored = true;
    yield { kind: "score", fold: fold.index, document };
  }
}

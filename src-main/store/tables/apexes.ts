/** Spotted apexes, and the rule by which a dataset's clips without a coded apex get theirs (`apex: middle | spotted`). */
import { z } from "zod";
import { APEX_RULES, type ApexRule } from "../../contract/flow.ts";
import type { SampleKey } from "../../contract/sample.ts";
import type { Store } from "./samples.ts";

export interface SpottedApex extends SampleKey {
  /** The span that was looked at: another onset or offset makes the finding void. */
  readonly onset: number;
  readonly offset: number | null;
  /** A frame number; null where nothing moves. */
  readonly apex: number | null;
  /** Key of the job that holds the curve. */
  readonly job: string;
}

type Database = Pick<Store, "db">;

export function putSpotted(store: Database, found: readonly SpottedApex[]): void {
  store.db.transaction(() => {
    for (const { dataset, subject, clip, onset, offset, apex, job } of found)
      store.db.run(
        `INSERT INTO spotted_apexes (dataset, subject, clip, onset, "offset", apex, job) VALUES (?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (dataset, subject, clip) DO UPDATE SET onset = excluded.onset, "offset" = excluded."offset",
           apex = excluded.apex, job = excluded.job`,
        dataset,
        subject,
        clip,
        onset,
        offset,
        apex,
        job,
      );
  });
}

const row = z.object({ onset: z.int(), offset: z.int().nullable(), apex: z.int().nullable(), job: z.string() });

/** What was found for a clip; null where nobody looked. */
export function findSpotted(store: Database, key: SampleKey): SpottedApex | null {
  const { dataset, subject, clip } = key;
  const raw = store.db.get(
    'SELECT onset, "offset", apex, job FROM spotted_apexes WHERE dataset = ? AND subject = ? AND clip = ?',
    dataset,
    subject,
    clip,
  );
  return raw === undefined ? null : { dataset, subject, clip, ...row.parse(raw) };
}

const rules = z.array(z.object({ dataset: z.string(), rule: z.enum(APEX_RULES) }));

/** Of one dataset; `middle` where nothing else was said. */
export function apexRule(store: Database, dataset: string): ApexRule {
  const [held] = rules.parse(store.db.all("SELECT dataset, rule FROM apex_rules WHERE dataset = ?", dataset));
  return held?.rule ?? "middle";
}

export function setApexRule(store: Database, dataset: string, rule: ApexRule): void {
  store.db.run(
    "INSERT INTO apex_rules (dataset, rule) VALUES (?, ?) ON CONFLICT (dataset) DO UPDATE SET rule = excluded.rule",
    dataset,
    rule,
  );
}

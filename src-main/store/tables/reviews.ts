/** A person's word on samples: whether one still needs review, whatever a later import says about its row. */
import { z } from "zod";
import { SAMPLE_STATUSES, type SampleKey } from "../../contract/sample.ts";
import type { Store } from "./samples.ts";

const status = z.enum(SAMPLE_STATUSES);
export type Status = z.infer<typeof status>;

export function putReview(store: Pick<Store, "db">, { dataset, subject, clip }: SampleKey, value: Status): void {
  store.db.run(
    `INSERT INTO reviews (dataset, subject, clip, status, changed) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (dataset, subject, clip) DO UPDATE SET status = excluded.status, changed = excluded.changed`,
    dataset,
    subject,
    clip,
    value,
    new Date().toISOString(),
  );
}

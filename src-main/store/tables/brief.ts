/** Samples without their frames and originals: what a grid of tens of thousands, and counts over them, need. */
import { z } from "zod";
import { compareDatasets } from "../../contract/datasets.ts";
import { type Sample, sample } from "../../contract/sample.ts";
import type { Store } from "./samples.ts";

export type BriefSample = Pick<
  Sample,
  "dataset" | "subject" | "clip" | "emotion" | "label" | "aus" | "onset" | "offset" | "fps" | "status" | "notes"
> & {
  /** What there is to look at: pictures of any kind, a video alone, nothing. */
  readonly shows: "pictures" | "video" | "nothing";
};

const FIELDS = sample.pick({
  dataset: true,
  subject: true,
  clip: true,
  emotion: true,
  label: true,
  aus: true,
  onset: true,
  offset: true,
  fps: true,
  status: true,
});
const rows = z.array(FIELDS.extend({ notes: z.string(), shows: z.enum(["pictures", "video", "nothing"]) }));

const texts = z.array(z.string());

/** In table order: datasets as in the paper's Table 1, then subject, then clip. */
export function listBrief(store: Pick<Store, "db">): BriefSample[] {
  const held = store.db.all(
    `SELECT s.dataset, s.subject, s.clip, s.emotion, s.label, s.aus, s.onset, s."offset", s.fps,
       coalesce(r.status, s.status) AS status, s.notes,
       CASE WHEN coalesce(s.frames, s.apex_image, s.onset_image, s.flow_image) IS NOT NULL THEN 'pictures'
         WHEN s.video IS NOT NULL THEN 'video' ELSE 'nothing' END AS shows
     FROM samples s LEFT JOIN reviews r ON r.dataset = s.dataset AND r.subject = s.subject AND r.clip = s.clip
     ORDER BY s.dataset, s.subject, s.clip`,
  );
  const list = rows.parse(held).map(({ notes, ...rest }) => ({ ...rest, notes: texts.parse(JSON.parse(notes)) }));
  return list.sort((a, b) => compareDatasets(a.dataset, b.dataset)); // stable: subject and clip stay in order
}

import type { SampleDetail } from "../../../../src-main/contract/api/samples.ts";
import { type Clip, MARKS, millisecondsAt, milliseconds } from "../../../parts/player/clip.ts";
import { Facts } from "./facts.tsx";

/** What the release says of the clip, and what the label rule makes of it. */
export function Coding({ detail }: { detail: SampleDetail }) {
  const { sample, fps } = detail;
  const { onset, offset } = sample;
  const length = onset === null || offset === null || fps === null ? null : ((offset - onset) / fps) * 1000;
  return (
    <Facts
      title="Coding"
      rows={[
        ["Emotion as coded", sample.emotion ?? "not coded"],
        ["Class", detail.class ?? "outside the labels"],
        ["Action units", sample.aus ?? "not coded"],
        ...MARKS.map((mark): [string, string] => [NAMES[mark], markText(detail, mark)]),
        ["Onset to offset", length === null || fps === null ? "–" : milliseconds(length, fps).replace("+", "")],
        ["Frame rate", fps === null ? "not known" : `${fps} frames a second`],
        ...sample.notes.map((note, at): [string, string] => [at === 0 ? "Notes" : "", note]),
      ]}
    />
  );
}

/** Where the apex is not the table's. */
const STAND_INS = {
  table: "",
  middle: ", the middle: not coded",
  spotted: ", the largest motion: not coded",
} as const;

const NAMES = { onset: "Onset", apex: "Apex", offset: "Offset" } as const;

function markText({ sample, frames, fps }: SampleDetail, mark: (typeof MARKS)[number]): string {
  const frame = sample[mark];
  if (frame === null) return "not coded";
  const clip: Clip = { numbers: frames.length === 0 ? [frame] : frames, ...sample, fps };
  const time = millisecondsAt(clip, frame);
  const when =
    time === null || fps === null || mark === "onset" || sample.onset === null ? "" : `, ${milliseconds(time, fps)}`;
  const stand = mark === "apex" ? STAND_INS[sample.apexSource ?? "table"] : "";
  const gone = frames.length > 0 && !frames.includes(frame) ? ", not among the frames" : "";
  return `frame ${frame}${when}${stand}${gone}`;
}

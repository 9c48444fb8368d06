import { SegmentedControl } from "@mantine/core";
import { IconMovieOff } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import type { SampleDetail } from "../../../../src-main/contract/api/samples.ts";
import type { Sample } from "../../../../src-main/contract/sample.ts";
import { frameOf, pictureOf } from "../../../lib/host/pictures.ts";
import { FlowView } from "../../../parts/flow/flow-view.tsx";
import { Picture } from "../../../parts/picture.tsx";
import type { Clip } from "../../../parts/player/clip.ts";
import { Player } from "../../../parts/player/player.tsx";
import type { PlayerView } from "../../../parts/player/view.ts";
import { motionQuery } from "../queries.ts";
import classes from "./media.module.css";
import { MeasureMotion, NoFlow } from "./motion.tsx";
import { Nothing } from "./nothing.tsx";

interface MediaProps {
  readonly detail: SampleDetail;
  readonly player: { readonly view: PlayerView; readonly change: (given: Partial<PlayerView>) => void };
}

const NAMES = { clip: "Clip", apex: "Apex", onset: "Onset", crop: "Face crop", flow: "Optical flow" } as const;
type Kind = keyof typeof NAMES;

/** What there is to see of a sample: its clip, single pictures of a manifest, and what runs have made of it. */
export function Media({ detail, player }: MediaProps) {
  const { sample, frames, fps, has } = detail;
  const kinds: Kind[] = [];
  if (frames.length > 0) kinds.push("clip");
  else {
    if (sample.apexImage !== null) kinds.push("apex");
    if (sample.onsetImage !== null) kinds.push("onset");
  }
  if (has.crop) kinds.push("crop");
  if (has.flow || canHaveFlow(sample, frames)) kinds.push("flow");
  const [chosen, setChosen] = useState<Kind | null>(null);
  const shown = kinds.find((kind) => kind === chosen) ?? kinds[0];
  const { dataset, subject, clip: name } = sample;
  const motion = useQuery(motionQuery({ dataset, subject, clip: name })).data;
  const clip = useMemo<Clip>(
    () => ({ numbers: frames, onset: sample.onset, apex: sample.apex, offset: sample.offset, fps }),
    [frames, sample, fps],
  );

  return (
    <div className={classes.media}>
      {kinds.length > 1 && (
        <SegmentedControl
          className={classes.kinds}
          size="xs"
          aria-label="What is shown"
          value={shown}
          onChange={(value) => setChosen(kinds.find((kind) => kind === value) ?? null)}
          data={kinds.map((kind) => ({ value: kind, label: NAMES[kind] }))}
        />
      )}
      {shown === undefined && <NoPicture video={sample.video} />}
      {shown === "clip" && (
        <>
          <Player
            clip={clip}
            addressOf={(frame) => frameOf(sample, frame)}
            curve={motion?.curve ?? null}
            view={player.view}
            onView={player.change}
          />
          {motion !== undefined && motion.curve === null && <MeasureMotion sample={sample} />}
        </>
      )}
      {shown === "flow" && !has.flow && <NoFlow sample={sample} />}
      {shown === "flow" && motion !== undefined && motion.flow !== null && (
        <FlowView sample={{ dataset, subject, clip: name }} flow={motion.flow} />
      )}
      {shown !== undefined && shown !== "clip" && !(shown === "flow" && (motion?.flow !== null || !has.flow)) && (
        <>
          <Picture
            className={classes.picture}
            src={pictureOf(shown, sample)}
            alt={`${NAMES[shown]} of ${sample.clip}`}
            fit="contain"
          />
          {shown === "flow" && (
            <p className={classes.note}>
              The flow picture that came with the data: u, v and strain as red, green, blue.
            </p>
          )}
        </>
      )}
    </div>
  );
}

/** Its onset and its apex are at hand, as single pictures or as frames. */
function canHaveFlow({ onset, apex, onsetImage, apexImage }: Sample, frames: readonly number[]): boolean {
  const there = (image: string | null, frame: number | null) =>
    image !== null || (frame !== null && frames.includes(frame));
  return there(onsetImage, onset) && there(apexImage, apex);
}

function NoPicture({ video }: { video: string | null }) {
  return (
    <Nothing
      icon={<IconMovieOff size={28} stroke={1.4} aria-hidden />}
      title={video === null ? "No picture to show" : "This clip is a video file"}
    >
      <p>
        {video === null
          ? "Its table names no frames and no pictures that are there."
          : "Apexlab does not take videos apart. Save its frames as pictures, one file a frame with the number in its name, name their folder in the table under “frames”, and import the table again: the player then shows each frame."}
      </p>
    </Nothing>
  );
}

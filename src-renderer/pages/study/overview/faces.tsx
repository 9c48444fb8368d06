import { Button, SegmentedControl, Skeleton } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type CSSProperties, useState } from "react";
import type { DatasetOverview } from "../../../../src-main/contract/api/study.ts";
import { CLASSES, type EmotionClass } from "../../../../src-main/contract/classes.ts";
import { pictureOf } from "../../../lib/host/pictures.ts";
import { href } from "../../../lib/routes.ts";
import { Asked } from "../../../parts/asked.tsx";
import { ClassLabel } from "../../../parts/class-sign.tsx";
import { DatasetLabel } from "../../../parts/dataset-mark.tsx";
import { Picture } from "../../../parts/picture.tsx";
import { cardsQuery } from "../queries.ts";
import classes from "./faces.module.css";

/** Twice the width of a card, for dense screens. */
const WIDTH = 480;

/** One apex picture of each dataset beside the others, all of one class (paper, Figure 2): what a recogniser must bridge. */
export function Faces({ datasets }: { datasets: readonly DatasetOverview[] }) {
  const [turn, setTurn] = useState(0);
  const query = useQuery(cardsQuery(turn));
  const [shown, setShown] = useState<EmotionClass>("positive");
  return (
    <section aria-labelledby="faces">
      <div className={classes.head}>
        <h2 id="faces">At the apex, side by side</h2>
        <Button
          variant="subtle"
          color="gray"
          size="compact-md"
          leftSection={<IconRefresh size={16} stroke={1.6} aria-hidden />}
          onClick={() => setTurn(turn + 1)}
        >
          Show others
        </Button>
        <SegmentedControl
          aria-label="Class shown"
          value={shown}
          onChange={(value) => setShown(CLASSES.find((name) => name === value) ?? "positive")}
          data={CLASSES.map((name) => ({ value: name, label: <ClassLabel of={name} /> }))}
        />
      </div>
      <Asked query={query} waiting={<Waiting many={datasets.length} />}>
        {(cards) => (
          <ul className={classes.grid} style={columns(datasets.length)}>
            {datasets.map(({ id, name }) => {
              const found = cards
                .find(({ dataset }) => dataset === id)
                ?.samples.find((sample) => sample.class === shown);
              return (
                <li key={id}>
                  {found === undefined ? (
                    <>
                      <div className={classes.none}>No {shown} sample under these labels</div>
                      <div className={classes.words}>
                        <DatasetLabel id={id} />
                      </div>
                    </>
                  ) : (
                    <FaceCard dataset={id} name={name} sample={found} shown={shown} />
                  )}
                </li>
              );
            })}
          </ul>
        )}
      </Asked>
    </section>
  );
}

/** All in one row, up to five; one or two are not blown up. */
const columns = (many: number): CSSProperties & Record<"--columns", number> => ({
  "--columns": Math.min(5, Math.max(4, many)),
});

interface FaceCardProps {
  readonly dataset: string;
  readonly name: string;
  readonly sample: { readonly subject: string; readonly clip: string };
  readonly shown: EmotionClass;
}

function FaceCard({ dataset, name, sample: { subject, clip }, shown }: FaceCardProps) {
  const key = { dataset, subject, clip };
  return (
    <a
      className={classes.card}
      href={href({ page: "browse", search: { dataset, class: shown, sample: `${dataset}/${subject}/${clip}` } })}
    >
      <Picture
        className={classes.picture}
        src={pictureOf("apex", key, WIDTH)}
        alt={`Apex of ${name}, subject ${subject}, clip ${clip}, ${shown}`}
      />
      <span className={classes.words}>
        <DatasetLabel id={dataset} />
        <span className={classes.key}>
          {subject} · {clip}
        </span>
      </span>
    </a>
  );
}

function Waiting({ many }: { many: number }) {
  return (
    <div className={classes.grid} style={columns(many)} aria-hidden>
      {Array.from({ length: many }, (_, at) => (
        <Skeleton key={at} radius={12} style={{ aspectRatio: 1 }} />
      ))}
    </div>
  );
}

/** A sample's motion from onset to apex: colours, arrows, strain or length over the face, values, files to take away. */
import { Button, Menu, SegmentedControl, Skeleton, Slider } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { SHOWN_MOTION } from "../../../src-main/contract/flow-colours.ts";
import type { SampleMotion } from "../../../src-main/contract/flow.ts";
import type { SampleKey } from "../../../src-main/contract/sample.ts";
import { cropOf } from "../../lib/host/pictures.ts";
import { useKeys } from "../../lib/keys/keys.tsx";
import { Asked } from "../asked.tsx";
import { fetchFlow, FLOW_FORMATS, flowAddress } from "./arrays.ts";
import classes from "./flow-view.module.css";
import { Legend } from "./legend.tsx";
import { type Layer, LAYERS, type Range, RANGES, strainRange } from "./paint.ts";
import { type Probe, Stage } from "./stage.tsx";
import { Values } from "./values.tsx";

interface FlowViewProps {
  readonly sample: SampleKey;
  readonly flow: NonNullable<SampleMotion["flow"]>;
}

const LAYER_NAMES: Record<Layer, string> = {
  colours: "Colours",
  arrows: "Arrows",
  strain: "Strain",
  magnitude: "Length",
};
/** Arrows want to be seen whole; of the others, what is still lets the face through. */
const FIRST_COVER: Record<Layer, number> = { colours: 0.5, arrows: 1, strain: 0.5, magnitude: 0.5 };
/** Of cover, by a key. */
const STEP = 0.1;
const METHOD_NAMES = { tvl1: "TV-L1", raft: "RAFT" } as const;
const FORMAT_WORDS = {
  npy: ["NumPy array", ".npy, [2, H, W] float32"],
  flo: ["Middlebury flow", ".flo"],
  kitti: ["KITTI flow picture", "16-bit .png"],
} as const;

export function FlowView({ sample, flow }: FlowViewProps) {
  const query = useQuery({
    queryKey: ["samples", "flow", sample, flow.key],
    queryFn: ({ signal }) => fetchFlow(sample, signal),
    gcTime: 60_000,
  });
  const [layer, setLayer] = useState<Layer>("colours");
  const [range, setRange] = useState<Range>(SHOWN_MOTION);
  const [covers, setCovers] = useState(FIRST_COVER);
  const [frame, setFrame] = useState<"onset" | "apex">("onset");
  const [probe, setProbe] = useState<Probe | null>(null);
  const cover = (value: number) => setCovers((now) => ({ ...now, [layer]: Math.min(1, Math.max(0, value)) }));
  useKeys({
    "flow.next": () => setLayer(LAYERS[(LAYERS.indexOf(layer) + 1) % LAYERS.length]),
    "flow.more": () => cover(covers[layer] + STEP),
    "flow.less": () => cover(covers[layer] - STEP),
    "flow.swap": () => setFrame(frame === "onset" ? "apex" : "onset"),
  });
  return (
    <section className={classes.view} aria-label="Optical flow">
      <Asked query={query} waiting={<Skeleton className={classes.waiting} radius={8} />}>
        {(arrays) => (
          <div className={classes.seen}>
            <Stage
              flow={arrays}
              look={{ layer, range, cover: covers[layer] }}
              under={cropOf(sample, frame)}
              probe={probe}
              onProbe={setProbe}
            />
            <div className={classes.beside}>
              <Legend layer={layer} range={range} />
              {layer !== "arrows" && (
                <SegmentedControl
                  size="xs"
                  aria-label="Motion that is full colour"
                  value={String(range)}
                  onChange={(value) => setRange(RANGES.find((each) => String(each) === value) ?? SHOWN_MOTION)}
                  data={RANGES.map((value) => ({ value: String(value), label: fullWords(layer, value) }))}
                />
              )}
              <Values flow={arrays} probe={probe} />
              <p className={classes.made}>{madeWords(flow)}</p>
            </div>
          </div>
        )}
      </Asked>
      <div className={classes.controls}>
        <SegmentedControl
          size="xs"
          aria-label="What is shown of the flow"
          value={layer}
          onChange={(value) => setLayer(LAYERS.find((each) => each === value) ?? "colours")}
          data={LAYERS.map((value) => ({ value, label: LAYER_NAMES[value] }))}
        />
        <Slider
          className={classes.opacity}
          size="sm"
          min={0}
          max={100}
          value={Math.round(covers[layer] * 100)}
          onChange={(value) => cover(value / 100)}
          label={(value) => `${value} %`}
          thumbLabel="How much of the flow is over the face, percent"
        />
        <SegmentedControl
          size="xs"
          aria-label="Face under the flow"
          value={frame}
          onChange={(value) => setFrame(value === "apex" ? "apex" : "onset")}
          data={[
            { value: "onset", label: "Onset" },
            { value: "apex", label: "Apex" },
          ]}
        />
        <Menu position="top-end">
          <Menu.Target>
            <Button variant="default" size="xs" leftSection={<IconDownload size={14} stroke={1.8} aria-hidden />}>
              Save
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {FLOW_FORMATS.map((format) => (
              <Menu.Item
                key={format}
                component="a"
                href={flowAddress(format, sample)}
                download
                rightSection={<span className={classes.ending}>{FORMAT_WORDS[format][1]}</span>}
              >
                {FORMAT_WORDS[format][0]}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      </div>
    </section>
  );
}

const fullWords = (layer: Layer, range: Range) =>
  layer === "strain" ? `${strainRange(range) * 100} %` : `${range} px`;

function madeWords({ method, weights, head }: FlowViewProps["flow"]): string {
  const by = weights === null ? METHOD_NAMES[method] : `${METHOD_NAMES[method]}, weights ${weights.slice(0, 8)}`;
  if (head === null) return `By ${by}. The head's own motion is left in.`;
  const turn = (head.rotation * 180) / Math.PI;
  return `By ${by}. The head's own motion is taken off: ${Math.hypot(head.shiftX, head.shiftY).toFixed(1)} px and ${Math.abs(turn).toFixed(1)}°.`;
}

import { useLayoutEffect, useRef } from "react";
import { wheelColour } from "../../../src-main/contract/flow-colours.ts";
import classes from "./legend.module.css";
import { ARROW_SCALE, heatColour, type Layer, type Range, strainRange } from "./paint.ts";

/** What a layer's colours or lines mean, with its scale: the same for every sample. */
export function Legend({ layer, range }: { layer: Layer; range: Range }) {
  switch (layer) {
    case "colours":
      return (
        <figure className={classes.legend}>
          <Wheel />
          <figcaption>Hue: direction. Full colour: {range} px of a face 224 wide; darker beyond.</figcaption>
        </figure>
      );
    case "arrows":
      return (
        <figure className={classes.legend}>
          <svg viewBox="0 0 80 24" className={classes.arrow} aria-hidden>
            <path d="M6 12h62m-7-6 7 6-7 6" fill="none" stroke="currentColor" strokeWidth="2" />
          </svg>
          <figcaption>Where each part of the face went, {ARROW_SCALE} times as far.</figcaption>
        </figure>
      );
    case "strain":
      return (
        <Bar
          most={`${strainRange(range) * 100} %`}
          words="Optical strain: how much the skin is stretched, squeezed or sheared there."
        />
      );
    case "magnitude":
      return <Bar most={`${range} px`} words="How far each point moved, in pixels of a face 224 wide." />;
    default: {
      const unknown: never = layer;
      return unknown;
    }
  }
}

const SIDE = 168;

function Wheel() {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (context === null || context === undefined) return;
    const image = context.createImageData(SIDE, SIDE);
    for (let i = 0; i < SIDE * SIDE; i++) {
      const [x, y] = [((i % SIDE) + 0.5) / (SIDE / 2) - 1, (Math.floor(i / SIDE) + 0.5) / (SIDE / 2) - 1];
      const length = Math.hypot(x, y);
      image.data.set(wheelColour(length > 1 ? x / length : x, length > 1 ? y / length : y), 4 * i);
      // A soft edge, a point wide.
      image.data[4 * i + 3] = 255 * Math.min(1, Math.max(0, (1 - length) * (SIDE / 2)));
    }
    context.putImageData(image, 0, 0);
  }, []);
  return (
    <span className={classes.wheel}>
      <canvas
        ref={canvas}
        width={SIDE}
        height={SIDE}
        role="img"
        aria-label="Colour wheel: right is red, down is yellow, left is blue-green, up is blue; no motion is white"
      />
      <i aria-hidden />
    </span>
  );
}

function Bar({ most, words }: { most: string; words: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (context === null || context === undefined) return;
    const image = context.createImageData(SIDE, 1);
    for (let x = 0; x < SIDE; x++) {
      image.data.set(heatColour(x / (SIDE - 1)), 4 * x);
      image.data[4 * x + 3] = 255;
    }
    context.putImageData(image, 0, 0);
  }, []);
  return (
    <figure className={classes.legend}>
      <span className={classes.bar}>
        <canvas ref={canvas} width={SIDE} height={1} role="img" aria-label={`From 0, dark, to ${most}, pale`} />
        <span aria-hidden>
          <b>0</b>
          <b>{most}</b>
        </span>
      </span>
      <figcaption>{words}</figcaption>
    </figure>
  );
}

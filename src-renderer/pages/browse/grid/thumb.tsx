import { VisuallyHidden } from "@mantine/core";
import { IconMovie, IconPhotoOff } from "@tabler/icons-react";
import { useLayoutEffect, useRef, useState } from "react";
import { loadPicture } from "../../../parts/load-picture.ts";
import type { Pictures } from "../view.ts";
import classes from "./thumb.module.css";

interface ThumbProps {
  readonly what: Pictures;
  readonly src: string;
  /** While the grid flies past, pictures that are not there yet are not asked for. */
  readonly wait: boolean;
}

/**
 * An apex or flow picture of the grid; the words under it say what it is. Its pixels are freed when it leaves the page: with
 * <img> a browser keeps those of thousands that went by.
 */
export function Thumb({ what, src, wait }: ThumbProps) {
  const [state, setState] = useState<"waiting" | "shown" | "failed">("waiting");
  const [standIn, setStandIn] = useState<string | null>(null);
  const [asked, setAsked] = useState(!wait);
  const canvas = useRef<HTMLCanvasElement>(null);
  if (!asked && !wait) setAsked(true);

  useLayoutEffect(() => {
    const { current } = canvas;
    const context = current?.getContext("bitmaprenderer") ?? null;
    if (!asked || current === null || context === null) return undefined;
    // Out of sight before it came: the connection is free for what is in sight.
    const gone = new AbortController();
    void (async () => {
      const loaded = await loadPicture(src, gone.signal);
      if (loaded.ok && gone.signal.aborted) loaded.picture.close();
      if (gone.signal.aborted) return;
      if (loaded.ok) {
        // The canvas has no proportions of its own picture unless it is told.
        current.width = loaded.picture.width;
        current.height = loaded.picture.height;
        context.transferFromImageBitmap(loaded.picture);
        setStandIn(loaded.standIn);
      }
      setState(loaded.ok ? "shown" : "failed");
    })();
    return () => {
      gone.abort();
      context.transferFromImageBitmap(null);
    };
  }, [asked, src]);

  return (
    <span className={classes.thumb} data-state={state}>
      <canvas ref={canvas} hidden={state === "failed"} />
      {state === "failed" && (
        <span className={classes.none}>
          <IconPhotoOff size={20} stroke={1.5} aria-hidden />
          {what === "flow" ? "no flow yet" : "no picture"}
        </span>
      )}
      {standIn !== null && (
        <span className={classes.standIn} title={`Its apex is not among its frames: this is ${standIn}`}>
          {standIn}
          <VisuallyHidden>, since its apex is not there, </VisuallyHidden>
        </span>
      )}
    </span>
  );
}

/** A sample that has no picture to ask for. */
export function NoThumb({ shows }: { shows: "video" | "nothing" }) {
  const [Sign, words, why] =
    shows === "video"
      ? [IconMovie, "video file", "This clip is a video file: its frames are seen where the table names their folder"]
      : [IconPhotoOff, "no picture", "Its table names no frames and no pictures"];
  return (
    <span className={classes.thumb} title={why}>
      <span className={classes.none}>
        <Sign size={20} stroke={1.5} aria-hidden />
        {words}
      </span>
    </span>
  );
}

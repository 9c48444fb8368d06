import { Button, Loader } from "@mantine/core";
import { IconPhotoOff } from "@tabler/icons-react";
import { type PointerEvent, useEffect, useEffectEvent, useLayoutEffect, useRef, useState } from "react";
import type { Loaded } from "../load-picture.ts";
import classes from "./stage.module.css";
import { moved, type PlayerView, zoomed } from "./view.ts";

interface StageProps {
  /** Undefined while it is fetched: what was shown stays until then. */
  readonly loaded: Loaded | undefined;
  /** "Frame 57". */
  readonly name: string;
  readonly view: PlayerView;
  readonly onView: (view: PlayerView) => void;
  readonly onRetry: () => void;
}

/** One wheel step of a mouse (100) zooms by a fifth. */
const WHEEL = 0.0018;

/** The picture, drawn before the screen's next image: from frame to frame nothing but the face changes. */
export function Stage({ loaded, name, view, onView, onRetry }: StageProps) {
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [size, setSize] = useState<{ width: number; height: number } | null>(null);
  const held = useRef<{ x: number; y: number } | null>(null);
  const picture = loaded?.ok === true ? loaded.picture : null;

  useLayoutEffect(() => {
    const { current } = canvas;
    if (picture === null || current === null) return;
    if (current.width !== picture.width || current.height !== picture.height) {
      current.width = picture.width;
      current.height = picture.height;
      setSize({ width: picture.width, height: picture.height });
    }
    current.getContext("2d")?.drawImage(picture, 0, 0);
  }, [picture]);

  const onWheel = useEffectEvent((event: WheelEvent) => {
    event.preventDefault();
    const place = canvas.current?.getBoundingClientRect();
    if (place === undefined || place.width === 0) return;
    // Where the pointer is, from the middle of the stage, in widths and heights of the picture at zoom 1.
    const middle = { x: place.left + place.width * view.x, y: place.top + place.height * view.y };
    const at = {
      x: ((event.clientX - middle.x) / place.width) * view.zoom,
      y: ((event.clientY - middle.y) / place.height) * view.zoom,
    };
    onView(zoomed(view, Math.exp(-event.deltaY * WHEEL), at));
  });
  useEffect(() => {
    const { current } = box;
    const listener = (event: WheelEvent) => onWheel(event);
    // Not passive: the page behind must not scroll.
    current?.addEventListener("wheel", listener, { passive: false });
    return () => current?.removeEventListener("wheel", listener);
  }, []);

  const drag = (event: PointerEvent<HTMLDivElement>) => {
    const place = canvas.current?.getBoundingClientRect();
    if (held.current === null || place === undefined || place.width === 0) return;
    const by = {
      x: ((event.clientX - held.current.x) / place.width) * view.zoom,
      y: ((event.clientY - held.current.y) / place.height) * view.zoom,
    };
    held.current = { x: event.clientX, y: event.clientY };
    onView(moved(view, by));
  };

  return (
    <div
      ref={box}
      className={classes.stage}
      data-close={view.zoom > 1 ? "" : undefined}
      onPointerDown={(event) => {
        if (event.button !== 0 || view.zoom === 1) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        held.current = { x: event.clientX, y: event.clientY };
      }}
      onPointerMove={drag}
      onPointerUp={() => (held.current = null)}
      onPointerCancel={() => (held.current = null)}
      onDoubleClick={() => onView({ ...view, zoom: 1, x: 0.5, y: 0.5 })}
    >
      <canvas
        ref={canvas}
        className={classes.picture}
        role="img"
        aria-label={name}
        data-frame={picture === null ? undefined : name}
        hidden={size === null || loaded?.ok === false}
        style={{
          width: size === null ? undefined : `min(100cqw, ${(100 * size.width) / size.height}cqh)`,
          transform: `scale(${view.zoom}) translate(${(0.5 - view.x) * 100}%, ${(0.5 - view.y) * 100}%)`,
          filter: view.contrast === 1 ? undefined : `contrast(${view.contrast})`,
          imageRendering: view.zoom >= 4 ? "pixelated" : undefined,
        }}
      />
      {loaded === undefined && (
        <div className={classes.waiting} role="status">
          <Loader size={18} color="gray" aria-hidden />
          <span>{name} is on its way</span>
        </div>
      )}
      {loaded?.ok === false && (
        <div className={classes.fault} role="status">
          <IconPhotoOff size={28} stroke={1.4} aria-hidden />
          <strong>{name} cannot be shown</strong>
          <p>{loaded.sentence}</p>
          <Button variant="default" size="xs" onClick={onRetry}>
            Try again
          </Button>
        </div>
      )}
    </div>
  );
}

/** How a clip is looked at: it stays as it is from frame to frame, and from clip to clip. */
import { useState } from "react";
import type { Loop } from "./playing.ts";

export interface PlayerView {
  /** 1: the whole picture fits the stage. */
  readonly zoom: number;
  /** What is in the middle of the stage, as a fraction of the picture's width and height. */
  readonly x: number;
  readonly y: number;
  /** 1: as it is. */
  readonly contrast: number;
  /** Of the camera's own speed. */
  readonly speed: number;
  readonly loop: Loop;
}

const FIRST_VIEW: PlayerView = { zoom: 1, x: 0.5, y: 0.5, contrast: 1, speed: 1, loop: "clip" };
export const MOST_ZOOM = 16;

/** Kept above the player, so that another clip is seen the same way. */
export function usePlayerView() {
  const [view, setView] = useState(FIRST_VIEW);
  return { view, change: (given: Partial<PlayerView>) => setView((now) => ({ ...now, ...given })) };
}

/** Zoomed about a point of the stage (fractions of it from its middle, in pictures' widths), never beyond the picture. */
export function zoomed(view: PlayerView, factor: number, at: { x: number; y: number } = { x: 0, y: 0 }): PlayerView {
  const zoom = Math.min(MOST_ZOOM, Math.max(1, view.zoom * factor));
  const stay = 1 / view.zoom - 1 / zoom;
  return kept({ ...view, zoom, x: view.x + at.x * stay, y: view.y + at.y * stay });
}

/** `x`, `y`: fractions of the picture at zoom 1. */
export const moved = (view: PlayerView, by: { x: number; y: number }): PlayerView =>
  kept({ ...view, x: view.x - by.x / view.zoom, y: view.y - by.y / view.zoom });

function kept(view: PlayerView): PlayerView {
  const half = 0.5 / view.zoom;
  const inside = (value: number) => Math.min(1 - half, Math.max(half, value));
  return { ...view, x: inside(view.x), y: inside(view.y) };
}

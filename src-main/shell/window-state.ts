/** Where the window was and how large, kept in one small file of the user's data folder. */
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import type { Rectangle } from "electron";

export interface WindowState {
  /** The size and place of the window when it is not maximised; undefined: the system's choice. */
  readonly bounds: Partial<Rectangle> & { readonly width: number; readonly height: number };
  readonly maximized: boolean;
}

export const SMALLEST = { width: 960, height: 640 } as const;
const FIRST: WindowState = { bounds: { width: 1440, height: 900 }, maximized: false };
/** So much of the window must lie on a screen, or it could not be seen and moved. */
const VISIBLE = 64;

/** The state that was kept; the first one where there is none, it is damaged, or its screen is gone. */
export function loadWindowState(file: string, screens: readonly Rectangle[]): WindowState {
  const kept = parse(file);
  if (kept === undefined) return FIRST;
  const { width, height, x, y } = kept.bounds;
  const size = { width: Math.max(width, SMALLEST.width), height: Math.max(height, SMALLEST.height) };
  const seen = x !== undefined && y !== undefined && screens.some((screen) => overlaps({ x, y, ...size }, screen));
  return { bounds: seen ? { x, y, ...size } : size, maximized: kept.maximized };
}

/** Errors: the system's. */
export function saveWindowState(file: string, state: WindowState): void {
  writeFileSync(`${file}.tmp`, JSON.stringify(state));
  renameSync(`${file}.tmp`, file);
}

function overlaps(window: Rectangle, screen: Rectangle): boolean {
  const across = Math.min(window.x + window.width, screen.x + screen.width) - Math.max(window.x, screen.x);
  const down = Math.min(window.y + window.height, screen.y + screen.height) - Math.max(window.y, screen.y);
  return across >= VISIBLE && down >= VISIBLE;
}

/** Undefined where there is nothing usable: the window's place is a comfort, and no start may fail over it. */
function parse(file: string): WindowState | undefined {
  try {
    const { bounds, maximized } = JSON.parse(readFileSync(file, "utf8"));
    const { x, y, width, height } = bounds;
    if (![width, height].every(Number.isSafeInteger)) return undefined;
    const placed = [x, y].every(Number.isSafeInteger);
    return { bounds: { width, height, ...(placed ? { x, y } : {}) }, maximized: maximized === true };
  } catch {
    return undefined;
  }
}

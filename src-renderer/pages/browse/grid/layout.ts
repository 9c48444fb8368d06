/** Columns of the grid, and where the keys lead in it. */

/** Pixels. */
export const GAP = 12;
export const SIDE_PADDING = 32;
const LEAST_WIDTH = 140;
/** Two lines of words under a picture. */
const WORDS = 44;

export interface Layout {
  readonly columns: number;
  /** Of a picture, which is square. */
  readonly width: number;
  /** From one row to the next. */
  readonly rowHeight: number;
}

export function layoutOf(width: number): Layout {
  const room = Math.max(0, width - 2 * SIDE_PADDING);
  const columns = Math.max(2, Math.floor((room + GAP) / (LEAST_WIDTH + GAP)));
  const cell = Math.max(1, Math.floor((room - (columns - 1) * GAP) / columns));
  return { columns, width: cell, rowHeight: cell + WORDS + GAP };
}

export type Move = "left" | "right" | "up" | "down" | "pageUp" | "pageDown" | "first" | "last";

interface From {
  readonly index: number;
  readonly count: number;
  readonly columns: number;
  /** Rows that a page key goes. */
  readonly page: number;
}

/** The sample that a key leads to: never beyond the ends, and up or down never out of its column. */
export function target(move: Move, { index, count, columns, page }: From): number {
  switch (move) {
    case "first":
      return 0;
    case "last":
      return count - 1;
    case "left":
      return Math.max(0, index - 1);
    case "right":
      return Math.min(count - 1, index + 1);
    case "up":
    case "pageUp": {
      const rows = Math.min(move === "up" ? 1 : page, Math.floor(index / columns));
      return index - rows * columns;
    }
    case "down":
    case "pageDown": {
      const below = Math.floor((count - 1 - index) / columns);
      const rows = Math.min(move === "down" ? 1 : page, below);
      // A last row that is shorter: its end, rather than nowhere.
      const short = rows === 0 && Math.floor(index / columns) < Math.floor((count - 1) / columns);
      return short ? count - 1 : index + rows * columns;
    }
  }
}

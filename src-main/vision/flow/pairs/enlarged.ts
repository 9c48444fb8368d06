/**
 * RAFT for micro-motions: frames are enlarged before, and the flow is read off the eighth grid where its places truly
 * look (grid.ts). The authors' interpolation puts the last place on the last pixel instead, up to 7 pixels away from
 * what that place looks at: nothing at large motions, more than a micro-motion's tolerance here.
 */
import { resize } from "../../pictures/picture.ts";
import type { Flow, FlowPair } from "../flow.ts";
import type { RaftMethod, RaftOptions } from "../raft/raft.ts";
import { gridToFlow } from "./grid.ts";

/** How the shipped weights were trained to see frames. */
export const ENLARGED = 2;

const CELL = 8;

/** Flow of a pair of any size through a RAFT whose weights were trained so. Errors as `method.compute`. */
export async function enlargedFlow(method: RaftMethod, pair: FlowPair, options: RaftOptions): Promise<Flow> {
  const { width, height } = pair.onset;
  const to = { width: width * ENLARGED, height: height * ENLARGED };
  const full = await method.compute({ onset: resize(pair.onset, to), apex: resize(pair.apex, to) }, options);
  const [columns, rows] = [Math.ceil(to.width / CELL), Math.ceil(to.height / CELL)];
  const grid = new Float32Array(2 * rows * columns);
  for (const [plane, values] of [full.u, full.v].entries())
    for (let i = 0; i < rows * columns; i++) {
      const x = ((i % columns) * (to.width - 1)) / (columns - 1);
      const y = (Math.floor(i / columns) * (to.height - 1)) / (rows - 1);
      grid[plane * rows * columns + i] = between(values, to.width, [x, y]) / CELL;
    }
  return gridToFlow(grid, { rows, columns, factor: ENLARGED }, { width, height });
}

/** Bilinear, (x, y) within the plane. */
function between(plane: Float32Array, width: number, [x, y]: readonly [number, number]): number {
  const ix = Math.min(width - 2, Math.floor(x));
  const iy = Math.min(plane.length / width - 2, Math.floor(y));
  const [ax, ay] = [x - ix, y - iy];
  const at = iy * width + ix;
  const above = plane[at] * (1 - ax) + plane[at + 1] * ax;
  return above * (1 - ay) + (plane[at + width] * (1 - ax) + plane[at + width + 1] * ax) * ay;
}

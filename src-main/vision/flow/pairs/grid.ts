/** The known flow of a pair where the network's grid looks: what RAFT for micro-motions is trained towards. */
import { placeOf } from "../micro/grid.ts";
import { CELL } from "../raft/upsample.ts";
import { type Vector, vector } from "./motion.ts";

/** True flow on the grid, [2, rows, columns], in places of the grid. */
export function gridTruth(
  at: (x: number, y: number, into: Vector) => void,
  o: { readonly rows: number; readonly columns: number; readonly factor: number },
  into: Float32Array,
): void {
  const { rows, columns, factor } = o;
  const here = vector();
  for (let i = 0; i < rows * columns; i++) {
    at(placeOf(i % columns, factor), placeOf(Math.floor(i / columns), factor), here);
    into[i] = (here.u * factor) / CELL;
    into[rows * columns + i] = (here.v * factor) / CELL;
  }
}

import { wheelColour } from "../../contract/flow-colours.ts";
import type { Picture } from "../pictures/picture.ts";
import type { Flow } from "./flow.ts";

/** Flow for a person's eye: the colour wheel of Baker et al., full colour at `full` pixels; white is no motion. */
export function flowWheel(flow: Flow, full: number): Picture {
  const { width, height, u, v } = flow;
  const rgb = new Uint8Array(width * height * 3);
  for (let i = 0; i < u.length; i++) {
    const colour = wheelColour(u[i] / full, v[i] / full);
    for (let c = 0; c < 3; c++) rgb[3 * i + c] = Math.round(colour[c]);
  }
  return { width, height, rgb };
}

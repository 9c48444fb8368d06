/**
 * TV-L1 optical flow: Zach, Pock and Bischof, "A Duality Based Approach for Realtime TV-L1 Optical Flow" (DAGM 2007), as
 * described by Sanchez, Meinhardt-Llopis and Facciolo (IPOL 2013), with three departures that measured better on faces:
 * local contrast normalisation (../balance.ts), a gradient that is the mean of both frames' (Wedel et al. 2009), and a
 * tightness of 0.1 instead of 0.3 (motions here are fractions of a pixel).
 */
import { z } from "zod";
import { toGrey, type Grey } from "../../pictures/picture.ts";
import { checkPair, zeroFlow, type Flow, type FlowMethod } from "../flow.ts";
import { balance } from "../balance.ts";
import { double, pyramid } from "./pyramid.ts";
import { solve, type LevelState } from "./solve.ts";
import { warp, type Warped } from "../warp.ts";

export const tvl1Options = z.object({
  /** Weight of the data against smoothness, per deviation of local contrast. */
  lambda: z.number().positive().max(1000).default(5),
  /** Tightness between the flow and its auxiliary. */
  theta: z.number().positive().max(10).default(0.1),
  /** Time step of the dual projection; stable up to 1/4. */
  tau: z.number().positive().max(0.25).default(0.25),
  /** Pyramid levels at most; each halves the picture. */
  scales: z.int().min(1).max(10).default(4),
  warps: z.int().min(1).max(50).default(5),
  /** Inner iterations a warp at most, ended earlier once the flow moves less than epsilon pixels (RMS). */
  iterations: z.int().min(1).max(1000).default(30),
  epsilon: z.number().min(0).max(1).default(0.003),
  /** Gaussian sigma in pixels against camera noise. */
  smoothing: z.number().min(0).max(10).default(0.8),
});
export type Tvl1Options = z.infer<typeof tvl1Options>;

export const TVL1: FlowMethod<Tvl1Options> = {
  name: "tvl1",
  version: 1,
  options: tvl1Options,
  compute: async (pair, options) => {
    checkPair(pair);
    return tvl1(toGrey(pair.onset), toGrey(pair.apex), options);
  },
};

/** The neighbourhood is at 224 the height of an eye's opening: in a wider one shadows pass for motion. */
const CONTRAST = { neighbourhood: 4, noiseFloor: 10 };

/** Flow from onset to apex, pixels; both grey pictures 0..255 and of one size. */
export function tvl1(onset: Grey, apex: Grey, options: Tvl1Options): Flow {
  const [from, to] = [onset, apex].map((frame) =>
    pyramid(balance(frame, { smoothing: options.smoothing, ...CONTRAST }), options.scales),
  );
  const coarsest = from[from.length - 1];
  let flow = zeroFlow(coarsest.width, coarsest.height);
  for (let level = from.length - 1; level >= 0; level--) {
    const { width, height } = from[level];
    if (width !== flow.width || height !== flow.height) flow = double(flow, width, height);
    refine({ onset: from[level], apex: to[level], flow }, options);
  }
  return flow;
}

interface Level {
  readonly onset: Grey;
  readonly apex: Grey;
  /** Improved in place. */
  readonly flow: Flow;
}

function refine(level: Level, options: Tvl1Options): void {
  const { onset, apex, flow } = level;
  const { width, height } = flow;
  const plane = () => new Float32Array(width * height);
  const state: LevelState = {
    width,
    height,
    u: flow.u,
    v: flow.v,
    pux: plane(),
    puy: plane(),
    pvx: plane(),
    pvy: plane(),
    gx: plane(),
    gy: plane(),
    constant: plane(),
  };
  const still: Warped = { value: plane(), dx: plane(), dy: plane() };
  warp(onset, zeroFlow(width, height), still);
  const moved: Warped = { value: plane(), dx: plane(), dy: plane() };
  for (let n = 0; n < options.warps; n++) {
    warp(apex, flow, moved);
    linearise(state, still, moved);
    solve(state, options);
  }
}

/** The brightness error around the present flow; no data term where the flow has left the picture. */
function linearise(state: LevelState, still: Warped, moved: Warped): void {
  const { u, v, gx, gy, constant } = state;
  for (let i = 0; i < constant.length; i++) {
    const inside = moved.dx[i] !== 0 || moved.dy[i] !== 0;
    gx[i] = inside ? (still.dx[i] + moved.dx[i]) / 2 : 0;
    gy[i] = inside ? (still.dy[i] + moved.dy[i]) / 2 : 0;
    constant[i] = inside ? moved.value[i] - still.value[i] - gx[i] * u[i] - gy[i] * v[i] : 0;
  }
}

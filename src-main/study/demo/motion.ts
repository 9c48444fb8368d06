/** From a planned clip to what the face and the head do in each frame. */
import { smoothstep } from "../../vision/drawn/numeric.ts";
import type { AuState } from "../../vision/drawn/head/face.ts";
import { DRAWN_AUS } from "../../vision/drawn/head/action-units.ts";
import type { Pose } from "../../vision/drawn/render/camera.ts";
import type { Circumstances } from "./plan.ts";

/** How far the expression has risen at a frame position: 0 up to the onset, 1 at the apex, 0 from the offset on. */
export function rise(clip: Circumstances, frame: number): number {
  return frame <= clip.apex ? smoothstep(frame, clip.onset, clip.apex) : smoothstep(frame, clip.offset, clip.apex);
}

/** How far the lids are closed, 0..1. */
export function blinking(clip: Circumstances, frame: number): number {
  if (clip.blink === null) return 0;
  return smoothstep(Math.abs(frame - clip.blink.middle), clip.blink.half, clip.blink.half * 0.2);
}

export function headPose(clip: Circumstances, seconds: number): Pose {
  const { head } = clip;
  const [yaw, pitch, roll, x, y] = head.swings.map(
    (swing) => swing.size * Math.sin(2 * Math.PI * (swing.rate * seconds + swing.phase)),
  );
  return {
    yaw: head.yaw + yaw,
    pitch: head.pitch + pitch,
    roll: head.roll + roll,
    x: head.x + x,
    y: head.y + y,
    z: 0,
  };
}

/** All intensities of a state times k. */
export function scaled(state: AuState, k: number): AuState {
  const out: AuState = {};
  for (const au of DRAWN_AUS) {
    const both = state[au];
    if (both !== undefined) out[au] = [both[0] * k, both[1] * k];
  }
  return out;
}

/** The expression at a frame, with any blink over it. `full`: the intensities at the apex. */
export function expression(clip: Circumstances, full: AuState, frame: number): AuState {
  const state = scaled(full, rise(clip, frame));
  const closed = blinking(clip, frame);
  return closed === 0 ? state : { ...state, 45: [5 * closed, 5 * closed] };
}

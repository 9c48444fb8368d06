import type { Picture } from "../pictures/picture.ts";
import type { Flow } from "./flow.ts";

/**
 * Flow for a person's eye: hue says the direction (red right, green-yellow down, cyan left, violet up), saturation the
 * length, full at `full` pixels; white is no motion.
 */
export function flowWheel(flow: Flow, full: number): Picture {
  const { width, height, u, v } = flow;
  const rgb = new Uint8Array(width * height * 3);
  for (let i = 0; i < u.length; i++) {
    const saturation = Math.min(1, Math.hypot(u[i], v[i]) / full);
    const hue = (Math.atan2(v[i], u[i]) / Math.PI) * 3;
    for (let c = 0; c < 3; c++) {
      // Distance of the hue from this channel's own, on a circle of 6: up to 1 full, from 2 on empty.
      const away = Math.abs(((((hue - 2 * c) % 6) + 9) % 6) - 3);
      const pure = Math.min(1, Math.max(0, 2 - away));
      rgb[3 * i + c] = Math.round(255 * (1 - saturation * (1 - pure)));
    }
  }
  return { width, height, rgb };
}

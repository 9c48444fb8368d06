/** The warp families that weights are trained on. The evaluation's families (evaluation.ts) are others. */
import type { Random } from "../../../engine/random.ts";
import type { Field } from "./motion.ts";
import { between, chance } from "./textures/canvas.ts";

/** The head shifts, turns in the plane and comes nearer or leaves. */
export function similarity(random: Random, side: number): Field[] {
  const [cx, cy] = [side * random.uniform(), side * random.uniform()];
  const [shiftX, shiftY] = [random.normal(), random.normal()];
  const [turn, grow] = [(1.2 * random.normal()) / side, (0.8 * random.normal()) / side];
  return [
    (x, y, into) => {
      into.u += shiftX + grow * (x - cx) - turn * (y - cy);
      into.v += shiftY + turn * (x - cx) + grow * (y - cy);
    },
  ];
}

/** The head turns out of the plane: what a tilted plane shows through a pinhole, and a curved one's stretch across. */
export function turn(random: Random, side: number): Field[] {
  const [cx, cy] = [side * between(random, 0.2, 0.8), side * between(random, 0.2, 0.8)];
  const [yaw, pitch] = [random.normal() / side, random.normal() / side];
  const bulge = between(random, 0, 1.2) / (side * side);
  return [
    (x, y, into) => {
      const [dx, dy] = [x - cx, y - cy];
      const lean = yaw * dx + pitch * dy;
      const round = 1 - bulge * (dx * dx + dy * dy);
      into.u += yaw * side * round + (lean * dx) / side;
      into.v += pitch * side * round + (lean * dy) / side;
    },
  ];
}

/** Muscles: local pulls of any direction, round or long. */
export function pulls(random: Random, side: number): Field[] {
  return Array.from({ length: 1 + random.integer(5) }, () => {
    const [cx, cy] = [side * between(random, -0.05, 1.05), side * between(random, -0.05, 1.05)];
    const wide = between(random, 5, 34);
    const high = chance(random, 0.5) ? wide : wide * between(random, 0.4, 1.6);
    const angle = 2 * Math.PI * random.uniform();
    const length = between(random, 0.3, 1) * Math.min(1, Math.min(wide, high) / 14);
    const [u, v] = [length * Math.cos(angle), length * Math.sin(angle)];
    const [kx, ky] = [0.5 / (wide * wide), 0.5 / (high * high)];
    return (x, y, into) => {
      const [dx, dy] = [x - cx, y - cy];
      const weight = Math.exp(-kx * dx * dx - ky * dy * dy);
      into.u += weight * u;
      into.v += weight * v;
    };
  });
}

/** Lids: a narrow strip that closes from both sides. */
export function blink(random: Random, side: number): Field[] {
  const [cx, cy] = [side * between(random, 0.1, 0.9), side * between(random, 0.1, 0.9)];
  const [wide, high] = [between(random, 8, 22), between(random, 4, 10)];
  const upper = between(random, 0.4, 1);
  return [
    (x, y, into) => {
      const [dx, dy] = [(x - cx) / wide, (y - cy) / high];
      const weight = Math.exp(-0.5 * (dx * dx + dy * dy));
      into.v += weight * (upper - 0.45 * dy);
    },
  ];
}

/** Slow waves over the whole picture. */
export function waves(random: Random, side: number): Field[] {
  return Array.from({ length: 2 + random.integer(3) }, () => {
    const length = Math.max(36, side * between(random, 0.5, 2.5));
    const angle = 2 * Math.PI * random.uniform();
    const [kx, ky] = [(2 * Math.PI * Math.cos(angle)) / length, (2 * Math.PI * Math.sin(angle)) / length];
    const phase = 2 * Math.PI * random.uniform();
    const [u, v] = [random.normal(), random.normal()];
    return (x, y, into) => {
      const weight = Math.cos(kx * x + ky * y + phase);
      into.u += weight * u;
      into.v += weight * v;
    };
  });
}

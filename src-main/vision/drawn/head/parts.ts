/** The simple parts around the face: ears, neck and shoulders, the inside of the mouth, the upper lashes. */
import type { Identity } from "../identity.ts";
import { type Mesh, sheet } from "../mesh.ts";
import { curve, smoothstep } from "../numeric.ts";
import { MOUTH } from "./features.ts";
import { width } from "./skull.ts";

const earOutline = curve([
  [0, 27],
  [0.08, 29],
  [0.2, 27],
  [0.35, 21],
  [0.5, 25],
  [0.62, 23],
  [0.75, 15],
  [0.9, 18],
  [1, 27],
]);
const earRelief = curve([
  [0, -4],
  [0.25, -5],
  [0.42, -1.5],
  [0.56, 2.6],
  [0.7, 0.6],
  [0.84, 1.4],
  [0.94, 4.6],
  [1, 3.2],
]);

/** One ear; side -1 the viewer's left. A disc of rings: concha, antihelix, scapha, helix. */
export function ear(side: -1 | 1, who: Identity): Mesh {
  const size = who.ears;
  const flare = 0.36; // radians away from the head
  return sheet({
    columns: 41,
    rows: 15,
    at: (u, v, out) => {
      // On the left ear the ring runs the other way, so that both face the viewer.
      const turn = (side > 0 ? 1 - u : u) % 1;
      const angle = turn * 2 * Math.PI;
      const radius = earOutline(turn) * v * size * 0.93;
      const up = Math.cos(angle) * radius * 1.08;
      const back = Math.sin(angle) * radius * 0.86;
      const lobe = smoothstep(up, -12, -26);
      const off = earRelief(v) * (1 - 0.6 * lobe) * (0.6 + 0.4 * Math.abs(Math.sin(angle * 0.5 + 0.4)));
      const reach = back + 13;
      out[0] = side * (width(-14) * who.faceWidth - 5 + Math.sin(flare) * reach + Math.cos(flare) * off * 0.5);
      out[1] = -17 + up - 0.12 * back;
      out[2] = -6 - Math.cos(flare) * reach + off * 0.9 + 10;
    },
  });
}

const bustHalf = curve([
  [-330, 214],
  [-262, 206],
  [-228, 190],
  [-205, 160],
  [-190, 122],
  [-177, 88],
  [-166, 67],
  [-152, 56.5],
  [-132, 52],
  [-105, 51],
  [-70, 55],
]);
const bustFront = curve([
  [-330, 98],
  [-230, 78],
  [-196, 58],
  [-178, 42],
  [-160, 38],
  [-130, 42],
  [-104, 46],
  [-70, 48],
]);

export const BUST = { top: -70, bottom: -330 } as const;

/** Neck and shoulders in one sheet; `slim` narrows the neck. */
export function bust(slim: number): Mesh {
  return sheet({
    columns: 61,
    rows: 60,
    at: (u, v, out) => {
      const y = BUST.top + (BUST.bottom - BUST.top) * v ** 1.25;
      const angle = (u * 2 - 1) * 1.9;
      const sine = Math.sin(angle);
      const neck = smoothstep(y, -175, -150);
      const x = bustHalf(y) * sine * (1 - slim * neck);
      const deep = -22;
      const z = deep + (bustFront(y) - deep) * Math.sign(Math.cos(angle)) * Math.abs(Math.cos(angle)) ** 0.85;
      // Sternomastoid cords and the hollow between them.
      const cord = Math.abs(x) - (13 + (y + 175) * 0.42);
      const relief = 3 * Math.exp(-((cord / 7) ** 2)) * smoothstep(y, -182, -160) * smoothstep(y, -95, -125);
      const notch = 5 * Math.exp(-((x / 11) ** 2) - ((y + 176) / 9) ** 2);
      const collarbone = 2.6 * Math.exp(-(((y + 183 - Math.abs(x) * 0.06) / 5) ** 2)) * smoothstep(Math.abs(x), 10, 30);
      out[0] = x;
      out[1] = y;
      out[2] = z + relief - notch + collarbone;
    },
  });
}

/** A dark hollow with the edges of the upper teeth, seen when the lips part. */
export function mouthInside(): Mesh {
  return sheet({
    columns: 25,
    rows: 15,
    at: (u, v, out) => {
      out[0] = (u * 2 - 1) * (MOUTH.half + 3);
      out[1] = MOUTH.y + 9 - 22 * v;
      out[2] = 90 - 0.012 * out[0] * out[0];
    },
  });
}

/**
 * The skin's texture over the unrolled head (s from ear to ear, y from crown to chin): base colour, blood and shadow
 * where faces have them, blotches, pores, freckles, stubble, lips, lid margins, and the brows' hairs. Painted once.
 */
import { EYE, MOUTH, lipDepth, nasolabial } from "../head/features.ts";
import { alongLid } from "../head/eyes.ts";
import { BOTTOM, HALF_GIRTH, TOP, girthAt, skinUv, width as headWidth } from "../head/skull.ts";
import type { Identity } from "../identity.ts";
import type { Texture } from "../mesh.ts";
import { type Draw, type Point, between, clamp, hill, mix, noise, smoothstep } from "../numeric.ts";
import { paintBrows } from "./brows.ts";
import { paintHairline } from "../hair/hairline.ts";
import { type Rgb, hairColour, rgb, skinColour } from "./colour.ts";

export interface SkinOptions {
  readonly who: Identity;
  readonly draw: Draw;
  /** Texels per mm. */
  readonly density: number;
}

const LIP: Rgb = rgb(192, 98, 98);
const BLUSH: Rgb = [1.1, 0.86, 0.84];
const VEIN: Rgb = [0.84, 0.83, 0.92];

export function paintSkin(options: SkinOptions): Texture {
  const { who, draw, density } = options;
  const width = Math.round(2 * HALF_GIRTH * density);
  const height = Math.round((TOP - BOTTOM) * density);
  const texels = new Float32Array(width * height * 3);
  const base = skinColour(who.melanin);
  const coarse = noise(draw);
  const medium = noise(draw);
  const fine = noise(draw);
  const lipTone: Rgb = lipColour(base, who);
  const tired = between(draw, 0.4, 1);
  const old = smoothstep(who.age, 24, 44);
  const beard = hairColour(who.hairMelanin);
  for (let j = 0; j < height; j++) {
    const y = TOP - ((j + 0.5) / height) * (TOP - BOTTOM);
    const rowWidth = headWidth(y);
    for (let i = 0; i < width; i++) {
      const s = ((i + 0.5) / width) * 2 * HALF_GIRTH - HALF_GIRTH;
      const x = rowWidth * Math.sin(s / 73);
      const m = { x: Math.abs(x), y };
      const face = Math.abs(s) < 100;
      let value = 1;
      // Blotches of several sizes, then grain.
      const blotch =
        coarse(s / 17, y / 17) * 0.5 + medium(s / 6.5 + 9, y / 6.5) * 0.3 + coarse(s / 2.6, y / 2.6 + 40) * 0.2;
      value *= 1 + 0.075 * blotch;
      const nearNose = face ? hill(m, { x: 8, y: -34 }, { x: 40, y: 34 }) : 0;
      const grain = fine(s / 0.62, y / 0.62);
      const pore = medium(s / 0.85, y / 0.85 + 17);
      value *=
        1 + 0.042 * grain + 0.036 * medium(s / 1.5 + 3, y / 1.5) - (0.07 + 0.14 * nearNose) * Math.max(0, pore - 0.42);
      let blood = 0.25 * coarse(s / 11 + 70, y / 11);
      let vein = 0;
      if (face) {
        blood +=
          0.8 * hill(m, { x: 40, y: -34 }, { x: 32, y: 26 }) +
          0.9 * hill(m, { x: 0, y: -43 }, { x: 17, y: 15 }) +
          0.55 * hill(m, { x: 0, y: -104 }, { x: 22, y: 16 }) +
          0.45 * hill(m, { x: 30, y: 8 }, { x: 22, y: 10 }) +
          0.5 * nasolabial(m, 8) +
          0.6 * hill(m, { x: 18, y: -48 }, { x: 9, y: 8 });
        vein =
          tired *
          (0.95 * hill(m, { x: 28, y: -12 }, { x: 20, y: 9 }) + 0.5 * hill(m, { x: 19, y: -4 }, { x: 8, y: 12 }));
        value *= 1 - who.melanin * 0.1 * hill(m, { x: 0, y: -70 }, { x: 44, y: 34 });
        value *= 1 - old * 0.13 * nasolabial(m, 2.6) * (0.6 + 0.4 * coarse(s / 5, y / 5));
        value *= 1 - old * lines(m, s, fine);
      }
      const warm = who.redness * clamp(blood, -0.5, 1.6);
      const rr = base[0] * value * mix(1, BLUSH[0], warm * 0.5) * mix(1, VEIN[0], vein * 0.55);
      const gg = base[1] * value * mix(1, BLUSH[1], warm) * mix(1, VEIN[1], vein * 0.6);
      const bb = base[2] * value * mix(1, BLUSH[2], warm) * mix(1, VEIN[2], vein * 0.45);
      const at = (j * width + i) * 3;
      texels[at] = rr;
      texels[at + 1] = gg;
      texels[at + 2] = bb;
      if (!face) continue;
      if (who.stubble > 0) stubble(texels, at, { m, grain, pore, amount: who.stubble, beard });
      if (y < -58 && y > -86 && m.x < MOUTH.half + 2)
        lipsAt(texels, at, { p: { x, y }, tone: lipTone, streak: fine(s / 0.7, y / 5), grain });
      if (m.x > 11 && m.x < 52 && Math.abs(y - EYE.y) < 16)
        lidsAt(texels, at, { m, y, crease: who.lidCrease, female: who.female });
      nostrilAt(texels, at, m);
    }
  }
  const texture: Texture = { width, height, rgb: texels, alpha: null };
  spots(texture, options);
  paintBrows(texture, { who, draw });
  paintHairline(texture, { who, draw });
  return texture;
}

function lipColour(base: Rgb, who: Identity): Rgb {
  const t = 0.5 + 0.25 * who.lipColour;
  const dark = 1 - 0.62 * who.melanin;
  const tint = 0.75 + 0.25 * who.lipColour;
  return [
    mix(base[0] * 0.82, LIP[0] * dark, t),
    mix(base[1] * 0.66, LIP[1] * dark * (1.25 - 0.25 * tint), t),
    mix(base[2] * 0.68, LIP[2] * dark, t),
  ];
}

/** Fine lines of age: forehead and the outer corners of the eyes. */
function lines(m: Point, s: number, wobble: (x: number, y: number) => number): number {
  const bend = 1.6 * wobble(s / 14, 3) + 0.0016 * s * s;
  let dark = 0;
  for (const level of [42, 50, 58])
    dark += 0.05 * Math.exp(-(((m.y - level + bend) / 0.7) ** 2)) * smoothstep(m.x, 46, 26);
  if (m.x > 50 && m.x < 62) {
    for (const slope of [-0.5, 0, 0.45])
      dark += 0.05 * Math.exp(-(((m.y + 2 - slope * (m.x - 48)) / 0.55) ** 2)) * smoothstep(m.x, 62, 54);
  }
  return dark;
}

interface StubbleAt {
  readonly m: Point;
  readonly grain: number;
  readonly pore: number;
  readonly amount: number;
  readonly beard: Rgb;
}

function stubble(texels: Float32Array, at: number, o: StubbleAt): void {
  const { m } = o;
  const jaw = smoothstep(m.y + 0.35 * m.x, -56, -78) * smoothstep(m.x, 66, 56);
  const moustache = hill(m, { x: 10, y: -59 }, { x: 24, y: 9 });
  const cover =
    clamp(jaw * (1 - 0.7 * hill(m, { x: 30, y: -72 }, { x: 14, y: 16 })) + moustache, 0, 1) *
    (1 - smoothstep(lipDepth(m), 0, 0.1));
  if (cover <= 0) return;
  const hair = clamp((o.grain * 0.7 + o.pore * 0.6 - 0.12) * 1.6, 0, 1);
  const k = cover * o.amount * (0.13 + 0.24 * hair);
  texels[at] = mix(texels[at], o.beard[0] + 0.02, k);
  texels[at + 1] = mix(texels[at + 1], o.beard[1] + 0.035, k * 0.95);
  texels[at + 2] = mix(texels[at + 2], o.beard[2] + 0.05, k * 0.85);
}

function lipsAt(texels: Float32Array, at: number, o: { p: Point; tone: Rgb; streak: number; grain: number }): void {
  const depth = lipDepth(o.p);
  const cover = smoothstep(depth, 0.0, 0.34) * 0.9 * smoothstep(Math.abs(o.p.x), MOUTH.half + 0.5, MOUTH.half - 7);
  const streak = 1 + 0.09 * o.streak * cover + 0.03 * o.grain;
  const inward = 1 - 0.4 * smoothstep(depth, 0.72, 1);
  const upper = o.p.y > MOUTH.y ? 0.84 : 1;
  for (let c = 0; c < 3; c++) texels[at + c] = mix(texels[at + c], o.tone[c] * upper * inward * streak, cover);
  // The line between the lips, and the pale rim above the upper lip.
  const line =
    Math.exp(-(((o.p.y - MOUTH.y) / 0.85) ** 2)) * smoothstep(Math.abs(o.p.x), MOUTH.half + 2.5, MOUTH.half - 4);
  for (let c = 0; c < 3; c++) texels[at + c] *= 1 - line * (c === 0 ? 0.72 : 0.82);
}

function lidsAt(texels: Float32Array, at: number, o: { m: Point; y: number; crease: number; female: boolean }): void {
  const e = alongLid(o.m.x);
  const d = o.y - EYE.y;
  const inside = smoothstep(Math.abs(e), 1.1, 0.92);
  const [r, g, b] = [texels[at], texels[at + 1], texels[at + 2]];
  if (d >= 0) {
    // The root line of the upper lashes, then the lid's own colour up to the crease.
    const root = inside * smoothstep(d, 1.9, 0.7) * (o.female ? 0.93 : 0.86);
    const lid = 0.12 * inside * smoothstep(d, 9, 6);
    // Painted where the open eye's crease will be: about 9 mm of skin above the edge.
    const line = 5.2 + 0.9 * e - 1.6 * e * e;
    const crease = 0.5 * o.crease * Math.exp(-(((d - line) / 0.75) ** 2)) * smoothstep(Math.abs(e + 0.05), 1.2, 0.8);
    const k = (1 - root) * (1 - lid) * (1 - crease);
    texels[at] = r * k + 0.004 * root;
    texels[at + 1] = g * k * (1 - 0.1 * crease);
    texels[at + 2] = b * k * (1 - 0.1 * crease);
  } else {
    // The wet rim of the lower lid, then a faint root line.
    const rim = inside * smoothstep(-d, 1.15, 0.7);
    const root = inside * 0.34 * Math.exp(-(((d + 1.7) / 0.55) ** 2)) * smoothstep(e, -0.9, 0.1);
    texels[at] = mix(r, r * 1.02 + 0.02, rim) * (1 - root);
    texels[at + 1] = mix(g, g * 0.84, rim) * (1 - root);
    texels[at + 2] = mix(b, b * 0.86, rim) * (1 - root);
  }
}

function nostrilAt(texels: Float32Array, at: number, m: Point): void {
  const hole = smoothstep(hill(m, { x: 7.3, y: -51.2 }, { x: 5.4, y: 3 }), 0.12, 0.6);
  if (hole === 0) return;
  for (let c = 0; c < 3; c++) texels[at + c] *= 1 - hole * (c === 0 ? 0.86 : 0.93);
}

/** Freckles and moles. */
function spots(texture: Texture, { who, draw, density }: SkinOptions): void {
  const count = Math.round(who.freckles * 220) + Math.floor(draw() * 6);
  for (let n = 0; n < count; n++) {
    const mole = n < 4;
    const x = between(draw, -62, 62);
    const y = mole ? between(draw, -100, 60) : between(draw, -58, 14) + 0.1 * Math.abs(x);
    const radius = (mole ? between(draw, 0.5, 1.2) : between(draw, 0.35, 0.9)) * density;
    const dark = mole ? between(draw, 0.3, 0.65) : between(draw, 0.06, 0.24);
    const [u, v] = skinUv(girthAt(x, y), y);
    dab(texture, { u: u * texture.width, v: v * texture.height, radius, dark });
  }
}

function dab(texture: Texture, o: { u: number; v: number; radius: number; dark: number }): void {
  const reach = Math.ceil(o.radius * 1.5);
  for (let y = Math.floor(o.v) - reach; y <= o.v + reach; y++) {
    for (let x = Math.floor(o.u) - reach; x <= o.u + reach; x++) {
      if (x < 0 || y < 0 || x >= texture.width || y >= texture.height) continue;
      const k = o.dark * smoothstep(Math.hypot(x + 0.5 - o.u, y + 0.5 - o.v), o.radius * 1.4, o.radius * 0.3);
      const at = (y * texture.width + x) * 3;
      texture.rgb[at] *= 1 - 0.8 * k;
      texture.rgb[at + 1] *= 1 - k;
      texture.rgb[at + 2] *= 1 - k;
    }
  }
}

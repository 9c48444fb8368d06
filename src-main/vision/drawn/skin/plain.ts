/** The small textures: ears, neck and shirt, the inside of the mouth, lashes. */
import { BUST } from "../head/parts.ts";
import type { Identity } from "../identity.ts";
import type { Texture } from "../mesh.ts";
import { type Draw, between, clamp, mix, noise, smoothstep } from "../numeric.ts";
import { linear, rgb, skinColour } from "./colour.ts";
import { stroke } from "./strokes.ts";

function paint(width: number, height: number, at: (u: number, v: number, out: Float64Array) => void): Texture {
  const texels = new Float32Array(width * height * 3);
  const out = new Float64Array(3);
  for (let j = 0; j < height; j++) {
    for (let i = 0; i < width; i++) {
      at((i + 0.5) / width, (j + 0.5) / height, out);
      texels.set(out, (j * width + i) * 3);
    }
  }
  return { width, height, rgb: texels, alpha: null };
}

/** Ear: redder than the face. */
export function paintEar(who: Identity, draw: Draw): Texture {
  const base = skinColour(who.melanin);
  const blotch = noise(draw);
  return paint(64, 48, (u, v, out) => {
    // The bowl and the furrow under the helix lie in shadow.
    const bowl = 0.5 * smoothstep(v, 0.42, 0.2) + 0.28 * Math.exp(-(((v - 0.75) / 0.08) ** 2));
    const k = (1 + 0.06 * blotch(u * 9, v * 7)) * (1 - bowl);
    const red = 0.55 * who.redness;
    out[0] = base[0] * k * (1 + 0.04 * red);
    out[1] = base[1] * k * (1 - 0.2 * red);
    out[2] = base[2] * k * (1 - 0.22 * red);
  });
}

/** Neck of skin above a round collar, cloth below it. `lane`: the bust's u, `fall`: its v. */
export function paintBust(who: Identity, draw: Draw): Texture {
  const base = skinColour(who.melanin);
  const cloth = [linear(who.shirt[0]), linear(who.shirt[1]), linear(who.shirt[2])];
  const blotch = noise(draw);
  const fold = noise(draw);
  const collar = between(draw, -186, -176);
  return paint(360, 360, (u, v, out) => {
    const y = BUST.top + (BUST.bottom - BUST.top) * v ** 1.25;
    const t = (u * 2 - 1) * 1.9;
    const hem = collar + 21 * Math.min(1, (Math.abs(t) / 0.95) ** 2);
    const d = y - hem;
    const weave = 1 + 0.06 * blotch(u * 900, v * 700) + 0.12 * fold(u * 7 + v * 4, v * 5 - u * 3);
    const rib = d > -7 ? 0.9 + 0.12 * Math.sin(u * 1500) : 1;
    const seam = 1 - 0.4 * Math.exp(-(((d + 7) / 0.9) ** 2));
    const skin = smoothstep(d, -0.5, 0.5);
    const shade = 1 + 0.05 * blotch(u * 30, v * 24) + 0.02 * blotch(u * 300, v * 240);
    const shadow = 1 - 0.45 * smoothstep(d, 4, 0);
    const red = 1 - 0.06 * who.redness;
    const skins = [base[0] * 0.97, base[1] * 0.95 * red, base[2] * 0.93 * red];
    for (let c = 0; c < 3; c++) out[c] = mix(cloth[c] * weave * rib * seam, skins[c] * shade * shadow, skin);
  });
}

/** Upper teeth over a dark tongue. */
export function paintMouth(): Texture {
  const teeth = rgb(196, 186, 170);
  return paint(96, 56, (u, v, out) => {
    const x = (u * 2 - 1) * 28;
    const tooth = smoothstep(Math.abs(x), 22, 15) * smoothstep(v, 0.53, 0.5);
    const gap = 1 - 0.3 * Math.exp(-((((Math.abs(x) % 7.6) - 7.6) / 0.5) ** 2));
    const dark = [0.05, 0.012, 0.012];
    for (let c = 0; c < 3; c++) out[c] = mix(dark[c], teeth[c] * 0.42 * gap, clamp(tooth, 0, 1));
  });
}

/** Upper lashes, root at v = 0, on a strip from the inner to the outer corner; `strength` 0..1. */
export function paintLashes(draw: Draw, strength: number): Texture {
  const width = 240;
  const height = 48;
  const texture: Texture = {
    width,
    height,
    rgb: new Float32Array(width * height * 3).fill(0.004),
    alpha: new Float32Array(width * height),
  };
  const count = Math.round(70 + 60 * strength);
  for (let n = 0; n < count; n++) {
    const u = 0.05 + 0.93 * ((n + draw()) / count);
    const long = (0.25 + 0.55 * smoothstep(u, 0.1, 0.75)) * between(draw, 0.55, 1) * (0.6 + 0.4 * strength) * height;
    const lean = (u - 0.4) * 26 + between(draw, -3, 3);
    const x = u * width;
    stroke(texture, {
      points: [
        [x, 0],
        [x + lean * 0.35, long * 0.55],
        [x + lean, long],
      ],
      colour: [0.004, 0.003, 0.003],
      width: 2.6,
      opacity: 1,
    });
  }
  return texture;
}

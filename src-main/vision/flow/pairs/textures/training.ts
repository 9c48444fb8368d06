/** The texture families that weights are trained on. The evaluation's families (evaluation.ts) are others. */
import type { Random } from "../../../../engine/random.ts";
import type { Picture } from "../../../pictures/picture.ts";
import { anyColour, between, CANVAS, chance, octaves, painted, pick, stroke, type Texture } from "./canvas.ts";

/** Noise of any colour and roughness: clouds to gravel. */
const noise: Texture = (random) => {
  const shape = { coarse: between(random, 12, 120), count: 3 + random.integer(4), roughness: between(random, 0.5, 1) };
  const [light, tintA, tintB] = [octaves(random, shape), octaves(random, shape), octaves(random, shape)];
  const middle = anyColour(random).map((c) => 60 + 0.55 * c);
  const [depth, tint] = [between(random, 20, 110), between(random, 0, 45)];
  return painted((x, y, rgb) => {
    const l = depth * light(x, y);
    const a = tint * tintA(x, y);
    const b = tint * tintB(x, y);
    rgb[0] = middle[0] + l + a;
    rgb[1] = middle[1] + l - 0.5 * a + 0.5 * b;
    rgb[2] = middle[2] + l - b;
  });
};

/** Skin: soft shading, blotches, pores and moles, low in contrast. */
const skin: Texture = (random) => {
  const shading = octaves(random, { coarse: between(random, 120, 260), count: 2, roughness: 0.5 });
  const blotch = octaves(random, { coarse: between(random, 20, 60), count: 2, roughness: 0.7 });
  const pores = octaves(random, { coarse: between(random, 4, 9), count: 2, roughness: 0.9 });
  const depth = between(random, 0.3, 1);
  const [shade, red, pore] = [between(random, 10, 45), between(random, 3, 12), between(random, 5, 18)];
  const picture = painted((x, y, rgb) => {
    const l = shade * shading(x, y) + pore * pores(x, y);
    const r = red * blotch(x, y);
    rgb[0] = 225 * depth + l + r;
    rgb[1] = 175 * depth + 0.9 * l - 0.5 * r;
    rgb[2] = 150 * depth + 0.8 * l - 0.5 * r;
  });
  for (let n = random.integer(40); n > 0; n--) {
    const [x, y] = [CANVAS * random.uniform(), CANVAS * random.uniform()];
    const brush = { rgb: [90 * depth, 55 * depth, 45 * depth], width: between(random, 1, 5) } as const;
    stroke(picture, [[x, y], [x + 0.5, y]], { ...brush, alpha: between(random, 0.2, 0.9) }); // prettier-ignore
  }
  // Creases: long, faint, dark lines.
  for (let n = random.integer(8); n > 0; n--) {
    const brush = { rgb: [100 * depth, 70 * depth, 60 * depth], width: between(random, 1, 6) } as const;
    stroke(picture, wander(random, { step: 14, steps: 12, bend: 0.2 }), {
      ...brush,
      alpha: between(random, 0.15, 0.6),
    });
  }
  return picture;
};

/** Hair: many fine strokes that run nearly alike over a ground of another tone. */
const hair: Texture = (random) => {
  const picture = pick(random, [noise, skin])(random);
  const tone = between(random, 10, 170);
  const heading = 2 * Math.PI * random.uniform();
  for (let n = 120 + random.integer(500); n > 0; n--) {
    const own = Math.max(0, tone + between(random, -45, 60));
    const brush = { rgb: [own, own * 0.85, own * 0.7], width: between(random, 0.8, 3) } as const;
    const path = wander(random, { step: 12, steps: 4 + random.integer(12), bend: 0.12, heading });
    stroke(picture, path, { ...brush, alpha: between(random, 0.3, 1) });
  }
  return picture;
};

/** Edges as of text, drawings and furniture: bars, rings and letters' strokes on flat or graded grounds. */
const edges: Texture = (random) => {
  const [from, to] = [anyColour(random), anyColour(random)];
  const angle = 2 * Math.PI * random.uniform();
  const [ax, ay] = [Math.cos(angle) / CANVAS, Math.sin(angle) / CANVAS];
  const flat = chance(random, 0.4);
  const paper = octaves(random, { coarse: between(random, 8, 40), count: 3, roughness: 0.9 });
  const rough = between(random, 2, 16);
  const picture = painted((x, y, rgb) => {
    const t = flat ? 0 : 0.5 + (x - CANVAS / 2) * ax + (y - CANVAS / 2) * ay;
    const l = rough * paper(x, y);
    for (let c = 0; c < 3; c++) rgb[c] = from[c] + (to[c] - from[c]) * t + l;
  });
  const size = between(random, 10, 50);
  for (let n = 30 + random.integer(120); n > 0; n--) {
    const brush = { rgb: anyColour(random), width: between(random, 1.5, size / 3), alpha: between(random, 0.4, 1) };
    const path = chance(random, 0.5)
      ? wander(random, { step: size, steps: 1 + random.integer(4), bend: 1.6 })
      : ring(random, size * between(random, 0.3, 1));
    stroke(picture, path, brush);
  }
  return picture;
};

/** Nearly nothing: slow gradients with a little grain, as on walls and foreheads. */
const gradient: Texture = (random) => {
  const slow = octaves(random, { coarse: between(random, 90, 240), count: 2, roughness: 0.5 });
  const grain = octaves(random, { coarse: between(random, 5, 24), count: 3, roughness: 0.9 });
  const middle = anyColour(random).map((c) => 50 + 0.6 * c);
  const [depth, fine] = [between(random, 20, 80), between(random, 5, 20)];
  return painted((x, y, rgb) => {
    const l = depth * slow(x, y) + fine * grain(x, y);
    for (let c = 0; c < 3; c++) rgb[c] = middle[c] + l;
  });
};

/** Two textures, one seen through a cloud's holes. */
const mixed: Texture = (random) => {
  const families = [noise, skin, hair, edges, gradient];
  const [under, over] = [pick(random, families)(random), pick(random, families)(random)];
  const mask = octaves(random, { coarse: between(random, 30, 140), count: 2, roughness: 0.5 });
  const sharp = between(random, 1, 12);
  return painted((x, y, rgb) => {
    const at = (y * CANVAS + x) * 3;
    const t = Math.min(1, Math.max(0, 0.5 + sharp * mask(x, y)));
    for (let c = 0; c < 3; c++) rgb[c] = under.rgb[at + c] + (over.rgb[at + c] - under.rgb[at + c]) * t;
  });
};

interface Walk {
  readonly step: number;
  readonly steps: number;
  /** Radians of turn a step, at most. */
  readonly bend: number;
  readonly heading?: number;
}

function wander(random: Random, walk: Walk): (readonly [number, number])[] {
  let [x, y] = [CANVAS * random.uniform(), CANVAS * random.uniform()];
  let heading = walk.heading ?? 2 * Math.PI * random.uniform();
  if (walk.heading !== undefined) heading += 0.4 * random.normal();
  const path: (readonly [number, number])[] = [[x, y]];
  for (let i = 0; i < walk.steps; i++) {
    heading += walk.bend * (2 * random.uniform() - 1);
    x += walk.step * Math.cos(heading);
    y += walk.step * Math.sin(heading);
    path.push([x, y]);
  }
  return path;
}

function ring(random: Random, radius: number): (readonly [number, number])[] {
  const [x, y] = [CANVAS * random.uniform(), CANVAS * random.uniform()];
  const squash = between(random, 0.4, 1);
  return Array.from({ length: 17 }, (_, i) => {
    const angle = (i / 16) * 2 * Math.PI;
    return [x + radius * Math.cos(angle), y + radius * squash * Math.sin(angle)] as const;
  });
}

/** Families in turn: a pool that takes them round keeps their shares. */
export const TRAINING_TEXTURES: readonly ((random: Random) => Picture)[] = [
  noise,
  hair,
  skin,
  mixed,
  edges,
  noise,
  hair,
  mixed,
  gradient,
];

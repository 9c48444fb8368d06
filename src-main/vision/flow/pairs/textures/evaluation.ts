/** Texture families of the evaluation: none of them is among those that weights are trained on. */
import { anyColour, between, CANVAS, octaves, painted, type Texture } from "./canvas.ts";

/** Cloth: crossed waves of several lengths, each in a colour of its own. */
const cloth: Texture = (random) => {
  const waves = Array.from({ length: 14 }, () => {
    const length = between(random, 4, 60);
    const angle = 2 * Math.PI * random.uniform();
    return {
      kx: (2 * Math.PI * Math.cos(angle)) / length,
      ky: (2 * Math.PI * Math.sin(angle)) / length,
      phase: 6.3 * random.uniform(),
      rgb: [0, 1, 2].map(() => between(random, 2, 14)),
    };
  });
  const middle = anyColour(random).map((c) => 70 + 0.45 * c);
  return painted((x, y, rgb) => {
    for (let c = 0; c < 3; c++) rgb[c] = middle[c];
    for (const wave of waves) {
      const height = Math.sin(wave.kx * x + wave.ky * y + wave.phase);
      for (let c = 0; c < 3; c++) rgb[c] += wave.rgb[c] * height;
    }
  });
};

/** Cells: distance to the nearest of many points (Worley 1996), as of leather or scales. */
const cells: Texture = (random) => {
  const cell = between(random, 9, 26);
  const count = Math.ceil(CANVAS / cell) + 2;
  const points = Array.from({ length: count * count }, () => [random.uniform(), random.uniform()] as const);
  const [inner, rim] = [anyColour(random), anyColour(random)].map((colour) => colour.map((c) => 40 + 0.65 * c));
  const grain = octaves(random, { coarse: 18, count: 3, roughness: 0.8 });
  const rough = between(random, 4, 16);
  return painted((x, y, rgb) => {
    const [cx, cy] = [Math.floor(x / cell) + 1, Math.floor(y / cell) + 1];
    let nearest = Infinity;
    for (let j = cy - 1; j <= cy + 1; j++)
      for (let i = cx - 1; i <= cx + 1; i++) {
        const [px, py] = points[Math.min(j, count - 1) * count + Math.min(i, count - 1)];
        nearest = Math.min(nearest, Math.hypot((i - 1 + px) * cell - x, (j - 1 + py) * cell - y));
      }
    const t = Math.min(1, nearest / cell);
    const l = rough * grain(x, y);
    for (let c = 0; c < 3; c++) rgb[c] = inner[c] + (rim[c] - inner[c]) * t + l;
  });
};

/** Marble: bands bent by a cloud. */
const marble: Texture = (random) => {
  const cloud = octaves(random, { coarse: between(random, 40, 90), count: 4, roughness: 0.6 });
  const length = between(random, 10, 34);
  const angle = 2 * Math.PI * random.uniform();
  const [kx, ky] = [(2 * Math.PI * Math.cos(angle)) / length, (2 * Math.PI * Math.sin(angle)) / length];
  const bend = between(random, 3, 9);
  const [dark, light] = [anyColour(random).map((c) => 0.4 * c), anyColour(random).map((c) => 120 + 0.5 * c)];
  return painted((x, y, rgb) => {
    const t = 0.5 + 0.5 * Math.sin(kx * x + ky * y + bend * cloud(x, y));
    for (let c = 0; c < 3; c++) rgb[c] = dark[c] + (light[c] - dark[c]) * t;
  });
};

export const EVALUATION_TEXTURES: readonly Texture[] = [cloth, cells, marble];

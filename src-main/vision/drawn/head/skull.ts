/**
 * The canonical head without features, in mm: origin between the eyes, x to the viewer's right, y up, z towards the
 * viewer, ears at z = 0. Each height has a cross-section of half-width W and front depth Z, taken from mean adult
 * proportions (bizygomatic 140, bigonial 110, nasion to menton 120, interpupillary 63).
 */
import { curve } from "../numeric.ts";

export const TOP = 121;
export const BOTTOM = -121;
/** Half the length of the row that the texture covers, ear to ear and a little behind, along the skin at eye level. */
export const HALF_GIRTH = 138;

/** Half-width of the front silhouette at height y. */
export const width = curve([
  [-121, 3],
  [-120, 12],
  [-118, 20],
  [-114, 28.5],
  [-108, 36],
  [-99, 44],
  [-90, 50],
  [-80, 55.5],
  [-70, 59.5],
  [-58, 63.2],
  [-45, 66.8],
  [-30, 70],
  [-15, 72],
  [0, 73],
  [20, 74.5],
  [40, 75.5],
  [60, 74.5],
  [78, 70.5],
  [93, 62.5],
  [104, 52],
  [112, 40],
  [118, 24],
  [121, 3],
]);

/** Depth of the midline, nose and lips left out. */
const front = curve([
  [-121, 72],
  [-119, 83],
  [-115, 91],
  [-109, 96],
  [-101, 98],
  [-93, 96],
  [-86, 94.5],
  [-75, 97],
  [-65, 98.5],
  [-55, 97.5],
  [-42, 95],
  [-28, 93],
  [-12, 92],
  [4, 93.5],
  [16, 97.5],
  [26, 99],
  [40, 98],
  [56, 95],
  [72, 89.5],
  [86, 81],
  [98, 69],
  [108, 54],
  [115, 38],
  [121, 6],
]);

/** Depth of the widest point of the cross-section: the ears above, the edge of the jaw below. */
const side = curve([
  [-121, 66],
  [-112, 54],
  [-100, 40],
  [-85, 23],
  [-70, 8],
  [-50, -4],
  [-20, -8],
  [121, -8],
]);

/** Depth of the back of the head behind the ears. */
const BACK = 88;

/** The point of the bare head at `s` (mm along the skin from the midline, at eye level) and height y. */
export function skull(s: number, y: number, out: Float64Array): void {
  const angle = s / 73;
  const sine = Math.sin(angle);
  const cosine = Math.cos(angle);
  const deep = side(y);
  const reach = cosine >= 0 ? front(y) - deep : BACK;
  out[0] = width(y) * sine;
  out[1] = y;
  // An exponent below 1 flattens the face's front, as a face's is.
  out[2] = deep + reach * Math.sign(cosine) * Math.abs(cosine) ** 0.86;
}

/** The texture's s for a frontal position: inverse of skull's x. */
export function girthAt(x: number, y: number): number {
  return 73 * Math.asin(Math.max(-1, Math.min(1, x / width(y))));
}

/** Texture coordinates (0..1) of a place on the skin. */
export const skinUv = (s: number, y: number): readonly [number, number] => [
  (s + HALF_GIRTH) / (2 * HALF_GIRTH),
  (TOP - y) / (TOP - BOTTOM),
];

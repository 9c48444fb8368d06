/**
 * The colours in which flow is shown, the same on the page and in pictures of the host: the wheel of Baker et al. (A
 * Database and Evaluation Methodology for Optical Flow, 2011): 55 hues, spaced by how well the eye tells them apart.
 */

/** Pixels of a face 224 wide that are full colour, and the ends of a network's u and v channels. */
export const FULL_MOTION = 3;
/** What a person sees first: micro-motions are mostly under a pixel, and would be pale beside FULL_MOTION. */
export const SHOWN_MOTION = 1;
/** Optical strain (pixels per pixel) that is full heat, and the end of a network's channel. */
export const FULL_STRAIN = 0.15;

export type Rgb = readonly [red: number, green: number, blue: number];

/** Hues between red, yellow, green, cyan, blue, magenta and red again. */
const STEPS = [15, 6, 4, 11, 13, 6] as const;
const CORNERS: readonly Rgb[] = [
  [1, 0, 0],
  [1, 1, 0],
  [0, 1, 0],
  [0, 1, 1],
  [0, 0, 1],
  [1, 0, 1],
];

const HUES: readonly Rgb[] = STEPS.flatMap((steps, corner) =>
  Array.from({ length: steps }, (_, step) =>
    mix(CORNERS[corner], CORNERS[(corner + 1) % CORNERS.length], step / steps),
  ),
);

function mix(a: Rgb, b: Rgb, t: number): Rgb {
  return [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t];
}

/**
 * The colour (0..255) of a vector in parts of full motion: white is none, right red, down yellow, left blue-green, up
 * violet; longer than 1 is darkened, so that it shows that the scale has ended.
 */
export function wheelColour(u: number, v: number): Rgb {
  const length = Math.hypot(u, v);
  // + 0: a negative zero would turn right into left.
  const turn = (Math.atan2(-v + 0, -u) / Math.PI + 1) / 2;
  const at = (turn % 1) * (HUES.length - 1);
  const hue = mix(HUES[Math.floor(at)], HUES[(Math.floor(at) + 1) % HUES.length], at % 1);
  const shade = (part: number) => 255 * (length <= 1 ? 1 - length * (1 - part) : part * 0.75);
  return [shade(hue[0]), shade(hue[1]), shade(hue[2])];
}

/**
 * Rigid head motion: the similarity (shift, rotation, scale) that most of the face follows, found robustly and taken off
 * the flow, so that what remains is the face's own motion.
 */
import { zeroFlow, type Flow } from "./flow.ts";

/** Displacement of a point: (scale * R(rotation) - 1) * (point - centre of the picture) + shift. */
export interface Similarity {
  /** Pixels of the flow's size. */
  readonly shiftX: number;
  readonly shiftY: number;
  /** Radians, from x to y (clockwise on the screen). */
  readonly rotation: number;
  readonly scale: number;
}

/** Rounds of reweighting at most; four numbers settle in about ten. */
const ROUNDS = 30;
/** Settled: no point of the picture moves by more than this in a round, pixels. */
const SETTLED = 1e-4;
/** Tukey's biweight ignores residuals beyond this many deviations (usual: 4.685; less, since faces move in one place). */
const CUT = 3;
/** Residuals below this many pixels are never outliers. */
const FLOOR = 0.02;
/**
 * The face stands in the middle: weight exp(-r^2 / 2 s^2), s this part of the width. Keeps out a still background, and
 * the border to it, where a smooth flow is neither.
 */
const CENTRE = 0.22;
/** Every third pixel of every third row is plenty for four numbers. */
const STRIDE = 3;

interface Points {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly u: Float64Array;
  readonly v: Float64Array;
  readonly prior: Float64Array;
}

/** Iteratively reweighted least squares with Tukey's biweight, begun at the weighted median shift. */
export function fitSimilarity(flow: Flow): Similarity {
  const points = pick(flow);
  const { x, y, u, v, prior } = points;
  let fit: Linear = { a: 0, b: 0, tx: weightedMedian(u, prior), ty: weightedMedian(v, prior) };
  const residual = new Float64Array(x.length);
  const weights = new Float64Array(x.length);
  for (let round = 0; round < ROUNDS; round++) {
    for (let i = 0; i < x.length; i++) {
      const ru = u[i] - (fit.a * x[i] - fit.b * y[i] + fit.tx);
      const rv = v[i] - (fit.b * x[i] + fit.a * y[i] + fit.ty);
      residual[i] = Math.hypot(ru, rv);
    }
    const cut = CUT * Math.max(FLOOR, 1.4826 * weightedMedian(residual, prior));
    for (let i = 0; i < x.length; i++) {
      const r = residual[i] / cut;
      weights[i] = r < 1 ? prior[i] * (1 - r * r) ** 2 : 0;
    }
    const next = leastSquares(points, weights);
    const reach = flow.width + flow.height;
    const change =
      Math.abs(next.tx - fit.tx) +
      Math.abs(next.ty - fit.ty) +
      reach * (Math.abs(next.a - fit.a) + Math.abs(next.b - fit.b));
    fit = next;
    if (change < SETTLED) break;
  }
  const scale = Math.hypot(1 + fit.a, fit.b);
  return { shiftX: fit.tx, shiftY: fit.ty, rotation: Math.atan2(fit.b, 1 + fit.a), scale };
}

export function similarityFlow(similarity: Similarity, width: number, height: number): Flow {
  const flow = zeroFlow(width, height);
  const a = similarity.scale * Math.cos(similarity.rotation) - 1;
  const b = similarity.scale * Math.sin(similarity.rotation);
  for (let row = 0, i = 0; row < height; row++) {
    const y = row - (height - 1) / 2;
    for (let column = 0; column < width; column++, i++) {
      const x = column - (width - 1) / 2;
      flow.u[i] = a * x - b * y + similarity.shiftX;
      flow.v[i] = b * x + a * y + similarity.shiftY;
    }
  }
  return flow;
}

/** The flow without its global motion, and that motion. */
export function removeGlobalMotion(flow: Flow): { flow: Flow; motion: Similarity } {
  const { width, height } = flow;
  const motion = fitSimilarity(flow);
  const rigid = similarityFlow(motion, width, height);
  const u = flow.u.map((value, i) => value - rigid.u[i]);
  const v = flow.v.map((value, i) => value - rigid.v[i]);
  return { flow: { width, height, u, v }, motion };
}

function pick(flow: Flow): Points {
  const { width, height } = flow;
  const columns = Math.ceil(width / STRIDE);
  const count = columns * Math.ceil(height / STRIDE);
  const array = () => new Float64Array(count);
  const points: Points = { x: array(), y: array(), u: array(), v: array(), prior: array() };
  const spread = 2 * (CENTRE * width) ** 2;
  for (let n = 0; n < count; n++) {
    const column = (n % columns) * STRIDE;
    const row = Math.floor(n / columns) * STRIDE;
    points.x[n] = column - (width - 1) / 2;
    points.y[n] = row - (height - 1) / 2;
    points.u[n] = flow.u[row * width + column];
    points.v[n] = flow.v[row * width + column];
    points.prior[n] = Math.exp(-(points.x[n] ** 2 + points.y[n] ** 2) / spread);
  }
  return points;
}

/** u = a x - b y + tx, v = b x + a y + ty. */
interface Linear {
  readonly a: number;
  readonly b: number;
  readonly tx: number;
  readonly ty: number;
}

/** Closed form: with weighted centres taken off, a and b are two independent projections. */
function leastSquares(points: Points, weights: Float64Array): Linear {
  const { x, y, u, v } = points;
  let total = 0;
  let mx = 0;
  let my = 0;
  let mu = 0;
  let mv = 0;
  for (let i = 0; i < weights.length; i++) {
    const w = weights[i];
    total += w;
    mx += w * x[i];
    my += w * y[i];
    mu += w * u[i];
    mv += w * v[i];
  }
  mx /= total;
  my /= total;
  mu /= total;
  mv /= total;
  let square = 0;
  let along = 0;
  let across = 0;
  for (let i = 0; i < weights.length; i++) {
    const w = weights[i];
    const dx = x[i] - mx;
    const dy = y[i] - my;
    square += w * (dx * dx + dy * dy);
    along += w * (dx * (u[i] - mu) + dy * (v[i] - mv));
    across += w * (dx * (v[i] - mv) - dy * (u[i] - mu));
  }
  const a = square > 0 ? along / square : 0;
  const b = square > 0 ? across / square : 0;
  return { a, b, tx: mu - a * mx + b * my, ty: mv - b * mx - a * my };
}

function weightedMedian(values: Float64Array, weights: Float64Array): number {
  const order = Uint32Array.from(values.keys()).sort((a, b) => values[a] - values[b]);
  const half = weights.reduce((sum, w) => sum + w, 0) / 2;
  let sum = 0;
  for (const i of order) {
    sum += weights[i];
    if (sum >= half) return values[i];
  }
  return 0;
}

/**
 * The endless stream of training pairs. Pair n depends on the seed and n alone, so a training goes on with the pairs
 * that it would have seen without the stop.
 */
import { Random } from "../../../engine/random.ts";
import type { Picture } from "../../pictures/picture.ts";
import { bellTable, type Surface } from "./camera.ts";
import { blink, pulls, similarity, turn, waves } from "./fields.ts";
import { type DrawnPair, drawnPairs, headCanvas } from "./heads.ts";
import { type Field, Motion, type Vector } from "./motion.ts";
import { anyLook, blob, exposePair, finished, type Pair, view } from "./pair.ts";
import { between, CANVAS, chance } from "./textures/canvas.ts";
import { TRAINING_TEXTURES } from "./textures/training.ts";

export interface PoolSizes {
  /** Painted canvases. */
  readonly painted: number;
  /** Drawn heads as canvases. */
  readonly heads: number;
  /** People drawn in two moments, `PAIRS_OF_ONE` times each. */
  readonly people: number;
}

/** Keeps what is dear to make from one training to the next. */
export interface Shelf {
  /** What stands under the name, or null. */
  readonly take: (name: string) => Uint8Array | null;
  readonly put: (name: string, bytes: Uint8Array) => void;
}

const PAIRS_OF_ONE = 4;
const DRAWN_SIDE = 224;

/** What is made once and cut from again and again: made when it is first asked for, and kept. */
class Pool {
  readonly #seed: number;
  readonly #sizes: PoolSizes;
  readonly #shelf: Shelf | undefined;
  readonly #canvases = new Map<number, Picture>();
  readonly #drawn = new Map<number, readonly DrawnPair[]>();

  constructor({ seed, sizes, shelf }: TrainingOptions) {
    this.#seed = seed;
    this.#sizes = sizes;
    this.#shelf = shelf;
  }

  get canvases(): number {
    return this.#sizes.painted + this.#sizes.heads;
  }

  get drawnPairs(): number {
    return this.#sizes.people * PAIRS_OF_ONE;
  }

  canvas(at: number): Picture {
    const held = this.#canvases.get(at);
    if (held !== undefined) return held;
    const { painted } = this.#sizes;
    const name = at < painted ? `canvas ${at}` : `head ${at - painted}`;
    const random = new Random(this.#seed).split(name);
    const make = at < painted ? TRAINING_TEXTURES[at % TRAINING_TEXTURES.length] : headCanvas;
    const made = { width: CANVAS, height: CANVAS, rgb: this.#kept(name, () => make(random).rgb) };
    this.#canvases.set(at, made);
    return made;
  }

  drawn(n: number): DrawnPair {
    const who = Math.floor(n / PAIRS_OF_ONE);
    const held = this.#drawn.get(who) ?? unpacked(this.#kept(`person ${who}`, () => packed(this.#person(who))));
    this.#drawn.set(who, held);
    return held[n % PAIRS_OF_ONE];
  }

  #person(who: number): readonly DrawnPair[] {
    const random = new Random(this.#seed).split(`person ${who}`);
    const peaks = Array.from({ length: PAIRS_OF_ONE }, () => between(random, 0.5, chance(random, 0.7) ? 3 : 8));
    return drawnPairs(random, { side: DRAWN_SIDE, peaks });
  }

  #kept(name: string, make: () => Uint8Array): Uint8Array {
    const own = `${this.#seed} ${name}`;
    const taken = this.#shelf?.take(own) ?? null;
    if (taken !== null) return taken;
    const made = make();
    this.#shelf?.put(own, made);
    return made;
  }
}

const PLANE = DRAWN_SIDE * DRAWN_SIDE;
/** Bytes of a packed pair: flow, two pictures, what is visible. */
const PACKED = 8 * PLANE + 3 * PLANE + 3 * PLANE + PLANE;

function packed(pairs: readonly DrawnPair[]): Uint8Array {
  const out = new Uint8Array(pairs.length * PACKED);
  pairs.forEach(({ onset, apex, flow, visible }, i) => {
    let at = i * PACKED;
    for (const part of [new Uint8Array(flow.buffer, flow.byteOffset, flow.byteLength), onset.rgb, apex.rgb, visible]) {
      out.set(part, at);
      at += part.length;
    }
  });
  return out;
}

function unpacked(bytes: Uint8Array): readonly DrawnPair[] {
  return Array.from({ length: bytes.length / PACKED }, (_, i) => {
    const own = bytes.slice(i * PACKED, (i + 1) * PACKED);
    const picture = (from: number): Picture => ({
      width: DRAWN_SIDE,
      height: DRAWN_SIDE,
      rgb: own.subarray(from, from + 3 * PLANE),
    });
    return {
      flow: new Float32Array(own.buffer, own.byteOffset, 2 * PLANE),
      onset: picture(8 * PLANE),
      apex: picture(11 * PLANE),
      visible: own.subarray(14 * PLANE),
    };
  });
}

export interface TrainingOptions {
  readonly seed: number;
  readonly sizes: PoolSizes;
  /** Share of the pairs that are two drawn moments instead of a warped canvas. */
  readonly drawnShare: number;
  readonly shelf?: Shelf;
}

export class TrainingPairs {
  readonly #options: TrainingOptions;
  readonly #pool: Pool;
  readonly #table: Float32Array;

  constructor(options: TrainingOptions) {
    this.#options = options;
    this.#pool = new Pool(options);
    this.#table = bellTable(new Random(options.seed).split("bell"));
  }

  /** Pair `n`, `side` pixels a side. */
  async pair(n: number, side: number): Promise<Pair> {
    const { seed, drawnShare } = this.#options;
    const random = new Random(seed).split(`pair ${n}`);
    return chance(random, drawnShare) ? this.#drawnPair(random, side) : this.#warpedPair(random, side);
  }

  async #warpedPair(random: Random, side: number): Promise<Pair> {
    const peak = peakOf(random);
    const surface = (): Surface => ({
      view: view(random, this.#pool.canvas(random.integer(this.#pool.canvases)), {
        side,
        scale: 2 ** between(random, -0.8, 1.4),
        angle: chance(random, 0.5) ? 0.3 * random.normal() : 2 * Math.PI * random.uniform(),
      }),
      motion: new Motion(fieldsOf(random, side), { side, peak }),
      cover: null,
    });
    const surfaces = [surface()];
    if (chance(random, 0.15)) {
      surfaces[0] = { ...surfaces[0], motion: null };
      surfaces.push({ ...surface(), cover: blob(random, side) });
    }
    return exposePair({ side, surfaces, look: anyLook(random) }, random, this.#table);
  }

  async #drawnPair(random: Random, side: number): Promise<Pair> {
    const drawn = this.#pool.drawn(random.integer(this.#pool.drawnPairs));
    const mirror = chance(random, 0.5);
    const [left, top] = [random.integer(DRAWN_SIDE - side + 1), random.integer(DRAWN_SIDE - side + 1)];
    const column = (x: number) => (mirror ? left + side - 1 - x : left + x);
    const frames = [drawn.onset, drawn.apex].map(({ rgb }) => {
      const frame = new Float32Array(side * side * 3);
      for (let i = 0, n = 0; i < frame.length; i += 3, n++) {
        const at = ((top + Math.floor(n / side)) * DRAWN_SIDE + column(n % side)) * 3;
        for (let c = 0; c < 3; c++) frame[i + c] = rgb[at + c];
      }
      return frame;
    });
    const look = anyLook(random);
    const [onset, apex] = await finished(frames, { random, look, side, table: this.#table });
    const at = (x: number, y: number, into: Vector) => {
      flowAt(drawn.flow, [mirror ? left + side - 1 - x : left + x, top + y], into);
      if (mirror) into.u = -into.u;
    };
    return { onset, apex, at };
  }
}

/** A drawn flow between its pixels: bilinear, the border repeated. */
function flowAt(flow: Float32Array, [x, y]: readonly [number, number], into: Vector): void {
  const last = DRAWN_SIDE - 1;
  const [cx, cy] = [Math.min(last, Math.max(0, x)), Math.min(last, Math.max(0, y))];
  const ix = Math.min(last - 1, Math.floor(cx));
  const iy = Math.min(last - 1, Math.floor(cy));
  const [ax, ay] = [cx - ix, cy - iy];
  const at = iy * DRAWN_SIDE + ix;
  const mixed = (k: number) =>
    (flow[k] * (1 - ax) + flow[k + 1] * ax) * (1 - ay) +
    (flow[k + DRAWN_SIDE] * (1 - ax) + flow[k + DRAWN_SIDE + 1] * ax) * ay;
  into.u = mixed(at);
  into.v = mixed(at + DRAWN_SIDE * DRAWN_SIDE);
}

/**
 * Longest motion of a pair, px: mostly up to 3 and as often small as tiny, at most 8; never none. Pairs without any
 * motion teach a network to call every tiny one none, and the method that asks it (micro/refine.ts) needs no such help.
 */
function peakOf(random: Random): number {
  return chance(random, 0.82) ? 3.2 * 2 ** between(random, -5, 0) : between(random, 3, 8);
}

function fieldsOf(random: Random, side: number): Field[] {
  const weighed = (fields: readonly Field[], low: number): Field[] => {
    const weight = between(random, low, 1);
    return fields.map((field) => (x, y, into) => {
      const { u, v } = into;
      field(x, y, into);
      into.u = u + weight * (into.u - u);
      into.v = v + weight * (into.v - v);
    });
  };
  const head = () => (chance(random, 0.6) ? similarity(random, side) : turn(random, side));
  const facial = () => {
    const lot = random.uniform();
    if (lot < 0.6) return pulls(random, side);
    return lot < 0.75 ? [...pulls(random, side), ...blink(random, side)] : waves(random, side);
  };
  const lot = random.uniform();
  if (lot < 0.25) return head();
  if (lot < 0.65) return facial();
  return [...weighed(head(), 0.1), ...weighed(facial(), 0.3)];
}

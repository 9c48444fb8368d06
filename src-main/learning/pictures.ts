/** Pictures of samples, [C, H, W] each: in memory, or decoded while a training goes on. */

/** Bytes stand for byte / 255 and are normalised when a network is fed them; floats are normalised already. */
export type Picture = Uint8Array | Float32Array;

/** Rows are places in a list of pictures; what is taken is only read. */
export interface Pictures {
  /** The pictures of these rows, in this order, once they are decoded. Throws what decoding them throws. */
  readonly take: (rows: readonly number[]) => Promise<readonly Picture[]>;
  /** Tells which rows will be taken next, in this order: their decoding may begin. A fault is thrown when one is taken. */
  readonly expect: (rows: readonly number[]) => void;
}

/** Pictures that stand one after the other in an array, each so many numbers long. */
export function inMemory(pixels: Picture, length: number): Pictures {
  return {
    take: async (rows) => rows.map((row) => pixels.subarray(row * length, (row + 1) * length)),
    expect: () => {},
  };
}

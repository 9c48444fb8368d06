/** Pictures of samples, [C, H, W] each: in memory, or decoded while a training goes on. */
import { z } from "zod";

/** Bytes stand for byte / 255 and are normalised when a network is fed them; floats are normalised already. */
export type Picture = Uint8Array | Float32Array;

/** What bytes are shifted by and divided by (normaliser.ts). */
export const normaliser = z.object({
  /** Per channel: of byte / 255, or of flow's encoding. */
  mean: z.array(z.number()).readonly(),
  deviation: z.array(z.number()).readonly(),
});
export type Normaliser = Readonly<z.infer<typeof normaliser>>;

/** Rows are places in a list of pictures; what is taken is only read. */
export interface Pictures {
  /** The pictures of these rows, in this order, once they are decoded. Throws what decoding them throws. */
  readonly take: (rows: readonly number[]) => Promise<readonly Picture[]>;
  /** Tells which rows will be taken next, in this order: their decoding may begin. A fault is thrown when one is taken. */
  readonly expect: (rows: readonly number[]) => void;
  /** Writes pictures that were taken beside the caller's steps, where there is a thread for it. */
  readonly write?: WritePictures;
  /** Around whatever is waited for, once it is: for whoever measures that. */
  readonly waiting?: <T>(coming: Promise<T>) => Promise<T>;
}

/**
 * Writes pictures as a network is fed them (normaliser.ts) into `out`, [N, C, H, W] in shared memory, one after the other
 * from the start. Throws what the thread throws that does it.
 */
export type WritePictures = (
  pictures: readonly Picture[],
  normaliser: Normaliser,
  out: Float32Array<SharedArrayBuffer>,
) => Promise<void>;

/** Pictures that stand one after the other in an array, each so many numbers long. */
export function inMemory(pixels: Picture, length: number): Pictures {
  return {
    take: async (rows) => rows.map((row) => pixels.subarray(row * length, (row + 1) * length)),
    expect: () => {},
  };
}

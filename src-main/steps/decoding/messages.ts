/** What a job's thread and the one that decodes say to each other; every message is checked where it arrives. */
import { z } from "zod";
import { carriedError } from "../../contract/fault.ts";
import { normaliser } from "../../learning/pictures.ts";
import { seen, source } from "./decode.ts";

/** What is to be decoded, and as what. */
export const wanted = z.object({ source, how: seen });
export type Wanted = z.infer<typeof wanted>;

const memory = z.instanceof(SharedArrayBuffer);
const asked = { id: z.int(), into: memory };

/** A picture that is wanted, and the memory that it is written into. */
export const toDecode = wanted.extend(asked);
export type ToDecode = z.infer<typeof toDecode>;

/** Decoded pictures that are wanted as a batch, and the memory that it is written into. */
export const toWrite = z.object({ ...asked, pictures: z.array(memory), how: seen, normaliser });
export type ToWrite = z.infer<typeof toWrite>;

/** To the thread; last: a picture that no longer is wanted. */
export const toThread = z.union([toDecode, toWrite, z.object({ drop: z.int() })]);
export type ToThread = z.infer<typeof toThread>;

/** It is where it was wanted, or could not be decoded. */
export const fromThread = z.object({ id: z.int(), error: carriedError.nullable() });
export type FromThread = z.infer<typeof fromThread>;

/** What a job's thread and the one that decodes say to each other; every message is checked where it arrives. */
import { z } from "zod";
import { carriedError } from "../../contract/fault.ts";
import { seen, source } from "./decode.ts";

/** What is to be decoded, and as what. */
export const wanted = z.object({ source, how: seen });
export type Wanted = z.infer<typeof wanted>;

/** To the thread: a picture that is wanted, and the memory that it is written into; or one that no longer is wanted. */
export const toThread = z.union([
  wanted.extend({ id: z.int(), into: z.instanceof(SharedArrayBuffer) }),
  z.object({ drop: z.int() }),
]);
export type ToThread = z.infer<typeof toThread>;

/** The picture is where it was wanted, or could not be decoded. */
export const fromThread = z.object({ id: z.int(), error: carriedError.nullable() });
export type FromThread = z.infer<typeof fromThread>;

/** What a job's thread and the one that decodes say to each other; every message is checked where it arrives. */
import { z } from "zod";
import { carriedError } from "../../contract/fault.ts";
import type { Picture } from "../../learning/pictures.ts";
import { seen, source } from "./decode.ts";

/** What is to be decoded, and as what. */
export const wanted = z.object({ source, how: seen });
export type Wanted = z.infer<typeof wanted>;

/** To the thread: a picture that is wanted, or one that no longer is. */
export const toThread = z.union([wanted.extend({ id: z.int() }), z.object({ drop: z.int() })]);
export type ToThread = z.infer<typeof toThread>;

const picture = z.custom<Picture>((x) => x instanceof Float32Array || x instanceof Uint8Array);

export const fromThread = z.union([z.object({ id: z.int(), picture }), z.object({ id: z.int(), error: carriedError })]);
export type FromThread = z.infer<typeof fromThread>;

/** The steps from an empty database to today's, in order. What was released is never edited: add the next file. */
import { SQL as START } from "./0001-start.ts";
import { SQL as PAGE } from "./0002-page.ts";
import { SQL as MOTION } from "./0003-motion.ts";

/** The n-th entry leads from version n to version n + 1. */
export const MIGRATIONS: readonly string[] = [START, PAGE, MOTION];

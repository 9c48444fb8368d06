/** The vocabulary that models are written in. */
export * from "./elementwise.ts";
export * from "./layout.ts";
export * from "./leaves.ts";
export * from "./norm.ts";
export * from "./pictures.ts";
export * from "./reduce.ts";
export * from "./spatial.ts";

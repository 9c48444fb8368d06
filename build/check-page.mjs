/** Starts build/check-page.ts under the Node that runs TypeScript as it is. */
import "./node24.mjs";

await import("./check-page.ts");

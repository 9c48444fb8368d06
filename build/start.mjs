/** `npm start`: the desktop window where Electron's runtime can be had, else browser mode, with the reason. */
import { spawn } from "node:child_process";
import path from "node:path";
import { electronRuntime, fetchRuntime, whyNoDesktop } from "./electron-runtime.mjs";

/** An Electron that ends by a fault within this time has never shown a window. */
const SOON_MS = 15_000;

const root = path.resolve(import.meta.dirname, "..");
const args = process.argv.slice(2);

/** Runs a program in this one's place; Ctrl-C reaches it too, and this one waits for its end. */
function run(file, argv) {
  const child = spawn(file, argv, { cwd: process.cwd(), stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  return new Promise((resolve) => {
    child.once("error", (error) => resolve({ code: 1, how: error.message }));
    child.once("exit", (code, signal) => resolve({ code: code ?? 1, how: signal ?? `code ${code}` }));
  });
}

async function desktop() {
  const began = performance.now();
  const { code, how } = await run(electronRuntime(root), [root, ...args]);
  if (code === 0 || performance.now() - began > SOON_MS) process.exit(code);
  return `Electron did not start (${how}).`;
}

fetchRuntime(root);
const reason = whyNoDesktop(root) ?? (await desktop());
console.log(`${reason} Apexlab opens in the browser instead.`);
const { code } = await run(process.execPath, [path.join(root, "out", "main", "bin.js"), "serve", ...args]);
process.exit(code);

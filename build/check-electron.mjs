/**
 * `npm run check:electron`: the built app on the real Electron runtime, where there is one (or where
 * ELECTRON_OVERRIDE_DIST_PATH names one): opens the window, tries the page's calls and the window's limits, and quits.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { electronRuntime } from "./electron-runtime.mjs";

const PATIENCE_MS = 60_000;
const root = path.resolve(import.meta.dirname, "..");
const linux = process.platform === "linux";

const reason =
  electronRuntime(root) === null
    ? "Electron's runtime is not here (npx install-electron downloads it)"
    : linux && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY
      ? "there is no screen (xvfb-run npm run check:electron brings one)"
      : null;
if (reason !== null) {
  console.log(`Skipped: ${reason}. The desktop window was not tried on the real Electron.`);
  process.exit(0);
}

const { chromium } = await import("playwright-core");
const place = mkdtempSync(path.join(tmpdir(), "apexlab-electron-"));
const child = spawn(
  electronRuntime(root),
  [
    root,
    "--remote-debugging-port=0",
    ...(linux && process.getuid() === 0 ? ["--no-sandbox"] : []),
    `--workspace=${path.join(place, "study")}`,
  ],
  // A user's data folder of its own: an open Apexlab is left alone.
  { stdio: ["ignore", "inherit", "pipe"], env: { ...process.env, XDG_CONFIG_HOME: place, APPDATA: place } },
);
const ended = once(child, "exit");
const late = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);

try {
  const page = await firstPage();
  await page.waitForURL("app://apexlab/**");
  await page.waitForSelector("#root > *");
  const seen = await page.evaluate(inThePage);
  for (const [what, fine] of Object.entries(seen)) {
    console.log(`${fine ? "ok  " : "FAIL"} ${what}`);
    if (!fine) process.exitCode = 1;
  }
  await page.evaluate(() => void setTimeout(() => window.close(), 0));
  const [code, signal] = await ended;
  console.log(`${code === 0 ? "ok  " : "FAIL"} the app quits (${signal ?? `code ${code}`})`);
  if (code !== 0) process.exitCode = 1;
} catch (error) {
  console.error(`FAIL ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
  child.kill("SIGKILL");
} finally {
  clearTimeout(late);
  await ended;
  rmSync(place, { recursive: true, force: true });
}
process.exit();

/** Chromium prints the address of its debugger once it listens. */
async function firstPage() {
  const address = await new Promise((resolve, reject) => {
    createInterface({ input: child.stderr }).on("line", (line) => {
      console.error(line);
      const found = /^DevTools listening on (ws:\S+)/.exec(line);
      if (found !== null) resolve(found[1]);
    });
    child.once("exit", (code, signal) => reject(new Error(`Electron ended (${signal ?? `code ${code}`}).`)));
  });
  const [context] = (await chromium.connectOverCDP(address)).contexts();
  return context.pages()[0] ?? (await context.waitForEvent("page"));
}

/** Runs in the page: what must work there, and what must not. */
async function inThePage() {
  const tasks = await (await fetch("/trpc/tasks.list")).json();
  const events = await new Promise((resolve) => {
    const source = new EventSource("/trpc/tasks.follow");
    source.addEventListener("open", () => resolve(true));
    source.addEventListener("error", () => resolve(false));
  });
  const left = await fetch("https://example.org/").then(
    () => true,
    () => false,
  );
  return {
    "a call reaches the host": Array.isArray(tasks.result?.data),
    "events stream": events,
    "the desktop's functions are there":
      Object.keys(window.apexlab ?? {}).join() === "versions,pickFolder,pickFile,reveal",
    "Node is not": typeof window.require === "undefined" && typeof window.process === "undefined",
    "no request leaves": !left,
    "no window opens": window.open("https://example.org/") === null,
    "no permission is given": (await Notification.requestPermission()) !== "granted",
  };
}

/** A browser for tests of the page: the Chromium, Chrome or Edge of this machine, without a window. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { type Browser, chromium, type Page } from "playwright-core";
import { expect } from "vitest";
import { findChromium } from "../../src-main/cli/window.ts";

const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-quic",
];

/** Dispose of it with `await using`. */
export async function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: installedChromium(), args: ARGUMENTS });
}

/** Debian's own is installed where this runs as root; anywhere else a person is told what to install. */
export function installedChromium(): string {
  const found = findChromium();
  if (found !== null) return found;
  if (existsSync("/usr/bin/apt-get") && process.getuid?.() === 0) {
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    execFileSync("apt-get", ["update", "-qq"], { stdio: "inherit", env });
    execFileSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium"], { stdio: "inherit", env });
    const now = findChromium();
    if (now !== null) return now;
  }
  throw new Error("The tests of the page need a browser: install Chromium, Google Chrome or Microsoft Edge.");
}

interface WindowOptions {
  readonly theme?: "light" | "dark";
  readonly width?: number;
  readonly height?: number;
}

/** A window of its own, with its own cookies. `faults` holds what the page complained of or asked of elsewhere. */
export interface TestWindow extends AsyncDisposable {
  readonly page: Page;
  readonly faults: readonly string[];
}

export async function openWindow(browser: Browser, address: string, options: WindowOptions = {}): Promise<TestWindow> {
  const { theme = "light", width = 1280, height = 720 } = options;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: theme,
    // Nothing is judged half-way through a motion.
    reducedMotion: "reduce",
  });
  // Ends what hangs; no test is held to the machine's speed.
  context.setDefaultTimeout(120_000);
  const page = await context.newPage();
  const { origin } = new URL(address);
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(`page: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(`console: ${message.text()}`);
  });
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(`${origin}/`) && !/^(data|blob|about):/.test(url)) faults.push(`request to elsewhere: ${url}`);
  });
  await page.goto(address);
  return { page, faults, [Symbol.asyncDispose]: () => context.close() };
}

/** Goes to a view of the page: `#/browse?dataset=samm`. */
export async function goTo(page: Page, hash: string): Promise<void> {
  await page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
}

/** Switches a window that follows the system to the dark theme. */
export async function toDark(page: Page): Promise<void> {
  await page.emulateMedia({ colorScheme: "dark" });
  await page.locator('html[data-mantine-color-scheme="dark"]').waitFor();
}

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/** No violation of axe's rules on what is on screen, once it has come to rest: nothing is judged half-way drawn. */
export async function expectAccessible(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  // By the debugger, since the page's own policy runs no foreign script.
  await session.send("Runtime.evaluate", { expression: await readFile(axe, "utf8") });
  await atRest(page);
  const violations = async (): Promise<unknown> => {
    const { result } = await session.send("Runtime.evaluate", {
      expression: `axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) =>
        JSON.stringify(violations.map(({ id, nodes }) => id + ": " + nodes.map(({ target }) => target.join(" ")).join(", "))))`,
      awaitPromise: true,
      returnByValue: true,
    });
    return JSON.parse(String(result.value));
  };
  expect(await violations()).toEqual([]);
  await session.detach();
}

/** Waits until nothing moves that ends by itself: half-way colours of a transition are nobody's contrast. */
async function atRest(page: Page): Promise<void> {
  await page.evaluate(`(async () => {
    const frame = () => new Promise((done) => requestAnimationFrame(done));
    const ending = () =>
      document.getAnimations().filter((each) => each.effect?.getComputedTiming().endTime !== Infinity && each.playState === "running");
    // What begins to move does so within two frames of its cause.
    for (let still = 0; still < 3; still++) {
      await frame();
      const moving = ending();
      if (moving.length > 0) still = 0;
      await Promise.allSettled(moving.map((each) => each.finished));
    }
  })()`);
}

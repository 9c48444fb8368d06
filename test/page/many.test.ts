/** A study of 50,000 samples in the grid: only what is in sight is on the page, and its memory stays small. */
import type { Browser, CDPSession, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { goTo, openBrowser, openWindow } from "./browser.ts";
import { importedStudy } from "./clips.ts";
import { startHost, temporaryFolder } from "./host.ts";
import { privateBytes, scrollByFrames, writeMany } from "./many-samples.ts";

const SAMPLES = 50_000;
const MOST_BYTES = 300 * 1024 * 1024;
const MOST_CELLS = 200;
/** Pixels a frame: 6000 a second at 60 frames, as a fast wheel goes. */
const STEP = 100;
const FRAMES = 240;
/** Rows that come into sight in one frame at that speed, with one more on either side of a row's height. */
const MOST_NEW_ROWS = 2;
let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

/** After a collection: bytes that its scripts hold, elements of the document and detached ones. */
async function heapOf(session: CDPSession): Promise<{ bytes: number; nodes: number }> {
  await session.send("HeapProfiler.collectGarbage");
  const { metrics } = await session.send("Performance.getMetrics");
  const value = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? Number.NaN;
  return { bytes: value("JSHeapUsedSize"), nodes: value("Nodes") };
}

const cells = (page: Page) => page.getByRole("listbox", { name: "Samples" }).getByRole("option").count();
const waiting = (page: Page) => page.locator('[data-state="waiting"]').count();
const poll = <T>(ask: () => T | Promise<T>) => expect.poll(ask, { timeout: 60_000 });

test("50,000 samples scroll from end to end in less than 300 MB", async () => {
  using folder = temporaryFolder();
  await using host = await startHost(await importedStudy(folder.path, await writeMany(folder.path, SAMPLES)));
  await using window = await openWindow(browser, host.address);
  const { page, faults } = window;
  await goTo(page, "#/browse");
  await page.getByText("50,000 samples").waitFor();
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  await poll(() => waiting(page)).toBe(0);
  const before = await heapOf(session);

  // By the wheel, then as by the scroll bar, then screen by screen with every picture shown.
  await page.mouse.move(600, 400);
  for (let step = 0; step < 60; step++) {
    await page.mouse.wheel(0, 400);
    expect(await cells(page)).toBeLessThan(MOST_CELLS);
  }
  const scrollTo = (fraction: number) =>
    page.evaluate(`(() => {
      const grid = document.querySelector("[role=listbox]");
      grid.scrollTop = ${fraction} * grid.scrollHeight;
    })()`);
  for (let step = 1; step <= 20; step++) {
    await scrollTo(step / 20);
    expect(await cells(page)).toBeLessThan(MOST_CELLS);
  }
  await scrollTo(0.1);
  await poll(() => waiting(page)).toBe(0);
  // Smooth, whatever the machine: no frame has a hole, and what each one costs is bounded by what comes into sight.
  const smooth = await scrollByFrames(page, { frames: FRAMES, step: STEP });
  expect([smooth.blank, smooth.cells < MOST_CELLS]).toEqual([0, true]);
  const row = smooth.perCell * smooth.columns + 1;
  expect(smooth.made).toBeLessThanOrEqual(MOST_NEW_ROWS * row);
  const passed = Math.ceil((FRAMES * STEP) / smooth.rowHeight);
  expect(smooth.madeInAll).toBeLessThanOrEqual((passed + MOST_NEW_ROWS) * row);
  for (let screen = 0; screen < 60; screen++) {
    await scrollTo(0.2 + screen / 2000);
    await poll(() => waiting(page)).toBe(0);
  }
  expect(await page.locator('[data-state="failed"]').count()).toBe(0);

  const after = await heapOf(session);
  const own = await privateBytes(browser);
  console.log(
    `page with 50,000 samples: ${(after.bytes / 1e6).toFixed(1)} MB of script memory, ` +
      `${own === null ? "unknown" : (own / 1e6).toFixed(0)} MB of its process, ${after.nodes} nodes`,
  );
  expect(after.bytes).toBeLessThan(MOST_BYTES);
  expect(own ?? 0).toBeLessThan(MOST_BYTES);
  // What went by is gone: neither elements nor pictures of it stay.
  expect(after.nodes).toBeLessThan(before.nodes + 40 * MOST_CELLS);

  await page.getByRole("listbox", { name: "Samples" }).focus();
  await page.keyboard.press("End");
  const last = page.getByRole("option", { selected: true });
  await poll(() => last.getAttribute("aria-posinset")).toBe(String(SAMPLES));
  await page.keyboard.press("PageUp");
  await page.keyboard.press("Home");
  await poll(() => last.getAttribute("aria-posinset")).toBe("1");
  await page.keyboard.press("/");
  await page.keyboard.type("c49999");
  await page.getByText("1 of 50,000 samples").waitFor();
  await poll(() => cells(page)).toBe(1);
  expect(faults).toEqual([]);
});

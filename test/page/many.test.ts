/** A study of 50,000 samples in the grid: only what is in sight is on the page, and its memory stays small. */
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Browser, CDPSession, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Random } from "../../src-main/engine/index.ts";
import { writePng } from "../../src-main/vision/pictures/write.ts";
import { goTo, openBrowser, openWindow } from "./browser.ts";
import { importedStudy } from "./clips.ts";
import { startHost, temporaryFolder } from "./host.ts";

const SAMPLES = 50_000;
const MOST_BYTES = 300 * 1024 * 1024;
const MOST_CELLS = 200;

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

/** A manifest of made-up samples in three datasets over six pictures of noise, 320 pixels wide. */
async function writeMany(folder: string): Promise<string> {
  const random = new Random(7);
  for (let at = 0; at < 6; at++) {
    const rgb = Uint8Array.from({ length: 320 * 240 * 3 }, () => random.integer(256));
    await writePng(path.join(folder, `face-${at}.png`), { width: 320, height: 240, rgb });
  }
  const emotions = ["happiness", "disgust", "surprise", "contempt"];
  const rows = Array.from(
    { length: SAMPLES },
    (_, at) =>
      `${["CASME II", "SAMM", "Lab A"][at % 3]},${Math.floor(at / 500)},c${at},${emotions[at % 4]},face-${at % 6}.png`,
  );
  const manifest = path.join(folder, "many.csv");
  await writeFile(manifest, ["dataset,subject,clip,emotion,apex_image", ...rows, ""].join("\n"));
  return manifest;
}

/** After a collection: bytes that its scripts hold, elements of the document and detached ones. */
async function heapOf(session: CDPSession): Promise<{ bytes: number; nodes: number }> {
  await session.send("HeapProfiler.collectGarbage");
  const { metrics } = await session.send("Performance.getMetrics");
  const value = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? Number.NaN;
  return { bytes: value("JSHeapUsedSize"), nodes: value("Nodes") };
}

/** Of the page's own process, what belongs to nobody else (pictures too); null where the system does not tell. */
async function privateBytes(): Promise<number | null> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  const each = processInfo
    .filter(({ type }) => type === "renderer")
    .map(async ({ id }) => {
      const told = await readFile(`/proc/${id}/smaps_rollup`, "utf8").catch(() => null);
      if (told === null) return null;
      const parts = [...told.matchAll(/^Private_(?:Clean|Dirty):\s+(\d+) kB$/gm)];
      return parts.reduce((sum, [, kilobytes]) => sum + Number(kilobytes) * 1024, 0);
    });
  const known = (await Promise.all(each)).filter((bytes) => bytes !== null);
  return known.length === 0 ? null : Math.max(...known);
}

const cells = (page: Page) => page.getByRole("listbox", { name: "Samples" }).getByRole("option").count();
const waiting = (page: Page) => page.locator('[data-state="waiting"]').count();
const poll = <T>(ask: () => T | Promise<T>) => expect.poll(ask, { timeout: 60_000 });

test("50,000 samples scroll from end to end in less than 300 MB", async () => {
  using folder = temporaryFolder();
  await using host = await startHost(await importedStudy(folder.path, await writeMany(folder.path)));
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
  for (let screen = 0; screen < 60; screen++) {
    await scrollTo(0.2 + screen / 2000);
    await poll(() => waiting(page)).toBe(0);
  }
  expect(await page.locator('[data-state="failed"]').count()).toBe(0);

  const after = await heapOf(session);
  const own = await privateBytes();
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

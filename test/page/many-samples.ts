/** A study of tens of thousands of samples, and how its grid fares: what it holds of the machine, frame by frame of a scroll. */
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Browser, Page } from "playwright-core";
import { z } from "zod";
import { Random } from "../../src-main/engine/index.ts";
import { writePng } from "../../src-main/vision/pictures/write.ts";

const PICTURES = 6;
const SIZE = { width: 320, height: 240 };

/** A manifest of made-up samples in three datasets over six pictures of noise, 320 pixels wide; returns its path. */
export async function writeMany(folder: string, samples: number): Promise<string> {
  const random = new Random(7);
  for (let at = 0; at < PICTURES; at++) {
    const rgb = Uint8Array.from({ length: SIZE.width * SIZE.height * 3 }, () => random.integer(256));
    await writePng(path.join(folder, `face-${at}.png`), { ...SIZE, rgb });
  }
  const emotions = ["happiness", "disgust", "surprise", "contempt"];
  const rows = Array.from(
    { length: samples },
    (_, at) =>
      `${["CASME II", "SAMM", "Lab A"][at % 3]},${Math.floor(at / 500)},c${at},${emotions[at % 4]},face-${at % PICTURES}.png`,
  );
  const manifest = path.join(folder, "many.csv");
  await writeFile(manifest, ["dataset,subject,clip,emotion,apex_image", ...rows, ""].join("\n"));
  return manifest;
}

/** Of the page's own process, what belongs to nobody else (pictures too), in bytes; null where the system does not tell. */
export async function privateBytes(browser: Browser): Promise<number | null> {
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

const scrolled = z.object({
  /** Milliseconds from one frame to the next. */
  times: z.array(z.number()),
  /** Frames of which some part in sight had no cell, as they would be drawn. */
  blank: z.int(),
  /** Cells on the page, at the most. */
  cells: z.int(),
  /** Elements made in one frame, at the most, and all of them. */
  made: z.int(),
  madeInAll: z.int(),
  /** Elements of one cell, and cells of a row. */
  perCell: z.int(),
  columns: z.int(),
  /** Pixels from one row to the next. */
  rowHeight: z.number(),
});
export type Scrolled = z.infer<typeof scrolled>;

/** Scrolls the grid by `step` pixels a frame for so many frames, and looks at each before it is drawn. */
export async function scrollByFrames(
  page: Page,
  { frames, step }: { frames: number; step: number },
): Promise<Scrolled> {
  const told = await page.evaluate(`(async () => {
    const grid = document.querySelector("[role=listbox]");
    const nextFrame = () => new Promise(requestAnimationFrame);
    const rows = () =>
      [...new Set([...grid.querySelectorAll("[role=option]")].map((cell) => cell.parentElement))]
        .map((row) => row.getBoundingClientRect())
        .sort((a, b) => a.top - b.top);
    const [first, second] = rows();
    const gap = second.top - first.bottom;
    let added = 0;
    const watcher = new MutationObserver((records) => {
      for (const { addedNodes } of records)
        for (const node of addedNodes)
          if (node instanceof Element) added += 1 + node.getElementsByTagName("*").length;
    });
    watcher.observe(grid, { childList: true, subtree: true });
    const covered = () => {
      const sight = grid.getBoundingClientRect();
      let reach = sight.top;
      for (const { top, bottom } of rows()) {
        if (top > reach + gap + 1) break;
        reach = Math.max(reach, bottom);
      }
      return reach >= sight.bottom - gap - 1;
    };
    const cell = grid.querySelector("[role=option]");
    const told = { times: [], blank: 0, cells: 0, made: 0, madeInAll: 0,
      perCell: 1 + cell.getElementsByTagName("*").length, columns: cell.parentElement.childElementCount,
      rowHeight: second.top - first.top };
    let last = await nextFrame();
    for (let frame = 0; frame < ${frames}; frame++) {
      grid.scrollTop += ${step};
      if (!covered()) told.blank++;
      const now = await nextFrame();
      told.times.push(now - last);
      last = now;
      told.cells = Math.max(told.cells, grid.querySelectorAll("[role=option]").length);
      const made = added;
      added = 0;
      told.made = Math.max(told.made, made);
      told.madeInAll += made;
    }
    watcher.disconnect();
    return told;
  })()`);
  return scrolled.parse(told);
}

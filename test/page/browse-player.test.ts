/** The player of Browse as a person meets it, in a real browser on a real host: frame by frame, by keys and pointer. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hashOf, openClips, poll, SMILING } from "./browse.ts";
import { expectAccessible, goTo, openBrowser } from "./browser.ts";
import { redOf, SMILE } from "./clips.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

const shownFrame = (page: Page) => page.getByTestId("frame").textContent();

/** Red of the middle of the player's picture as it is drawn, and the frame that the picture says it is. */
const drawn = (page: Page): Promise<unknown> =>
  page.evaluate(`(() => {
    const canvas = document.querySelector("canvas[data-frame]");
    if (canvas === null) return null;
    const [red] = canvas.getContext("2d").getImageData(canvas.width >> 1, canvas.height >> 1, 1, 1).data;
    return [canvas.dataset.frame, red];
  })()`);

const expectDrawn = (page: Page, frame: number) => poll(() => drawn(page)).toEqual([`Frame ${frame}`, redOf(frame)]);

describe("the player", () => {
  test("shows the very frame that it names, at its true time, by keys", async () => {
    await using opened = await openClips(browser, SMILING);
    const { page, faults } = opened;
    const time = () => page.getByTestId("time").textContent();
    await expectDrawn(page, SMILE.apex);
    expect(await time()).toBe("+55 ms from onset");
    const steps: readonly (readonly [key: string, frame: number, time: string])[] = [
      ["ArrowRight", 26, "+60 ms from onset"],
      ["ArrowLeft", 25, "+55 ms from onset"],
      ["Shift+ArrowRight", 35, "+105 ms from onset"],
      ["Alt+ArrowRight", SMILE.offset, "+130 ms from onset"],
      ["Alt+ArrowLeft", SMILE.apex, "+55 ms from onset"],
      ["x", SMILE.onset, "0 ms from onset"],
      ["Home", SMILE.first, "−20 ms from onset"],
      ["End", SMILE.last, "+180 ms from onset"],
    ];
    for (const [key, frame, at] of steps) {
      await page.keyboard.press(key);
      await expectDrawn(page, frame);
      expect([await shownFrame(page), await time()]).toEqual([String(frame), at]);
    }
    // Missing frames are stepped over, and time goes on.
    for (const key of ["Home", ...Array.from({ length: 7 }, () => "ArrowRight")]) await page.keyboard.press(key);
    await expectDrawn(page, 17);
    await page.keyboard.press("ArrowRight");
    await expectDrawn(page, 21);
    expect(await time()).toBe("+35 ms from onset");
    await expectAccessible(page);
    expect(faults.filter((fault) => !fault.includes("400"))).toEqual([]); // of the damaged frame
  });

  test("frames around the position are there before they are asked for", async () => {
    await using opened = await openClips(browser, SMILING);
    const { page } = opened;
    await expectDrawn(page, SMILE.apex);
    const fetched = () =>
      page.evaluate(`performance.getEntriesByType("resource").filter(({ name }) => /frame=3\\d$/.test(name)).length`);
    await poll(fetched).toBe(10);
    // Each step is drawn in the same screen image as its number, with nothing fetched in between.
    const steps = await page.evaluate(`(async () => {
      const seen = [];
      for (let step = 0; step < 8; step++) {
        window.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
        await new Promise((resolve) => requestAnimationFrame(resolve));
        const canvas = document.querySelector("canvas[data-frame]");
        seen.push([canvas?.dataset.frame, canvas?.getContext("2d").getImageData(5, 5, 1, 1).data[0]]);
      }
      return seen;
    })()`);
    expect(steps).toEqual(Array.from({ length: 8 }, (_, at) => [`Frame ${26 + at}`, redOf(26 + at)]));
  });

  test("zoom and contrast stay from frame to frame and from clip to clip", async () => {
    await using opened = await openClips(browser, SMILING);
    const { page } = opened;
    await expectDrawn(page, SMILE.apex);
    await page.keyboard.press("+");
    await page.keyboard.press("+");
    await page.getByRole("button", { name: "Contrast" }).click();
    await page.getByRole("slider", { name: "Contrast" }).press("ArrowRight");
    await page.keyboard.press("Escape");
    const look = () =>
      page.evaluate(
        `(({ transform, filter }) => transform + " " + filter)(document.querySelector("canvas[data-frame]").style)`,
      );
    const before = await look();
    expect(before).toMatch(/scale\(2\.25\).*contrast\(1\.1\)/);
    // Escape closes a list that is open, not the sample.
    await page.getByRole("combobox", { name: "Speed" }).click();
    await page.getByRole("option", { name: "1/25 ×" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("option", { name: "1/25 ×" }).waitFor({ state: "hidden" });
    await page.getByRole("slider", { name: "Position in the clip" }).focus();
    await page.keyboard.press("ArrowRight");
    await expectDrawn(page, SMILE.apex + 1);
    expect(await look()).toBe(before);
    await page.keyboard.press("j");
    await poll(() => hashOf(page)).toBe("#/browse?sample=Lab+A/02/frown");
    await poll(() => drawn(page)).toEqual(["Frame 3", redOf(3)]);
    expect(await look()).toBe(before);
    await page.keyboard.press("0");
    await poll(look).toMatch(/scale\(1\)/);
    // No frame rate: no time is made up.
    expect(await page.getByTestId("time").textContent()).toBe("frame rate not known");
  });

  test("plays once to the last frame, or round and round from onset to offset", async () => {
    await using opened = await openClips(browser, "#/browse?sample=Lab A/02/frown");
    const { page } = opened;
    await expectDrawn(page, 3);
    const loop = page.getByRole("button", { name: /^(Plays once|Loops)/ });
    while ((await loop.getAttribute("aria-label")) !== "Plays once") await page.keyboard.press("l");
    await page.keyboard.press("p");
    await page.getByRole("button", { name: "Pause" }).waitFor();
    await page.getByRole("button", { name: "Play", exact: true }).waitFor();
    expect(await shownFrame(page)).toBe("5");

    await goTo(page, SMILING);
    await expectDrawn(page, SMILE.apex);
    while ((await loop.getAttribute("aria-label")) !== "Loops onset to offset") await page.keyboard.press("l");
    await page.keyboard.press("p");
    const seen = new Set<number>();
    await poll(async () => {
      seen.add(Number(await shownFrame(page)));
      return [...seen].some((frame) => frame < SMILE.apex) && seen.size > 5;
    }).toBe(true);
    await page.keyboard.press("p");
    expect(Math.min(...seen)).toBeGreaterThanOrEqual(SMILE.onset);
    expect(Math.max(...seen)).toBeLessThanOrEqual(SMILE.offset);
  });

  test("is scrubbed by the pointer, and its marks are buttons", async () => {
    await using opened = await openClips(browser, SMILING);
    const { page } = opened;
    await expectDrawn(page, SMILE.apex);
    await page.getByRole("button", { name: `Onset ${SMILE.onset}` }).click();
    await expectDrawn(page, SMILE.onset);
    const box = await page.getByRole("slider", { name: "Position in the clip" }).boundingBox();
    if (box === null) throw new Error("The scrubber is not on screen.");
    const y = box.y + box.height / 2;
    await page.mouse.move(box.x + 1, y);
    await page.mouse.down();
    await expectDrawn(page, SMILE.first);
    await page.mouse.move(box.x + box.width / 2, y, { steps: 4 });
    await expectDrawn(page, (SMILE.first + SMILE.last) / 2);
    await page.mouse.move(box.x + box.width + 50, y);
    await page.mouse.up();
    await expectDrawn(page, SMILE.last);
  });

  test("says which frame cannot be read and why, and goes on with the others", async () => {
    await using opened = await openClips(browser, SMILING, "dark");
    const { page } = opened;
    await expectDrawn(page, SMILE.apex);
    await page.keyboard.press("Shift+ArrowRight");
    await page.keyboard.press("Shift+ArrowRight");
    const fault = page.getByText(`Frame ${SMILE.damaged} cannot be shown`);
    await fault.waitFor();
    await page.getByText(`img${SMILE.damaged}.png`).waitFor();
    await expectAccessible(page);
    await page.keyboard.press("ArrowRight");
    await expectDrawn(page, SMILE.damaged + 1);
    await fault.waitFor({ state: "detached" });
  });
});

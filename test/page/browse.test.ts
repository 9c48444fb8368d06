/** Browse as a person meets it, in a real browser on a real host: filters, keys, the player frame by frame, doubts. */
import { readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CLASSES } from "../../src-main/contract/classes.ts";
import { expectAccessible, goTo, openBrowser, openWindow } from "./browser.ts";
import { writeFramedStudy } from "../host/framed-study.ts";
import { importedStudy, redOf, smallRun, SMILE, studyOfClips } from "./clips.ts";
import { startHost, temporaryFolder } from "./host.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

interface Opened extends AsyncDisposable {
  readonly page: Page;
  readonly faults: readonly string[];
  /** The folder that the pictures lie in. */
  readonly clips: string;
  /** Another window on the same host. */
  readonly again: (before: (page: Page) => Promise<unknown>) => Promise<Page>;
}

/** A host on the study of clips, and a window on `hash`. */
async function open(hash: string, theme: "light" | "dark" = "light"): Promise<Opened> {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(temporaryFolder());
  const host = stack.use(await startHost(await studyOfClips(folder.path)));
  const window = stack.use(await openWindow(browser, host.address, { theme }));
  await goTo(window.page, hash);
  const owned = stack.move();
  return {
    page: window.page,
    faults: window.faults,
    clips: path.join(folder.path, "clips"),
    again: async (before) => {
      const page = await window.page.context().newPage();
      await before(page);
      await page.goto(`http://127.0.0.1:${host.port}/${hash}`);
      return page;
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** As long as a busy machine may need. */
const poll = <T>(ask: () => T | Promise<T>) => expect.poll(ask, { timeout: 60_000 });

const samples = (page: Page) => page.getByRole("listbox", { name: "Samples" }).getByRole("option");
const selected = (page: Page) => page.getByRole("option", { selected: true });
const shownFrame = (page: Page) => page.getByTestId("frame").textContent();
const hashOf = (page: Page) => page.evaluate("decodeURIComponent(location.hash)");

/** Red of the middle of the player's picture as it is drawn, and the frame that the picture says it is. */
const drawn = (page: Page): Promise<unknown> =>
  page.evaluate(`(() => {
    const canvas = document.querySelector("canvas[data-frame]");
    if (canvas === null) return null;
    const [red] = canvas.getContext("2d").getImageData(canvas.width >> 1, canvas.height >> 1, 1, 1).data;
    return [canvas.dataset.frame, red];
  })()`);

const expectDrawn = (page: Page, frame: number) => poll(() => drawn(page)).toEqual([`Frame ${frame}`, redOf(frame)]);

test("a clip that is a video, and an apex that is not among its frames, are explained", async () => {
  using folder = temporaryFolder();
  const clips = path.join(folder.path, "clips");
  const manifest = await writeFramedStudy(clips, { datasets: ["Lab A"], clips: 2 });
  const rows = (await readFile(manifest, "utf8")).replace("Lab A/c0,7,8,9,100", "Lab A/c0,7,99,9,100");
  const [head] = rows.split("\n");
  const video = head
    .split(",")
    .map((column) => ({ dataset: "Lab A", subject: "p9", clip: "film", emotion: "surprise" })[column]);
  await writeFile(path.join(clips, "film.avi"), "RIFF");
  await writeFile(
    manifest,
    `${rows.trim().replaceAll("\n", ",\n").replace(",\n", ",video\n")},\n${video.join(",")},film.avi\n`,
  );
  await using host = await startHost(await importedStudy(folder.path, manifest));
  await using window = await openWindow(browser, host.address);
  const { page, faults } = window;
  await goTo(page, "#/browse");
  await poll(() => samples(page).count()).toBe(3);
  await samples(page).filter({ hasText: "c0" }).getByText("frame 9").waitFor();
  const film = samples(page).filter({ hasText: "film" });
  await film.getByText("video file").waitFor();
  await expectAccessible(page);
  await film.click();
  await page.keyboard.press("Enter");
  await page.getByText("This clip is a video file").waitFor();
  await page.getByText(/Save its frames as pictures/).waitFor();
  await expectAccessible(page);
  expect(faults).toEqual([]);
});

describe("the grid", () => {
  test.for(["light", "dark"] as const)("filters by what is chosen, the address keeps it, in %s", async (theme) => {
    await using opened = await open("#/browse", theme);
    const { page, faults } = opened;
    await poll(() => samples(page).count()).toBe(8);
    await poll(() => page.locator('[data-state="waiting"]').count()).toBe(0);
    expect(await page.locator('[data-state="failed"]').count()).toBe(0);
    await expectAccessible(page);

    await page.getByRole("button", { name: "Dataset" }).click();
    await page.getByRole("checkbox", { name: /^SAMM/ }).check();
    await expectAccessible(page);
    await page.keyboard.press("Escape");
    await poll(() => samples(page).count()).toBe(6);
    await page.getByRole("button", { name: /^Emotion/ }).click();
    await page.getByRole("checkbox", { name: /^Disgust/ }).check();
    await page.keyboard.press("Escape");
    await poll(() => samples(page).count()).toBe(2);
    await page.getByRole("button", { name: /^AU/ }).click();
    await page.getByRole("checkbox", { name: /^AU 7/ }).check();
    await page.keyboard.press("Escape");
    await poll(() => samples(page).count()).toBe(1);
    expect(await hashOf(page)).toBe("#/browse?dataset=samm&emotion=disgust&au=7");
    await page.getByText("1 of 8 samples").waitFor();

    await page.reload();
    await poll(() => samples(page).count()).toBe(1);
    await page.goBack();
    await poll(() => samples(page).count()).toBe(2);

    await page.getByRole("textbox", { name: /^Search/ }).fill("no such words");
    await page.getByText("No sample matches").waitFor();
    await expectAccessible(page);
    await page.getByRole("button", { name: "Clear all filters" }).click();
    await poll(() => samples(page).count()).toBe(8);
    expect(await hashOf(page)).toBe("#/browse");
    expect(faults).toEqual([]);
  });

  test("opens subjects, classes, states and single clips that another page names", async () => {
    await using opened = await open("#/browse?subject=samm/001");
    const { page } = opened;
    await poll(() => samples(page).count()).toBe(3);
    await goTo(page, "#/browse?class=outside&class=surprise");
    await poll(() => samples(page).count()).toBe(3);
    await goTo(page, "#/browse?status=needs-review");
    await poll(() => samples(page).count()).toBe(1);
    await goTo(page, "#/browse?ids=samm/002/c1&ids=Lab A/01/smile");
    await poll(() => samples(page).count()).toBe(2);
    await page.getByRole("button", { name: "Show all samples again" }).click();
    await poll(() => samples(page).count()).toBe(8);
  });

  test("is walked through by keys alone", async () => {
    await using opened = await open("#/browse?sort=class");
    const { page, faults } = opened;
    await poll(() => samples(page).count()).toBe(8);
    await page.getByRole("button", { name: /^Status/ }).focus();
    await page.keyboard.press("Tab");
    await page.keyboard.press("ArrowRight");
    await poll(() => selected(page).getAttribute("aria-posinset")).toBe("1");
    await page.keyboard.press("ArrowRight");
    await poll(() => selected(page).getAttribute("aria-posinset")).toBe("2");
    await page.keyboard.press("End");
    await poll(() => selected(page).getAttribute("aria-posinset")).toBe("8");
    await page.keyboard.press("Home");
    await poll(() => selected(page).getAttribute("aria-posinset")).toBe("1");
    expect(await selected(page).textContent()).toMatch(/^positive, clip /);

    // Enter opens and leads into the sample, Escape back into the grid.
    await page.keyboard.press("Enter");
    const sample = page.getByRole("complementary", { name: /^Sample/ });
    await sample.waitFor();
    await page.keyboard.press("j");
    await poll(() => selected(page).getAttribute("aria-posinset")).toBe("2");
    await page.keyboard.press("Escape");
    await sample.waitFor({ state: "detached" });
    await page.keyboard.press("ArrowRight");
    await poll(() => selected(page).getAttribute("aria-posinset")).toBe("3");
    expect(faults).toEqual([]);
  });

  test("says where to begin in an empty study", async () => {
    using folder = temporaryFolder();
    await using host = await startHost(path.join(folder.path, "study"));
    await using window = await openWindow(browser, host.address);
    await goTo(window.page, "#/browse");
    await window.page.getByText("No samples yet").waitFor();
    await expectAccessible(window.page);
    await window.page.getByRole("link", { name: "Open Study" }).click();
    await window.page.getByRole("button", { name: "Make the demo study" }).waitFor();
  });
});

const SMILING = "#/browse?sample=Lab A/01/smile";

describe("the player", () => {
  test("shows the very frame that it names, at its true time, by keys", async () => {
    await using opened = await open(SMILING);
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
    await using opened = await open(SMILING);
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
    await using opened = await open(SMILING);
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
    await using opened = await open("#/browse?sample=Lab A/02/frown");
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
    await using opened = await open(SMILING);
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
    await using opened = await open(SMILING, "dark");
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

describe("the sample", () => {
  test("shows its coding, its source, and its path to copy", async () => {
    await using opened = await open(SMILING);
    const { page, clips } = opened;
    const about = page.getByRole("region", { name: "About this sample" });
    await about.waitFor();
    await about.getByText("happiness").first().waitFor();
    await about.getByText("6+12").first().waitFor();
    await about.getByText("frame 25, +55 ms").waitFor();
    await about.getByText("130 ms", { exact: true }).waitFor();
    await about.getByText("clips.csv, row 2", { exact: true }).waitFor();
    await about.getByText(path.join(clips, "smile"), { exact: true }).waitFor();
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await about.getByRole("button", { name: "Copy the path" }).click();
    expect(await page.evaluate("navigator.clipboard.readText()")).toBe(path.join(clips, "smile"));
    await about.getByText(/^The row as it was read/).click();
    await about.getByText("frames", { exact: true }).waitFor();
    await expectAccessible(page);
  });

  test("tells why it needs review; of two windows the second one learns what the first one said", async () => {
    const hash = "#/browse?status=needs-review&sample=samm/002/c5";
    await using opened = await open(hash);
    const { page } = opened;
    // Its stream is cut: it hears of no change, as on a bad line.
    const other = await opened.again((window) => window.route("**/trpc/tasks.follow**", (route) => route.abort()));
    await page
      .getByText(/bewildered/)
      .first()
      .waitFor();
    await other.getByRole("button", { name: "It is fine" }).waitFor();
    await expectAccessible(page);
    await page.getByRole("button", { name: "It is fine" }).click();
    await page.getByText("No sample matches").waitFor();
    await page.getByText(/a person found it fine/).waitFor();

    await other.getByRole("button", { name: "It is fine" }).click();
    await other.getByText(/was changed in another window.*"needs review".*"ready"/).waitFor();
    await other.getByText(/a person found it fine/).waitFor();
    await expectAccessible(other);
  });

  test("says that its files are gone, and where to tell the new place", async () => {
    await using opened = await open("#/browse");
    const { page, clips } = opened;
    await poll(() => samples(page).count()).toBe(8);
    await rename(clips, `${clips}-moved`);
    await goTo(page, SMILING);
    await page
      .getByText(/is not there now.*Study page/)
      .first()
      .waitFor();
    await page.getByText(`Frame ${SMILE.apex} cannot be shown`).waitFor();
    await expectAccessible(page);
  });
});

test("the clips of a confusion cell, with what the run said of each", async () => {
  using folder = temporaryFolder();
  const workspace = await studyOfClips(folder.path);
  const { run, folds } = await smallRun(workspace);
  const ofSamm = folds.filter(({ test: heldOut }) => heldOut === "SAMM");
  const cellOf = (row: number, column: number) => ofSamm.map(({ confusion }) => confusion[row][column]);
  const column = [0, 1, 2].find((each) => cellOf(1, each).some((count) => count > 0)) ?? 0;
  await using host = await startHost(workspace);
  await using window = await openWindow(browser, host.address);
  const { page, faults } = window;
  const cell = `#/browse?run=${run}&test=SAMM&true=negative&predicted=${CLASSES[column]}`;
  for (const { seed, confusion } of ofSamm) {
    await goTo(page, `${cell}&seed=${seed}`);
    if (confusion[1][column] === 0) await page.getByText("No sample matches").waitFor();
    else await poll(() => samples(page).count()).toBe(confusion[1][column]);
  }
  await goTo(page, cell);
  await page.getByText(/held-out dataset SAMM, coded negative, predicted/).waitFor();
  await samples(page).first().click();
  await page.getByRole("heading", { name: "What the run said" }).waitFor();
  await page
    .getByText(/% sure/)
    .first()
    .waitFor();
  await expectAccessible(page);
  expect(faults).toEqual([]);
});

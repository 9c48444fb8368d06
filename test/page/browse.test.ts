/** Browse as a person meets it, in a real browser on a real host: filters, keys, samples and doubts. */
import { readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CLASSES } from "../../src-main/contract/classes.ts";
import { writeFramedStudy } from "../host/framed-study.ts";
import { hashOf, openClips, poll, samples, SMILING } from "./browse.ts";
import { expectAccessible, goTo, openBrowser, openWindow } from "./browser.ts";
import { importedStudy, smallRun, SMILE, studyOfClips } from "./clips.ts";
import { startHost, temporaryFolder } from "./host.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

const selected = (page: Page) => page.getByRole("option", { selected: true });

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
    await using opened = await openClips(browser, "#/browse", theme);
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
    await using opened = await openClips(browser, "#/browse?subject=samm/001");
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
    await using opened = await openClips(browser, "#/browse?sort=class");
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

describe("the sample", () => {
  test("shows its coding, its source, and its path to copy", async () => {
    await using opened = await openClips(browser, SMILING);
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
    await using opened = await openClips(browser, hash);
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
    await using opened = await openClips(browser, "#/browse");
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

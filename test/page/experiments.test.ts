/** Experiments as a person meets them, in a real browser on a real host. */
import path from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectAccessible, goTo, openBrowser, openWindow } from "./browser.ts";
import { startHost, temporaryFolder, type TestHost } from "./host.ts";
import { fourEach, writeManifest } from "./manifest.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

/** A launch sentence on apex pictures that takes a moment. */
const QUICK = "input=apex&size=16&epochs=2&batch=4&lr=0.001&threads=1";
/** One that no test waits for. */
const ENDLESS = QUICK.replace("epochs=2", "epochs=100000");

/** A study of these datasets, imported through the page. */
async function fill(page: Page, folder: string, datasets: readonly string[] = ["SMIC", "SAMM", "Lab A"]) {
  const manifest = await writeManifest(path.join(folder, "lab"), fourEach(datasets));
  await goTo(page, "#/study/import");
  await page.getByRole("radio", { name: "Own table" }).check();
  await page.getByLabel("Table", { exact: true }).fill(manifest);
  await page.getByRole("button", { name: "Look through it" }).click();
  await page.getByRole("button", { name: /^Store \d+ samples$/ }).click();
  await page.getByRole("button", { name: "Open the study" }).click();
  await page.getByRole("table", { name: "Datasets of the study" }).waitFor();
}

/** Polls for as long as it takes: only the test's own limit ends it. */
const eventually = <T>(value: () => Promise<T>) => expect.poll(value, { timeout: 280_000 });

const begin = (folder: string) => startHost(path.join(folder, "study"));

const start = async (page: Page, search: string) => {
  await goTo(page, `#/experiments?${search}`);
  await page.getByRole("button", { name: "Start", exact: true }).click();
};

/** Starts and waits for the experiment's own page, finished. */
async function runQuick(page: Page, search = QUICK): Promise<void> {
  await goTo(page, `#/experiments?${search}`);
  const rows = page.getByRole("table", { name: "All experiments" }).getByText("finished");
  await page.getByRole("button", { name: "Start", exact: true }).waitFor();
  const before = await rows.count();
  await page.getByRole("button", { name: "Start", exact: true }).click();
  await rows.nth(before).waitFor();
}

const openLatest = (page: Page) =>
  page.getByRole("table", { name: "All experiments" }).getByRole("link").first().click();

const slider = (page: Page, name: string) => page.getByRole("slider", { name: `${name}, by epoch` });

const toDark = async (page: Page) => {
  await page.emulateMedia({ colorScheme: "dark" });
  await page.locator('html[data-mantine-color-scheme="dark"]').waitFor();
};

describe("the launch sentence", () => {
  test("says what is missing: no dataset, one alone, nothing run yet", async () => {
    using folder = temporaryFolder();
    await using host = await begin(folder.path);
    await using window = await openWindow(browser, host.address);
    const { page, faults } = window;
    await goTo(page, "#/experiments");
    await page.getByRole("link", { name: "Fill the study" }).waitFor();
    await expectAccessible(page);
    await fill(page, folder.path, ["SMIC"]);
    await goTo(page, `#/experiments?${QUICK}`);
    await page.getByText("No experiment yet").waitFor();
    expect(await page.getByRole("main").getByRole("alert").textContent()).toContain("at least two datasets");
    expect(await page.getByRole("button", { name: "Start", exact: true }).isDisabled()).toBe(true);
    await expectAccessible(page);
    await toDark(page);
    await expectAccessible(page);
    expect(faults).toEqual([]);
  });

  test("is changed by the keyboard, says at once what it costs, and stays in the address", async () => {
    using folder = temporaryFolder();
    await using host = await begin(folder.path);
    await using window = await openWindow(browser, host.address);
    const { page, faults } = window;
    await fill(page, folder.path);
    await goTo(page, `#/experiments?${QUICK}`);
    const cost = page.getByRole("region", { name: "What it will cost" });
    const trainings = cost.locator("div").filter({ hasText: /^Networks to train\d+$/ });
    await eventually(() => trainings.textContent()).toBe("Networks to train3");

    await page.getByRole("button", { name: "Seeds: 1 seed" }).press("Enter");
    await page.locator("input:focus").waitFor();
    await expectAccessible(page);
    await page.keyboard.press("Control+a");
    await page.keyboard.type("3");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Seeds: 3 seeds" }).waitFor();
    await eventually(() => trainings.textContent()).toBe("Networks to train9");

    await page.getByRole("button", { name: /^Selection rule/ }).press("Enter");
    await page.locator("input[type=radio]:focus").waitFor();
    await expectAccessible(page);
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Escape");
    await page.getByRole("list", { name: "1 remark" }).getByText("Not valid for reporting").waitFor();
    await page.reload();
    await page.getByRole("button", { name: "Selection rule: the best epoch on the test set itself" }).waitFor();
    await page.getByRole("button", { name: "Seeds: 3 seeds" }).waitFor();

    // A number out of its limits is told and never taken.
    await page.getByRole("button", { name: /^Epochs/ }).click();
    await page.getByLabel("Epochs", { exact: true }).last().fill("0");
    await page.getByText("1 to 100000").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Epochs: 2 epochs" }).waitFor();
    expect(faults).toEqual([]);
  });

  test("offers every network, weights from a file, a schedule and the devices of this machine", async () => {
    using folder = temporaryFolder();
    await using host = await begin(folder.path);
    await using window = await openWindow(browser, host.address);
    const { page, faults } = window;
    await fill(page, folder.path);
    await goTo(page, `#/experiments?${QUICK}`);
    for (const [now, next] of [
      ["CNN", "ResNet-18"],
      ["ResNet-18", "PoolFormer-S12"],
    ]) {
      await page.getByRole("button", { name: `Network: ${now}` }).click();
      await page.getByRole("radio", { name: next }).click();
      await page.getByRole("button", { name: `Network: ${next}` }).waitFor();
    }
    await page.getByRole("button", { name: "First weights: random weights" }).click();
    await page.getByRole("radio", { name: "From a file …" }).click();
    await page.getByRole("textbox", { name: "File of weights" }).fill(path.join(folder.path, "none.safetensors"));
    await expectAccessible(page);
    await page.getByRole("button", { name: "Use this file" }).click();
    await page.getByRole("button", { name: "First weights: the weights in none.safetensors" }).waitFor();
    // Said before anything is started.
    await page
      .getByRole("main")
      .getByRole("alert")
      .getByText(/none\.safetensors/)
      .waitFor();
    await page.getByRole("button", { name: /^First weights/ }).click();
    await page.getByRole("radio", { name: "Random weights" }).click();

    await page.getByRole("button", { name: "Schedule: constant" }).press("Enter");
    await page.getByRole("radio", { name: "Falling to 0" }).click();
    await page.getByLabel("Epochs of warm-up, rising from 0", { exact: true }).fill("1");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Schedule: falling to 0 after 1 epoch of warm-up" }).waitFor();
    await page.getByRole("button", { name: "Gradient clipping: as they are" }).press("Enter");
    await page.getByRole("switch", { name: "Clip gradients" }).click();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Gradient clipping: clipped to norm 1" }).waitFor();

    await page.getByRole("button", { name: "Device: the best device at hand" }).click();
    await page.getByRole("radio", { name: "CPU", exact: true }).waitFor();
    await expectAccessible(page);
    expect(await page.getByRole("radio", { disabled: true }).count()).toBeGreaterThan(0);
    await page.getByRole("radio", { name: "CPU", exact: true }).click();
    await page.getByRole("button", { name: "Device: the CPU" }).waitFor();
    await page.reload();
    await page.getByRole("button", { name: "Schedule: falling to 0 after 1 epoch of warm-up" }).waitFor();
    const cost = page.getByRole("region", { name: "What it will cost" });
    await cost.getByText("a first guess").waitFor();
    expect(faults).toEqual([]);
  });

  test("leaves datasets out by a click each", async () => {
    using folder = temporaryFolder();
    await using host = await begin(folder.path);
    await using window = await openWindow(browser, host.address);
    const { page } = window;
    await fill(page, folder.path);
    await goTo(page, `#/experiments?${QUICK}`);
    await page.getByRole("button", { name: /^Datasets: each of the 3/ }).click();
    await page.getByRole("checkbox", { name: /^Lab A/ }).uncheck();
    await page.getByRole("button", { name: "Datasets: each of SMIC and SAMM" }).waitFor();
    await page.getByRole("checkbox", { name: /^SAMM/ }).uncheck();
    expect(await page.getByRole("main").getByRole("alert").textContent()).toContain("only SMIC");
  });
});

describe("a finished experiment", () => {
  test("leads from its table to a confusion cell to its clips to one of them, and is copied", async () => {
    using folder = temporaryFolder();
    await using host = await begin(folder.path);
    await using window = await openWindow(browser, host.address);
    const { page, faults } = window;
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await fill(page, folder.path);
    await runQuick(page);
    await page.getByText(/^Already run on/).waitFor();
    await openLatest(page);

    const table = page.getByRole("table", { name: "Figures of each held-out dataset" });
    await table.getByRole("row", { name: /^Mean/ }).waitFor();
    const majority = table.getByRole("row", { name: /^Majority class always/ }).getByRole("cell");
    await eventually(() => majority.nth(2).textContent()).toBe("33.3");
    // Of the same cell: apex frames, CNN, BRL with λ 0.5.
    const paper = table.getByRole("row", { name: /^Mean/ });
    await eventually(() => paper.textContent()).toMatch(/45\.2.*46\.8.*59\.2.*Table 8/s);
    await page.getByText("Tested weights: last epoch").waitFor();
    expect(await slider(page, "Accuracy").getAttribute("aria-valuetext")).toMatch(/^epoch 2: training [\d.]+$/);
    await slider(page, "Accuracy").press("ArrowLeft");
    expect(await slider(page, "Loss").getAttribute("aria-valuenow")).toBe("1");
    await expectAccessible(page);
    await toDark(page);
    await expectAccessible(page);

    await page.getByRole("button", { name: "Copy", exact: true }).click();
    await page.getByRole("menuitem", { name: /CSV/ }).click();
    await page.getByText("CSV copied.").waitFor();
    const csv = await page.evaluate<string>("navigator.clipboard.readText()");
    expect(csv.split("\r\n")[1]).toMatch(/^held-out dataset,SMIC,1,3,/);

    const matrix = page.getByRole("table", { name: "Confusion matrix: SMIC" });
    const cell = matrix.getByRole("link").first();
    const [, coded, answer, n] =
      /^(\w+) recognised as (\w+): (\d+) of/.exec((await cell.getAttribute("aria-label")) ?? "") ?? [];
    await cell.click();
    await page.getByRole("heading", { level: 1, name: "Browse" }).waitFor();
    expect(page.url()).toContain(`test=SMIC&true=${coded}&predicted=${answer}`);
    await page.getByText(`held-out dataset SMIC, coded ${coded}, predicted ${answer}`).waitFor();
    const clips = page.getByRole("main").getByRole("option");
    await eventually(() => clips.count()).toBe(Number(n));
    await clips.first().click();
    await page.getByRole("heading", { name: "What the run said" }).waitFor();
    expect(faults).toEqual([]);
  });

  test("whose epoch was chosen on the test set says so wherever its figures and curves stand", async () => {
    using folder = temporaryFolder();
    await using host = await begin(folder.path);
    await using window = await openWindow(browser, host.address);
    const { page, faults } = window;
    await fill(page, folder.path);
    await runQuick(page, `${QUICK}&selection=best-on-test`);
    const warning = page.getByRole("img", { name: /^Not valid for reporting/ });
    await page.getByRole("table", { name: "All experiments" }).getByRole("row").nth(1).locator(warning).waitFor();
    await openLatest(page);
    await page.getByText(/are of the held-out dataset .* itself, looked at after every epoch/).waitFor();
    expect(await slider(page, "Accuracy").getAttribute("aria-valuetext")).toContain("held-out SMIC");
    await page.getByRole("row", { name: /^Mean/ }).locator(warning).waitFor();
    await expectAccessible(page);
    expect(faults).toEqual([]);
  });

  test("beside another one shows where they differ and which is best, by keys alone", async () => {
    using folder = temporaryFolder();
    await using host = await begin(folder.path);
    await using window = await openWindow(browser, host.address);
    const { page, faults } = window;
    await fill(page, folder.path);
    await runQuick(page);
    await runQuick(page, `${QUICK}&lambda=0&seeds=2`);
    for (const box of await page.getByRole("checkbox", { name: /^Compare / }).all()) await box.press("Space");
    await page.getByRole("button", { name: "Compare 2" }).waitFor();
    await eventually(async () => {
      await page.keyboard.press("c");
      return page.url();
    }).toContain("/compare?run=");
    const table = page.getByRole("table", { name: "Comparison" });
    await table.waitFor();
    const settings = table.getByRole("row").filter({ has: page.getByRole("rowheader", { name: /BRL weight|Seeds/ }) });
    expect(await settings.allInnerTexts()).toEqual([
      expect.stringMatching(/BRL weight λ\s+0 \(no BRL\)\s+0\.5/),
      expect.stringMatching(/Seeds\s+2\s+1/),
    ]);
    expect(await table.getByRole("rowheader", { name: "Input", exact: true }).count()).toBe(0);
    await table.getByRole("rowheader", { name: "Lab A" }).waitFor();
    await expectAccessible(page);
    await toDark(page);
    await expectAccessible(page);
    await page.goBack();
    await page.getByRole("heading", { level: 1, name: "Experiments" }).waitFor();
    expect(faults).toEqual([]);
  });
});

describe("an experiment at work", () => {
  test("is found again after a reload, never shows the held-out dataset, is cancelled and resumed", async () => {
    using folder = temporaryFolder();
    await using host = await begin(folder.path);
    await using window = await openWindow(browser, host.address);
    const { page, faults } = window;
    await fill(page, folder.path);
    await start(page, ENDLESS);
    const queue = page.getByRole("region", { name: "At work" });
    await queue.getByRole("link", { name: "Watch" }).waitFor();
    await expectAccessible(page);
    await queue.getByRole("link", { name: "Watch" }).click();
    await eventually(() => slider(page, "Loss").getAttribute("aria-valuenow").then(Number)).toBeGreaterThan(1);
    await page.reload();
    await eventually(() => slider(page, "Loss").getAttribute("aria-valuenow").then(Number)).toBeGreaterThan(1);
    expect(await slider(page, "Accuracy").getAttribute("aria-valuetext")).toMatch(/^epoch \d+: training [\d.]+$/);
    await page.getByText("SMIC is tested when training ends").waitFor();
    expect(await page.getByRole("table", { name: /^Confusion matrix/ }).count()).toBe(0);
    await expectAccessible(page);

    const main = page.getByRole("main");
    await main.getByRole("button", { name: "Cancel", exact: true }).click();
    await page.getByText("This experiment was cancelled").waitFor();
    await expectAccessible(page);
    await main.getByRole("button", { name: "Resume" }).click();
    await page.getByText("0 of 3 tests done").waitFor();
    await main.getByRole("button", { name: "Cancel", exact: true }).click();
    await page.getByText("This experiment was cancelled").waitFor();
    expect(faults).toEqual([]);
  });

  test("waits its turn behind another one, and can be cancelled there", async () => {
    using folder = temporaryFolder();
    await using host = await begin(folder.path);
    await using window = await openWindow(browser, host.address);
    const { page } = window;
    await fill(page, folder.path);
    await start(page, ENDLESS);
    await page.getByRole("link", { name: "Watch" }).waitFor();
    await start(page, QUICK);
    const entries = page.getByRole("region", { name: "At work" }).getByRole("listitem");
    await entries.nth(1).getByText("Waits for the task before it").waitFor();
    // What waits says what it will be.
    await entries.nth(1).getByText("CNN on the apex frame").waitFor();
    await entries
      .nth(1)
      .getByText(/2\sepochs\s· BRL\sλ\s0\.5/)
      .waitFor();
    await entries
      .nth(1)
      .getByRole("button", { name: /^Cancel/ })
      .click();
    await eventually(() => entries.count()).toBe(1);
    await entries
      .first()
      .getByRole("button", { name: /^Cancel/ })
      .click();
    await eventually(() => entries.count()).toBe(0);
  });

  test("whose host was killed is interrupted, never running, and goes on after", async () => {
    using folder = temporaryFolder();
    const first: TestHost = await begin(folder.path);
    await using window = await openWindow(browser, first.address);
    const { page } = window;
    await fill(page, folder.path);
    await start(page, ENDLESS);
    await page.getByRole("link", { name: "Watch" }).click();
    await eventually(() => slider(page, "Loss").getAttribute("aria-valuenow").then(Number)).toBeGreaterThan(1);
    await first.kill();
    await page.getByText("Apexlab's host process does not answer.").waitFor();
    await using _second = await startHost(first.workspace, { port: first.port });
    await page.getByText("This experiment was interrupted").waitFor();
    await expectAccessible(page);
    await page.getByRole("button", { name: "Resume" }).click();
    await page.getByText("0 of 3 tests done").waitFor();
    await page.getByRole("main").getByRole("button", { name: "Cancel", exact: true }).click();
    await page.getByText("This experiment was cancelled").waitFor();
  });

  test("that failed says why, also once Apexlab was started again", async () => {
    using folder = temporaryFolder();
    const first: TestHost = await begin(folder.path);
    await using window = await openWindow(browser, first.address);
    const { page } = window;
    await fill(page, folder.path);
    await start(page, QUICK.replace("lr=0.001", "lr=1e30"));
    await page.getByRole("table", { name: "All experiments" }).getByText("failed").waitFor();
    await openLatest(page);
    const reason = page
      .getByRole("main")
      .getByText(/Training met a number that is not finite .* try a learning rate below 1e\+30/);
    await reason.waitFor();
    await first[Symbol.asyncDispose]();
    await page.getByText("Apexlab's host process does not answer.").waitFor();
    await using second = await startHost(first.workspace, { port: first.port });
    await using another = await openWindow(browser, second.address);
    await goTo(another.page, new URL(page.url()).hash);
    await another.page.getByText("This experiment failed").waitFor();
    await another.page.getByText(/Training met a number that is not finite/).waitFor();
    await expectAccessible(another.page);
  });

  test("that is not in the study is said to be so", async () => {
    using folder = temporaryFolder();
    await using host = await begin(folder.path);
    await using window = await openWindow(browser, host.address);
    const { page } = window;
    await goTo(page, "#/experiments/nowhere");
    await page.getByText("This experiment is not in the study").waitFor();
    await expectAccessible(page);
    await goTo(page, "#/experiments/compare?run=nowhere");
    await page.getByText("Nothing to compare yet").waitFor();
    await expectAccessible(page);
    await goTo(page, "#/experiments/compare?run=nowhere&run=elsewhere");
    await page.getByRole("alert").waitFor();
    await expectAccessible(page);
  });
});

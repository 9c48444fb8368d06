/** Experiments as a person meets them, in a real browser on a real host. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectAccessible, goTo, openBrowser, openWindow, toDark } from "./browser.ts";
import { begin, ENDLESS, eventually, fill, openFilled, QUICK } from "./experiment.ts";
import { startHost, temporaryFolder, type TestHost } from "./host.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

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

describe("a finished experiment", () => {
  test("leads from its table to a confusion cell to its clips to one of them, and is copied", async () => {
    await using opened = await openFilled(browser);
    const { page, faults } = opened;
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
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
    // The last epoch's line may come after the table.
    await eventually(() => slider(page, "Accuracy").getAttribute("aria-valuetext")).toMatch(
      /^epoch 2: training [\d.]+$/,
    );
    await slider(page, "Accuracy").press("ArrowLeft");
    await eventually(() => slider(page, "Loss").getAttribute("aria-valuenow")).toBe("1");
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
    await using opened = await openFilled(browser);
    const { page, faults } = opened;
    await runQuick(page, `${QUICK}&selection=best-on-test`);
    const warning = page.getByRole("img", { name: /^Not valid for reporting/ });
    await page.getByRole("table", { name: "All experiments" }).getByRole("row").nth(1).locator(warning).waitFor();
    await openLatest(page);
    await page.getByText(/are of the held-out dataset .* itself, looked at after every epoch/).waitFor();
    await eventually(() => slider(page, "Accuracy").getAttribute("aria-valuetext")).toContain("held-out SMIC");
    await page.getByRole("row", { name: /^Mean/ }).locator(warning).waitFor();
    await expectAccessible(page);
    expect(faults).toEqual([]);
  });

  test("beside another one shows where they differ and which is best, by keys alone", async () => {
    await using opened = await openFilled(browser);
    const { page, faults } = opened;
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
    await using opened = await openFilled(browser);
    const { page, faults } = opened;
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
    await using opened = await openFilled(browser);
    const { page } = opened;
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

/** The launch sentence as a person changes it, in a real browser on a real host. */
import path from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as offered from "../../src-renderer/pages/experiments/launch/choices.ts";
import { expectAccessible, goTo, openBrowser, openWindow, toDark } from "./browser.ts";
import { begin, eventually, fill, openFilled, QUICK } from "./experiment.ts";
import { temporaryFolder } from "./host.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

test("nothing is offered twice under one name", () => {
  for (const [name, choices] of Object.entries(offered)) {
    if (!Array.isArray(choices)) continue;
    const titles = choices.map((choice: { title: string }) => choice.title);
    expect({ [name]: titles }).toEqual({ [name]: [...new Set(titles)] });
  }
});

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
    await using opened = await openFilled(browser);
    const { page, faults } = opened;
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
    await using opened = await openFilled(browser);
    const { page, faults } = opened;
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
    await page.getByRole("textbox", { name: "File of weights" }).fill(path.join(opened.folder, "none.safetensors"));
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
    await using opened = await openFilled(browser);
    const { page } = opened;
    await goTo(page, `#/experiments?${QUICK}`);
    await page.getByRole("button", { name: /^Datasets: each of the 3/ }).click();
    await page.getByRole("checkbox", { name: /^Lab A/ }).uncheck();
    await page.getByRole("button", { name: "Datasets: each of SMIC and SAMM" }).waitFor();
    await page.getByRole("checkbox", { name: /^SAMM/ }).uncheck();
    expect(await page.getByRole("main").getByRole("alert").textContent()).toContain("only SMIC");
  });
});

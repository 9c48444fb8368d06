/** Study and Settings as a person meets them, in a real browser on a real host. */
import { rename } from "node:fs/promises";
import path from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectAccessible, goTo, openBrowser, openWindow } from "./browser.ts";
import { startHost, temporaryFolder } from "./host.ts";
import { fourEach, writeManifest } from "./manifest.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

const WORKSPACE = "study";

const look = async (page: Page, manifest: string) => {
  await goTo(page, "#/study/import");
  await page.getByRole("radio", { name: "Own table" }).check();
  await page.getByRole("textbox", { name: "Table" }).fill(manifest);
  await page.getByRole("button", { name: "Look through it" }).click();
};

/** A study of two datasets, imported through the page. */
const fill = async (page: Page, folder: string) => {
  await look(page, await writeManifest(folder, fourEach(["SAMM", "Lab A"])));
  await page.getByRole("button", { name: "Store 8 samples" }).click();
  await page.getByRole("button", { name: "Open the study" }).click();
  await page.getByRole("table", { name: "Datasets of the study" }).waitFor();
};

const row = (page: Page, name: string) =>
  page
    .getByRole("table", { name: "Datasets of the study" })
    .getByRole("row")
    .filter({ has: page.getByRole("rowheader", { name }) });

describe("an empty study", () => {
  test.for(["light", "dark"] as const)("offers the demo study, an import and a workspace, in %s", async (theme) => {
    using folder = temporaryFolder();
    await using host = await startHost(path.join(folder.path, WORKSPACE));
    await using window = await openWindow(browser, host.address, { theme });
    const { page, faults } = window;
    await page.getByRole("button", { name: "Make the demo study" }).waitFor();
    await page.getByRole("link", { name: "Import a dataset" }).waitFor();
    await expectAccessible(page);
    await page.getByRole("button", { name: "Open a workspace" }).click();
    const other = path.join(folder.path, "other");
    await page.getByRole("textbox", { name: "Folder" }).fill(other);
    await expectAccessible(page);
    await page.getByRole("button", { name: "Open", exact: true }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await goTo(page, "#/settings");
    await page.getByText(other, { exact: true }).waitFor();
    await expectAccessible(page);
    expect(faults).toEqual([]);
  });

  test("a demo study that is being made is found again after a reload, and can be cancelled", async () => {
    using folder = temporaryFolder();
    await using host = await startHost(path.join(folder.path, WORKSPACE));
    await using window = await openWindow(browser, host.address);
    const { page } = window;
    await page.getByRole("button", { name: "Make the demo study" }).click();
    const work = page.getByRole("region", { name: "Work in progress" });
    await work.waitFor();
    await expectAccessible(page);
    await page.reload();
    await work.getByRole("button", { name: /^Cancel/ }).click();
    await work.waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Make the demo study" }).waitFor();
    await page.keyboard.press("g");
    await page.keyboard.press("t");
    await page.getByRole("dialog", { name: "Tasks" }).getByText("cancelled", { exact: true }).waitFor();
    await expectAccessible(page);
  });
});

describe("the import", () => {
  test("shows every faulty row before anything is stored, and stores after it was shown", async () => {
    using folder = temporaryFolder();
    await using host = await startHost(path.join(folder.path, WORKSPACE));
    await using window = await openWindow(browser, host.address);
    const { page, faults } = window;
    const manifest = await writeManifest(path.join(folder.path, "lab"), [
      ...fourEach(["Lab A"]),
      { dataset: "Lab A", subject: "03", clip: "lost", emotion: "disgust", missing: true },
      { dataset: "Lab A", subject: "03", clip: "odd", emotion: "bewildered" },
    ]);
    await look(page, manifest);
    await page.getByText("rows read").waitFor();
    const skipped = page.getByRole("list", { name: "Skipped, nothing usable" });
    expect(await skipped.getByRole("listitem").allInnerTexts()).toEqual([
      expect.stringMatching(/row 6\s+lost\s+.*picture-4\.png/s),
    ]);
    const doubtful = page.getByRole("list", { name: "Kept, to review" });
    expect(await doubtful.textContent()).toContain("bewildered");
    await expectAccessible(page);

    // Nothing is stored yet, and the report outlives a reload.
    await page.reload();
    await page.getByText("rows read").waitFor();
    await page.getByRole("link", { name: "Study", exact: true }).click();
    await page.getByRole("button", { name: "Make the demo study" }).waitFor();

    await page.goBack();
    await page.getByRole("button", { name: /^Store \d samples$/ }).click();
    await page.getByRole("button", { name: "Open the study" }).click();
    await row(page, "Lab A")
      .getByRole("link", { name: /to review/ })
      .waitFor();
    expect(await row(page, "Lab A").getByRole("cell").nth(6).textContent()).toBe("3");
    await page.getByText(/^Import of .* is done$/).waitFor();
    await expectAccessible(page);
    // What ended before a window was opened is listed there, and is no news.
    await page.reload();
    await page.getByRole("button", { name: "Tasks", exact: true }).click();
    await page.getByRole("dialog", { name: "Tasks" }).getByText("finished", { exact: true }).first().waitFor();
    expect(await page.getByText("is done").count()).toBe(0);
    expect(faults).toEqual([]);
  });

  test("says what is wrong with a file in one sentence, and where it cannot be", async () => {
    using folder = temporaryFolder();
    await using host = await startHost(path.join(folder.path, WORKSPACE));
    await using window = await openWindow(browser, host.address, { theme: "dark" });
    const { page } = window;
    await goTo(page, "#/study/import");
    await page.getByRole("button", { name: "Look through it" }).click();
    await page.getByText("Say where it lies.").waitFor();
    const nowhere = path.join(folder.path, "nowhere");
    await look(page, nowhere);
    expect(await page.getByRole("alert").textContent()).toContain(nowhere);
    await expectAccessible(page);
  });

  test("a form that was changed after the look stores nothing", async () => {
    using folder = temporaryFolder();
    await using host = await startHost(path.join(folder.path, WORKSPACE));
    await using window = await openWindow(browser, host.address);
    const { page } = window;
    await look(page, await writeManifest(path.join(folder.path, "lab"), fourEach(["Lab A"])));
    const store = page.getByRole("button", { name: "Store 4 samples" });
    await store.waitFor();
    expect(await store.isEnabled()).toBe(true);
    await page.getByRole("textbox", { name: "Table" }).fill(path.join(folder.path, "other.csv"));
    expect(await store.isDisabled()).toBe(true);
    await page.reload();
    await store.waitFor();
    expect(await store.isDisabled()).toBe(true);
  });

  test("a folder is chosen step by step", async () => {
    using folder = temporaryFolder();
    await writeManifest(path.join(folder.path, "lab"), fourEach(["Lab A"]));
    await using host = await startHost(path.join(folder.path, WORKSPACE));
    await using window = await openWindow(browser, host.address);
    const { page } = window;
    await goTo(page, "#/study/import");
    await page.getByRole("radio", { name: "Own table" }).check();
    await page.getByRole("textbox", { name: "Table" }).fill(folder.path);
    await page.getByRole("button", { name: "Choose: Table" }).click();
    await page.getByRole("button", { name: "lab", exact: true }).click();
    await page.getByRole("button", { name: "manifest.csv" }).click();
    await expectAccessible(page);
    await page.getByRole("button", { name: "Choose this file" }).click();
    expect(await page.getByRole("textbox", { name: "Table" }).inputValue()).toBe(
      path.join(folder.path, "lab", "manifest.csv"),
    );
  });
});

describe("a filled study", () => {
  test("shows what other labels would do before they are applied, and does it", async () => {
    using folder = temporaryFolder();
    await using host = await startHost(path.join(folder.path, WORKSPACE));
    await using window = await openWindow(browser, host.address);
    const { page, faults } = window;
    await fill(page, path.join(folder.path, "lab"));
    const negative = (name: string) => row(page, name).getByRole("cell").nth(4).textContent();
    expect(await negative("SAMM")).toBe("1");

    await page.getByRole("button", { name: /^Labels of SAMM/ }).click();
    const effect = page.getByRole("table", { name: "Effect on the counts" });
    const change = effect.getByRole("row").filter({ has: page.getByRole("rowheader", { name: "SAMM" }) });
    await change.getByText("+1").first().waitFor();
    expect(await negative("SAMM")).toBe("1");
    await expectAccessible(page);
    await page.getByRole("button", { name: "Change labels" }).last().click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await row(page, "SAMM")
      .getByRole("button", { name: /MEGC 2019/ })
      .waitFor();
    expect([await negative("SAMM"), await negative("Lab A")]).toEqual(["2", "1"]);
    expect(faults).toEqual([]);
  });

  test("of two windows that change one dataset's labels, the second one learns what the first one chose", async () => {
    using folder = temporaryFolder();
    await using host = await startHost(path.join(folder.path, WORKSPACE));
    await using window = await openWindow(browser, host.address);
    const { page } = window;
    await fill(page, path.join(folder.path, "lab"));
    const other = await page.context().newPage();
    // Its stream is cut: it hears of no change, as on a bad line.
    await other.route("**/trpc/tasks.follow**", (route) => route.abort());
    await other.goto(page.url());
    for (const each of [page, other]) {
      await each.getByRole("button", { name: /^Labels of SAMM: Paper/i }).click();
      await each.getByRole("table", { name: "Effect on the counts" }).getByText("+1").first().waitFor();
    }
    await page.getByRole("button", { name: "Change labels" }).last().click();
    await row(page, "SAMM")
      .getByRole("button", { name: /MEGC 2019/ })
      .waitFor();
    await other.getByRole("button", { name: "Change labels" }).last().click();
    await other
      .getByRole("dialog")
      .getByText(/SAMM were changed in another window: this one shows the preset paper, stored are the preset megc2019/)
      .waitFor();
    // It shows what is stored now, and there is nothing left to change.
    await other.getByText("Nothing would change.").waitFor();
    await expectAccessible(other);
    await other.getByRole("button", { name: "Leave as it is" }).click();
    await row(other, "SAMM")
      .getByRole("button", { name: /MEGC 2019/ })
      .waitFor();
  });

  test("has the faces of every dataset side by side, and no violation in either theme", async () => {
    using folder = temporaryFolder();
    await using host = await startHost(path.join(folder.path, WORKSPACE));
    await using window = await openWindow(browser, host.address);
    const { page, faults } = window;
    await fill(page, path.join(folder.path, "lab"));
    await page.getByRole("radiogroup", { name: "Class shown" }).getByText("Negative").click();
    for (const name of ["SAMM", "Lab A"]) {
      const face = page.getByRole("img", { name: new RegExp(`^Apex of ${name}, .*negative$`) });
      await face.waitFor();
      await expect
        .poll(() => face.evaluate((picture) => "naturalWidth" in picture && Number(picture.naturalWidth) > 0), {
          timeout: 120_000,
        })
        .toBe(true);
    }
    await expectAccessible(page);
    await page.getByRole("radiogroup", { name: "Class shown" }).getByText("Negative").click();
    await page.getByRole("button", { name: "Show others" }).click();
    await page.getByRole("img", { name: /^Apex of SAMM, .*clip c1, negative$/ }).waitFor();
    await page.keyboard.press("g");
    await page.keyboard.press("d");
    await page.locator('html[data-mantine-color-scheme="dark"]').waitFor();
    await expectAccessible(page);
    // The theme is the workspace's: it is there after a reload.
    await page.reload();
    await page.locator('html[data-mantine-color-scheme="dark"]').waitFor();
    expect(faults).toEqual([]);
  });

  test("says when its pictures have moved, and takes their new place", async () => {
    using folder = temporaryFolder();
    const [before, after] = [path.join(folder.path, "lab"), path.join(folder.path, "moved")];
    {
      await using host = await startHost(path.join(folder.path, WORKSPACE));
      await using window = await openWindow(browser, host.address);
      await fill(window.page, before);
    }
    await rename(before, after);
    await using host = await startHost(path.join(folder.path, WORKSPACE));
    await using window = await openWindow(browser, host.address);
    const { page } = window;
    await page.getByText("The pictures of SAMM are not where they were").waitFor();
    await expectAccessible(page);
    await page.getByRole("button", { name: "Say where they are" }).first().click();
    await page.getByRole("textbox", { name: "Folder or table" }).fill(path.join(after, "manifest.csv"));
    await page.getByRole("button", { name: "Use this place" }).click();
    await page.getByText("The pictures of SAMM are not where they were").waitFor({ state: "detached" });
  });
});

describe("everywhere", () => {
  test("keys alone lead to every page, and may be changed", async () => {
    using folder = temporaryFolder();
    await using host = await startHost(path.join(folder.path, WORKSPACE));
    await using window = await openWindow(browser, host.address);
    const { page } = window;
    await page.getByRole("button", { name: "Make the demo study" }).waitFor();
    const heading = (name: string) => page.getByRole("heading", { level: 1, name });
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keys" }).getByText("Import a dataset").waitFor();
    await expectAccessible(page);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.keyboard.press("i");
    await heading("Import a dataset").waitFor();
    // A letter in a field is a letter.
    await page.getByRole("textbox", { name: "Folder of the release" }).focus();
    await page.keyboard.type("go");
    await heading("Import a dataset").waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.press("g");
    await page.keyboard.press("o");
    await heading("Settings").waitFor();

    await page.getByRole("button", { name: "Change the key of: Open Study" }).press("Enter");
    await page.keyboard.press("?");
    await page.getByText("Taken: Show the keys").waitFor();
    await page.keyboard.press("F2");
    await page.keyboard.press("Enter");
    await page.getByRole("row", { name: /^Open Study F2 Default/ }).waitFor();
    await page.keyboard.press("F2");
    await heading("Study").waitFor();
  });

  test("a host that dies and comes back is waited for, in a sentence", async () => {
    using folder = temporaryFolder();
    const workspace = path.join(folder.path, WORKSPACE);
    const first = await startHost(workspace);
    await using window = await openWindow(browser, first.address);
    const { page } = window;
    await fill(page, path.join(folder.path, "lab"));
    await first.kill();
    const bar = page.getByRole("status").getByText("Apexlab's host process does not answer.");
    await bar.waitFor();
    await row(page, "SAMM").waitFor(); // what was shown stays
    await expectAccessible(page);
    await using _second = await startHost(workspace, { port: first.port });
    await bar.waitFor({ state: "detached" });
    await page.getByRole("alert").waitFor({ state: "detached" });
    await page.getByRole("button", { name: /^Labels of SAMM/ }).click();
    await page.getByRole("table", { name: "Effect on the counts" }).getByText("+1").first().waitFor();
  });
});

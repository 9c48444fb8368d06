/** What tests of experiments share: a study that is filled through the page, and a launch that takes a moment. */
import path from "node:path";
import type { Browser, Page } from "playwright-core";
import { expect } from "vitest";
import { goTo, openWindow, type TestWindow } from "./browser.ts";
import { startHost, temporaryFolder } from "./host.ts";
import { fourEach, writeManifest } from "./manifest.ts";

/** A launch sentence on apex pictures that takes a moment. */
export const QUICK = "input=apex&size=16&epochs=2&batch=4&lr=0.001&threads=1";
/** One that no test waits for. */
export const ENDLESS = QUICK.replace("epochs=2", "epochs=100000");

/** A study of these datasets, imported through the page. */
export async function fill(page: Page, folder: string, datasets: readonly string[] = ["SMIC", "SAMM", "Lab A"]) {
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
export const eventually = <T>(value: () => Promise<T>) => expect.poll(value, { timeout: 280_000 });

export const begin = (folder: string) => startHost(path.join(folder, "study"));

interface Filled extends TestWindow {
  readonly folder: string;
}

/** A window on a host of its own with a filled study; all of it is gone after the test. */
export async function openFilled(browser: Browser): Promise<Filled> {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(temporaryFolder());
  const host = stack.use(await begin(folder.path));
  const { page, faults } = stack.use(await openWindow(browser, host.address));
  await fill(page, folder.path);
  const owned = stack.move();
  return { page, faults, folder: folder.path, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

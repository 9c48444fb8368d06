/** What tests of Browse share: a window on the study of clips, and how long a busy machine may need. */
import path from "node:path";
import type { Browser, Page } from "playwright-core";
import { expect } from "vitest";
import { goTo, openWindow } from "./browser.ts";
import { studyOfClips } from "./clips.ts";
import { startHost, temporaryFolder } from "./host.ts";

interface Opened extends AsyncDisposable {
  readonly page: Page;
  readonly faults: readonly string[];
  /** The folder that the pictures lie in. */
  readonly clips: string;
  /** Another window on the same host. */
  readonly again: (before: (page: Page) => Promise<unknown>) => Promise<Page>;
}

/** A host on the study of clips, and a window on `hash`. */
export async function openClips(browser: Browser, hash: string, theme: "light" | "dark" = "light"): Promise<Opened> {
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
export const poll = <T>(ask: () => T | Promise<T>) => expect.poll(ask, { timeout: 60_000 });

export const samples = (page: Page) => page.getByRole("listbox", { name: "Samples" }).getByRole("option");
export const hashOf = (page: Page) => page.evaluate("decodeURIComponent(location.hash)");

/** The clip of known frames, opened beside the grid. */
export const SMILING = "#/browse?sample=Lab A/01/smile";

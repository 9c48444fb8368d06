/**
 * `npm run screenshots [folder]`: every page at two sizes in both themes, empty and on the quick demo study, and the
 * three that the README shows.
 */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Page } from "playwright-core";
import { resultsDocument } from "../src-main/contract/documents.ts";
import { goTo, openBrowser, openWindow } from "../test/page/browser.ts";
import { startHost } from "../test/page/host.ts";

const root = path.resolve(import.meta.dirname, "..");
const demo = path.join(root, ".demo");
const folder = path.resolve(process.argv[2] ?? path.join(root, "out", "screenshots"));

const SIZES = [
  { width: 1280, height: 720 },
  { width: 1920, height: 1080 },
] as const;
const THEMES = ["light", "dark"] as const;

interface Shot {
  readonly name: string;
  readonly hash: string;
  /** What brings the view from its address to what is shown. */
  readonly act?: (page: Page) => Promise<void>;
}

const apexlab = (...args: string[]) =>
  execFileSync(process.execPath, [path.join(root, "out", "main", "bin.js"), ...args, "--workspace", demo], {
    encoding: "utf8",
  });

const SETTLED = `[...document.images].every((image) => image.complete)
  && document.querySelector("[aria-busy=true], .mantine-Skeleton-root") === null && document.fonts.status === "loaded"`;

/** Nothing loads any more, twice in a row. Asked again and again, since the page's own policy lets no watcher in. */
async function settled(page: Page): Promise<void> {
  for (let calm = 0; calm < 2;) {
    await page.waitForTimeout(300);
    calm = (await page.evaluate(SETTLED)) === true ? calm + 1 : 0;
  }
}

async function shoot(workspace: string, shots: readonly Shot[], prefix: string): Promise<void> {
  await using host = await startHost(workspace);
  await using browser = await openBrowser();
  await using window = await openWindow(browser, host.address);
  const { page } = window;
  for (const size of SIZES) {
    await page.setViewportSize(size);
    for (const theme of THEMES) {
      await page.emulateMedia({ colorScheme: theme });
      for (const { name, hash, act } of shots) {
        await goTo(page, hash);
        await settled(page);
        await act?.(page);
        await settled(page);
        await page.mouse.move(0, 0);
        await page.screenshot({ path: path.join(folder, `${prefix}${name}-${size.width}-${theme}.png`) });
        // Closes what was opened.
        await page.keyboard.press("Escape");
      }
    }
  }
  if (window.faults.length > 0) throw new Error(`The page complained: ${window.faults.join("; ")}`);
}

mkdirSync(folder, { recursive: true });
apexlab("demo", "--run");
const { runs } = resultsDocument.parse(JSON.parse(apexlab("results", "--json")));
// The demo's own two: on flow and on apex frames.
const named = runs
  .slice(0, 2)
  .map(({ run }) => `run=${run}`)
  .join("&");
await shoot(
  demo,
  [
    { name: "study", hash: "#/study" },
    { name: "import", hash: "#/study/import" },
    {
      name: "labels",
      hash: "#/study?",
      act: async (page) => {
        await page.getByRole("button", { name: /^Labels of CASME II/ }).click();
        await page.getByRole("table", { name: "Effect on the counts" }).waitFor();
      },
    },
    {
      name: "report",
      hash: "#/study/import?",
      act: async (page) => {
        await page.getByRole("radio", { name: "SAMM" }).check();
        await page
          .getByRole("textbox", { name: "Folder of the release" })
          .fill(path.join(demo, "demo-releases", "SAMM"));
        await page.getByRole("button", { name: "Look through it" }).click();
        await page.getByRole("button", { name: /^Store/ }).waitFor();
      },
    },
    { name: "browse", hash: "#/browse" },
    {
      name: "sample",
      hash: "#/browse?dataset=mmew",
      act: async (page) => {
        await page.getByRole("option").first().click();
        await page.keyboard.press("Enter");
        await page.getByRole("slider").first().waitFor();
      },
    },
    { name: "experiments", hash: "#/experiments" },
    {
      name: "network",
      hash: "#/experiments?backbone=resnet18&schedule=cosine&warmup=5&clip=1",
      act: async (page) => await page.getByRole("button", { name: /^Network/ }).click(),
    },
    { name: "experiment", hash: `#/experiments/${runs.at(-1)?.run}` },
    { name: "compare", hash: `#/experiments/compare?${named}` },
    { name: "settings", hash: "#/settings" },
  ],
  "",
);
const empty = mkdtempSync(path.join(tmpdir(), "apexlab-empty-"));
try {
  await shoot(
    empty,
    [
      { name: "study", hash: "#/study" },
      { name: "browse", hash: "#/browse" },
      { name: "experiments", hash: "#/experiments" },
    ],
    "empty-",
  );
} finally {
  rmSync(empty, { recursive: true, force: true });
}
mkdirSync(path.join(root, "resources", "readme"), { recursive: true });
for (const [from, to] of [
  ["study-1280-light", "study"],
  ["sample-1280-dark", "browse"],
  ["experiment-1280-light", "experiment"],
])
  cpSync(path.join(folder, `${from}.png`), path.join(root, "resources", "readme", `${to}.png`));
console.log(`Screenshots are in ${folder}.`);

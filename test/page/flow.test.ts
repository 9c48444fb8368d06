/** A sample's motion on the page: measured by a button, seen in every form, with values and files. */
import { mkdir, readFile, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { wheelColour } from "../../src-main/contract/flow-colours.ts";
import { heatColour, paintLayer } from "../../src-renderer/parts/flow/paint.ts";
import { parseNpy } from "../../src-renderer/parts/flow/arrays.ts";
import { encodeNpy } from "../../src-main/vision/pictures/npy.ts";
import { decodeFlo } from "../../src-main/vision/flow/export/flo.ts";
import { writePng } from "../../src-main/vision/pictures/write.ts";
import { importedStudy } from "./clips.ts";
import { expectAccessible, goTo, openBrowser, openWindow } from "./browser.ts";
import { startHost, temporaryFolder } from "./host.ts";

const SIDE = 64;
const RISE = [0, 1.2, 2, 1.2, 0.8, 0.5, 0.3, 0.1];

function face(up: number) {
  const rgb = new Uint8Array(SIDE * SIDE * 3);
  for (let i = 0; i < SIDE * SIDE; i++) {
    const [x, y] = [i % SIDE, Math.floor(i / SIDE)];
    const down = y + up * Math.exp(-((x - 28) ** 2 + (y - 34) ** 2) / 90);
    rgb.fill(120 + 45 * Math.sin(x / 2.4 + Math.sin(down / 3)) + 45 * Math.sin(down / 2), 3 * i, 3 * i + 3);
  }
  return { width: SIDE, height: SIDE, rgb };
}

async function study(folder: string): Promise<string> {
  const clip = path.join(folder, "clip");
  await mkdir(clip, { recursive: true });
  for (const [i, up] of RISE.entries()) {
    const file = path.join(clip, `img${7 + i}.png`);
    await writePng(file, face(up));
    await utimes(file, 1e9, 1e9); // long ago, so that its digest is remembered at once
  }
  const manifest = path.join(folder, "manifest.csv");
  await writeFile(
    manifest,
    "dataset,subject,clip,emotion,frames,onset,apex,offset,fps\nLab,01,lift,happiness,clip,7,,14,100\n",
  );
  return importedStudy(folder, manifest);
}

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

describe("the motion of a sample", () => {
  test("is measured by a button, seen over the face, told under the pointer and by keys, and taken away", async () => {
    using folder = temporaryFolder();
    await using host = await startHost(await study(folder.path));
    await using window = await openWindow(browser, host.address);
    const { page } = window;

    await goTo(page, "#/browse");
    await page.getByRole("option").first().click();
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Measure motion" }).click();
    await page.getByRole("img", { name: /largest at frame 9/ }).waitFor();
    expect(await page.getByText("frame 10, +30 ms, the middle: not coded").count()).toBe(1);
    await page.getByText("Largest motion", { exact: true }).click();
    await page.getByText("frame 9, +20 ms, the largest motion: not coded").waitFor();
    await expectAccessible(page);

    await page.getByText("Optical flow", { exact: true }).click();
    await page.getByText("No optical flow yet").waitFor();
    await expectAccessible(page);
    await page.getByRole("button", { name: "Compute its flow" }).click();
    await page.getByTestId("flow-values").waitFor();
    // Else its sentence may stand beside the next one, which is the same.
    const there = page.getByRole("alert").filter({ hasText: "Flow of 1 sample is there." });
    await there.getByRole("button", { name: "Close" }).click();
    await there.waitFor({ state: "detached" });

    await goTo(page, "#/study");
    await page.getByRole("button", { name: "Motion" }).click();
    await page.getByRole("menuitem", { name: /Compute optical flow/ }).click();
    await there.waitFor();
    await goTo(page, "#/browse");
    await page.getByRole("option").first().click();
    await page.keyboard.press("Enter");
    await page.getByText("Optical flow", { exact: true }).click();

    const values = page.getByTestId("flow-values");
    await values.getByText("Mean length").waitFor();
    const stage = page.getByRole("group", { name: /Flow over the face/ });
    const place = await stage.boundingBox();
    if (place === null) throw new Error("The flow has no place.");
    await page.mouse.move(place.x + (place.width * 28) / SIDE, place.y + (place.height * 34) / SIDE);
    await values.getByText("u, right").waitFor();
    const told = await values.innerText();
    expect(Number(/v, down\s+−([\d.]+)/.exec(told)?.[1])).toBeGreaterThan(3);
    await page.mouse.move(0, 0);
    await values.getByText("Mean length").waitFor();
    await stage.focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Shift+ArrowDown");
    await values.getByText("113, 122").waitFor();

    await page.keyboard.press("v");
    await page.getByText("Where each part of the face went").waitFor();
    await page.keyboard.press("x");
    expect(await page.getByRole("radiogroup", { name: "Face under the flow" }).getByLabel("Apex").isChecked()).toBe(
      true,
    );
    for (const layer of ["Arrows", "Strain", "Length", "Colours"]) {
      await page
        .getByRole("radiogroup", { name: "What is shown of the flow" })
        .getByText(layer, { exact: true })
        .click();
      await expectAccessible(page);
    }
    for (const theme of ["dark", "light"] as const) {
      await page.emulateMedia({ colorScheme: theme });
      await expectAccessible(page);
    }

    await page.getByRole("button", { name: "Save" }).click();
    const download = page.waitForEvent("download");
    await page.getByRole("menuitem", { name: /Middlebury/ }).click();
    const file = await (await download).path();
    expect((await download).suggestedFilename()).toBe("Lab-01-lift.flo");
    expect(decodeFlo(await readFile(file), file)).toMatchObject({ width: 224, height: 224 });
    expect(window.faults).toEqual([]);
  });
});

const plane = (value: number) => Float32Array.of(value, value, value, value);

describe("the flow's colours", () => {
  const flow = { width: 2, height: 2, u: plane(0.004), v: plane(0), strain: plane(0.05) };
  const first = (layer: "colours" | "strain" | "magnitude", cover: number) => [
    ...(paintLayer({ layer, range: 1, cover }, flow)?.subarray(0, 4) ?? []),
  ];

  test("are the wheel's own at full cover, let the still face through at half, and are nothing at none", () => {
    const full = 0.004 / (2 / 224);
    expect(first("colours", 1)).toEqual([...wheelColour(full, 0).map(Math.round), 255]);
    const [red, green, , alpha] = first("colours", 0.5);
    expect([red, green < 5, Math.abs(alpha / 255 - full) < 0.01]).toEqual([255, true, true]);
    expect(first("colours", 0)[3]).toBe(0);
    expect(first("strain", 1)).toEqual([...heatColour(1).map(Math.round), 255]);
    expect(first("magnitude", 0.5)[3]).toBe(Math.round(255 * full));
    expect(paintLayer({ layer: "arrows", range: 1, cover: 1 }, flow)).toBeNull();
  });

  test("come from NumPy's files as the host writes them, and from no others", () => {
    const bytes = encodeNpy({ shape: [2, 1, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) });
    const { shape, data } = parseNpy(new Uint8Array(bytes).buffer);
    expect([shape, [...data]]).toEqual([
      [2, 1, 3],
      [1, 2, 3, 4, 5, 6],
    ]);
    expect(() => parseNpy(new Uint8Array(bytes.subarray(0, bytes.length - 4)).buffer)).toThrow(/part of a flow/);
    expect(() => parseNpy(new Uint8Array(200).buffer)).toThrow(/no flow/);
  });
});

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type DeviceChoice, rememberedMachine, rememberMachine } from "./devices.ts";

let folder = "";
beforeEach(() => void (folder = mkdtempSync(path.join(tmpdir(), "apexlab-machines-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const file = () => path.join(folder, "devices.json");
const choice: DeviceChoice = { device: "webgpu", seconds: { cpu: 2, webgpu: 1 }, chosen: "2026-01-02T03:04:05.000Z" };

test("a machine's layout and choices are remembered, one without the other's loss", () => {
  expect(rememberedMachine(folder)).toMatchObject({ block: null, choices: {} });
  rememberMachine(folder, { block: 16 });
  rememberMachine(folder, { choices: { "cnn, 224 px": choice } });
  expect(rememberedMachine(folder)).toMatchObject({ block: 16, choices: { "cnn, 224 px": choice } });
});

test("a study that was worked on elsewhere keeps what it knows of that machine", () => {
  rememberMachine(folder, { block: 16 });
  writeFileSync(file(), readFileSync(file(), "utf8").replace(/"[0-9a-f]{16}": /, `"0123456789abcdef": `));
  expect(rememberedMachine(folder).block).toBeNull();
  rememberMachine(folder, { block: 8 });
  const { machines } = JSON.parse(readFileSync(file(), "utf8"));
  expect(Object.values(machines)).toMatchObject([{ block: 16 }, { block: 8 }]);
});

test("a damaged file costs a measurement, no more", () => {
  rememberMachine(folder, { block: 16 });
  writeFileSync(file(), readFileSync(file(), "utf8").slice(0, 20));
  expect(rememberedMachine(folder).block).toBeNull();
  rememberMachine(folder, { block: 16 });
  expect(rememberedMachine(folder).block).toBe(16);
});

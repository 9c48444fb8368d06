/** What the machine can train on: found by trying, in processes of their own, and told with what to do about it. */
import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";
import { usable } from "../../src-main/api/devices/usable.ts";
import { DEVICES } from "../../src-main/contract/devices.ts";
import { type DevicesDocument, devicesDocument } from "../../src-main/contract/documents.ts";
import { softwareGpu } from "./swiftshader.ts";

const CLI = path.resolve(import.meta.dirname, "../../src-main/cli/main.ts");

async function apexlab(args: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  return (await promisify(execFile)(process.execPath, [CLI, ...args], { env })).stdout;
}

const of = ({ devices }: DevicesDocument, name: string) => devices.find((device) => device.name === name);

describe("apexlab devices", () => {
  let without: DevicesDocument = { devices: [] };
  let withGpu: DevicesDocument = { devices: [] };
  beforeAll(async () => {
    const none = { ...process.env, VK_ICD_FILENAMES: path.join(import.meta.dirname, "no-driver.json") };
    const [bare, gpu] = await Promise.all([none, softwareGpu()].map((env) => apexlab(["devices", "--json"], env)));
    without = devicesDocument.parse(JSON.parse(bare));
    withGpu = devicesDocument.parse(JSON.parse(gpu));
  });

  test("tells of every device: usable, or why not and how to make it so, offline too", () => {
    expect(without.devices.map(({ name }) => name)).toEqual(DEVICES);
    for (const { name, usable: works, reason, howTo } of without.devices) {
      expect([name, reason]).toEqual([name, expect.stringMatching(/^[A-Z@o].*\.$/)]);
      if (!works) expect([name, howTo]).toEqual([name, expect.stringMatching(/^.+\.$/)]);
    }
    expect(of(without, "cpu")).toMatchObject({ usable: true, howTo: "" });
    expect(of(without, "tfjs")).toMatchObject({ usable: true, reason: expect.stringContaining("plain JavaScript") });
    for (const name of ["cuda", "tfjs"]) expect(of(without, name)?.howTo).toMatch(/Offline, /);
  });

  test("finds the GPU that is there, and none where there is none", () => {
    expect(of(without, "webgpu")).toMatchObject({
      usable: false,
      reason: "No GPU was found that WebGPU can use.",
      howTo: expect.stringMatching(/Vulkan.*Offline, /),
    });
    expect(of(withGpu, "webgpu")).toMatchObject({
      usable: true,
      reason: expect.stringContaining("it trained a tiny network right"),
      howTo: "",
    });
  });
});

test("a driver that takes its process along, and one that computes wrong numbers, are told of; the others are tried", async () => {
  const workerFile = path.join(import.meta.dirname, "crashing-worker.ts");
  const { reasons, block } = await usable({ workerFile }, ["webgpu", "cuda", "cpu"], {});
  expect([...reasons]).toEqual([
    ["webgpu", "It ended the process that tried it: vkCreateDevice: the driver is not what it was"],
    ["cuda", "It computes wrong numbers in a training step whose results are known."],
    ["cpu", null],
  ]);
  expect(block).toSatisfy((channels: number) => [0, 8, 16].includes(channels));
});

test("asking can be cancelled", async () => {
  const workerFile = path.join(import.meta.dirname, "crashing-worker.ts");
  const why = new Error("enough");
  await expect(usable({ workerFile }, ["cpu"], { signal: AbortSignal.abort(why) })).rejects.toBe(why);
});

/**
 * What the study remembers of the machines that it was worked on with, in `devices.json`: the layout of each one's
 * processor, and which device `auto` chose there for a network and a size, so that equal runs stay equal.
 */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { cpus, hostname } from "node:os";
import path from "node:path";
import { z } from "zod";
import { DEVICES } from "../contract/devices.ts";
import { writeWhole } from "./files.ts";

const choice = z.object({
  device: z.enum(DEVICES),
  /** Of one training step, by the device's name; empty where there was nothing to compare. */
  seconds: z.record(z.string(), z.number()),
  /** ISO 8601, UTC. */
  chosen: z.string(),
});
export type DeviceChoice = z.infer<typeof choice>;

const machine = z.object({
  name: z.string(),
  block: z.int().nullable().default(null),
  /** By network, size, batch, threads and runtime. */
  choices: z.record(z.string(), choice).default({}),
});
export type Machine = z.infer<typeof machine>;

const file = z.object({ machines: z.record(z.string(), machine) });

const fileOf = (folder: string): string => path.join(folder, "devices.json");

/** This machine, as far as its name and processor tell it from others. */
function thisMachine(): { id: string; name: string } {
  const processors = cpus();
  const whole = JSON.stringify([hostname(), process.platform, process.arch, processors[0]?.model, processors.length]);
  return { id: createHash("sha256").update(whole).digest("hex").slice(0, 16), name: hostname() };
}

/** A file that cannot be read costs a measurement, which is made again. */
function read(folder: string): z.infer<typeof file> {
  if (!existsSync(fileOf(folder))) return { machines: {} };
  try {
    return file.parse(JSON.parse(readFileSync(fileOf(folder), "utf8")));
  } catch {
    return { machines: {} };
  }
}

/** What is known of this machine. `folder`: the workspace. */
export function rememberedMachine(folder: string): Machine {
  const { id, name } = thisMachine();
  return read(folder).machines[id] ?? { name, block: null, choices: {} };
}

/** Changes what is given. Errors: `disk-full`, `read-only`. */
export function rememberMachine(folder: string, change: Partial<Pick<Machine, "block" | "choices">>): void {
  const { machines } = read(folder);
  const { id } = thisMachine();
  const whole = { machines: { ...machines, [id]: { ...rememberedMachine(folder), ...change } } };
  writeWhole(fileOf(folder), `${JSON.stringify(whole, null, 2)}\n`);
}

/**
 * Where a run computes: the device that it names, or the fastest usable one by a short trial of its own training step.
 * The study remembers the choice for this machine, network and size, so that equal runs get equal keys.
 */
import { type Device, DEVICE_NAMES, DEVICES, isDevice } from "../../contract/devices.ts";
import { ApexError } from "../../contract/errors.ts";
import type { RunConfig } from "../../contract/run.ts";
import { type Computing, installedRuntime } from "../../steps/executor.ts";
import { type DeviceChoice, rememberedMachine, rememberMachine } from "../../store/devices.ts";
import type { Context, Hooks } from "../context.ts";
import { absent } from "./absent.ts";
import { trySteps } from "./trial.ts";
import { usable, type Usable } from "./usable.ts";

type Asked = Pick<RunConfig, "device" | "backbone" | "size" | "batch" | "accumulate" | "threads">;
type Place = Pick<Context, "folder" | "workerFile">;

/** Errors: `run-invalid` for a device that is not usable here, with why. */
export async function settleDevice(context: Place, asked: Asked, hooks: Hooks): Promise<Computing> {
  const device = asked.device === "auto" ? await fastest(context, asked, hooks) : await named(context, asked, hooks);
  return computingOn(context, { device, threads: asked.threads }, hooks);
}

/** A settled device with everything that a job's key holds of it. */
export async function computingOn(
  context: Place,
  { device, threads }: Pick<Computing, "device" | "threads">,
  hooks: Hooks,
): Promise<Computing> {
  const whole = { device, runtime: installedRuntime(device), threads };
  if (device !== "cpu") return whole;
  const known = rememberedMachine(context.folder).block;
  if (known !== null) return { ...whole, block: known };
  const { block } = await everyCandidate(context, hooks);
  if (block !== undefined) rememberMachine(context.folder, { block });
  return block === undefined ? whole : { ...whole, block };
}

/** Without trying anything: what `auto` chose before, or the CPU. Errors: `run-invalid` for a name that no device has. */
export function expectedDevice(folder: string, asked: Asked): Device {
  if (asked.device !== "auto") return deviceNamed(asked.device);
  return rememberedMachine(folder).choices[questionOf(asked)]?.device ?? "cpu";
}

function deviceNamed(name: string): Device {
  if (isDevice(name)) return name;
  throw refused(name, `there is no such device, only auto, ${DEVICES.join(", ")}`);
}

function refused(name: string, why: string): ApexError {
  return new ApexError(
    "run-invalid",
    `The device "${name}" is not usable on this machine: ${why.replace(/[.\s]+$/, "")}. Choose another one.`,
    { setting: "device" },
  );
}

async function named(context: Place, asked: Asked, hooks: Hooks): Promise<Device> {
  const device = deviceNamed(asked.device);
  if (device === "cpu") return device;
  const why = absent(device) ?? (await usable(context, [device], hooks)).reasons.get(device) ?? null;
  if (why !== null) throw refused(device, why);
  return device;
}

/** What a choice is remembered by. */
function questionOf({ backbone, size, batch, accumulate, threads }: Asked): string {
  const runtime = installedRuntime();
  return `${backbone}, ${size} px, ${Math.ceil(batch / accumulate)} at a time, ${threads} threads, ${runtime}`;
}

async function fastest(context: Place, asked: Asked, hooks: Hooks): Promise<Device> {
  const question = questionOf(asked);
  const known = rememberedMachine(context.folder).choices[question];
  if (known !== undefined) return known.device;
  const { reasons } = await everyCandidate(context, hooks);
  const able = candidates().filter((device) => reasons.get(device) === null);
  const seconds = able.length < 2 ? {} : await trySteps(context, { ...asked, devices: able }, hooks);
  const [best = "cpu"] = [...able].sort((a, b) => (seconds[a] ?? Infinity) - (seconds[b] ?? Infinity));
  const choice: DeviceChoice = { device: best, seconds, chosen: new Date().toISOString() };
  rememberMachine(context.folder, { choices: { ...rememberedMachine(context.folder).choices, [question]: choice } });
  if (able.length > 1) hooks.note?.(sentenceOf(choice));
  return best;
}

/** TensorFlow.js in plain JavaScript is for checking results: no trial is needed to know that. */
function candidates(): Device[] {
  const plain = installedRuntime("tfjs").startsWith("@tensorflow/tfjs-core");
  return DEVICES.filter((device) => absent(device) === null && !(device === "tfjs" && plain));
}

let tried: { readonly workerFile: string; readonly found: Usable } | null = null;

/** Tried once a process: studies that are opened one after the other are on the same machine. */
async function everyCandidate({ workerFile }: Place, hooks: Hooks): Promise<Usable> {
  if (tried?.workerFile !== workerFile)
    tried = { workerFile, found: await usable({ workerFile }, candidates(), hooks) };
  return tried.found;
}

/** "One training step took 0.2 s on the CPU, 0.05 s on WebGPU: this and equal runs train on WebGPU." */
function sentenceOf({ device, seconds }: DeviceChoice): string {
  const took = Object.entries(seconds).map(
    ([name, s]) => `${s.toPrecision(2)} s on ${isDevice(name) ? DEVICE_NAMES[name] : name}`,
  );
  return `One training step took ${took.join(", ")}: this run and equal ones train on ${DEVICE_NAMES[device]}.`;
}

/** From a sample to the files that a run's input is made of, and to the cached jobs between them. */
import path from "node:path";
import { ApexError } from "../../contract/errors.ts";
import type { RunConfig } from "../../contract/run.ts";
import { type Sample, sampleId } from "../../contract/sample.ts";
import { type JobInput, type JobSpec, describeJob, resultOf } from "../../jobs/key.ts";
import { crop } from "../../steps/crop.ts";
import { flow } from "../../steps/flow.ts";
import { FLOW_VERSIONS } from "../../steps/flow-method.ts";
import { methodConfig, type SettledFlow, weightsInput } from "../flow/how.ts";

/** The flow method of a run, once "whatever is best here" is settled. */
export type FlowSource = NonNullable<RunConfig["flow"]>;

export interface SampleFiles {
  /** Absolute; null where the sample has no such picture. */
  readonly onset: string | null;
  readonly apex: string | null;
  readonly flow: string | null;
  /** The pictures are face crops already. */
  readonly cropped: boolean;
}

/** The picture files of a sample: its own pictures first, else the frames of that number. */
export function sampleFiles(sample: Sample): SampleFiles {
  const frame = (number: number | null) => {
    const found = number === null ? undefined : sample.frames?.files.find(([each]) => each === number);
    return sample.frames && found ? path.join(sample.frames.folder, found[1]) : null;
  };
  return {
    onset: sample.onsetImage ?? frame(sample.onset),
    apex: sample.apexImage ?? frame(sample.apex),
    flow: sample.flowImage,
    cropped: sample.framing === "cropped" || sample.apexImage !== null,
  };
}

/** Why a sample cannot take part with this input; null when it can. */
export function missingFor(files: SampleFiles, input: RunConfig["input"], flowSource: FlowSource): string | null {
  switch (input) {
    case "apex":
      return files.apex ? null : "no apex frame";
    case "onset":
      return files.onset ? null : "no onset frame";
    case "flow":
      if (flowSource === "pictures") return files.flow ? null : "no flow picture";
      if (!files.onset) return "no onset frame";
      return files.apex ? null : "no apex frame";
  }
}

export interface SampleJobs {
  /** Cached jobs in the order of their dependence; empty where the input is a file as it is. */
  readonly jobs: readonly JobSpec[];
  readonly input: JobInput;
}

/** Flow is computed at this many pixels, whatever the network's size: at less, micro-motion falls under the noise. */
export const FLOW_SIZE = 224;

/** Flow of runs of earlier versions, which left no word of how it was computed. */
export const USUAL_FLOW: SettledFlow = {
  method: "tvl1",
  version: FLOW_VERSIONS.tvl1,
  weights: null,
  headMotion: "remove",
  file: null,
};

/** The jobs that make one sample's input; `digest` gives a file's SHA-256. Throws `internal` for a sample that `missingFor` refuses. */
export function sampleJobs(
  sample: Sample,
  wanted: { input: RunConfig["input"]; flow: FlowSource; size: number; how?: SettledFlow },
  digest: (file: string) => string,
): SampleJobs {
  const files = sampleFiles(sample);
  const file = (name: string | null): JobInput => {
    if (name === null) throw new ApexError("internal", `${sampleId(sample)} lacks a picture that its run needs.`);
    return { kind: "file", path: name, digest: digest(name) };
  };
  const cut = (frames: readonly ("onset" | "apex")[], size: number) =>
    describeJob(crop, {
      config: { rule: files.cropped ? "resize" : "centre-square", size },
      inputs: Object.fromEntries(frames.map((frame) => [frame, file(files[frame])])),
    });
  if (wanted.input !== "flow") {
    const cropped = cut([wanted.input], wanted.size);
    return { jobs: [cropped], input: resultOf(cropped) };
  }
  if (wanted.flow === "pictures") return { jobs: [], input: file(files.flow) };
  const cropped = cut(["onset", "apex"], FLOW_SIZE);
  const how = wanted.how ?? USUAL_FLOW;
  const flowed = describeJob(flow, {
    config: { ...methodConfig(how), removeGlobal: how.headMotion === "remove" },
    inputs: { crop: resultOf(cropped), ...weightsInput(how) },
  });
  return { jobs: [cropped, flowed], input: resultOf(flowed) };
}

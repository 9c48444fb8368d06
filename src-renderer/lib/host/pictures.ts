/** Addresses of pictures; the host bounds their sizes and lets them be kept. */
import type { SampleKey } from "../../../src-main/contract/sample.ts";

type PictureKind = "apex" | "onset" | "crop" | "flow";

const address = (kind: string, sample: SampleKey, more: Readonly<Record<string, number | undefined>>) => {
  const search = new URLSearchParams({ dataset: sample.dataset, subject: sample.subject, clip: sample.clip });
  for (const [name, value] of Object.entries(more)) if (value !== undefined) search.set(name, String(value));
  return `/picture/${kind}?${search}`;
};

/** `width` in device pixels; without it the picture is sent as large as it is. */
export const pictureOf = (kind: PictureKind, sample: SampleKey, width?: number): string =>
  address(kind, sample, { width });

/** `frame`: its number as in the file name. */
export const frameOf = (sample: SampleKey, frame: number, width?: number): string =>
  address("frame", sample, { frame, width });

/** The face crop that flow is computed on. */
export const cropOf = (sample: SampleKey, frame: "onset" | "apex"): string =>
  `${address("crop", sample, {})}${frame === "onset" ? "&frame=onset" : ""}`;

/**
 * A sample's flow as files: /flow/FORMAT?dataset&subject&clip. FORMAT: `npy` ([2, H, W] float32), `flo` (Middlebury),
 * `kitti` (16-bit PNG), `strain` (npy, [H, W]). The page draws from the arrays, and a person downloads them.
 */
import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { ApexError, fromSystemError } from "../../contract/errors.ts";
import { type SampleKey, sampleId } from "../../contract/sample.ts";
import { encodeFlo } from "../../vision/flow/export/flo.ts";
import { encodeKitti } from "../../vision/flow/export/kitti.ts";
import { type Flow, flowFromArray, flowToArray } from "../../vision/flow/flow.ts";
import { opticalStrain } from "../../vision/flow/strain.ts";
import { encodeNpy, readNpy } from "../../vision/pictures/npy.ts";
import { type Context, studyOf } from "../context.ts";
import { derivedOf } from "../pictures/derived.ts";
import { flowFile } from "../pictures/flow.ts";
import { workspacePicture } from "../pictures/places.ts";
import { sampleNamed } from "../samples/detail.ts";

interface Format {
  readonly type: string;
  /** After the sample's name. */
  readonly ending: string;
  readonly encode: (flow: Flow) => Uint8Array | Promise<Uint8Array>;
}

const FORMATS: Readonly<Record<string, Format>> = {
  npy: { type: "application/octet-stream", ending: ".npy", encode: (flow) => encodeNpy(flowToArray(flow)) },
  flo: { type: "application/octet-stream", ending: ".flo", encode: encodeFlo },
  kitti: { type: "image/png", ending: ".png", encode: encodeKitti },
  strain: {
    type: "application/octet-stream",
    ending: "-strain.npy",
    encode: (flow) => encodeNpy({ shape: [flow.height, flow.width], data: opticalStrain(flow) }),
  },
};

const name = z.string().min(1).max(500);
const query = z.object({ dataset: name, subject: name, clip: name });

/** Errors: `usage`, `not-found`, `file-missing`, `file-unreadable`, `path-escapes`. */
export async function flowFiles(context: Context, request: Request): Promise<Response> {
  const url = new URL(request.url);
  const format = FORMATS[/^\/flow\/([a-z]+)$/.exec(url.pathname)?.[1] ?? ""];
  const asked = query.safeParse(Object.fromEntries(url.searchParams));
  if (format === undefined || !asked.success)
    throw new ApexError("usage", "No flow has this address: say its format, dataset, subject and clip.");
  const sample = sampleNamed(studyOf(context), asked.data);
  const { flow } = derivedOf(context, sample);
  if (flow === null)
    throw new ApexError("not-found", `${sampleId(sample)} has no flow yet: compute it on the Study page.`, {
      clip: sample.clip,
    });
  const file = await workspacePicture(context.folder, flowFile(flow.folder));
  const tag = await tagOf(file, format.ending);
  // Another method's flow may take this one's place at any time: a window always asks whether it is the same.
  const headers = { etag: `"${tag}"`, "cache-control": "private, no-cache" };
  if (request.headers.get("if-none-match")?.includes(`"${tag}"`) === true)
    return new Response(null, { status: 304, headers });
  const bytes = new Uint8Array(await format.encode(flowFromArray(await readNpy(file), file)));
  return new Response(request.method === "HEAD" ? null : bytes, {
    headers: {
      ...headers,
      "content-type": format.type,
      "content-length": String(bytes.length),
      "content-disposition": `attachment; filename="${fileName(sample)}${format.ending}"`,
    },
  });
}

/** What every system takes as a file's name. */
const fileName = ({ dataset, subject, clip }: SampleKey) =>
  [dataset, subject, clip].map((part) => part.replaceAll(/[^A-Za-z0-9._-]+/g, "_")).join("-");

async function tagOf(file: string, ending: string): Promise<string> {
  try {
    const { size, mtimeNs } = await stat(file, { bigint: true });
    const whole = JSON.stringify([path.basename(path.dirname(file)), String(size), String(mtimeNs), ending]);
    return createHash("sha256").update(whole).digest("hex").slice(0, 24);
  } catch (error) {
    throw fromSystemError(error, "reading a flow");
  }
}

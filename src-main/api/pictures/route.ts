/**
 * Pictures by address: /picture/KIND?dataset&subject&clip[&frame=N][&width=W]. KIND: `frame` (by its number), `onset`,
 * `apex` (as imported; else what is nearest, which a header names), `crop` (the apex as the network sees it; `frame=onset` for the onset), `flow` (colour wheel).
 */
import { createHash } from "node:crypto";
import { type BigIntStats, existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { ApexError, fromSystemError, unreachable } from "../../contract/errors.ts";
import { type Sample, sampleId } from "../../contract/sample.ts";
import { frameFile } from "../../study/frames.ts";
import { type Context, studyOf } from "../context.ts";
import { sampleFiles } from "../run/sources.ts";
import { STAND_IN_HEADER } from "../../contract/api/samples.ts";
import { nearApex } from "./near-apex.ts";
import { sampleNamed } from "../samples/detail.ts";
import { derivedOf } from "./derived.ts";
import { type Encoded, encodeFile } from "./encode.ts";
import { encodeFlowFile, flowFile } from "./flow.ts";
import type { PictureMemory } from "./memory.ts";
import { sourcePicture, workspacePicture } from "./places.ts";

const KINDS = ["frame", "onset", "apex", "crop", "flow"] as const;

/** Sizes that are made, so that a window's odd widths do not fill the memory: the next one up is sent. */
const WIDTHS = [64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048] as const;
const WIDEST = WIDTHS[WIDTHS.length - 1];

const name = z.string().min(1).max(500);
const whole = z
  .string()
  .regex(/^\d{1,15}$/, "must be a whole number")
  .transform(Number);
const query = z.object({
  kind: z.enum(KINDS),
  dataset: name,
  subject: name,
  clip: name,
  frame: z.union([whole, z.enum(["onset", "apex"])]).optional(),
  width: whole.pipe(z.int().min(1).max(WIDEST)).optional(),
});
type Query = z.infer<typeof query>;

/** Private to this user; shown again without asking for a while, then only if it changed. */
const CACHE = "private, max-age=300, stale-while-revalidate=86400";

/** Errors: `usage`, `not-found`, `file-missing`, `file-unreadable`, `path-escapes`. */
export async function picture(
  { context, memory }: { context: Context; memory: PictureMemory },
  request: Request,
): Promise<Response> {
  const asked = parse(new URL(request.url));
  const sample = sampleNamed(studyOf(context), asked);
  const { file, encode, standIn } = await sourceOf(context, asked, sample);
  const width = asked.width === undefined ? null : (WIDTHS.find((each) => each >= (asked.width ?? 0)) ?? WIDEST);
  const tag = tagOf({ file, width, stats: await statOf(file) });
  const headers = {
    etag: `"${tag}"`,
    "cache-control": CACHE,
    ...(standIn === undefined ? {} : { [STAND_IN_HEADER]: standIn }),
  };
  if (request.headers.get("if-none-match")?.includes(`"${tag}"`) === true)
    return new Response(null, { status: 304, headers });
  const { type, bytes } = await memory.get(tag, () => encode(file, width));
  return new Response(request.method === "HEAD" ? null : bytes, {
    headers: { ...headers, "content-type": type, "content-length": String(bytes.length) },
  });
}

function parse(url: URL): Query {
  const kind = /^\/picture\/([a-z]+)$/.exec(url.pathname)?.[1];
  const parsed = query.safeParse({ ...Object.fromEntries(url.searchParams), kind });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ApexError(
    "usage",
    `No picture has this address: "${issue?.path.join(".") ?? ""}" ${issue?.message ?? ""}.`,
  );
}

interface Source {
  readonly file: string;
  readonly encode: (file: string, width: number | null) => Promise<Encoded>;
  /** Where another picture of the sample stands in for the one that was asked for: which one, in words. */
  readonly standIn?: string;
}

async function sourceOf(context: Context, asked: Query, sample: Sample): Promise<Source> {
  const workspace = studyOf(context);
  const none = (what: string): never => {
    throw new ApexError("not-found", `${sampleId(sample)} has no ${what}.`, { clip: sample.clip });
  };
  const source = async (file: string | null, what: string): Promise<Source> =>
    file === null ? none(what) : { file: await sourcePicture(workspace, sample, file), encode: encodeFile };
  const files = sampleFiles(sample);
  switch (asked.kind) {
    case "frame": {
      if (typeof asked.frame !== "number") return none("frame without a number: add &frame=N");
      const found = sample.frames === null ? null : frameFile(sample.frames, asked.frame);
      const file = sample.frames === null || found === null ? null : path.join(sample.frames.folder, found);
      return source(file, `frame ${asked.frame}`);
    }
    case "onset":
      return source(files.onset, "onset frame");
    case "apex": {
      if (files.apex !== null) return source(files.apex, "apex frame");
      const other = nearApex(sample);
      return other === null
        ? source(null, "apex frame")
        : { ...(await source(other.file, "apex frame")), standIn: other.words };
    }
    case "crop": {
      const which = asked.frame === "onset" ? "onset" : "apex";
      for (const folder of derivedOf(context, sample).crops) {
        const file = path.join(folder, `${which}.png`);
        if (existsSync(file)) return { file: await workspacePicture(context.folder, file), encode: encodeFile };
      }
      return none(`crop of its ${which} frame yet: a run makes it`);
    }
    case "flow": {
      const { flow } = derivedOf(context, sample);
      if (flow !== null)
        return { file: await workspacePicture(context.folder, flowFile(flow.folder)), encode: encodeFlowFile };
      return source(files.flow, "flow yet: a run on optical flow makes it");
    }
    default:
      return unreachable(asked.kind, "kind of picture");
  }
}

/** What a picture depends on: where its file lies, that file's content as far as size and time tell, the width. */
function tagOf({ file, width, stats }: { file: string; width: number | null; stats: BigIntStats }): string {
  const whole = JSON.stringify([file, String(stats.size), String(stats.mtimeNs), width]);
  return createHash("sha256").update(whole).digest("hex").slice(0, 24);
}

async function statOf(file: string): Promise<BigIntStats> {
  try {
    return await stat(file, { bigint: true });
  } catch (error) {
    throw fromSystemError(error, "reading a picture");
  }
}

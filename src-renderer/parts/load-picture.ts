/** A decoded picture in the page's own hands: it is freed the moment that it is closed, which an <img> never promises. */
import { z } from "zod";
import { STAND_IN_HEADER } from "../../src-main/contract/api/samples.ts";
import { fault } from "../../src-main/contract/fault.ts";
import { HOST_SILENT } from "../lib/host/faults.ts";

export type Loaded =
  /** `standIn`: what it shows instead of what was asked for, in words. */
  | { readonly ok: true; readonly picture: ImageBitmap; readonly standIn: string | null }
  /** A sentence that says why it cannot be shown. */
  | { readonly ok: false; readonly sentence: string };

/** Never throws; once `signal` is aborted its outcome means nothing. Whoever takes the picture closes it. */
export async function loadPicture(address: string, signal: AbortSignal): Promise<Loaded> {
  try {
    const answer = await fetch(address, { signal });
    const standIn = answer.headers.get(STAND_IN_HEADER);
    if (answer.ok) return { ok: true, picture: await createImageBitmap(await answer.blob()), standIn };
    return { ok: false, sentence: sentenceOf(await answer.text()) };
  } catch (error) {
    // A picture that the host sent and the browser cannot decode, or no answer at all.
    const decoding = error instanceof DOMException && error.name === "InvalidStateError";
    return { ok: false, sentence: decoding ? "Its file is damaged: it is not a whole picture." : HOST_SILENT };
  }
}

/** A fault in the answer to a plain request, in the form that calls have it. */
const refusal = z.object({ error: z.object({ data: z.object({ fault }) }) });

/** The host's own sentence, where it said one. */
function sentenceOf(body: string): string {
  const nothingSaid = "The host could not give this picture.";
  try {
    return refusal.safeParse(JSON.parse(body)).data?.error.data.fault.message ?? nothingSaid;
  } catch {
    return nothingSaid; // no JSON
  }
}

/**
 * The whole app as one function from a request to an answer: calls under /trpc, pictures under /picture, flow
 * arrays under /flow, the page's files. It knows no socket and no cookie: who may ask is the door's business (door/).
 */
import { TRPCError } from "@trpc/server";
import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { getHTTPStatusCodeFromError } from "@trpc/server/http";
import { TRPC_ERROR_CODES_BY_KEY } from "@trpc/server/rpc";
import { ApexError, fromSystemError } from "../contract/errors.ts";
import type { Page } from "./door/page.ts";
import { flowFiles } from "./flow/files.ts";
import type { Call, House } from "./house.ts";
import { PictureMemory } from "./pictures/memory.ts";
import { picture } from "./pictures/route.ts";
import { faultOf, statusOf } from "./procedure.ts";
import { appRouter } from "./router.ts";

export type Handler = (request: Request, from: Call["from"]) => Promise<Response>;

/** Calls of one batch; the page's own are a handful. */
const MOST_CALLS = 20;

export function createHandler(house: House, page: Page): Handler {
  const memory = new PictureMemory();
  const route: Handler = async (request, from) => {
    const { pathname } = new URL(request.url);
    if (pathname.startsWith("/trpc/")) return calls(request, { house, from });
    if (request.method !== "GET" && request.method !== "HEAD")
      return refusal(new ApexError("usage", "Only reading is possible here."), 405);
    if (pathname.startsWith("/picture/")) return picture({ context: house.context(), memory }, request);
    if (pathname.startsWith("/flow/")) return flowFiles(house.context(), request);
    return (
      (await page.answer(pathname)) ?? refusal(new ApexError("not-found", "There is nothing at this address."), 404)
    );
  };
  return async (request, from) => {
    try {
      return secured(await route(request, from));
    } catch (error) {
      return secured(refusal(fromSystemError(error, "answering")));
    }
  };
}

async function calls(request: Request, call: Call): Promise<Response> {
  // A stream ends its generator when either its request or its answer is given up.
  const ended = new AbortController();
  const end = () => ended.abort();
  request.signal.addEventListener("abort", end, { once: true });
  const response = await fetchRequestHandler({
    router: appRouter,
    req: new Request(request, { signal: ended.signal }),
    endpoint: "/trpc",
    maxBatchSize: MOST_CALLS,
    createContext: () => call,
  });
  if (response.body === null || response.headers.get("content-type")?.startsWith("text/event-stream") !== true)
    return response;
  return new Response(endingWith(response.body, end), response);
}

/** The same bytes; cancelling them tells. */
function endingWith(body: ReadableStream<Uint8Array>, end: () => void): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await reader.read();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel(reason) {
      end();
      await reader.cancel(reason);
    },
  });
}

/** A fault as JSON, in the form of the calls, so that a client of theirs reads it too. */
export function refusal(error: unknown, status?: number): Response {
  const known = error instanceof ApexError ? error : null;
  const message = error instanceof Error ? error.message : String(error);
  const trpc = new TRPCError({
    code: known === null ? "INTERNAL_SERVER_ERROR" : statusOf(known.code),
    message,
    cause: error,
  });
  const httpStatus = status ?? getHTTPStatusCodeFromError(trpc);
  const fault = faultOf(trpc);
  const data = { code: trpc.code, httpStatus, path: null, fault };
  return Response.json(
    { error: { message: fault.message, code: TRPC_ERROR_CODES_BY_KEY[trpc.code], data } },
    { status: httpStatus },
  );
}

const HEADERS: Readonly<Record<string, string>> = {
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
};

/** With the headers that every answer has, whichever door it leaves by. */
export function secured(response: Response): Response {
  for (const [name, value] of Object.entries(HEADERS)) response.headers.set(name, value);
  if (!response.headers.has("cache-control")) response.headers.set("cache-control", "no-store");
  if (!response.headers.has("content-security-policy"))
    response.headers.set("content-security-policy", "default-src 'none'; frame-ancestors 'none'");
  return response;
}

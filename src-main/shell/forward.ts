/** Carries a request of the window to the host's private socket, and the answer back, both as streams. */
import { request as httpRequest, type IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import { ORIGIN } from "./address.ts";

/** They describe one connection, or ask for an encoding that the window would not undo on its own scheme. */
const NOT_SENT = new Set(["connection", "host", "accept-encoding", "keep-alive", "transfer-encoding", "upgrade", "te"]);
const NOT_RETURNED = new Set(["connection", "keep-alive", "transfer-encoding"]);
/** Statuses whose answers have no body, not even an empty one. */
const BODILESS = new Set([204, 205, 304]);

/**
 * Resolves when the answer's head is there; its body follows as the window reads it. Cancelling the body, or aborting
 * the request, ends the exchange with the host. Rejects with the system's error when the host does not answer.
 */
export function forward(request: Request, socketPath: string): Promise<Response> {
  const headers = Object.fromEntries([...request.headers].filter(([name]) => !NOT_SENT.has(name)));
  return new Promise((resolve, reject) => {
    const upstream = httpRequest({
      socketPath,
      method: request.method,
      path: request.url.slice(ORIGIN.length).split("#", 1)[0],
      headers: { ...headers, host: "localhost" },
      signal: request.signal,
      // A connection an exchange: a kept one may be closed by the host in the moment that it is used again.
      agent: false,
    });
    upstream.on("error", reject);
    upstream.on("response", (answer) => resolve(toResponse(answer)));
    if (request.body === null) upstream.end();
    else
      Readable.fromWeb(request.body)
        .on("error", (error) => upstream.destroy(error))
        .pipe(upstream);
  });
}

function toResponse(answer: IncomingMessage): Response {
  const headers = new Headers();
  for (let index = 0; index + 1 < answer.rawHeaders.length; index += 2) {
    const [name = "", value = ""] = answer.rawHeaders.slice(index, index + 2);
    if (!NOT_RETURNED.has(name.toLowerCase())) headers.append(name, value);
  }
  const status = answer.statusCode ?? 502;
  if (!BODILESS.has(status)) return new Response(bodyOf(answer), { status, headers });
  answer.resume();
  return new Response(null, { status, headers });
}

/** Pulls a chunk when the window has room for one, so that a slow window slows the host. */
function bodyOf(answer: IncomingMessage): ReadableStream<Uint8Array> {
  const chunks = answer[Symbol.asyncIterator]();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (done === true) controller.close();
      else controller.enqueue(value);
    },
    cancel: () => void answer.destroy(),
  });
}

/** From Node's HTTP server to requests and answers of the fetch kind: streams both ways, bounded bodies, ends that are told. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { finished } from "node:stream/promises";
import { ApexError, fromSystemError } from "../../contract/errors.ts";
import { refusal, secured } from "../handler.ts";

/** No call is longer; what a page sends are settings, never files. */
const MOST_BODY = 1024 * 1024;

/** How long the rest of a refused body is read, in milliseconds: any of this machine's programs has sent it by then. */
const LAST_WORDS = 5000;

/** A port of this machine alone, or a socket's path. */
export type Place = { readonly port: number } | { readonly socket: string };

export interface Listening extends AsyncDisposable {
  /** The port that was taken; null for a socket. */
  readonly port: number | null;
}

/** Errors: `refused` where the port is taken, `read-only` where the socket cannot be made. Disposing ends all exchanges. */
export async function listen(place: Place, handle: (request: Request) => Promise<Response>): Promise<Listening> {
  const server = createServer((incoming, outgoing) => void exchange({ incoming, outgoing, handle }));
  await opened(server, place);
  const address: AddressInfo | string | null = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : null,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function opened(server: Server, place: Place): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: Error) => reject(listenFault(error, place)));
    if ("port" in place) server.listen(place.port, "127.0.0.1", resolve);
    else server.listen(place.socket, resolve);
  });
}

function listenFault(error: Error, place: Place): unknown {
  if (!("code" in error) || error.code !== "EADDRINUSE") return fromSystemError(error, "opening the door for the page");
  const taken = "port" in place ? `The port ${place.port}` : `The socket ${place.socket}`;
  return new ApexError("refused", `${taken} is in use by another program: choose another one.`, {
    setting: "port",
    cause: error,
  });
}

interface Exchange {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly handle: (request: Request) => Promise<Response>;
}

async function exchange({ incoming, outgoing, handle }: Exchange): Promise<void> {
  const ended = new AbortController();
  outgoing.on("close", () => ended.abort());
  try {
    const request = await toRequest(incoming, ended.signal);
    if (request instanceof Response) await refuse(request, { incoming, outgoing });
    else await send(await handle(request), outgoing);
  } catch (error) {
    if (!outgoing.headersSent) await send(secured(refusal(error)), outgoing);
    else outgoing.destroy();
  }
}

/**
 * Answers at once, and ends the connection when the body that is refused has come to its end. Ended before, the system
 * would reset it for what was not read, and the answer be lost to a caller that is still sending.
 */
async function refuse(refused: Response, { incoming, outgoing }: Omit<Exchange, "handle">): Promise<void> {
  const answer = Buffer.from(await refused.arrayBuffer());
  for (const [name, value] of refused.headers) outgoing.setHeader(name, value);
  outgoing.writeHead(refused.status, { connection: "close", "content-length": answer.length });
  outgoing.write(answer);
  await Promise.race([
    finished(incoming.resume(), { signal: AbortSignal.timeout(LAST_WORDS) }),
    once(outgoing, "close"),
  ]).catch(() => undefined); // a caller that is gone, or that never ends: it has had its answer
  outgoing.end();
}

/** The request with its whole body; an answer instead where it cannot be one. */
async function toRequest(incoming: IncomingMessage, signal: AbortSignal): Promise<Request | Response> {
  const { method = "GET", url = "/", headers, rawHeaders } = incoming;
  // Only a path: a whole address in the request line would name a host of its own.
  const target = url.startsWith("/") && URL.canParse(`http://${headers.host ?? "localhost"}${url}`);
  if (!target) return tooOdd("The address is not understood.", 400);
  if (!["GET", "HEAD", "POST"].includes(method)) return tooOdd("Only reading and calling are possible.", 405);
  const body = method === "POST" ? await bodyOf(incoming) : null;
  if (body === "too-long") return tooOdd("The call is longer than any that Apexlab knows.", 413);
  const pairs: [string, string][] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) pairs.push([rawHeaders[i], rawHeaders[i + 1]]);
  return new Request(`http://${headers.host ?? "localhost"}${url}`, { method, headers: pairs, body, signal });
}

const tooOdd = (sentence: string, status: number) => secured(refusal(new ApexError("usage", sentence), status));

async function bodyOf(incoming: IncomingMessage): Promise<Uint8Array<ArrayBuffer> | "too-long"> {
  if (Number(incoming.headers["content-length"] ?? 0) > MOST_BODY) return "too-long";
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of incoming.iterator({ destroyOnReturn: false })) {
    length += part.length;
    if (length > MOST_BODY) return "too-long";
    parts.push(part);
  }
  return new Uint8Array(Buffer.concat(parts));
}

async function send(response: Response, outgoing: ServerResponse): Promise<void> {
  const cookies = response.headers.getSetCookie();
  for (const [name, value] of response.headers) if (name !== "set-cookie") outgoing.setHeader(name, value);
  if (cookies.length > 0) outgoing.setHeader("set-cookie", cookies);
  outgoing.writeHead(response.status);
  if (response.body === null) {
    outgoing.end();
    return;
  }
  outgoing.flushHeaders();
  const body = Readable.fromWeb(response.body);
  outgoing.on("close", () => body.destroy()); // cancels the answer, and with it what makes it
  await new Promise<void>((resolve) => {
    body.on("error", () => outgoing.destroy());
    outgoing.on("close", resolve);
    body.pipe(outgoing);
  });
}

/**
 * The browser's door. The printed address holds a code that opens it once and is dead then; what it is exchanged for is
 * a cookie that no other site's page can send (SameSite=Strict) and no script can read (HttpOnly). A request that names
 * another host (DNS rebinding) or comes from another origin is refused before anything of it is looked at.
 */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { ApexError } from "../../contract/errors.ts";
import { type Handler, refusal, secured } from "../handler.ts";
import { sentencePage } from "./page.ts";

export interface Guard {
  readonly handle: (request: Request) => Promise<Response>;
  /** A new address that opens the door once. */
  readonly address: () => string;
}

export interface GuardOptions {
  /** `http://127.0.0.1:PORT`, the only name that the host answers to. */
  readonly origin: string;
  /** What the cookie must hold; a host that starts again after a crash goes on with the same. */
  readonly session: string;
}

/** Codes that were printed and not used; an old one is forgotten when there are more. */
const MOST_CODES = 20;

export const newSecret = (): string => randomBytes(24).toString("base64url");

export function createGuard(handler: Handler, { origin, session }: GuardOptions): Guard {
  const codes = new Set<string>();
  const { host, port } = new URL(origin);
  const cookie = `apexlab-${port}`;
  const enter = (code: string): Response => {
    const found = [...codes].find((known) => same(known, code));
    if (found === undefined)
      return sentencePage(
        "This address was used before, or is an old one: it opens Apexlab once. Take the address that Apexlab prints when it is started again, or go on in the window that it opened.",
        403,
      );
    codes.delete(found);
    return new Response(null, {
      status: 303,
      headers: {
        location: "/",
        "set-cookie": `${cookie}=${session}; Path=/; HttpOnly; SameSite=Strict`,
      },
    });
  };
  const answer = async (request: Request): Promise<Response> => {
    if (request.headers.get("host") !== host) return refused("it names another host");
    const from = request.headers.get("origin");
    if (from !== null && from !== origin) return refused("it comes from another origin");
    const reading = request.method === "GET" || request.method === "HEAD";
    if (!reading && from === null) return refused("it does not say where it comes from");
    const url = new URL(request.url);
    const known = cookieOf(request, cookie);
    const inside = known !== null && same(known, session);
    const code = url.searchParams.get("code");
    if (url.pathname === "/" && code !== null && request.method === "GET") {
      // A window that is inside already keeps its place when it is reloaded.
      return inside ? new Response(null, { status: 303, headers: { location: "/" } }) : enter(code);
    }
    if (!isOwnFetch(request)) return refused("it comes from another site");
    if (inside) return handler(request, "page");
    return url.pathname === "/"
      ? sentencePage("This window has not been let in: open the address that Apexlab printed, or start it again.", 403)
      : refused("it has no valid cookie");
  };
  return {
    handle: async (request) => secured(await answer(request)),
    address: () => {
      const code = newSecret();
      codes.add(code);
      for (const oldest of codes) {
        if (codes.size <= MOST_CODES) break;
        codes.delete(oldest);
      }
      return `${origin}/?code=${code}`;
    },
  };
}

const refused = (why: string): Response =>
  refusal(new ApexError("refused", `The request was refused: ${why}. Open the address that Apexlab printed.`));

/** What browsers themselves say of a request; a page of another site, or of another port, may show nothing of ours. */
function isOwnFetch(request: Request): boolean {
  const site = request.headers.get("sec-fetch-site");
  return site === null || site === "same-origin" || site === "none";
}

function cookieOf(request: Request, name: string): string | null {
  for (const part of (request.headers.get("cookie") ?? "").split(";")) {
    const [key, ...value] = part.trim().split("=");
    if (key === name) return value.join("=");
  }
  return null;
}

const digest = (text: string) => createHash("sha256").update(text).digest();

/** In a time that tells nothing about where they differ. */
export function same(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b));
}

/** The built page's files and the policy that its window lives under. */
import { randomBytes } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";

export interface Page {
  /** Null where the address is no file of the page. */
  readonly answer: (pathname: string) => Promise<Response | null>;
}

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".woff2": "font/woff2",
  ".json": "application/json; charset=utf-8",
  ".map": "application/json; charset=utf-8",
};

/** Stands in the built index.html for a nonce that is new in every answer. */
const NONCE = "__CSP_NONCE__";

/**
 * The files of a folder as they were when the host started: an address is looked up among their names, so that none
 * can lead anywhere else. Links and files of other kinds are left out. Without the folder: a page that says so.
 */
export function openPage(folder: string): Page {
  const files = new Map(filesOf(folder, ""));
  return {
    answer: async (pathname) => {
      const name = pathname === "/" ? "/index.html" : pathname;
      const file = files.get(name);
      if (name === "/index.html") return html(file === undefined ? NOT_BUILT : await readFile(file, "utf8"));
      if (file === undefined) return null;
      // The build names its assets by their content.
      const cache = name.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache";
      return new Response(new Uint8Array(await readFile(file)), {
        headers: { "content-type": TYPES[path.extname(file)] ?? "", "cache-control": cache },
      });
    },
  };
}

/** Addresses and files below `folder`; nothing where it is not there. readdir's own recursion would follow links. */
function* filesOf(folder: string, address: string): Generator<[address: string, file: string]> {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) yield* filesOf(file, `${address}/${entry.name}`);
    else if (entry.isFile() && TYPES[path.extname(entry.name)] !== undefined) yield [`${address}/${entry.name}`, file];
  }
}

/** A document of the window; only what the host itself serves is ever loaded, and no script stands inside it. */
export function html(text: string, status = 200): Response {
  const nonce = randomBytes(18).toString("base64");
  return new Response(text.replaceAll(NONCE, nonce), {
    status,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": policy(nonce),
    },
  });
}

function policy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}

/** A whole document of one sentence, for where there is no page to show it. */
export function sentencePage(sentence: string, status = 200): Response {
  const text = sentence.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return html(document(text), status);
}

const document = (text: string) => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>Apexlab</title>
<style nonce="${NONCE}">body{font:16px/1.5 system-ui,sans-serif;max-width:40em;margin:20vh auto;padding:0 24px}</style>
</head><body><p>${text}</p></body></html>
`;

const NOT_BUILT = document("The page is not built here: run <code>npm run build</code>, then start Apexlab again.");

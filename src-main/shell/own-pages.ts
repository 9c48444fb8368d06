/** The pages that the shell shows by itself while there is no host to ask: plain HTML, no script. */
import { createHash } from "node:crypto";
import { COMMAND } from "./address.ts";

/** For a document of the host that brings no policy of its own. */
export const STRICT_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const STYLE = `
:root { color-scheme: light dark; --ground: #f7f7f8; --ink: #1b1b1f; --muted: #54545e; --accent: #4452d6; --line: #cdcdd4; }
@media (prefers-color-scheme: dark) { :root { --ground: #121214; --ink: #ededf0; --muted: #a6a6b0; --accent: #4f5ee3; --line: #43434b; } }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--ground); color: var(--ink);
  font: 15px/24px Inter, system-ui, sans-serif; }
main { max-width: 560px; padding: 32px; }
h1 { margin: 0 0 8px; font-size: 20px; line-height: 28px; font-weight: 600; }
p { margin: 0 0 24px; color: var(--muted); overflow-wrap: anywhere; }
a { display: inline-block; margin-right: 8px; padding: 8px 16px; border: 1px solid var(--line); border-radius: 6px;
  color: var(--ink); text-decoration: none; }
a.first { border-color: var(--accent); background: var(--accent); color: #fff; }
a:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }`;

const OWN_POLICY = `${STRICT_POLICY}; style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'`;

/** While the host takes its time to open the study. */
export const startingPage = (): Response =>
  page({
    title: "Opening the study …",
    sentence: "This takes a moment after an update, or where the study is large.",
  });

/** When the host has ended: `sentence` says how. The buttons are commands that the shell catches. */
export const stoppedPage = (sentence: string, { opened }: { opened: boolean }): Response =>
  page({
    title: opened ? "Apexlab stopped working" : "The study was not opened",
    sentence: opened
      ? `${sentence} Everything that was saved is kept; a run that was in progress can go on from there.`
      : sentence,
    buttons: `<a class="first" href="${COMMAND.restart}">${opened ? "Restart" : "Try again"}</a><a href="${COMMAND.openWorkspace}">Open another study …</a>`,
  });

/** For calls and pictures that come while there is no host. */
export const unavailable = (sentence: string): Response =>
  new Response(sentence, { status: 503, headers: { "content-type": "text/plain; charset=utf-8" } });

function page({ title, sentence, buttons = "" }: { title: string; sentence: string; buttons?: string }): Response {
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Apexlab</title><style>${STYLE}</style></head>
<body><main><div role="alert"><h1>${title}</h1><p>${escapeHtml(sentence)}</p></div>${buttons}</main></body></html>`;
  return new Response(html, {
    status: 503,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": OWN_POLICY,
      "cache-control": "no-store",
    },
  });
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
const escapeHtml = (plain: string) => plain.replaceAll(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);

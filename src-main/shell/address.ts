/** The window's own addresses. Everything that it may show or ask begins with HOME; nothing else is ever loaded. */

export const SCHEME = "app";
export const ORIGIN = `${SCHEME}://apexlab`;
export const HOME = `${ORIGIN}/`;

/** Links of the shell's own pages: following one is a command, never a navigation. */
export const COMMAND = { restart: `${HOME}-/restart`, openWorkspace: `${HOME}-/open-workspace` } as const;

/** Compared as text: Chromium has normalised the address, and no parser's leniency may decide what is ours. */
export const isOurs = (url: string): boolean => url.startsWith(HOME);

/** A permission's origin comes with or without the last slash. */
export const isOurOrigin = (origin: string): boolean => origin === ORIGIN || origin === HOME;

/** Whether an answer to this address would fill the window: neither a call, nor a picture, nor a file of the page. */
export function isDocument(url: string): boolean {
  const path = url.slice(ORIGIN.length).split(/[?#]/, 1)[0] ?? "";
  return !/^\/(trpc|picture)\//.test(path) && !/\.\w+$/.test(path.replace(/\.html$/, ""));
}

/**
 * Where the page is: `#/browse?dataset=casme2&class=positive`. The address is the page's only memory of what is
 * shown, so a reload, Back and a copied link all lead to the same view; in the hash, it asks nothing of the host.
 */
import { useSyncExternalStore } from "react";

export const PAGES = ["study", "browse", "experiments", "settings"] as const;
export type PageId = (typeof PAGES)[number];

export interface Route {
  readonly page: PageId;
  /** What follows the page's name, decoded: `#/experiments/run-7` -> ["run-7"]. */
  readonly rest: readonly string[];
  readonly search: URLSearchParams;
}

type Search = Readonly<Record<string, string | number | readonly string[] | null | undefined>>;

export interface Target {
  readonly page: PageId;
  readonly rest?: readonly string[];
  /** Empty and absent values are left out; a list repeats its name. */
  readonly search?: Search | URLSearchParams;
}

/** The address of a view, for links: `<a href={href({ page: "browse", search: { dataset: "samm" } })}>`. */
export function href({ page, rest = [], search = {} }: Target): string {
  const query = (search instanceof URLSearchParams ? search : toSearch(search)).toString();
  return `#/${[page, ...rest].map(encodeURIComponent).join("/")}${query === "" ? "" : `?${query}`}`;
}

/** `replace` for what a person would not want to step back through, such as typing in a filter. */
export function navigate(target: Target, { replace = false }: { replace?: boolean } = {}): void {
  const address = href(target);
  if (address === window.location.hash) return;
  if (replace) window.history.replaceState(null, "", address);
  else window.history.pushState(null, "", address);
  for (const listener of listeners) listener();
}

/** The view that the address names; anything unknown is the study. */
export function useRoute(): Route {
  const hash = useSyncExternalStore(subscribe, () => window.location.hash);
  if (cached.hash !== hash) cached = { hash, route: parseRoute(hash) };
  return cached.route;
}

export function parseRoute(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split(/\?(.*)/s);
  const [first, ...rest] = path
    .split("/")
    .filter((part) => part !== "")
    .map(decode);
  const page = PAGES.find((known) => known === first);
  return { page: page ?? "study", rest: page === undefined ? [] : rest, search: new URLSearchParams(query) };
}

let cached = { hash: "", route: parseRoute("") };

const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener("popstate", listener);
  window.addEventListener("hashchange", listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener("popstate", listener);
    window.removeEventListener("hashchange", listener);
  };
}

function toSearch(search: Search): URLSearchParams {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    if (value === null || value === undefined || value === "") continue;
    for (const each of Array.isArray(value) ? value : [value]) params.append(name, String(each));
  }
  return params;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // a broken escape in a typed address: taken as it stands
  }
}

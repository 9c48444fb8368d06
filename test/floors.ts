/** The house's import graph and the rules that hold its floors (ARCHITECTURE.md, "Floors"). */
import { globSync, readFileSync } from "node:fs";
import path from "node:path";

/** Lower may never import higher, and rooms of one rank never import each other. */
export const RANKS: Readonly<Record<string, number>> = {
  contract: 0,
  engine: 1,
  evaluation: 2,
  vision: 2,
  learning: 3,
  annotation: 4,
  study: 4,
  steps: 5,
  store: 5,
  jobs: 6,
  api: 7,
  "app.ts": 8,
  // Beside app.ts, which it may therefore never import: the window's process runs none of the app.
  shell: 8,
  cli: 9,
  "main.ts": 9,
  "serve.ts": 9,
  "worker.ts": 9,
};

/** Rooms whose imports are named one by one, packages included; `true` on a package name covers its sub-paths. */
const ONLY: Readonly<Record<string, readonly string[]>> = {
  contract: ["contract", "zod"],
};

/** What pure rooms never reach for: no database, no window, no network, no processes. */
const PURE = ["engine", "vision", "evaluation", "learning"];
const IMPURE_PACKAGE = /^(better-sqlite3|electron|node:(http|https|net|child_process|cluster|dgram|tls|sqlite))(\/|$)/;

/** The one file beside contract that the page may name, for the types of its calls. */
const ROUTER = "src-main/api/router.ts";

export interface SourceFile {
  /** Path from the project's root, with forward slashes. */
  readonly file: string;
  readonly text: string;
}

export function readSources(root: string): SourceFile[] {
  return globSync("src-*/**/*.{ts,tsx}", { cwd: root })
    .map((file) => file.split(path.sep).join("/"))
    .filter((file) => !/\.test\.tsx?$/.test(file))
    .sort()
    .map((file) => ({ file, text: readFileSync(path.join(root, file), "utf8") }));
}

/** Module names of every static or dynamic import and re-export, type imports included. */
export function importsOf(text: string): string[] {
  const code = text.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/^\s*\/\/.*$/gm, "");
  const found = code.matchAll(
    /(?:^|[\s;}])(?:import|export)\s(?:[^"';]*?\sfrom\s*)?"([^"]+)"|\bimport\s*\(\s*"([^"]+)"\s*\)/g,
  );
  return [...found].map((match) => match[1] ?? match[2] ?? "");
}

const typeOnly = (text: string, name: string) =>
  text.split(";").every((statement) => !statement.includes(`"${name}"`) || /^\s*import\s+type\s/.test(statement));

/** The room of a file of src-main (`engine`, `app.ts`), or its first folder elsewhere (`src-renderer`). */
function roomOf(file: string): string {
  const [top, second] = file.split("/");
  return top === "src-main" ? (second ?? "") : (top ?? "");
}

/** Every broken rule of the floors, one sentence each; an empty list means that the house stands. */
export function violations(sources: readonly SourceFile[]): string[] {
  const known = new Set(sources.map(({ file }) => file));
  const broken: string[] = [];
  const edges = new Map<string, string[]>();
  for (const { file, text } of sources) {
    const room = roomOf(file);
    const inMain = file.startsWith("src-main/");
    if (inMain && RANKS[room] === undefined) broken.push(`${file}: "${room}" is no room of the house.`);
    const targets: string[] = [];
    edges.set(file, targets);
    for (const name of importsOf(text)) {
      if (!name.startsWith(".")) {
        if (PURE.includes(room) && IMPURE_PACKAGE.test(name))
          broken.push(`${file} imports ${name}, but ${room} is pure.`);
        if (ONLY[room]?.every((allowed) => name !== allowed && !name.startsWith(`${allowed}/`)))
          broken.push(`${file} imports ${name}, but ${room} may only import ${ONLY[room].join(", ")}.`);
        continue;
      }
      const target = path.posix.normalize(path.posix.join(path.posix.dirname(file), name));
      if (/\.(ts|tsx)$/.test(target) && !known.has(target))
        broken.push(`${file} imports ${target}, which does not exist.`);
      targets.push(target);
      broken.push(...climbs(file, target));
      if (target === ROUTER && !file.startsWith("src-main/") && !typeOnly(text, name))
        broken.push(`${file} imports values of ${target}: the page may import its types only.`);
    }
  }
  return [...broken, ...cycles(edges)];
}

function climbs(file: string, target: string): string[] {
  if (target === "package.json") return []; // the version; stands in no room
  const [from, to] = [roomOf(file), roomOf(target)];
  if (!file.startsWith("src-main/")) {
    const outside = target.startsWith("src-main/") && to !== "contract" && target !== ROUTER;
    return outside ? [`${file} imports ${target}: the page may import values of contract only.`] : [];
  }
  if (from === to) return [];
  if (from === "store" && to !== "contract") return [`${file} imports ${target}: store imports only contract.`];
  const [fromRank, toRank] = [RANKS[from] ?? -1, RANKS[to] ?? Number.POSITIVE_INFINITY];
  return fromRank > toRank ? [] : [`${file} imports ${target}: ${from} does not stand above ${to}.`];
}

function cycles(edges: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (file: string, trail: readonly string[]) => {
    const start = trail.indexOf(file);
    if (start >= 0) {
      found.push(`Cycle: ${[...trail.slice(start), file].join(" -> ")}.`);
      return;
    }
    if (done.has(file)) return;
    for (const next of edges.get(file) ?? []) visit(next, [...trail, file]);
    done.add(file);
  };
  for (const file of edges.keys()) visit(file, []);
  return found;
}

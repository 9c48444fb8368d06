/**
 * What stands beside the window's process in a packaged app: the built host and page, the Node that runs them, and the
 * packages that they load, with the native files of one system only.
 */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import path from "node:path";

export interface Target {
  readonly platform: "linux" | "darwin" | "win32";
  readonly arch: "x64" | "arm64";
}

export interface Shipped {
  /** Absolute. */
  readonly from: string;
  /** Below the host's folder, with forward slashes. */
  readonly to: string;
}

export interface Sources {
  /** The project's folder: package.json, node_modules, resources. */
  readonly root: string;
  /** The built folder, `out` as a rule. */
  readonly built: string;
  readonly target: Target;
}

/** Packages that only serve another package's installation, or are shipped in another way. */
const LEFT_OUT = new Set(["node", "adm-zip", "global-agent", "node-addon-api"]);
/** What no running program reads. */
const UNREAD =
  /(\.(md|markdown|map|d\.[cm]?ts|tsx?|gypi?)|(^|\/)(\.[^/]+|tests?|docs?|example|examples|src|deps|install|bench|CHANGELOG[^/]*))(\/|$)/i;

/**
 * Every file of the host, by its place below the host's folder. Throws an Error with a sentence where the native files
 * for `target` are not installed: a package is made on the system that it is for.
 */
export function hostFiles({ root, built, target }: Sources): Shipped[] {
  const files = [
    { from: nodeBinary(root, target), to: target.platform === "win32" ? "node.exe" : "node" },
    ...below(path.join(built, "main"), "out/main").filter(({ to }) => to !== "out/main/main.js"),
    ...below(path.join(built, "renderer"), "out/renderer"),
    ...below(path.join(root, "resources"), "resources"),
    ...packageFiles(root, target),
  ].sort((a, b) => (a.to < b.to ? -1 : 1));
  for (const native of nativeFiles(target))
    if (!files.some(({ to }) => native.test(to)))
      throw new Error(
        `The native files for ${target.platform}-${target.arch} are not installed (${native.source}): make the package on that system.`,
      );
  return files;
}

/** One of each must be there, or the packaged host would not start. */
const nativeFiles = ({ platform, arch }: Target) => [
  new RegExp(`^node_modules/onnxruntime-node/bin/napi-v\\d+/${platform}/${arch}/onnxruntime_binding\\.node$`),
  new RegExp(`^node_modules/better-sqlite3/prebuilds/${platform}-${arch}\\.node$`),
  new RegExp(`^node_modules/@img/sharp-${platform}-${arch}/.*\\.node$`),
];

function nodeBinary(root: string, target: Target): string {
  if (target.platform !== process.platform || target.arch !== process.arch)
    throw new Error(
      `The bundled Node for ${target.platform}-${target.arch} is not installed: make the package on that system.`,
    );
  return path.join(root, "node_modules", "node", "bin", target.platform === "win32" ? "node.exe" : "node");
}

/** Files of the packages that the host needs, found as Node finds them, nested ones included. */
function packageFiles(root: string, target: Target): Shipped[] {
  const found = new Map<string, string>();
  const visit = (name: string, from: string, optional: boolean) => {
    if (LEFT_OUT.has(name)) return;
    const folder = resolvePackage(name, from);
    if (folder === undefined) {
      if (optional) return; // another system's
      throw new Error(`The package ${name}, which ${path.basename(from)} needs, is not installed: run npm ci.`);
    }
    const to = path.relative(root, folder).split(path.sep).join("/");
    if (found.has(to)) return;
    found.set(to, folder);
    const { dependencies, optionalDependencies } = readPackage(folder);
    for (const each of Object.keys(dependencies)) if (!(each in optionalDependencies)) visit(each, folder, false);
    for (const each of Object.keys(optionalDependencies)) visit(each, folder, true);
  };
  for (const name of Object.keys(readPackage(root).dependencies)) visit(name, root, false);
  return [...found].flatMap(([to, folder]) =>
    below(folder, to).filter((file) => wanted(file.to.slice(to.length + 1), to, target)),
  );
}

function wanted(file: string, folder: string, { platform, arch }: Target): boolean {
  if (file.startsWith("node_modules/")) return false; // a nested package is found by its own name
  const name = folder.slice(folder.lastIndexOf("node_modules/") + "node_modules/".length);
  switch (name) {
    case "onnxruntime-node":
      return file.startsWith("bin/")
        ? new RegExp(`^bin/[^/]+/${platform}/${arch}/`).test(file)
        : /^(dist\/.*\.js|package\.json|LICENSE)$/.test(file);
    case "better-sqlite3":
      return file.startsWith("prebuilds/") ? file === `prebuilds/${platform}-${arch}.node` : !UNREAD.test(file);
    case "@tensorflow/tfjs-core":
    case "@tensorflow/tfjs-backend-cpu":
      return /^(dist\/tf-[a-z-]+\.node\.js|package\.json)$/.test(file);
    default:
      return name.startsWith("@img/") || !UNREAD.test(file);
  }
}

function resolvePackage(name: string, from: string): string | undefined {
  for (let at = from; ; at = path.dirname(at)) {
    const folder = path.join(at, "node_modules", ...name.split("/"));
    if (existsSync(path.join(folder, "package.json"))) return folder;
    if (at === path.dirname(at)) return undefined;
  }
}

interface PackageFile {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
}

function readPackage(folder: string): PackageFile {
  const { dependencies = {}, optionalDependencies = {} } = JSON.parse(
    readFileSync(path.join(folder, "package.json"), "utf8"),
  );
  return { dependencies, optionalDependencies };
}

function below(folder: string, to: string): Shipped[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .map((from) => ({ from, to: `${to}/${path.relative(folder, from).split(path.sep).join("/")}` }));
}

/**
 * Loaded into a worker before anything else (`node --import`): counts the touches of files in run folders and ends the
 * process, or its whole group, by SIGKILL at the one asked for: a write after half of its bytes, anything else before
 * it happens. So a kill lands inside a checkpoint's write by count, not by luck.
 */
import fs from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import path from "node:path";
import { DEATH, NOTE, death } from "./death.ts";

const wanted = death.parse(JSON.parse(process.env[DEATH] ?? ""));
if (wanted.at !== "file") throw new TypeError("This death is brought by the harness.");
const { file, count, victim } = wanted;

let touches = 0;

function touch(what: string, target: unknown, half: () => void = () => {}): void {
  const name = String(target);
  if (!name.includes(`${path.sep}runs${path.sep}`) || !path.basename(name).includes(file)) return;
  if (++touches < count) return;
  half();
  fs.writeFileSync(process.env[NOTE] ?? "", `${what} ${path.basename(name)}`);
  process.kill(victim === "group" ? 0 : process.pid, "SIGKILL");
}

/** Of what is written at once: text, bytes, or parts of bytes. */
const halfOf = (content: unknown) => {
  const bytes = typeof content === "string" ? Buffer.from(content) : Buffer.concat([content].flat().filter(isBytes));
  return bytes.subarray(0, Math.floor(bytes.length / 2));
};
const isBytes = (part: unknown): part is Uint8Array => part instanceof Uint8Array;

/** Puts `act` in front of a method. */
function before<T extends object>(
  owner: T,
  name: keyof T & string,
  act: (self: unknown, args: readonly unknown[]) => void,
): void {
  const original: unknown = owner[name];
  if (typeof original !== "function") throw new TypeError(`${name} is no method.`);
  Object.defineProperty(owner, name, {
    configurable: true,
    writable: true,
    value: function patched(this: unknown, ...args: unknown[]): unknown {
      act(this, args);
      return Reflect.apply(original, this, args);
    },
  });
}

/** Which file each handle is of. */
const names = new WeakMap<object, string>();
const nameOf = (handle: unknown) => (typeof handle === "object" && handle !== null ? names.get(handle) : undefined);

const probe: FileHandle = await open(process.execPath, "r");
const handles: FileHandle = Object.getPrototypeOf(probe);
await probe.close();

const openFile = fs.promises.open;
fs.promises.open = async (target, ...rest) => {
  touch("open", target);
  const handle = await openFile(target, ...rest);
  names.set(handle, String(target));
  return handle;
};
before(fs.promises, "rename", (_self, [from]) => touch("rename", from));
before(handles, "sync", (self) => touch("flush", nameOf(self)));
for (const name of ["writeFile", "writev", "appendFile"] as const)
  before(handles, name, (self, [content]) =>
    touch("write", nameOf(self), () => fs.writeSync((self as FileHandle).fd, halfOf(content))),
  );

const { writeFileSync } = fs;
before(fs, "writeFileSync", (_self, [target, content]) =>
  touch("write", target, () => writeFileSync(String(target), halfOf(content))),
);
before(fs, "renameSync", (_self, [from]) => touch("rename", from));
before(fs, "mkdirSync", (_self, [target]) => touch("make", target));
syncBuiltinESMExports();

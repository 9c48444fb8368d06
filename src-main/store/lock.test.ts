import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { acquireLock, isLocked, lockHolder } from "./lock.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "apexlab-lock-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Another process that holds the lock until it is killed. */
async function holder() {
  const code = `
    const { acquireLock } = await import(${JSON.stringify(path.join(import.meta.dirname, "lock.ts"))});
    globalThis.lock = acquireLock(${JSON.stringify(folder)}, "The workspace");
    process.send("held");
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", code], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  await once(child, "message");
  return child;
}

test("a second process is refused and told who holds the lock; SIGKILL of the holder frees it", async () => {
  const child = await holder();
  expect(isLocked(folder)).toBe(true);
  expect(lockHolder(folder)?.pid).toBe(child.pid);
  expect(() => acquireLock(folder, "The workspace")).toThrow(
    expect.objectContaining({ code: "workspace-busy", message: expect.stringContaining(`process ${child.pid}`) }),
  );
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(isLocked(folder)).toBe(false);
  using _lock = acquireLock(folder, "The workspace");
  expect(lockHolder(folder)?.pid).toBe(process.pid);
});

test("is free again when disposed, and looking at it takes nothing", () => {
  expect(isLocked(folder)).toBe(false);
  expect(readdirSync(folder)).toEqual([]);
  {
    using _lock = acquireLock(folder, "The workspace");
    expect(isLocked(folder)).toBe(true);
    expect(() => acquireLock(folder, "The workspace")).toThrow("is in use by process");
    expect(isLocked(folder)).toBe(true);
  }
  expect(isLocked(folder)).toBe(false);
  expect(existsSync(path.join(folder, "lock.json"))).toBe(false);
  acquireLock(folder, "The workspace")[Symbol.dispose]();
});

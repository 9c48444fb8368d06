/** `apexlab serve`: a host, its address, and its end. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { apexlab } from "../cli/run-command.ts";

let root = "";
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), "apexlab-serve-"));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const BIN = path.resolve(import.meta.dirname, "../../src-main/cli/bin.ts");
const addressed = z.object({ address: z.string() });

it("prints an address, a new one when asked again, and ends on Ctrl-C with nothing left behind", async () => {
  const workspace = path.join(root, "study");
  const child = spawn(process.execPath, [BIN, "serve", "--workspace", workspace, "--no-open"], {
    stdio: ["ignore", "pipe", "inherit"],
    detached: true, // a process group of its own, as a terminal gives it
  });
  let address = "";
  for await (const line of createInterface({ input: child.stdout })) {
    address = /http:\/\/127\.0\.0\.1:\d+\/\?code=\S+/.exec(line)?.[0] ?? "";
    if (address !== "") break;
  }
  expect((await fetch(address, { redirect: "manual" })).status).toBe(303);

  const second = await apexlab(["serve", "--no-open", "--json"], { workspace });
  const { address: fresh } = addressed.parse(JSON.parse(second.stdout));
  expect([new URL(fresh).origin, fresh === address]).toEqual([new URL(address).origin, false]);
  expect((await fetch(fresh, { redirect: "manual" })).status).toBe(303);

  const closed = once(child, "close");
  process.kill(-(child.pid ?? 0), "SIGINT");
  expect(await closed).toEqual([0, null]);
  expect((await readdir(workspace)).filter((name) => /host|-wal$|lock\.json/.test(name))).toEqual([]);
  await expect(fetch(fresh)).rejects.toThrow(/fetch failed/);
});

it("opens an application window where a Chromium is installed and somebody can see it", async () => {
  const bin = path.join(root, "bin");
  const shown = path.join(root, "shown");
  await mkdir(bin);
  await writeFile(path.join(bin, "chromium"), `#!/bin/sh\necho "$@" > ${shown}.tmp && mv ${shown}.tmp ${shown}\n`);
  await chmod(path.join(bin, "chromium"), 0o755);
  const env = { ...process.env, PATH: `${bin}${path.delimiter}${process.env["PATH"]}`, DISPLAY: ":99" };
  const args = [BIN, "serve", "--workspace", path.join(root, "window")];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "ignore"], env });
  await once(createInterface({ input: child.stdout }), "line");
  await expect
    .poll(() => readFile(shown, "utf8").catch(() => ""))
    .toMatch(
      process.getuid?.() === 0
        ? /^--no-sandbox --app=http:\/\/127\.0\.0\.1:\d+\/\?code=\S+\n$/
        : /^--app=http:\/\/127\.0\.0\.1:\d+\/\?code=\S+\n$/,
    );
  const closed = once(child, "close");
  child.kill("SIGTERM"); // reaches this process alone; it ends its host
  expect(await closed).toEqual([0, null]);
  expect(await readdir(path.join(root, "window"))).not.toContain("host.json");
});

it("says in one sentence why it cannot: a port that is taken, a port that is none, a workspace that is a file", async () => {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const port = Object(server.address()).port;
  await writeFile(path.join(root, "file"), "");
  const cases = [
    [["--port", String(port)], path.join(root, "taken"), 1, new RegExp(`The port ${port} is in use`)],
    [["--port", "70000"], path.join(root, "none"), 2, /no port/],
    [[], path.join(root, "file"), 1, /is a file, not a folder/],
  ] as const;
  for (const [args, workspace, code, says] of cases) {
    const ended = await apexlab(["serve", "--no-open", ...args], { workspace });
    expect([ended.code, ended.stdout, ended.stderr.trim().split("\n")]).toEqual([
      code,
      "",
      [expect.stringMatching(says)],
    ]);
  }
  server.close();
});

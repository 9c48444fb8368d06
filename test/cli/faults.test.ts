/** What the command line says when something is wrong: the exit code, one clear line, and an unchanged workspace. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jobDocument, runDocument, studyDocument } from "../../src-main/contract/documents.ts";
import { apexlab, apexlabJson } from "./run-command.ts";
import { SMALL_RUN, writeSmallStudy } from "./small-study.ts";

let root = "";
let fresh = 0;
const newWorkspace = () => path.join(root, `workspace-${fresh++}`);
beforeAll(async () => void (root = await mkdtemp(path.join(tmpdir(), "apexlab-faults-"))));
afterAll(() => rm(root, { recursive: true, force: true }));

const oneLine = (stderr: string) => stderr.split("\n").filter((line) => line.startsWith("apexlab: "));

describe("wrong usage", () => {
  it.each([
    [["fly"], /unknown command/],
    [["import", "--as", "casme"], /missing required argument/],
    [["import", "x"], /--as/],
    [["import", "x", "--as", "ckplus"], /Allowed choices/],
    [["run", "--epochs", "many"], /whole number/],
    [["run", "--epochs", "0"], /--epochs/],
    [["run", "--lambda", "1"], /--lambda/],
    [["run", "--backbone", "vgg"], /Allowed choices/],
    [["study", "--colour"], /unknown option/],
  ])("apexlab %j exits 2", async (args, says) => {
    const { code, stdout, stderr } = await apexlab(args, { workspace: newWorkspace() });
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(says);
  });

  it("is helped: every command has --help with an example", async () => {
    for (const name of ["demo", "import", "study", "run", "results", "job", "devices"]) {
      const { code, stdout } = await apexlab([name, "--help"], { workspace: newWorkspace() });
      expect(code).toBe(0);
      expect(stdout).toContain(`Example:\n  apexlab ${name}`);
    }
  });
});

describe("what cannot be done", () => {
  it.each([
    [["study"], /no study in/],
    [["results"], /no study in/],
    [["job", "0123456789abcdef0123456789abcdef"], /0123456789abcdef/],
    [["import", "/nowhere/at/all", "--as", "casme2"], /\/nowhere\/at\/all/],
    [["import", "/nowhere.csv", "--as", "manifest"], /\/nowhere\.csv/],
    [["run"], /no sample with a class/],
  ])("apexlab %j exits 1 with one sentence", async (args, says) => {
    const { code, stdout, stderr } = await apexlab(args, { workspace: newWorkspace() });
    expect([code, stdout]).toEqual([1, ""]);
    expect(oneLine(stderr)).toHaveLength(1);
    expect(stderr).toMatch(says);
  });

  it("is a run on one dataset, on an unknown one, on an unusable device, or on flow that is not there", async () => {
    const workspace = newWorkspace();
    const manifest = await writeSmallStudy(path.join(root, "two"), { datasets: ["CASME II", "my lab"] });
    await apexlabJson(["import", manifest, "--as", "manifest"], { workspace });
    for (const [args, says] of [
      [["--datasets", "casme2"], /at least two datasets, but there is only CASME II.* \(--datasets\)$/m],
      [["--datasets", "casme2,smic"], /no dataset smic; it has CASME II, my lab/],
      [["--device", "cuda"], /not usable on this machine.*--device; apexlab devices lists them/],
      [["--input", "flow"], /None of the 12 samples/],
      [["--flow", "pictures", "--input", "flow"], /12 of 12 lack one, the first is casme2\/p0\/c0/],
    ] as const) {
      const { code, stderr } = await apexlab([...SMALL_RUN, ...args], { workspace });
      expect([code, oneLine(stderr).length]).toEqual([1, 1]);
      expect(stderr).toMatch(says);
    }
    expect(Object(await apexlabJson(["results"], { workspace })).runs).toEqual([]);
  });

  it("is an import whose row is faulty under --strict; without it the row is listed; --dry-run stores nothing", async () => {
    const workspace = newWorkspace();
    const manifest = await writeSmallStudy(path.join(root, "faulty"), { datasets: ["a"] });
    await writeFile(manifest, `${await readFile(manifest, "utf8")}a,p9,c9,surprise,gone.png\n`);
    const dry = await apexlabJson(["import", manifest, "--as", "manifest", "--dry-run"], { workspace });
    expect(Object(dry)).toMatchObject({ samples: 6, changes: { added: 6 } });
    await expect(readdir(workspace)).rejects.toMatchObject({ code: "ENOENT" });

    const strict = await apexlab(["import", manifest, "--as", "manifest", "--strict"], { workspace });
    expect([strict.code, strict.stdout]).toEqual([1, ""]);
    expect(strict.stderr).toMatch(/row 8/);
    expect(studyDocument.parse(await apexlabJson(["study"], { workspace })).datasets).toEqual([]);

    const listed = Object(await apexlabJson(["import", manifest, "--as", "manifest"], { workspace }));
    expect([...listed.skipped, ...listed.doubtful]).toMatchObject([{ row: 8 }]);
    const again = Object(await apexlabJson(["import", manifest, "--as", "manifest"], { workspace }));
    expect(again.changes).toEqual({ added: 0, updated: 0, unchanged: again.samples + again.outsidePreset });
  });
});

describe("one workspace, two processes", () => {
  it("refuses the second writer and names the first; reading goes on; a killed writer frees it", async () => {
    const workspace = newWorkspace();
    const manifest = await writeSmallStudy(path.join(root, "busy"), { datasets: ["a", "b"] });
    await apexlabJson(["import", manifest, "--as", "manifest"], { workspace });
    const holder = path.join(root, "holder.ts");
    const storeFile = path.resolve(import.meta.dirname, "../../src-main/store/workspace.ts");
    await writeFile(
      holder,
      `import { openWorkspace } from ${JSON.stringify(storeFile)};
       const held = openWorkspace(${JSON.stringify(workspace)}, { access: "write" });
       console.log("holding"); process.stdin.resume(); process.stdin.on("end", () => held[Symbol.dispose]());`,
    );
    const child = spawn(process.execPath, [holder], { stdio: ["pipe", "pipe", "inherit"] });
    await once(child.stdout, "data");

    const second = await apexlab(["import", manifest, "--as", "manifest"], { workspace });
    expect([second.code, second.stdout]).toEqual([1, ""]);
    expect(second.stderr).toContain(String(child.pid));
    expect((await apexlab(["study"], { workspace })).code).toBe(0);

    child.kill("SIGKILL");
    await once(child, "exit");
    expect((await apexlab(["import", manifest, "--as", "manifest"], { workspace })).code).toBe(0);
  });

  it("refuses a workspace of a newer version, untouched", async () => {
    const workspace = newWorkspace();
    const manifest = await writeSmallStudy(path.join(root, "newer"), { datasets: ["a"] });
    await apexlabJson(["import", manifest, "--as", "manifest"], { workspace });
    const db = new Database(path.join(workspace, "study.sqlite"));
    db.pragma("user_version = 999");
    db.close();
    const before = await readFile(path.join(workspace, "study.sqlite"));
    for (const args of [["study"], ["import", manifest, "--as", "manifest"]]) {
      const { code, stderr } = await apexlab(args, { workspace });
      expect(code).toBe(1);
      expect(stderr).toMatch(/newer Apexlab/);
    }
    expect(await readFile(path.join(workspace, "study.sqlite"))).toEqual(before);
  });
});

describe("one job by its key", () => {
  it("runs with no study database and writes the same bytes; two runs of one seed are bit-equal", async () => {
    const manifest = await writeSmallStudy(path.join(root, "job"), { datasets: ["a", "b"] });
    const workspaces = [newWorkspace(), newWorkspace()];
    const documents = [];
    for (const workspace of workspaces) {
      await apexlabJson(["import", manifest, "--as", "manifest"], { workspace });
      documents.push(runDocument.parse(await apexlabJson(SMALL_RUN, { workspace })));
    }
    const [first, second] = documents.map(({ seconds: _seconds, timing: _timing, ...rest }) => rest);
    expect(second).toEqual(first);

    const [workspace, twin] = workspaces;
    await Promise.all(
      ["study.sqlite", "study.sqlite-wal", "study.sqlite-shm"].map((name) =>
        rm(path.join(workspace, name), { force: true }),
      ),
    );
    const keys = await readdir(path.join(workspace, "runs"));
    expect(keys).toHaveLength(4);
    for (const key of keys) {
      const folder = path.join(workspace, "runs", key);
      const names = (await readdir(folder)).filter((name) =>
        /^(result\.json|weights\.safetensors|metrics\.jsonl)$/.test(name),
      );
      if (!names.includes("weights.safetensors")) continue;
      for (const name of names) await rm(path.join(folder, name));
      const document = jobDocument.parse(await apexlabJson(["job", key], { workspace }));
      expect(document).toMatchObject({ key, kind: "train", state: "finished", folder });
      for (const name of names)
        expect(await readFile(path.join(folder, name))).toEqual(await readFile(path.join(twin, "runs", key, name)));
    }
    expect(await readdir(workspace)).not.toContain("study.sqlite");
  });
});

import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { bareSample, fullSample, importOf } from "../../test/fixtures/store/studies.ts";
import { WITHOUT_MOUNTS, mountDisk } from "../../test/support/mounts.ts";
import { runConfig } from "../contract/run.ts";
import { Connection } from "./database.ts";
import { MIGRATIONS } from "./migrations/index.ts";
import { schemaText } from "./schema.ts";
import { flowMethods } from "./tables/flow-methods.ts";
import { listDatasets } from "./tables/datasets.ts";
import { applyImport, listImports } from "./tables/imports.ts";
import { createRun, getRun, listRuns, updateRun } from "./tables/runs.ts";
import { listSamples } from "./tables/samples.ts";
import { getSettings } from "./tables/settings.ts";
import { openWorkspace } from "./workspace.ts";

let folder = "";
beforeEach(() => {
  folder = path.join(mkdtempSync(path.join(tmpdir(), "apexlab-workspace-")), "study");
});
afterEach(() => rmSync(path.dirname(folder), { recursive: true, force: true }));

const clips = (where = folder) => {
  using workspace = openWorkspace(where, { access: "read" });
  return listSamples(workspace).map(({ clip }) => clip);
};
const add = (clip: string, where = folder) => {
  using workspace = openWorkspace(where, { access: "write" });
  applyImport(workspace, [importOf([fullSample("/data", clip)], "/data")]);
};

describe("opening", () => {
  test("creates the folder with its settings", () => {
    using workspace = openWorkspace(folder, { access: "write" });
    expect(
      readdirSync(folder)
        .filter((name) => !name.startsWith("study.sqlite-"))
        .sort(),
    ).toEqual(["backups", "cache", "lock.json", "lock.sqlite", "runs", "study.sqlite"]);
    const settings = ["journal_mode", "synchronous", "foreign_keys", "trusted_schema", "user_version"].map((name) =>
      workspace.db.pragma(name),
    );
    expect(settings).toEqual(["wal", 2, 1, 0, MIGRATIONS.length]);
    expect(() => workspace.db.run("INSERT INTO runs VALUES (1, 2, 3, 4, x'00', 5)")).toThrow("cannot store BLOB");
    expect(() =>
      workspace.db.run("INSERT INTO imports (dataset, source, document, imported) VALUES ('none', '', '', '')"),
    ).toThrow("FOREIGN KEY");
  });

  test("leaves nothing behind but the study when closed", () => {
    add("a");
    clips();
    expect(readdirSync(folder).sort()).toEqual(["backups", "cache", "lock.sqlite", "runs", "study.sqlite"]);
  });

  test("for reading needs no lock, writes nothing, and says where no study is", () => {
    expect(() => openWorkspace(folder, { access: "read" })).toThrow(expect.objectContaining({ code: "not-found" }));
    expect(existsSync(folder)).toBe(false);
    using writer = openWorkspace(folder, { access: "write" });
    applyImport(writer, [importOf([fullSample("/data", "a")], "/data")]);
    expect(clips()).toEqual(["a"]);
    using reader = openWorkspace(folder, { access: "read" });
    expect(() => reader.db.run("DELETE FROM samples")).toThrow("readonly");
  });

  test("of a file is refused", () => {
    writeFileSync(folder, "");
    for (const access of ["read", "write"] as const)
      expect(() => openWorkspace(folder, { access })).toThrow(expect.objectContaining({ code: "file-unreadable" }));
  });

  test("by a second writing process is refused, naming the first; reading goes on", () => {
    using _writer = openWorkspace(folder, { access: "write" });
    const code = `
      const { openWorkspace } = await import(${JSON.stringify(path.join(import.meta.dirname, "workspace.ts"))});
      openWorkspace(${JSON.stringify(folder)}, { access: "read" })[Symbol.dispose]();
      try { openWorkspace(${JSON.stringify(folder)}, { access: "write" }); }
      catch (error) { console.log(error.code + ": " + error.message); }`;
    const { stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", code], { encoding: "utf8" });
    expect(stdout).toMatch(
      new RegExp(`^workspace-busy: The workspace ${folder} is in use by process ${process.pid} on .*\\n$`),
    );
  });

  test("of a copy finds everything where the copy is", () => {
    {
      using workspace = openWorkspace(folder, { access: "write" });
      applyImport(workspace, [importOf([fullSample(path.join(folder, "releases"))], path.join(folder, "releases"))]);
    }
    const moved = `${folder}-moved`;
    cpSync(folder, moved, { recursive: true });
    using workspace = openWorkspace(moved, { access: "read" });
    expect(listSamples(workspace)).toEqual([fullSample(path.join(moved, "releases"))]);
  });
});

describe("versions", () => {
  const later = [
    ...MIGRATIONS,
    "CREATE TABLE tags (name TEXT PRIMARY KEY) STRICT; ALTER TABLE runs ADD COLUMN title TEXT;",
  ];

  test("the schema is the one on record: a change wants a migration of its own", () => {
    using workspace = openWorkspace(folder, { access: "write" });
    expect(schemaText(workspace.db)).toMatchSnapshot();
  });

  test("a frozen database of version 1 opens with its content", () => {
    mkdirSync(folder, { recursive: true });
    cpSync(path.resolve(import.meta.dirname, "../../test/fixtures/store/v1.sqlite"), path.join(folder, "study.sqlite"));
    for (const access of ["read", "write"] as const) {
      using workspace = openWorkspace(folder, { access });
      expect(workspace.notices).toEqual([]);
      expect(listSamples(workspace)).toEqual([
        fullSample(path.join(folder, "releases")),
        // What the table is called is text: it comes back as it was written.
        { ...fullSample("/data", "EP09_02"), source: { table: "/data/CASME2-coding-20140508.xlsx", row: 2 } },
        bareSample("My lab", "a"),
      ]);
      expect(listDatasets(workspace).map(({ id, source }) => [id, source])).toEqual([
        ["casme2", "/data"],
        ["My lab", path.join(folder, "lab.csv")],
      ]);
      expect(listImports(workspace).map(({ document }) => document.changes.added)).toEqual([2, 1]);
      // In its time the head's motion was always taken off.
      const config = runConfig.parse({ epochs: 3, headMotion: "remove" });
      expect(getRun(workspace, "0123")).toMatchObject({ state: "interrupted", config });
    }
  });

  test("a frozen database of version 2 opens with what the page kept", () => {
    mkdirSync(folder, { recursive: true });
    cpSync(path.resolve(import.meta.dirname, "../../test/fixtures/store/v2.sqlite"), path.join(folder, "study.sqlite"));
    for (const access of ["read", "write"] as const) {
      using workspace = openWorkspace(folder, { access });
      expect(workspace.notices).toEqual([]);
      expect(getSettings(workspace)).toEqual({ theme: "dark", keys: {}, threads: 3 });
      expect(listSamples(workspace).map(({ status }) => status)).toEqual(["needs-review", "ready", "ready"]);
      expect(listSamples(workspace, { asImported: true }).map(({ status }) => status)).toEqual([
        "needs-review",
        "needs-review",
        "ready",
      ]);
    }
  });

  test("a frozen database of version 3 opens with its spotted apexes and the ways of its flow", () => {
    mkdirSync(folder, { recursive: true });
    cpSync(path.resolve(import.meta.dirname, "../../test/fixtures/store/v3.sqlite"), path.join(folder, "study.sqlite"));
    for (const access of ["read", "write"] as const) {
      using workspace = openWorkspace(folder, { access });
      expect(workspace.notices).toEqual([]);
      expect(listSamples(workspace).map(({ clip, apex, apexSource }) => [clip, apex, apexSource])).toEqual([
        ["a", 13, "spotted"],
        ["b", 15, "middle"],
      ]);
      expect(flowMethods(workspace)).toEqual([
        { method: "raft", version: 1, weights: "1".repeat(64), headMotion: "keep" },
      ]);
    }
  });

  test.each(["read", "write"] as const)("an older database is migrated, after a backup (%s)", (access) => {
    add("a");
    const before = readdirSync(path.join(folder, "backups")).length;
    {
      using workspace = openWorkspace(folder, { access, migrations: later });
      expect(workspace.db.pragma("user_version")).toBe(later.length);
      expect(workspace.db.get("SELECT count(*) AS n FROM tags")).toEqual({ n: 0 });
      expect(workspace.notices).toEqual([]);
      expect(listSamples(workspace)).toHaveLength(1);
    }
    expect(readdirSync(path.join(folder, "backups"))).toHaveLength(before + 1);
  });

  test("a migration that fails leaves the database as it was", () => {
    add("a");
    const broken = [...MIGRATIONS, "CREATE TABLE tags (name TEXT) STRICT; INSERT INTO nowhere VALUES (1);"];
    expect(() => openWorkspace(folder, { access: "write", migrations: broken })).toThrow("nowhere");
    expect(clips()).toEqual(["a"]);
  });

  test.each(["read", "write"] as const)("a workspace of a newer version is refused, untouched (%s)", (access) => {
    openWorkspace(folder, { access: "write", migrations: later })[Symbol.dispose]();
    const content = () => readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
    const before = { names: content(), bytes: readFileSync(path.join(folder, "study.sqlite")) };
    expect(() => openWorkspace(folder, { access })).toThrow(
      expect.objectContaining({
        code: "workspace-newer",
        message: expect.stringMatching(new RegExp(`version ${later.length}, .* up to ${MIGRATIONS.length}\\b`)),
      }),
    );
    expect({ names: content(), bytes: readFileSync(path.join(folder, "study.sqlite")) }).toEqual(before);
  });
});

test("a run whose process died is interrupted, never running", () => {
  {
    using workspace = openWorkspace(folder, { access: "write" });
    createRun(workspace, { id: "abc", config: runConfig.parse({}), jobs: [] });
    updateRun(workspace, "abc", { state: "running" });
    using reader = openWorkspace(folder, { access: "read" });
    expect(listRuns(reader)[0]?.state).toBe("running");
  }
  using reader = openWorkspace(folder, { access: "read" });
  expect(listRuns(reader)[0]?.state).toBe("interrupted");
  using writer = openWorkspace(folder, { access: "write" });
  expect(writer.db.get("SELECT state FROM runs")).toEqual({ state: "interrupted" });
});

describe.skipIf(WITHOUT_MOUNTS !== null)(`disks (${WITHOUT_MOUNTS ?? "mounted in memory"})`, () => {
  test("a full disk ends an import with one sentence and an unchanged study", () => {
    using disk = mountDisk(1500);
    const study = path.join(disk.folder, "study");
    add("a", study);
    const big = Array.from({ length: 5000 }, (_, index) => fullSample("/data", `clip${index}`));
    {
      using workspace = openWorkspace(study, { access: "write" });
      disk.fill();
      expect(() => applyImport(workspace, [importOf(big, "/data")])).toThrow(
        expect.objectContaining({ code: "disk-full", message: expect.stringContaining("free some space") }),
      );
      disk.empty();
      expect(() => applyImport(workspace, [importOf(big, "/data")])).toThrow(
        expect.objectContaining({ code: "disk-full" }),
      );
    }
    expect(clips(study)).toEqual(["a"]);
    disk.fill();
    expect(clips(study)).toEqual(["a"]);
    expect(() => openWorkspace(path.join(disk.folder, "new"), { access: "write" })).toThrow(
      expect.objectContaining({ code: "disk-full" }),
    );
  });

  test("a full disk at closing costs the backup, says so, and frees the workspace", () => {
    using disk = mountDisk(1500);
    const study = path.join(disk.folder, "study");
    const workspace = openWorkspace(study, { access: "write" });
    applyImport(workspace, [importOf([fullSample("/data", "a")], "/data")]);
    disk.fill();
    expect(() => workspace[Symbol.dispose]()).toThrow(
      expect.objectContaining({ code: "disk-full", message: expect.stringContaining("backup") }),
    );
    disk.empty();
    add("b", study);
    expect(clips(study)).toEqual(["a", "b"]);
  });

  test.each([true, false])("a read-only workspace is read, and not written (closed cleanly: %s)", (clean) => {
    using disk = mountDisk(4000);
    const study = path.join(disk.folder, "study");
    add("a", study);
    if (!clean) {
      // What a killed process leaves: the last transaction stands in the log only.
      const copy = path.join(folder, "..", "copy");
      using workspace = openWorkspace(study, { access: "write" });
      applyImport(workspace, [importOf([fullSample("/data", "b")], "/data")]);
      cpSync(study, copy, { recursive: true });
      workspace[Symbol.dispose]();
      rmSync(study, { recursive: true });
      cpSync(copy, study, { recursive: true });
    }
    disk.setReadOnly();
    expect(clips(study)).toEqual(clean ? ["a"] : ["a", "b"]);
    for (const where of [study, path.join(disk.folder, "new")])
      expect(() => openWorkspace(where, { access: "write" })).toThrow(
        expect.objectContaining({
          code: "read-only",
          message: expect.stringContaining("choose a folder that you may write to"),
        }),
      );
  });

  test("a damaged database on a read-only disk shows the last backup", () => {
    using disk = mountDisk(4000);
    add("a", disk.folder);
    writeFileSync(path.join(disk.folder, "study.sqlite"), "");
    disk.setReadOnly();
    using workspace = openWorkspace(disk.folder, { access: "read" });
    expect(listSamples(workspace)).toHaveLength(1);
    expect(workspace.notices).toHaveLength(1);
  });
});

test.runIf(process.platform === "linux").each([
  ["/proc/apexlab/study", "read-only"],
  ["/sys/apexlab", "read-only"],
  ["/dev/null/study", "file-unreadable"],
])("a place that takes no folders is refused in a sentence: %s", (place, code) => {
  expect(() => openWorkspace(place, { access: "write" })).toThrow(
    expect.objectContaining({ code, message: expect.stringMatching(/: choose a(nother place| folder)/) }),
  );
});

test("a connection's statements of one text are compiled once and read every time anew", () => {
  using db = new Connection(":memory:", { create: true });
  db.exec("CREATE TABLE t (a INTEGER) STRICT");
  expect(db.all("SELECT a FROM t")).toEqual([]);
  expect(db.run("INSERT INTO t VALUES (?)", 1)).toBe(1);
  expect(db.all("SELECT a FROM t")).toEqual([{ a: 1 }]);
});

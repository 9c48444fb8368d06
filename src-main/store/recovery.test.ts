import {
  existsSync,
  mkdtempSync,
  openSync,
  closeSync,
  ftruncateSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fullSample, importOf } from "../../test/fixtures/store/studies.ts";
import { Connection } from "./database.ts";
import { listBackups } from "./recovery.ts";
import { applyImport } from "./tables/imports.ts";
import { listSamples } from "./tables/samples.ts";
import { openWorkspace } from "./workspace.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "apexlab-recovery-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const database = () => path.join(folder, "study.sqlite");
const put = (from: number, count: number) => {
  using workspace = openWorkspace(folder, { access: "write" });
  const samples = Array.from({ length: count }, (_, index) =>
    fullSample("/data", `clip${String(from + index).padStart(4, "0")}`),
  );
  applyImport(workspace, [importOf(samples, "/data")]);
};
const setAside = () => readdirSync(folder).filter((name) => name.startsWith("study.corrupt-"));

/** Writes over a part of the file, in place. */
function overwrite(file: string, at: number, bytes: Buffer) {
  const handle = openSync(file, "r+");
  writeSync(handle, bytes, 0, bytes.length, at);
  closeSync(handle);
}

function truncate(file: string, length: number) {
  const handle = openSync(file, "r+");
  ftruncateSync(handle, length);
  closeSync(handle);
}

const sql = (text: string) => {
  using connection = new Connection(database());
  connection.exec(text);
};

/** Every kind of damage, done to a database of 300 samples. */
const DAMAGES: Record<string, () => void> = {
  "truncated in the middle": () => truncate(database(), Math.floor(statSync(database()).size / 2)),
  "truncated inside its header": () => truncate(database(), 50),
  "truncated to nothing": () => truncate(database(), 0),
  zeroed: () => writeFileSync(database(), Buffer.alloc(statSync(database()).size)),
  "zeroed but for its header": () => overwrite(database(), 100, Buffer.alloc(statSync(database()).size - 100)),
  "garbage in a page in the middle": () =>
    overwrite(database(), 4096 * Math.floor(statSync(database()).size / 8192), Buffer.alloc(4096, "garbage!")),
  "another kind of file": () => writeFileSync(database(), "dataset,subject,clip\n"),
  "another program's database": () => sql("PRAGMA application_id = 7"),
  "half-migrated: a table is missing": () => sql("DROP TABLE imports"),
  "half-migrated: a table too many": () => sql("CREATE TABLE tags (name TEXT) STRICT"),
  "half-migrated: tables, but no version": () => sql("PRAGMA user_version = 0"),
  "a folder": () => {
    renameSync(database(), `${database()}.away`);
    renameSync(path.join(folder, "cache"), database());
  },
};

describe.each(Object.entries(DAMAGES))("a database that is %s", (_name, damage) => {
  test.each(["write", "read"] as const)("is set aside, the last backup opened, the user told (%s)", (access) => {
    put(0, 200);
    put(200, 100); // its backup at closing is the last one
    damage();
    const damaged = statSync(database()).isFile() ? readFileSync(database()) : undefined;
    {
      using workspace = openWorkspace(folder, { access });
      expect(listSamples(workspace)).toHaveLength(300);
      expect(workspace.notices).toHaveLength(1);
      expect(workspace.notices[0]).toMatch(
        /was damaged \(.+\)\. The damaged file was kept as study\.corrupt-\d+T\d+Z\.sqlite\. The backup of 20\d\d-.* UTC was opened/,
      );
    }
    const kept = setAside().filter((name) => name.endsWith(".sqlite"));
    expect(kept).toHaveLength(1);
    if (damaged !== undefined) expect(readFileSync(path.join(folder, kept[0] ?? "")).equals(damaged)).toBe(true);
    using again = openWorkspace(folder, { access: "write" });
    expect(again.notices).toEqual([]);
  });

  test("without any backup is set aside too, and the study starts empty", () => {
    put(0, 300);
    damage();
    rmSync(path.join(folder, "backups"), { recursive: true });
    using workspace = openWorkspace(folder, { access: "write" });
    expect(listSamples(workspace)).toEqual([]);
    expect(workspace.notices).toEqual([expect.stringContaining("starts empty: import the datasets again")]);
    expect(setAside().filter((name) => name.endsWith(".sqlite"))).toHaveLength(1);
  });
});

test("damaged backups are passed over for the last good one", () => {
  put(0, 1);
  put(1, 1);
  put(2, 1);
  const [newest, before] = listBackups(folder);
  truncate(path.join(folder, "backups", newest ?? ""), 100);
  overwrite(path.join(folder, "backups", before ?? ""), 4096, Buffer.alloc(4096, "x"));
  writeFileSync(database(), "");
  using workspace = openWorkspace(folder, { access: "write" });
  expect(listSamples(workspace)).toHaveLength(1);
});

test("a recovery that was cut off between setting aside and restoring is finished", () => {
  put(0, 3);
  renameSync(database(), path.join(folder, "study.corrupt-20260101T000000000Z.sqlite"));
  using workspace = openWorkspace(folder, { access: "read" });
  expect(listSamples(workspace)).toHaveLength(3);
  expect(workspace.notices).toEqual([expect.stringContaining("the file is gone")]);
});

test("the log of a lost database is never replayed into another one", () => {
  put(0, 3);
  writeFileSync(`${database()}-wal`, "left over");
  rmSync(database());
  {
    using workspace = openWorkspace(folder, { access: "write" });
    expect(listSamples(workspace)).toHaveLength(3);
  }
  expect(setAside().map((name) => name.replace(/.*\.sqlite/, ""))).toEqual(["-wal"]);
});

describe("backups", () => {
  test("are whole databases, written at closing only if something changed, and few", () => {
    openWorkspace(folder, { access: "write" })[Symbol.dispose]();
    expect(listBackups(folder)).toHaveLength(0);
    put(0, 1);
    expect(listBackups(folder)).toHaveLength(1);
    openWorkspace(folder, { access: "write" })[Symbol.dispose]();
    expect(listBackups(folder)).toHaveLength(1);
    for (let index = 1; index < 7; index++) put(index, 1);
    const names = listBackups(folder);
    expect(names).toHaveLength(5);
    expect(readdirSync(path.join(folder, "backups"))).toHaveLength(5);
    using newest = new Connection(path.join(folder, "backups", names[0] ?? ""));
    expect(newest.get("SELECT count(*) AS n FROM samples")).toEqual({ n: 7 });
  });

  test("are taken before an import that comes after other changes", () => {
    put(0, 1);
    {
      using workspace = openWorkspace(folder, { access: "write" });
      workspace.db.run("UPDATE samples SET aus = '4'");
      const before = listBackups(folder).length;
      applyImport(workspace, [importOf([fullSample("/data", "other")], "/data")]);
      expect(listBackups(folder)).toHaveLength(before + 1);
      using backup = new Connection(path.join(folder, "backups", listBackups(folder)[0] ?? ""));
      expect(backup.all("SELECT aus FROM samples")).toEqual([{ aus: "4" }]);
    }
    expect(existsSync(path.join(folder, "lock.json"))).toBe(false);
  });

  test("keep their order when the clock is set back", () => {
    put(0, 1);
    const [name] = listBackups(folder);
    renameSync(
      path.join(folder, "backups", name ?? ""),
      path.join(folder, "backups", "study-29990101T000000000Z.sqlite"),
    );
    put(1, 1);
    writeFileSync(database(), "");
    using workspace = openWorkspace(folder, { access: "write" });
    expect(listSamples(workspace)).toHaveLength(2);
  });
});

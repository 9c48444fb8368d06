import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { TestFolder } from "./testing/folders.ts";
import { isInside, realFolder, resolveInside, walkTree } from "./tree.ts";

describe("walkTree", () => {
  it("lists folders, pictures and other files, leaving out what systems hide", async () => {
    using folder = new TestFolder();
    folder.write("sub01/EP02_01f/img1.jpg", "x");
    folder.write("sub01/EP02_01f/img2.JPG", "x");
    folder.write("sub01/EP02_01f/._img1.jpg", "x");
    folder.write("sub01/Thumbs.db", "x");
    folder.write("~$table.xlsx", "x");
    folder.write("table.xlsx", "x");
    folder.write(".git/img3.jpg", "x");
    folder.folder("sub02/EP02_01f");
    const folders = await walkTree(folder.path);
    expect(folders.map(({ parts, pictures, files }) => [parts.join("/"), [...pictures].sort(), files])).toEqual([
      ["", [], ["table.xlsx"]],
      ["sub01", [], ["Thumbs.db"]],
      ["sub01/EP02_01f", ["img1.jpg", "img2.JPG"], []],
      ["sub02", [], []],
      ["sub02/EP02_01f", [], []],
    ]);
  });

  it("follows links inside, ends at loops, ignores broken ones, refuses links out", async () => {
    using outside = new TestFolder();
    outside.write("secret.jpg", "x");
    using folder = new TestFolder();
    folder.write("a/img1.jpg", "x");
    symlinkSync(join(folder.path, "a/img1.jpg"), join(folder.path, "a/img2.jpg"));
    symlinkSync(folder.path, join(folder.path, "a/loop"));
    symlinkSync(join(folder.path, "nothing.jpg"), join(folder.path, "a/img3.jpg"));
    const folders = await walkTree(folder.path);
    expect(folders.map(({ parts, pictures }) => [parts.join("/"), [...pictures].sort()])).toEqual([
      ["", []],
      ["a", ["img1.jpg", "img2.jpg"]],
    ]);
    for (const target of [outside.path, join(outside.path, "secret.jpg")]) {
      using again = new TestFolder();
      symlinkSync(target, join(again.path, "img9.jpg"));
      await expect(walkTree(again.path)).rejects.toMatchObject({
        code: "path-escapes",
        message: expect.stringMatching(/img9\.jpg leaves/),
      });
    }
  });

  it("stops when told to", async () => {
    using folder = new TestFolder();
    await expect(walkTree(folder.path, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "cancelled" });
  });

  it("refuses a tree deeper than any release", async () => {
    using folder = new TestFolder();
    folder.folder("a/".repeat(20));
    await expect(walkTree(folder.path)).rejects.toThrow(/holds more than a release does/);
  });
});

describe("paths", () => {
  it("names a missing folder, and a file where a folder belongs", async () => {
    using folder = new TestFolder();
    await expect(realFolder(join(folder.path, "none"))).rejects.toMatchObject({ code: "file-missing" });
    await expect(realFolder(folder.write("a.csv", "x"))).rejects.toThrow(/is a file: name the folder/);
  });

  it("keeps a manifest's paths inside", async () => {
    using outside = new TestFolder();
    using folder = new TestFolder();
    const inside = folder.write("a/b.jpg", "x");
    symlinkSync(outside.path, join(folder.path, "out"));
    const root = await realFolder(folder.path);
    expect(await resolveInside(root, "a/b.jpg")).toBe(join(root, "a/b.jpg"));
    expect(await resolveInside(root, "a\\b.jpg")).toBe(join(root, "a/b.jpg"));
    expect(await resolveInside(root, "a/../a/./b.jpg")).toBe(join(root, "a/b.jpg"));
    expect(await resolveInside(root, "a/none.jpg")).toBeNull();
    for (const path of [
      "..",
      "../x",
      "a/../../x",
      inside,
      "/etc/passwd",
      "C:\\x.jpg",
      "\\\\server\\x",
      "..\\x",
      "out",
      "out/x/..",
    ]) {
      expect([path, await resolveInside(root, path)]).toEqual([path, "escapes"]);
    }
    expect([isInside("/a", "/a"), isInside("/a", "/a/..b"), isInside("/a", "/ab")]).toEqual([true, true, false]);
  });
});

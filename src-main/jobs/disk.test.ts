import { existsSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { STEPS, copy, echo, log } from "../../test/fixtures/jobs/steps.ts";
import { WITHOUT_MOUNTS, mountDisk } from "../../test/support/mounts.ts";
import { digestFile } from "../store/tables/digests.ts";
import { runFolderState, writeRunSpec } from "./folder.ts";
import { describeJob, jobKey } from "./key.ts";
import { runJob, runJobByKey } from "./run-job.ts";

test.skipIf(WITHOUT_MOUNTS !== null)(
  `a full disk leaves no half result (${WITHOUT_MOUNTS ?? "mounted in memory"})`,
  async () => {
    using disk = mountDisk(600);
    const source = path.join(disk.folder, "img1.bmp");
    writeFileSync(source, Buffer.alloc(200 * 1024, "x"));
    const spec = describeJob(copy, {
      config: {},
      inputs: { file: { kind: "file", path: source, digest: await digestFile(source) } },
    });
    const options = { workspaceFolder: disk.folder, steps: STEPS };
    writeFileSync(path.join(disk.folder, "other"), Buffer.alloc(300 * 1024));
    await expect(runJob(spec, options)).rejects.toMatchObject({
      code: "disk-full",
      message: expect.stringContaining("free some space"),
    });
    expect(readdirSync(path.join(disk.folder, "cache", "copy"))).toEqual([]);
    writeFileSync(path.join(disk.folder, "other"), "");
    expect((await runJob(spec, options)).cached).toBe(false);
  },
);

test.skipIf(WITHOUT_MOUNTS !== null)(
  `a run job that met a full disk goes on once there is room (${WITHOUT_MOUNTS ?? "mounted in memory"})`,
  async () => {
    using disk = mountDisk(600);
    const spec = describeJob(log, { config: { file: path.join(disk.folder, "log.txt"), name: "x" } });
    const options = { workspaceFolder: disk.folder, steps: STEPS };
    writeRunSpec(disk.folder, spec);
    disk.fill();
    await expect(runJobByKey(jobKey(spec), options)).rejects.toMatchObject({ code: "disk-full" });
    expect(runFolderState(disk.folder, jobKey(spec))).not.toBe("running");
    disk.empty();
    await runJobByKey(jobKey(spec), options);
    expect(runFolderState(disk.folder, jobKey(spec))).toBe("finished");
  },
);

test.skipIf(WITHOUT_MOUNTS !== null)(
  `a read-only workspace is refused in a sentence, and what stands there is used (${WITHOUT_MOUNTS ?? "mounted in memory"})`,
  async () => {
    using disk = mountDisk(600);
    const options = { workspaceFolder: disk.folder, steps: STEPS };
    const stands = describeJob(echo, { config: { text: "a" } });
    await runJob(stands, options);
    disk.setReadOnly();
    expect((await runJob(stands, options)).cached).toBe(true);
    const runs = describeJob(log, { config: { file: "/dev/null", name: "x" } });
    for (const spec of [describeJob(echo, { config: { text: "b" } }), runs])
      await expect(runJob(spec, options)).rejects.toMatchObject({
        code: "read-only",
        message: expect.stringContaining("choose a folder that you may write to"),
      });
    expect(existsSync(path.join(disk.folder, "runs"))).toBe(false);
  },
);

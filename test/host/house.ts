/** The host's handler in this process, over a real study, with its insides at hand. */
import path from "node:path";
import type { Context } from "../../src-main/api/context.ts";
import { createHandler, type Handler } from "../../src-main/api/handler.ts";
import type { House } from "../../src-main/api/house.ts";
import { openPage } from "../../src-main/api/door/page.ts";
import { importRelease } from "../../src-main/api/import.ts";
import { appRouter } from "../../src-main/api/router.ts";
import { Bus } from "../../src-main/api/tasks/bus.ts";
import { Tasks } from "../../src-main/api/tasks/tasks.ts";
import { createPool } from "../../src-main/jobs/pool.ts";
import type { Pool } from "../../src-main/jobs/types.ts";
import { STEPS } from "../../src-main/steps/table.ts";
import type { Task } from "../../src-main/contract/api/tasks.ts";
import { openWorkspace, type Workspace } from "../../src-main/store/workspace.ts";

export class TestHouse implements AsyncDisposable {
  readonly folder: string;
  readonly workspace: Workspace;
  readonly bus = new Bus();
  readonly tasks = new Tasks(this.bus);
  readonly handle: Handler;
  /** The calls, without HTTP between. */
  readonly calls: ReturnType<typeof appRouter.createCaller>;
  readonly context: Context;
  #pool: Pool | null = null;

  constructor(folder: string) {
    this.folder = folder;
    this.workspace = openWorkspace(folder, { access: "write" });
    const workerFile = path.resolve(import.meta.dirname, "../../src-main/worker.ts");
    this.context = {
      folder,
      workspace: this.workspace,
      workerFile,
      pool: () => (this.#pool ??= createPool({ workspaceFolder: folder, steps: STEPS, workerFile })),
    };
    const house: House = {
      context: () => this.context,
      notices: () => [],
      open: () => Promise.reject(new Error("This house has one study.")),
      tasks: this.tasks,
      bus: this.bus,
    };
    this.handle = createHandler(house, openPage(path.join(folder, "no-page")));
    this.calls = appRouter.createCaller({ house, from: "page" }, { signal: new AbortController().signal });
  }

  import(manifest: string) {
    return importRelease(this.context, { path: manifest, as: "manifest", dryRun: false, strict: false }, {});
  }

  get(address: string, headers: Record<string, string> = {}): Promise<Response> {
    return this.handle(new Request(`http://localhost${address}`, { headers }), "page");
  }

  /** The task of this id, once it has ended. */
  async ended(id: string): Promise<Task> {
    for (;;) {
      const task = this.tasks.list().find((each) => each.id === id);
      if (task === undefined) throw new Error(`There is no task ${id}.`);
      if (task.ended !== null) return task;
      await new Promise<void>((resolve) => {
        const listening = this.bus.listen(() => {
          listening[Symbol.dispose]();
          resolve();
        });
      });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.tasks[Symbol.asyncDispose]();
    await this.#pool?.[Symbol.asyncDispose]();
    this.workspace[Symbol.dispose]();
  }
}

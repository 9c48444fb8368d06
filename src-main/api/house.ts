/** What every call of the host is handed: the open workspace, the long work, and who listens. */
import type { Context } from "./context.ts";
import type { Bus } from "./tasks/bus.ts";
import type { Tasks } from "./tasks/tasks.ts";

export interface House {
  /** The study that is open now; a later call may find another one. */
  readonly context: () => Context;
  /** What the user must be told about opening. */
  readonly notices: () => readonly string[];
  /**
   * Closes the open workspace and opens another one, creating it where it is new. Errors: `workspace-busy` while a
   * task runs, and those of `openWorkspace`; then the old one stays open.
   */
  readonly open: (folder: string) => Promise<void>;
  readonly tasks: Tasks;
  readonly bus: Bus;
}

/** One call: the house, and by which door it came. */
export interface Call {
  readonly house: House;
  readonly from: "page" | "terminal";
}

/** Steps of many configuration types in one table: the type is closed off behind the step's own schema. */
import type { Step, StepContext } from "./step.ts";

export interface AnyStep extends Step<unknown> {
  /** Checks `context.config` against the step's schema, then runs it. */
  readonly run: (context: StepContext<unknown>) => Promise<void>;
}

export type StepTable = Readonly<Record<string, AnyStep>>;

/** A table of steps by name; two steps of one name are a bug, said at once. */
export function stepTable<T extends readonly unknown[]>(...steps: { [K in keyof T]: Step<T[K]> }): StepTable {
  const table: Record<string, AnyStep> = {};
  for (const step of steps) {
    if (table[step.name] !== undefined) throw new TypeError(`Two steps are named "${step.name}".`);
    table[step.name] = closeOff(step);
  }
  return table;
}

function closeOff<C>(step: Step<C>): AnyStep {
  return {
    name: step.name,
    version: step.version,
    place: step.place,
    config: step.config,
    run: (context) => step.run({ ...context, config: step.config.parse(context.config) }),
  };
}

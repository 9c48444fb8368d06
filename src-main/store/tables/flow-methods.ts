/** How the study's flow was computed so far, so that what stands in the cache is found again. */
import { z } from "zod";
import { type FlowHow, flowHow } from "../../contract/flow.ts";
import type { Store } from "./samples.ts";

/** Older ones are no longer looked for. */
const KEPT = 4;

const rows = z.array(z.object({ how: z.string() }));

/** The latest first, few. */
export function flowMethods(store: Pick<Store, "db">): FlowHow[] {
  const held = store.db.all("SELECT how FROM flow_methods ORDER BY used DESC LIMIT ?", KEPT);
  return rows.parse(held).map(({ how }) => flowHow.parse(JSON.parse(how)));
}

export function rememberFlowMethod(store: Pick<Store, "db">, given: FlowHow): void {
  const { method, version, weights, headMotion } = given;
  const how = JSON.stringify({ method, version, weights, headMotion });
  // The time alone may be that of the one before: the order must be that of the calls.
  const last = z
    .object({ used: z.string().nullable() })
    .parse(store.db.get("SELECT max(used) AS used FROM flow_methods"));
  const now = new Date().toISOString();
  const used = last.used !== null && last.used >= now ? `${last.used}+` : now;
  store.db.run(
    "INSERT INTO flow_methods (how, used) VALUES (?, ?) ON CONFLICT (how) DO UPDATE SET used = excluded.used",
    how,
    used,
  );
}

/** Settings of the workspace, by name. */
import { z } from "zod";
import { type Settings, settings } from "../../contract/api/app.ts";
import type { Store } from "./samples.ts";

const row = z.object({ name: z.string(), value: z.string() });

/** Every setting; what was never set has its default. */
export function getSettings(store: Pick<Store, "db">): Settings {
  const held = store.db.all("SELECT name, value FROM settings").map((raw) => row.parse(raw));
  return settings.parse(Object.fromEntries(held.map(({ name, value }) => [name, JSON.parse(value)])));
}

/** Changes what is given. */
export function setSettings(store: Pick<Store, "db">, change: Partial<Settings>): void {
  store.db.transaction(() => {
    for (const [name, value] of Object.entries(change)) {
      if (value === undefined) continue;
      store.db.run(
        "INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        name,
        JSON.stringify(value),
      );
    }
  });
}

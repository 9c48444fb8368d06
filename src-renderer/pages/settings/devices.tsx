import { Skeleton, Switch, NumberInput } from "@mantine/core";
import { IconCheck } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { host } from "../../lib/host/client.ts";
import { deviceName } from "../../lib/devices.ts";
import { plural } from "../../lib/format.ts";
import { useSettings } from "../../lib/host/settings.ts";
import { Asked, FaultNotice } from "../../parts/asked.tsx";
import { DataTable } from "../../parts/data-table.tsx";
import { aboutQuery } from "./queries.ts";
import { Section } from "./section.tsx";
import classes from "./settings.module.css";

/** What this machine trains on, and with how many threads. */
export function Devices() {
  const query = useQuery({
    queryKey: ["machine", "devices"],
    queryFn: ({ signal }) => host.devices.list.query(undefined, { signal }),
  });
  return (
    <Section
      title="Devices and threads"
      words="Where experiments train. The number of threads is part of an experiment, so that its figures can be reproduced."
    >
      <Threads />
      <div className={classes.wide}>
        <Asked query={query} waiting={<Skeleton height={240} radius={12} />}>
          {({ devices }) => (
            <DataTable label="Devices" dense>
              <thead>
                <tr>
                  <th scope="col">Device</th>
                  <th scope="col">State</th>
                  <th scope="col">What it is, or what it needs</th>
                </tr>
              </thead>
              <tbody>
                {devices.map(({ name, usable, reason, howTo }) => (
                  <tr key={name}>
                    <th scope="row">{deviceName(name)}</th>
                    <td>
                      {usable ? (
                        <span className={classes.good}>
                          <IconCheck size={16} stroke={2} aria-hidden />
                          usable
                        </span>
                      ) : (
                        <span className={classes.faint}>not usable</span>
                      )}
                    </td>
                    <td className={classes.muted}>{[reason, howTo].filter((words) => words !== "").join(" ")}</td>
                  </tr>
                ))}
              </tbody>
            </DataTable>
          )}
        </Asked>
      </div>
    </Section>
  );
}

function Threads() {
  const { settings, change } = useSettings();
  const { data } = useQuery(aboutQuery);
  const cores = data?.cores ?? null;
  const own = settings.threads !== null;
  return (
    <>
      <Switch
        label="As many threads as suit this machine"
        description={cores === null ? " " : `It has ${plural(cores, "core")}; at most 8 are used.`}
        checked={!own}
        onChange={(event) =>
          change.mutate({ threads: event.currentTarget.checked ? null : Math.min(8, Math.max(1, cores ?? 1)) })
        }
      />
      {own && (
        <NumberInput
          label="Threads of a training"
          w={200}
          min={1}
          max={256}
          allowDecimal={false}
          clampBehavior="strict"
          value={settings.threads ?? 1}
          onChange={(value) => typeof value === "number" && value >= 1 && change.mutate({ threads: value })}
        />
      )}
      {change.error !== null && <FaultNotice error={change.error} />}
    </>
  );
}

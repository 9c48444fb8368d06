import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Asked } from "../../parts/asked.tsx";
import { DataTable } from "../../parts/data-table.tsx";
import { aboutQuery } from "./queries.ts";
import { Section } from "./section.tsx";
import classes from "./settings.module.css";

export function About() {
  const query = useQuery(aboutQuery);
  return (
    <Section title="About" words="What a methods section, or a question to a colleague, needs to name.">
      <div className={classes.wide}>
        <Asked query={query} waiting={<Skeleton height={200} radius={12} />}>
          {({ version, node, onnxruntime, sqlite, platform, cores }) => {
            const desktop = window.apexlab?.versions;
            const rows = [
              ["Apexlab", version],
              ["onnxruntime", onnxruntime],
              ["Node", node],
              ["SQLite", sqlite],
              ...(desktop === undefined ? [] : [["Electron", `${desktop.electron}, Chromium ${desktop.chromium}`]]),
              ["System", `${platform}, ${cores} cores`],
            ] as const;
            return (
              <DataTable label="Versions" dense>
                <tbody>
                  {rows.map(([what, value]) => (
                    <tr key={what}>
                      <th scope="row">{what}</th>
                      <td className={classes.mono}>{value}</td>
                    </tr>
                  ))}
                </tbody>
              </DataTable>
            );
          }}
        </Asked>
      </div>
    </Section>
  );
}

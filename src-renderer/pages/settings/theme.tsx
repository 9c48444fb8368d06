import { SegmentedControl } from "@mantine/core";
import { useSettings } from "../../lib/host/settings.ts";
import { FaultNotice } from "../../parts/asked.tsx";
import { Section } from "./section.tsx";

const THEMES = [
  { value: "system", label: "As the system" },
  { value: "light", label: "Light" },
  { value: "dark", label: "Dark" },
] as const;

export function Theme() {
  const { settings, change } = useSettings();
  return (
    <Section title="Theme" words="Pictures stand on the same greys in both.">
      <SegmentedControl
        aria-label="Theme"
        value={settings.theme}
        data={[...THEMES]}
        onChange={(chosen) => {
          const theme = THEMES.find(({ value }) => value === chosen)?.value;
          if (theme !== undefined) change.mutate({ theme });
        }}
      />
      {change.error !== null && <FaultNotice error={change.error} />}
    </Section>
  );
}

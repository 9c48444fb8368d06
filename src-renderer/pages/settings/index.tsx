import { Page } from "../../parts/page.tsx";
import { About } from "./about.tsx";
import { Devices } from "./devices.tsx";
import { Keys } from "./keys.tsx";
import classes from "./settings.module.css";
import { Theme } from "./theme.tsx";
import { Workspace } from "./workspace.tsx";

export default function SettingsPage() {
  return (
    <Page title="Settings">
      <div className={classes.sections}>
        <Workspace />
        <Theme />
        <Devices />
        <Keys />
        <About />
      </div>
    </Page>
  );
}

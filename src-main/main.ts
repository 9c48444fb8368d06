/**
 * The desktop's door: Electron's process, which only shows the window. The work is done by the host, a child process
 * on plain Node; nothing native may ever be imported from here.
 */
import path from "node:path";
import { app, dialog, protocol } from "electron";
import { SCHEME } from "./shell/address.ts";
import { openDesktop } from "./shell/desktop.ts";
import { places, workspaceOf } from "./shell/launch.ts";

app.setName("Apexlab"); // names the user's data folder, which holds the lock below
app.enableSandbox();
// Nothing is ever looked up: the app is complete without a network.
app.commandLine.appendSwitch("host-resolver-rules", "MAP * ~NOTFOUND");
protocol.registerSchemesAsPrivileged([
  { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } },
]);

if (app.requestSingleInstanceLock()) {
  app
    .whenReady()
    .then(start)
    .catch((error: unknown) => {
      dialog.showErrorBox("Apexlab could not start", error instanceof Error ? error.message : String(error));
      app.quit();
    });
} else {
  app.quit();
}

function start(): void {
  const built = import.meta.dirname;
  const desktop = openDesktop({
    places: places(built, app.isPackaged ? process.resourcesPath : null),
    icon: path.resolve(built, "..", "icons", "icon.png"),
    workspace: workspaceOf(process.argv, process.env),
  });
  app.on("second-instance", () => desktop.focus());
}

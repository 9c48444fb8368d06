import { type GlobalOptions, command, withApp } from "../command.ts";

export const devicesCommand = () =>
  command("devices", "what this machine can train on, and how to make more usable", "apexlab devices").action(
    (options: GlobalOptions) =>
      withApp(options, "none", async ({ app, terminal, hooks }) => {
        const document = await app.devices(hooks);
        terminal.result(document, () =>
          document.devices
            .map(
              ({ name, usable, reason, howTo }) =>
                `${name.padEnd(10)}${usable ? "usable" : "not usable"}: ${reason}${howTo ? ` ${howTo}` : ""}`,
            )
            .join("\n"),
        );
      }),
  );

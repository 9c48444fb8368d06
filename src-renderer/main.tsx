import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "./theme/fonts.css";
import "./theme/tokens.css";
import "./theme/mantine.css";
import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Frame } from "./frame/frame.tsx";
import { queryClient } from "./lib/host/queries.ts";
import { useSettings } from "./lib/host/settings.ts";
import { followHost } from "./lib/host/stream.ts";
import { KeyboardProvider } from "./lib/keys/keys.tsx";
import { theme } from "./theme/theme.ts";

const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? "";
// The scroll lock under dialogs makes its style by itself and reads the nonce here.
Object.assign(window, { __webpack_nonce__: nonce });

const root = document.querySelector("#root");
if (root === null) throw new Error("index.html has no #root.");

function Keyboard({ children }: { children: ReactNode }) {
  const { settings } = useSettings();
  return <KeyboardProvider own={settings.keys}>{children}</KeyboardProvider>;
}

followHost();
createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={() => nonce}>
      <QueryClientProvider client={queryClient}>
        <Keyboard>
          <Notifications position="bottom-right" />
          <Frame />
        </Keyboard>
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);

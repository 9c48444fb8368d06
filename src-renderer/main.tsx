import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "./theme/fonts.css";
import "./theme/tokens.css";
import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Frame } from "./frame/frame.tsx";
import { KeyboardProvider } from "./lib/keys/keys.tsx";
import { theme } from "./theme/theme.ts";

const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? "";
// The scroll lock under dialogs makes its style by itself and reads the nonce here.
Object.assign(window, { __webpack_nonce__: nonce });

const root = document.querySelector("#root");
if (root === null) throw new Error("index.html has no #root.");

createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={() => nonce}>
      <KeyboardProvider own={{}}>
        <Notifications position="bottom-right" />
        <Frame />
      </KeyboardProvider>
    </MantineProvider>
  </StrictMode>,
);

/** What the page may never do, whatever it shows: leave, open windows, embed, ask the network or the machine. */
import type { Session, WebContents } from "electron";
import { isOurOrigin, isOurs } from "./address.ts";

/** Writing text to the clipboard after a click (tables as CSV and LaTeX) is the one permission that is given. */
const GIVEN = "clipboard-sanitized-write";

/** Denies every permission but GIVEN, and every request that is not the app's own. */
export function guardSession(session: Session): void {
  session.setPermissionRequestHandler((...[, permission, answer, details]) =>
    answer(permission === GIVEN && isOurs(details.requestingUrl) && details.isMainFrame),
  );
  session.setPermissionCheckHandler(
    (...[, permission, origin, details]) => permission === GIVEN && isOurOrigin(origin) && details.isMainFrame,
  );
  session.setDevicePermissionHandler(() => false);
  session.webRequest.onBeforeRequest(({ url }, answer) => answer({ cancel: !isLocal(url) }));
  // Its dictionaries would be fetched from the network.
  session.setSpellCheckerEnabled(false);
}

const isLocal = (url: string) => isOurs(url) || /^(data|blob|devtools):/.test(url);

/** Denies every way out of the app's own pages; `onOwnLink` gets each navigation within it, and true denies it too. */
export function guardContents(contents: WebContents, onOwnLink: (url: string) => boolean): void {
  const judge = (details: { readonly url: string; readonly preventDefault: () => void }) => {
    if (!isOurs(details.url) || onOwnLink(details.url)) details.preventDefault();
  };
  contents.on("will-navigate", judge);
  contents.on("will-redirect", judge);
  contents.on("will-frame-navigate", (details) => {
    // The main frame's own navigations come to will-navigate as well; the app has no other frames.
    if (!details.isMainFrame) details.preventDefault();
  });
  contents.on("will-attach-webview", (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: "deny" }));
}

/**
 * What a desktop window can do beyond a browser: the few functions that its preload script hands to the page as
 * `window.apexlab`, absent in a browser. No zod here: this file is part of the window's own process.
 */

export interface PickFolder {
  /** The dialog's title: "Choose the folder of CASME II". */
  readonly title: string;
  /** Where it opens; the system's last folder when absent. */
  readonly start?: string;
}

export interface PickFile extends PickFolder {
  /** Without dots: `["csv", "xlsx"]`; any file when absent. */
  readonly extensions?: readonly string[];
}

export interface Desktop {
  readonly versions: { readonly electron: string; readonly chromium: string };
  /** An absolute folder; null when the dialog was cancelled. */
  readonly pickFolder: (options: PickFolder) => Promise<string | null>;
  /** An absolute file; null when the dialog was cancelled. */
  readonly pickFile: (options: PickFile) => Promise<string | null>;
  /** Shows a file or folder in the system's file manager; false where it is gone. `path` is absolute. */
  readonly reveal: (path: string) => Promise<boolean>;
}

/** The name of the bridge in the page's window. */
export const BRIDGE = "apexlab";

/** Channels between the preload script and the window's process. */
export const CHANNEL = {
  pickFolder: "desktop:pick-folder",
  pickFile: "desktop:pick-file",
  reveal: "desktop:reveal",
} as const;

declare global {
  interface Window {
    readonly apexlab?: Desktop;
  }
}

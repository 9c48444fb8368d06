/** The application's menu: everything in it has a key, and works without the page's help. */
import type { MenuItemConstructorOptions } from "electron";

export interface MenuOptions {
  readonly platform: NodeJS.Platform;
  /** Adds the developer tools. */
  readonly development: boolean;
  /** Opens a page of the app by its address's hash: "#/browse". */
  readonly go: (hash: string) => void;
  readonly openWorkspace: () => void;
  readonly showWorkspace: () => void;
  readonly about: () => void;
}

export function menuTemplate(options: MenuOptions): MenuItemConstructorOptions[] {
  const mac = options.platform === "darwin";
  const about: MenuItemConstructorOptions = { label: "About Apexlab", click: options.about };
  const settings: MenuItemConstructorOptions = {
    label: "Settings …",
    accelerator: "CmdOrCtrl+,",
    click: () => options.go("#/settings"),
  };
  const application: MenuItemConstructorOptions = {
    label: "Apexlab",
    submenu: [
      about,
      separator,
      settings,
      separator,
      { role: "hide" },
      { role: "hideOthers" },
      separator,
      { role: "quit" },
    ],
  };
  const file: MenuItemConstructorOptions = {
    label: "File",
    submenu: [
      { label: "Open Study …", accelerator: "CmdOrCtrl+O", click: options.openWorkspace },
      { label: "Import Dataset …", accelerator: "CmdOrCtrl+I", click: () => options.go("#/study/import") },
      { label: "Show Study's Folder", accelerator: "CmdOrCtrl+Shift+O", click: options.showWorkspace },
      ...(mac ? [] : [separator, settings, separator, { role: "quit", accelerator: "CmdOrCtrl+Q" } as const]),
    ],
  };
  return [
    ...(mac ? [application] : []),
    file,
    { role: "editMenu" },
    goMenu(options.go),
    viewMenu(options.development),
    ...(mac ? [{ role: "windowMenu" } as const] : [{ label: "Help", submenu: [about] }]),
  ];
}

const separator: MenuItemConstructorOptions = { type: "separator" };

const goMenu = (go: MenuOptions["go"]): MenuItemConstructorOptions => ({
  label: "Go",
  submenu: ["Study", "Browse", "Experiments"].map((page, index) => ({
    label: page,
    accelerator: `CmdOrCtrl+${index + 1}`,
    click: () => go(`#/${page.toLowerCase()}`),
  })),
});

const viewMenu = (development: boolean): MenuItemConstructorOptions => ({
  label: "View",
  submenu: [
    { role: "reload" },
    separator,
    { role: "resetZoom" },
    { role: "zoomIn" },
    { role: "zoomOut" },
    separator,
    { role: "togglefullscreen" },
    ...(development ? [{ role: "toggleDevTools" } as const] : []),
  ],
});

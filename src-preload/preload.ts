/** The window's preload script, sandboxed: hands the page three functions and two versions, and nothing of Electron. */
import { contextBridge, ipcRenderer } from "electron";
import { BRIDGE, CHANNEL, type Desktop } from "../src-main/contract/desktop.ts";

const desktop: Desktop = {
  versions: { electron: process.versions.electron ?? "", chromium: process.versions.chrome ?? "" },
  pickFolder: (options) => ipcRenderer.invoke(CHANNEL.pickFolder, options),
  pickFile: (options) => ipcRenderer.invoke(CHANNEL.pickFile, options),
  reveal: (path) => ipcRenderer.invoke(CHANNEL.reveal, path),
};

contextBridge.exposeInMainWorld(BRIDGE, desktop);

/** The main side of the preload's functions. Each call is refused unless it comes from the app's own page. */
import { existsSync } from "node:fs";
import path from "node:path";
import { type BrowserWindow, dialog, ipcMain, type IpcMainInvokeEvent, type OpenDialogOptions, shell } from "electron";
import { CHANNEL } from "../contract/desktop.ts";
import { isOurs } from "./address.ts";

/** A title longer than this is no title. */
const MOST_CHARACTERS = 200;

/** Answers the preload's calls for this window, for as long as the app runs. */
export function answerDialogs(window: BrowserWindow): void {
  const answer = <Result>(channel: string, act: (input: unknown) => Result) =>
    ipcMain.handle(channel, (event, input: unknown) => {
      refuseForeign(event, window);
      return act(input);
    });
  answer(CHANNEL.pickFolder, (input) => pick(window, { ...pickOptions(input), properties: FOLDER }));
  answer(CHANNEL.pickFile, (input) =>
    pick(window, { ...pickOptions(input), properties: ["openFile"], filters: filters(input) }),
  );
  answer(CHANNEL.reveal, (input) => reveal(input));
}

const FOLDER: OpenDialogOptions["properties"] = ["openDirectory", "createDirectory"];

/** Asks for a folder that holds a study, or shall hold one; null when cancelled. */
export const pickWorkspace = (window: BrowserWindow, current: string): Promise<string | null> =>
  pick(window, { title: "Open a study's folder", defaultPath: current, properties: FOLDER });

/** Shows a file or folder in the file manager; false where it is gone. */
export function reveal(input: unknown): boolean {
  const file = absolute(input);
  if (!existsSync(file)) return false;
  shell.showItemInFolder(file);
  return true;
}

async function pick(window: BrowserWindow, options: OpenDialogOptions): Promise<string | null> {
  const { canceled, filePaths } = await dialog.showOpenDialog(window, options);
  return canceled ? null : (filePaths[0] ?? null);
}

function refuseForeign(event: IpcMainInvokeEvent, window: BrowserWindow): void {
  const { sender, senderFrame } = event;
  const own = sender === window.webContents && senderFrame !== null && senderFrame.parent === null;
  if (!own || !isOurs(senderFrame.url)) throw new Error("Only the app's own page may ask for this.");
}

function pickOptions(input: unknown): Pick<OpenDialogOptions, "title" | "defaultPath"> {
  const title = field(input, "title");
  const start = field(input, "start");
  if (typeof title !== "string" || title.length > MOST_CHARACTERS) throw new Error("A dialog needs a title.");
  return { title, ...(start === undefined ? {} : { defaultPath: absolute(start) }) };
}

function filters(input: unknown): OpenDialogOptions["filters"] {
  const extensions = field(input, "extensions");
  if (extensions === undefined) return [];
  if (!Array.isArray(extensions) || !extensions.every((each) => typeof each === "string" && /^\w{1,8}$/.test(each)))
    throw new Error("Extensions are short words without dots.");
  return [
    { name: extensions.map((each) => `.${each}`).join(", "), extensions },
    { name: "All files", extensions: ["*"] },
  ];
}

function absolute(input: unknown): string {
  if (typeof input !== "string" || !path.isAbsolute(input) || input.includes("\0"))
    throw new Error("A path must be absolute.");
  return path.normalize(input);
}

const field = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Object.getOwnPropertyDescriptor(value, name)?.value : undefined;

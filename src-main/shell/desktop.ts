/** The desktop as a whole: one window, one host, and what happens when either of them ends. */
import { app, type BrowserWindow, dialog, Menu, protocol, session } from "electron";
import { COMMAND, isDocument, isOurOrigin, isOurs, SCHEME } from "./address.ts";
import { answerDialogs, pickWorkspace, reveal } from "./dialogs.ts";
import { forward } from "./forward.ts";
import { guardContents, guardSession } from "./guards.ts";
import { currentWorkspace, hostVersions, openTasks, openWorkspace } from "./host-calls.ts";
import { HostProcess } from "./host-process.ts";
import type { Places } from "./launch.ts";
import { menuTemplate } from "./menu.ts";
import { startingPage, stoppedPage, STRICT_POLICY, unavailable } from "./own-pages.ts";
import { createWindow, load, rememberWindow } from "./window.ts";

/** A host that needs longer than this to open the study gets a page that says so. */
const SOON_MS = 1500;

export interface DesktopOptions {
  readonly places: Places;
  readonly icon: string;
  readonly workspace: string;
}

/** Opens the desktop; only after `ready`. */
export function openDesktop(options: DesktopOptions): Desktop {
  return new Desktop(options);
}

class Desktop {
  readonly #places: Places;
  readonly #window: BrowserWindow;
  #workspace: string;
  #host: HostProcess;
  /** How the host ended; null while it lives. */
  #stopped: string | null = null;
  /** What the last answered document was. */
  #shows: "nothing" | "starting" | "page" | "stopped" = "nothing";
  #leaving: "no" | "asking" | "now" = "no";

  constructor({ places, icon, workspace }: DesktopOptions) {
    this.#places = places;
    this.#workspace = workspace;
    guardSession(session.defaultSession);
    app.on("web-contents-created", (_event, contents) => guardContents(contents, (url) => this.#command(url)));
    protocol.handle(SCHEME, (request) => this.#answer(request));
    this.#host = this.#startHost();
    this.#window = createWindow({ preload: places.preload, icon });
    answerDialogs(this.#window);
    this.#guardLife(this.#window);
    Menu.setApplicationMenu(
      Menu.buildFromTemplate(
        menuTemplate({
          platform: process.platform,
          development: !app.isPackaged,
          go: (hash) => load(this.#window, hash),
          openWorkspace: () => void this.#openWorkspace(),
          showWorkspace: () => void reveal(this.#workspace),
          about: () => void this.#about(),
        }),
      ),
    );
    load(this.#window);
  }

  /** Brings the window to the front: another start of the app was asked for. */
  focus(): void {
    if (this.#window.isMinimized()) this.#window.restore();
    this.#window.show();
    this.#window.focus();
  }

  #startHost(): HostProcess {
    this.#stopped = null;
    const host = new HostProcess({ ...this.#places, workspace: this.#workspace });
    void host.ready.then((listens) => {
      if (listens && this.#shows === "starting" && this.#host === host) this.#window.webContents.reload();
    });
    void host.ended.then((sentence) => {
      if (this.#host !== host || this.#leaving === "now") return;
      this.#stopped = sentence;
      // Before the first page its request is still waiting, and learns it by itself.
      if (this.#shows !== "nothing") this.#window.webContents.reload();
    });
    return host;
  }

  /** Every request of the window. Never rejects: the window would stay white. */
  async #answer(request: Request): Promise<Response> {
    const initiator = "initiatorOrigin" in request ? request.initiatorOrigin : undefined;
    const foreign = typeof initiator === "string" && !isOurOrigin(initiator);
    if (foreign || !isOurs(request.url)) return new Response(null, { status: 403 });
    return isDocument(request.url) ? this.#answerDocument(request) : this.#answerCall(request);
  }

  async #answerDocument(request: Request): Promise<Response> {
    const listens = await Promise.race([this.#host.ready, soon()]);
    if (listens === undefined) {
      this.#shows = "starting";
      return startingPage();
    }
    const answer = listens ? await this.#ask(request) : null;
    this.#shows = answer === null ? "stopped" : "page";
    return answer === null ? stoppedPage(await this.#host.ended, { opened: listens }) : withPolicy(answer);
  }

  async #answerCall(request: Request): Promise<Response> {
    const answer = (await this.#host.ready) ? await this.#ask(request) : null;
    if (answer === null) return unavailable(`The host has stopped. ${await this.#host.ended}`);
    // The page opened another study by itself: a host that is started again must open the same one.
    if (request.url.includes("workspace.open"))
      this.#workspace = (await currentWorkspace(this.#host.socket)) ?? this.#workspace;
    return answer;
  }

  /** The host's answer; null when it has ended, or ends meanwhile. */
  async #ask(request: Request): Promise<Response | null> {
    const host = this.#host;
    try {
      return await forward(request, host.socket);
    } catch (error) {
      const ended = await Promise.race([host.ended.then(() => true), soon()]);
      return ended === true ? null : unavailable(`The host did not answer: ${String(error)}`);
    }
  }

  /** Links of the shell's own pages; true when `url` was one, so that nothing is navigated. */
  #command(url: string): boolean {
    if (url !== COMMAND.restart && url !== COMMAND.openWorkspace) return false;
    void (url === COMMAND.restart ? this.#restart() : this.#openWorkspace());
    return true;
  }

  async #restart(): Promise<void> {
    if (this.#stopped !== null) this.#host = this.#startHost();
    this.#window.webContents.reload();
  }

  async #openWorkspace(): Promise<void> {
    const folder = await pickWorkspace(this.#window, this.#workspace);
    if (folder === null) return;
    if (this.#stopped !== null) {
      this.#workspace = folder;
      return this.#restart();
    }
    try {
      await openWorkspace(this.#host.socket, folder);
      this.#workspace = folder;
      load(this.#window);
    } catch (error) {
      const sentence = error instanceof Error ? error.message : String(error);
      await dialog.showMessageBox(this.#window, {
        type: "warning",
        message: "The study was not opened.",
        detail: sentence,
      });
    }
  }

  async #about(): Promise<void> {
    const host = this.#stopped === null ? await hostVersions(this.#host.socket) : null;
    const lines = [
      `Electron ${process.versions.electron}, Chromium ${process.versions.chrome}`,
      ...(host === null ? [] : [`Node ${host.node}, onnxruntime ${host.onnxruntime}, SQLite ${host.sqlite}`]),
      `Study: ${this.#workspace}`,
    ];
    const message = `Apexlab ${app.getVersion()}`;
    await dialog.showMessageBox(this.#window, {
      type: "info",
      title: "About Apexlab",
      message,
      detail: lines.join("\n"),
    });
  }

  #guardLife(window: BrowserWindow): void {
    const hold = (event: { preventDefault: () => void }) => {
      if (this.#leaving === "now") return;
      event.preventDefault();
      void this.#leave();
    };
    window.on("close", hold);
    app.on("before-quit", hold);
    app.on("window-all-closed", () => app.quit());
    window.webContents.on("render-process-gone", (_event, { reason }) => {
      if (reason !== "clean-exit" && this.#leaving !== "now") void this.#recover(reason);
    });
  }

  /** The page's process ended: its window would stay white. */
  async #recover(reason: string): Promise<void> {
    const { response } = await dialog.showMessageBox(this.#window, {
      type: "error",
      message: "The page stopped working.",
      detail: `${reason === "oom" ? "It ran out of memory." : `The system says: ${reason}.`} Work in progress goes on.`,
      buttons: ["Show the page again", "Quit"],
      defaultId: 0,
      cancelId: 0,
    });
    if (response === 0) load(this.#window);
    else app.quit();
  }

  /** Asks where quitting would stop work, then ends the host, its workers and the app. */
  async #leave(): Promise<void> {
    if (this.#leaving !== "no") return;
    this.#leaving = "asking";
    if (!(await this.#mayLeave())) {
      this.#leaving = "no";
      return;
    }
    this.#leaving = "now";
    rememberWindow(this.#window);
    this.#window.hide();
    await this.#host[Symbol.asyncDispose]();
    this.#window.destroy();
    app.quit();
  }

  async #mayLeave(): Promise<boolean> {
    const listens = this.#stopped === null && (await Promise.race([this.#host.ready, soon()]));
    if (listens !== true) return true; // nothing can be running
    const tasks = await openTasks(this.#host.socket);
    if (tasks?.length === 0 || this.#stopped !== null) return true;
    const what =
      tasks === null
        ? "Apexlab does not say what it is doing."
        : `In progress: ${tasks.map((task) => task.title).join("; ")}.`;
    const { response } = await dialog.showMessageBox(this.#window, {
      type: "question",
      message: "Quit while work is in progress?",
      detail: `${what} Quitting stops it; what is finished is kept, and a run can go on from there.`,
      buttons: ["Keep working", "Quit"],
      defaultId: 0,
      cancelId: 0,
    });
    return response === 1;
  }
}

const soon = () => new Promise<undefined>((resolve) => void setTimeout(() => resolve(undefined), SOON_MS));

/** A document that brings no policy of its own gets the strictest. */
function withPolicy(answer: Response): Response {
  const isPage = answer.headers.get("content-type")?.startsWith("text/html") === true;
  if (isPage && !answer.headers.has("content-security-policy"))
    answer.headers.set("content-security-policy", STRICT_POLICY);
  return answer;
}

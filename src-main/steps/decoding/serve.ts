/** The decoding thread's own side: takes what is wanted in turn. */
import { parentPort } from "node:worker_threads";
import { carry } from "../../contract/fault.ts";
import { decode } from "./decode.ts";
import { type FromThread, toThread, type Wanted } from "./messages.ts";

/** Files that are read and decoded at the same time, of whatever size they are: libuv has as many threads. */
const AT_ONCE = 4;

/** Serves until its owner ends the thread. */
export function serveDecoding(): void {
  if (parentPort === null) throw new TypeError("What decodes is a thread of a worker, with a channel to it.");
  const port = parentPort;
  /** In the order in which they were asked for. */
  const waiting = new Map<number, Wanted>();
  let running = 0;

  const answer = async (id: number, { source, how }: Wanted): Promise<void> => {
    try {
      // Copied, not given away: the memory of the thread that reads it at every step is the faster one to read, since
      // only the main thread's has large pages (jobs/allocation.ts).
      port.postMessage({ id, picture: await decode(source, how) } satisfies FromThread);
    } catch (error) {
      port.postMessage({ id, error: carry(error) } satisfies FromThread);
    }
  };
  const goOn = (): void => {
    for (const [id, one] of waiting) {
      if (running >= AT_ONCE) return;
      waiting.delete(id);
      running++;
      void answer(id, one).then(() => {
        running--;
        goOn();
      });
    }
  };
  port.on("message", (raw) => {
    const message = toThread.parse(raw);
    if ("drop" in message) waiting.delete(message.drop);
    else waiting.set(message.id, message);
    goOn();
  });
}

/** The decoding thread's own side: takes what is wanted in turn. */
import { parentPort } from "node:worker_threads";
import { carry } from "../../contract/fault.ts";
import { writer } from "../../learning/normaliser.ts";
import { decode, pictureIn } from "./decode.ts";
import { type FromThread, toThread, type ToDecode, type ToWrite } from "./messages.ts";

/** Files that are read and decoded at the same time, of whatever size they are: libuv has as many threads. */
const AT_ONCE = 4;

/** Serves until its owner ends the thread. */
export function serveDecoding(): void {
  if (parentPort === null) throw new TypeError("What decodes is a thread of a worker, with a channel to it.");
  const port = parentPort;
  /** In the order in which they were asked for. */
  const waiting = new Map<number, ToDecode>();
  let running = 0;

  const answer = async (id: number, work: () => void | Promise<void>): Promise<void> => {
    let error: FromThread["error"] = null;
    try {
      await work();
    } catch (fault) {
      error = carry(fault);
    }
    port.postMessage({ id, error } satisfies FromThread);
  };
  const goOn = (): void => {
    for (const [id, one] of waiting) {
      if (running >= AT_ONCE) return;
      waiting.delete(id);
      running++;
      void answer(id, () => decodeInto(one)).then(() => {
        running--;
        goOn();
      });
    }
  };
  port.on("message", (raw) => {
    const message = toThread.parse(raw);
    if ("drop" in message) waiting.delete(message.drop);
    else if ("source" in message) waiting.set(message.id, message);
    // At once: the step after the present one waits for it.
    else void answer(message.id, () => write(message));
    goOn();
  });
}

async function decodeInto({ source, how, into }: ToDecode): Promise<void> {
  pictureIn(into, how).set(await decode(source, how));
}

function write({ pictures, how, normaliser, into }: ToWrite): void {
  const decoded = pictures.map((memory) => pictureIn(memory, how));
  writer(normaliser)(decoded, new Float32Array(into));
}

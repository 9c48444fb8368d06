/** What a command shows: results on stdout, everything else on stderr; one moving line of progress on a terminal. */
import type { OnProgress, Progress } from "../contract/progress.ts";

export interface Terminal {
  /** The command's result: text for a person, or one JSON document under --json. */
  readonly result: (document: unknown, text: () => string) => void;
  readonly note: (sentence: string) => void;
  readonly onProgress: OnProgress;
  /** Ends the moving line, so that what follows starts on a line of its own. */
  readonly settle: () => void;
}

const BAR = 24;
const REDRAW_MS = 80;
/** Where nobody watches (a log file, CI), a plain line each quarter of the way. */
const PLAIN_STEPS = 4;

/** `75 s` -> `1 min 15 s`; whole seconds, rounded up, since "0 s left" is never true. */
export function duration(ms: number): string {
  const seconds = Math.max(1, Math.ceil(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** One line of progress: `Optical flow  [######------]  50 %  12 of 24  8 s left  ...`. */
export function progressLine({ what, done, total, left, note }: Progress): string {
  const fraction = total > 0 ? Math.min(1, done / total) : 0;
  const filled = Math.round(fraction * BAR);
  const parts = [
    what,
    `[${"#".repeat(filled)}${"-".repeat(BAR - filled)}]`,
    `${Math.floor(fraction * 100)} %`,
    Number.isInteger(done) && Number.isInteger(total) ? `${done} of ${total}` : null,
    left === null || fraction === 1 ? null : `${duration(left)} left`,
    note,
  ];
  return parts.filter((part) => part !== null).join("  ");
}

export function openTerminal({ json, quiet = false }: { json: boolean; quiet?: boolean }): Terminal {
  const { stderr } = process;
  const moving = stderr.isTTY && !quiet;
  let drawn = false;
  let last = 0;
  const plain = new Map<string, number>();
  const settle = () => {
    if (drawn) stderr.write("\n");
    drawn = false;
  };
  const onProgress: OnProgress = (progress) => {
    if (quiet) return;
    const whole = progress.total > 0 && progress.done >= progress.total;
    if (moving) {
      const now = performance.now();
      if (!whole && now - last < REDRAW_MS) return;
      last = now;
      stderr.write(`\r\u001B[2K${progressLine(progress).slice(0, (stderr.columns ?? 120) - 1)}`);
      drawn = true;
      if (whole) settle();
      return;
    }
    const quarter = progress.total > 0 ? Math.floor((progress.done / progress.total) * PLAIN_STEPS) : 0;
    if (plain.get(progress.what) === quarter) return;
    plain.set(progress.what, quarter);
    stderr.write(`${progressLine(progress)}\n`);
  };
  return {
    onProgress,
    settle,
    note: (sentence) => {
      settle();
      stderr.write(`${sentence}\n`);
    },
    result: (document, text) => {
      settle();
      process.stdout.write(json ? `${JSON.stringify(document, null, 2)}\n` : `${text().trimEnd()}\n`);
    },
  };
}

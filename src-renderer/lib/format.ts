/** Numbers and times as every page writes them. */

const WHOLE = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

/** 12345 -> "12,345". */
export const count = (value: number) => WHOLE.format(value);

/** A fraction as a percentage with one decimal, without the sign: 0.5228 -> "52.3"; null -> "–". */
export const percent = (fraction: number | null) => (fraction === null ? "–" : (fraction * 100).toFixed(1));

/** "1 sample", "2,000 samples"; irregular plurals are given. */
export const plural = (value: number, one: string, many = `${one}s`) => `${count(value)} ${value === 1 ? one : many}`;

/** +3, -2, =: a difference with its sign (a true minus, so that the widths agree). */
export const signed = (value: number) => (value > 0 ? `+${count(value)}` : value < 0 ? `−${count(-value)}` : "=");

/** Time left or taken, as precise as a person needs it: "less than a minute", "about 4 minutes", "about 2 hours". */
export function duration(milliseconds: number): string {
  const minutes = milliseconds / 60_000;
  if (minutes < 1) return milliseconds < 15_000 ? "a few seconds" : "less than a minute";
  if (minutes < 59.5) return `about ${plural(Math.round(minutes), "minute")}`;
  const hours = minutes / 60;
  if (hours < 23.5) return `about ${plural(Math.round(hours), "hour")}`;
  return `about ${plural(Math.round(hours / 24), "day")}`;
}

const MOMENT = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
  hour12: false,
});

/** ISO 8601 -> "24 Nov, 14:05", in the reader's own time zone. */
export const moment = (iso: string) => MOMENT.format(new Date(iso));

/** How much of what a worker prints is kept, for the sentence about its death. */
export const TAIL_CHARACTERS = 2000;

/** The last line of a dead process's output that says something: Node's own trailer and stack lines do not. */
export function lastWords(tail: string): string {
  const lines = tail.split("\n").map((line) => line.trim());
  return lines.findLast((line) => line !== "" && !/^(at |Node\.js v|[{}])/.test(line)) ?? "";
}

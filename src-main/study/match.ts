/**
 * Matches the subjects and clips of a table to those of a folder tree, which spell them differently: "sub01" = "01" =
 * "1", "s1_ne_01" = "s01_ne_01". What is spelled the same wins; a tolerant match counts only where it is the only one.
 */

/** `S1_NE-01` -> `s1_ne_1`: case, separators and leading zeros do not matter. */
export function looseName(text: string): string {
  const name = text.trim().toLowerCase();
  return name.replaceAll(/[\s\-_.]+/g, "_").replaceAll(/0*(\d+)/g, "$1");
}

/** `sub01`, `01`, `s1`, `S 001` -> `1`; a subject that is no number is compared as a name. */
export function looseSubject(text: string): string {
  return /^(?:subject|sub|s)?[\s\-_]*0*(\d+)$/i.exec(text.trim())?.[1] ?? looseName(text);
}

interface Named {
  /** null where the tree does not say it (MMEW has no subject folders). */
  readonly subject: string | null;
  readonly clip: string;
}

type Match<T> =
  | { readonly kind: "exact" | "tolerant"; readonly found: T }
  | { readonly kind: "ambiguous"; readonly candidates: readonly T[] }
  | { readonly kind: "none" };

/** Looks up (subject, clip) among many; an empty subject matches any. */
export class ClipIndex<T extends Named> {
  readonly #byClip: ReadonlyMap<string, readonly T[]>;

  constructor(items: Iterable<T>) {
    this.#byClip = Map.groupBy(items, (item) => looseName(item.clip));
  }

  find(subject: string, clip: string): Match<T> {
    const wanted = looseSubject(subject);
    const alike = (this.#byClip.get(looseName(clip)) ?? []).filter(
      (item) => item.subject === null || subject === "" || looseSubject(item.subject) === wanted,
    );
    const sameClip = alike.filter((item) => item.clip === clip);
    const same = sameClip.filter((item) => item.subject === null || item.subject === subject);
    const candidates = [same, sameClip, alike].find((stage) => stage.length > 0);
    if (candidates === undefined) return { kind: "none" };
    if (candidates.length > 1) return { kind: "ambiguous", candidates };
    return { kind: candidates === same ? "exact" : "tolerant", found: candidates[0] };
  }
}

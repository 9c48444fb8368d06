/** What makes the stand-in stricter than a mock: what it does not know, it refuses. */
import { EventEmitter } from "node:events";

/** Members that Electron's own declaration does not have become `never`, and fail the type check. */
type Known<Own, Real> = { [Key in keyof Own]: Key extends keyof Real | "standIn" ? Own[Key] : never };

/** True where every public member of a class is one of Electron's; `standIn` holds what tests need. */
export type OnlyKnown<Own, Real> = Exclude<keyof Own, keyof Real | "standIn"> extends never ? true : never;

/** The stand-in of one object of Electron: `standInFor<Electron.Shell>("shell")({ ... })`. */
export const standInFor =
  <Real>(name: string) =>
  <Own extends object>(own: Own & Known<Own, Real>): Own =>
    strict<Own>(name, own);

/** Asked by promise machinery and by assertions of every object, and no calls of Electron. */
const ASKED_OF_ANYTHING = new Set([
  "then",
  "toJSON",
  "asymmetricMatch",
  "nodeType",
  "tagName",
  "constructor",
  "$$typeof",
]);

/** Reading a member that is not there throws, naming it: `electron.app.relaunch`. */
export function strict<T extends object>(name: string, target: T): T {
  return new Proxy(target, {
    get(object, key) {
      if (typeof key === "string" && !(key in object) && !ASKED_OF_ANYTHING.has(key))
        throw new Error(`The stand-in knows no ${name}.${key}.`);
      const value: unknown = Reflect.get(object, key);
      return typeof value === "function" && !isClass(value) ? value.bind(object) : value;
    },
    set(object, key, value) {
      throw new Error(`${name}.${String(key)} may not be assigned (${typeof value}, on ${typeof object}).`);
    },
  });
}

const isClass = (value: object) => /^class\s/.test(Function.prototype.toString.call(value));

/** An emitter that knows its events: listening to any other one would never be called. */
export class KnownEvents extends EventEmitter {
  readonly #known: readonly string[];

  constructor(known: readonly string[]) {
    super();
    this.#known = known;
  }

  override on(event: string, listener: Parameters<EventEmitter["on"]>[1]): this {
    this.#check(event);
    return super.on(event, listener);
  }

  override once(event: string, listener: Parameters<EventEmitter["once"]>[1]): this {
    this.#check(event);
    return super.once(event, listener);
  }

  #check(event: string): void {
    if (!this.#known.includes(event)) throw new Error(`The stand-in knows no event "${event}".`);
  }
}

export interface Preventable {
  readonly preventDefault: () => void;
  readonly defaultPrevented: boolean;
}

/** Electron's own `Event`, as far as a listener sees it. */
export function preventable<Extra extends object>(extra: Extra): Preventable & Extra {
  let prevented = false;
  return {
    ...extra,
    preventDefault: () => void (prevented = true),
    get defaultPrevented() {
      return prevented;
    },
  };
}

/**
 * The pickles in which PyTorch lists tensors, read as data. A pickle is a program for a stack machine that may call any
 * function; here only the instructions that lists of tensors need are known, and "calling" one of four known names makes
 * a plain record. Anything else is refused: nothing is ever looked up, imported or run.
 */
import { isCount, isKind, type Pickled, RECORDS, STORAGE } from "./pth-records.ts";
import type { Refuse } from "./pth-zip.ts";

/** Of a tuple that is still open on the stack. */
const MARK = Symbol("mark");
type Slot = Pickled | typeof MARK;

/** Throws by `refuse` for a pickle that is damaged, or holds anything but tensors, texts and numbers. */
export function readPickle(bytes: Uint8Array, refuse: Refuse): Pickled {
  return new Machine(bytes, refuse).run();
}

class Machine {
  readonly #view: DataView;
  readonly #bytes: Uint8Array;
  readonly #refuse: Refuse;
  readonly #stack: Slot[] = [];
  readonly #memo = new Map<number, Pickled>();
  #at = 0;

  constructor(bytes: Uint8Array, refuse: Refuse) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#refuse = refuse;
  }

  run(): Pickled {
    while (this.#at < this.#bytes.length) {
      const code = this.#byte();
      if (code === 0x2e) {
        const result = this.#pop();
        return this.#stack.length === 0 ? result : this.#malformed();
      }
      this.#step(code);
    }
    return this.#refuse("its list of tensors ends too early: it is truncated");
  }

  #malformed(): never {
    return this.#refuse("its list of tensors is malformed");
  }

  #take(length: number): number {
    const from = this.#at;
    if (length > this.#bytes.length - from) this.#refuse("its list of tensors ends too early: it is truncated");
    this.#at += length;
    return from;
  }

  #byte(): number {
    return this.#view.getUint8(this.#take(1));
  }

  #text(length: number): string {
    const from = this.#take(length);
    return new TextDecoder().decode(this.#bytes.subarray(from, from + length));
  }

  /** Up to the end of the line. */
  #line(): string {
    const end = this.#bytes.indexOf(0x0a, this.#at);
    if (end === -1) this.#malformed();
    const text = this.#text(end - this.#at);
    this.#at++;
    return text;
  }

  /** Little-endian, two's complement. */
  #long(length: number): number {
    if (length > 8) this.#refuse("it holds a number of more than 64 bits");
    const from = this.#take(length);
    let n = 0n;
    for (let i = length - 1; i >= 0; i--) n = (n << 8n) | BigInt(this.#bytes[from + i]);
    return Number(BigInt.asIntN(8 * length, n));
  }

  #pop(): Pickled {
    const top = this.#stack.pop();
    return top === undefined || top === MARK ? this.#malformed() : top;
  }

  #top(): Pickled {
    const top = this.#stack.at(-1);
    return top === undefined || top === MARK ? this.#malformed() : top;
  }

  /** Everything above the last mark, which goes too. */
  #sinceMark(): Pickled[] {
    const at = this.#stack.lastIndexOf(MARK);
    if (at === -1) this.#malformed();
    return this.#stack.splice(at).filter((x) => x !== MARK);
  }

  #last(n: number): Pickled[] {
    return Array.from({ length: n }, () => this.#pop()).reverse();
  }

  #remembered(index: number): Pickled {
    const known = this.#memo.get(index);
    return known === undefined ? this.#malformed() : known;
  }

  #put(entries: readonly Pickled[]): void {
    const dict = this.#top();
    if (dict === null || typeof dict !== "object" || dict.kind !== "dict" || entries.length % 2 !== 0)
      this.#malformed();
    for (let i = 0; i < entries.length; i += 2) {
      const key = entries[i];
      if (dict.entries.has(key)) this.#refuse(`two of its entries are named "${String(key)}"`);
      dict.entries.set(key, entries[i + 1]);
    }
  }

  #append(items: readonly Pickled[]): void {
    const list = this.#top();
    if (list === null || typeof list !== "object" || list.kind !== "list") this.#malformed();
    list.items.push(...items);
  }

  #step(code: number): void {
    const push = (x: Slot): number => this.#stack.push(x);
    switch (code) {
      case 0x80: // PROTO
        this.#byte();
        return;
      case 0x95: // FRAME
        this.#take(8);
        return;
      case 0x28: // MARK
        push(MARK);
        return;
      case 0x4e: // NONE
        push(null);
        return;
      case 0x88: // NEWTRUE
      case 0x89: // NEWFALSE
        push(code === 0x88);
        return;
      case 0x4a: // BININT
        push(this.#view.getInt32(this.#take(4), true));
        return;
      case 0x4b: // BININT1
        push(this.#byte());
        return;
      case 0x4d: // BININT2
        push(this.#view.getUint16(this.#take(2), true));
        return;
      case 0x8a: // LONG1
        push(this.#long(this.#byte()));
        return;
      case 0x47: // BINFLOAT
        push(this.#view.getFloat64(this.#take(8), false));
        return;
      case 0x58: // BINUNICODE
        push(this.#text(this.#view.getUint32(this.#take(4), true)));
        return;
      case 0x8c: // SHORT_BINUNICODE
        push(this.#text(this.#byte()));
        return;
      case 0x7d: // EMPTY_DICT
        push({ kind: "dict", entries: new Map() });
        return;
      case 0x5d: // EMPTY_LIST
        push({ kind: "list", items: [] });
        return;
      case 0x29: // EMPTY_TUPLE
        push({ kind: "tuple", items: [] });
        return;
      case 0x85: // TUPLE1, TUPLE2, TUPLE3
      case 0x86:
      case 0x87:
        push({ kind: "tuple", items: this.#last(code - 0x84) });
        return;
      case 0x74: // TUPLE
        push({ kind: "tuple", items: this.#sinceMark() });
        return;
      case 0x73: // SETITEM
        this.#put(this.#last(2));
        return;
      case 0x75: // SETITEMS
        this.#put(this.#sinceMark());
        return;
      case 0x61: // APPEND
        this.#append(this.#last(1));
        return;
      case 0x65: // APPENDS
        this.#append(this.#sinceMark());
        return;
      case 0x71: // BINPUT
        this.#memo.set(this.#byte(), this.#top());
        return;
      case 0x72: // LONG_BINPUT
        this.#memo.set(this.#view.getUint32(this.#take(4), true), this.#top());
        return;
      case 0x94: // MEMOIZE
        this.#memo.set(this.#memo.size, this.#top());
        return;
      case 0x68: // BINGET
        push(this.#remembered(this.#byte()));
        return;
      case 0x6a: // LONG_BINGET
        push(this.#remembered(this.#view.getUint32(this.#take(4), true)));
        return;
      case 0x63: // GLOBAL
        push(this.#known(`${this.#line()} ${this.#line()}`));
        return;
      case 0x93: {
        // STACK_GLOBAL
        const [module, name] = this.#last(2);
        push(this.#known(`${String(module)} ${String(name)}`));
        return;
      }
      case 0x52: // REDUCE
        push(this.#record(this.#last(2)));
        return;
      case 0x51: // BINPERSID
        push(this.#storage(this.#pop()));
        return;
      case 0x62: // BUILD
        this.#notes(this.#pop());
        return;
      default:
        this.#refuse(
          `its list of tensors uses the instruction 0x${code.toString(16).padStart(2, "0")}, which lists of tensors do not need`,
        );
    }
  }

  #known(name: string): Pickled {
    if (RECORDS.has(name) || STORAGE.test(name)) return { kind: "name", name };
    return this.#refuse(
      `it asks for "${name.slice(0, 80).replace(" ", ".")}", and only tensors are read: save the network's state_dict() alone`,
    );
  }

  #record([called, args]: readonly Pickled[]): Pickled {
    if (!isKind(called, "name") || !isKind(args, "tuple")) return this.#malformed();
    const made = RECORDS.get(called.name)?.(args.items) ?? null;
    return made ?? this.#malformed();
  }

  #storage(id: Pickled): Pickled {
    if (!isKind(id, "tuple")) return this.#malformed();
    const [what, type, key, , count] = id.items;
    if (what !== "storage" || !isKind(type, "name") || !STORAGE.test(type.name)) return this.#malformed();
    if (typeof key !== "string" || !isCount(count)) return this.#malformed();
    return { kind: "storage", type: type.name.slice("torch ".length), key, count };
  }

  /** What PyTorch notes beside a state dict (its layers' versions) says nothing about tensors. */
  #notes(state: Pickled): void {
    if (!isKind(this.#top(), "dict") || !isKind(state, "dict")) this.#malformed();
  }
}

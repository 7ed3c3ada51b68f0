// The values of PDF, read one after the other, each with what matters of where it stands in the file.

import type { Bytes } from "./bytes.ts";

export class BadPdf extends Error {}

export class Name {
  constructor(readonly name: string) {}
}

export class Ref {
  constructor(
    readonly number: number,
    readonly generation: number,
  ) {}
}

/** A string, with the place of its first and behind its last sign in the file, delimiters included. */
export class Str {
  constructor(
    readonly bytes: Bytes,
    readonly start: number,
    readonly end: number,
  ) {}
}

export type Dict = Map<string, Value>;

export class Stream {
  constructor(
    readonly dict: Dict,
    /** Where its bytes begin in the file, or the bytes themselves. */
    readonly start: number,
  ) {}
}

export type Value = null | boolean | number | Name | Ref | Str | Value[] | Dict | Stream;

const MAX_DEPTH = 100;

/** The text ran out before the value ended: a longer piece of the file is needed. */
export class TooShort extends Error {}

const BLANK = new Set([0x00, 0x09, 0x0a, 0x0c, 0x0d, 0x20]);
const DELIMITER = new Set([..."()<>[]{}/%"].map((sign) => sign.charCodeAt(0)));

/** Reads the values of PDF one after the other. */
export class Parser {
  private at = 0;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly base: number,
    private readonly isAll: boolean,
  ) {}

  /** Where in the file the next value, or the blank before it, begins. */
  get place(): number {
    return this.base + this.at;
  }

  private peek(ahead = 0): number {
    const byte = this.bytes[this.at + ahead];
    if (byte === undefined) throw this.isAll ? new BadPdf("cut short") : new TooShort();
    return byte;
  }

  private skip(): void {
    for (;;) {
      if (this.at >= this.bytes.length) return;
      const byte = this.bytes[this.at] as number;
      if (BLANK.has(byte)) this.at++;
      else if (byte === 0x25) while (this.peek() !== 0x0a && this.peek() !== 0x0d) this.at++;
      else return;
    }
  }

  peekDigit(): boolean {
    this.skip();
    const byte = this.peek();
    return byte >= 0x30 && byte <= 0x39;
  }

  /** A bare word or a number, as text. */
  word(): string {
    this.skip();
    const start = this.at;
    for (;;) {
      if (this.at >= this.bytes.length && this.isAll) break;
      const byte = this.peek();
      if (BLANK.has(byte) || DELIMITER.has(byte)) break;
      this.at++;
    }
    if (this.at === start) throw new BadPdf("a word was expected");
    return latin(this.bytes.subarray(start, this.at));
  }

  integer(): number {
    const word = this.word();
    if (!/^\d{1,15}$/.test(word)) throw new BadPdf("a number was expected");
    return Number(word);
  }

  /** Where the bytes of a stream begin, after the word `stream` was read. */
  streamStart(): number {
    if (this.peek() === 0x0d) this.at++;
    if (this.peek() !== 0x0a) throw new BadPdf("a stream without beginning");
    return this.base + this.at + 1;
  }

  value(depth = 0): Value {
    if (depth > MAX_DEPTH) throw new BadPdf("nested too deeply");
    this.skip();
    const byte = this.peek();
    if (byte === 0x2f) return this.name();
    if (byte === 0x28) return this.literal();
    if (byte === 0x5b) return this.list(depth);
    if (byte === 0x3c) return this.peek(1) === 0x3c ? this.dictionary(depth) : this.hexadecimal();
    return this.bare();
  }

  private bare(): Value {
    const word = this.word();
    if (word === "true" || word === "false") return word === "true";
    if (word === "null") return null;
    if (/^\d{1,10}$/.test(word)) return this.reference(Number(word));
    if (/^[+-]?(?:\d+\.?\d*|\.\d+)$/.test(word)) return Number(word);
    throw new BadPdf("an unknown word");
  }

  /** A number, or a reference that begins with it. */
  private reference(number: number): Value {
    const before = this.at;
    this.skip();
    const start = this.at;
    while (this.at < this.bytes.length && (this.bytes[this.at] as number) >= 0x30 && (this.bytes[this.at] as number) <= 0x39) this.at++;
    const generation = latin(this.bytes.subarray(start, this.at));
    this.skip();
    if (this.at + 1 >= this.bytes.length && !this.isAll) throw new TooShort();
    const next = this.bytes[this.at + 1];
    const ends = next === undefined || BLANK.has(next) || DELIMITER.has(next);
    if (/^\d{1,5}$/.test(generation) && this.bytes[this.at] === 0x52 && ends) {
      this.at++;
      return new Ref(number, Number(generation));
    }
    this.at = before;
    return number;
  }

  private name(): Name {
    this.at++;
    let name = "";
    for (;;) {
      if (this.at >= this.bytes.length && this.isAll) break;
      const byte = this.peek();
      if (BLANK.has(byte) || DELIMITER.has(byte)) break;
      this.at++;
      if (byte !== 0x23) {
        name += String.fromCharCode(byte);
        continue;
      }
      const digits = String.fromCharCode(this.peek(), this.peek(1));
      if (!/^[0-9a-fA-F]{2}$/.test(digits)) throw new BadPdf("a broken name");
      name += String.fromCharCode(parseInt(digits, 16));
      this.at += 2;
    }
    return new Name(name);
  }

  private list(depth: number): Value[] {
    this.at++;
    const found: Value[] = [];
    for (this.skip(); this.peek() !== 0x5d; this.skip()) found.push(this.value(depth + 1));
    this.at++;
    return found;
  }

  private dictionary(depth: number): Dict {
    this.at += 2;
    const found: Dict = new Map();
    for (this.skip(); !(this.peek() === 0x3e && this.peek(1) === 0x3e); this.skip()) {
      const key = this.value(depth + 1);
      // Of two values under one name, programs take the first or the last.
      if (!(key instanceof Name) || found.has(key.name)) throw new BadPdf("a broken dictionary");
      found.set(key.name, this.value(depth + 1));
    }
    this.at += 2;
    return found;
  }

  private hexadecimal(): Str {
    const start = this.at++;
    let digits = "";
    const parts: string[] = [];
    for (; this.peek() !== 0x3e; this.at++) {
      const byte = this.peek();
      if (!BLANK.has(byte)) digits += String.fromCharCode(byte);
      if (digits.length > 4096) parts.push(digits.slice(0, 4096)), (digits = digits.slice(4096));
    }
    digits = parts.join("") + digits;
    if (!/^[0-9a-fA-F]*$/.test(digits)) throw new BadPdf("a broken string");
    this.at++;
    if (digits.length % 2) digits += "0";
    const bytes = new Uint8Array(digits.length / 2);
    for (let place = 0; place < bytes.length; place++) bytes[place] = parseInt(digits.substr(2 * place, 2), 16);
    return new Str(bytes, this.base + start, this.base + this.at);
  }

  private literal(): Str {
    const start = this.at++;
    const found: number[] = [];
    for (let open = 1; ; ) {
      const byte = this.peek();
      this.at++;
      if (byte === 0x5c) {
        this.escaped(found);
        continue;
      }
      if (byte === 0x28) open++;
      if (byte === 0x29 && --open === 0) break;
      found.push(byte);
    }
    return new Str(Uint8Array.from(found), this.base + start, this.base + this.at);
  }

  private escaped(found: number[]): void {
    const byte = this.peek();
    this.at++;
    const plain: Record<string, number> = { n: 0x0a, r: 0x0d, t: 0x09, b: 0x08, f: 0x0c };
    const sign = String.fromCharCode(byte);
    if (byte >= 0x30 && byte <= 0x37) {
      let value = byte - 0x30;
      for (let more = 0; more < 2 && this.peek() >= 0x30 && this.peek() <= 0x37; more++) value = value * 8 + this.peek() - 0x30, this.at++;
      found.push(value & 0xff);
    } else if (byte === 0x0d) {
      if (this.peek() === 0x0a) this.at++;
    } else if (byte !== 0x0a) {
      found.push(plain[sign] ?? byte);
    }
  }
}

/** Bytes as text, each for the sign of its number. */
export function latin(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

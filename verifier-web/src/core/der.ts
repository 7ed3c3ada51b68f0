// DER as nested elements, read strictly: definite lengths in their shortest form, tags of one byte, nothing after the end.

import { ascii, concat, type Bytes } from "./bytes.ts";

export const SEQUENCE = 0x30;
export const SET = 0x31;
export const INTEGER = 0x02;
export const BOOLEAN = 0x01;
export const BIT_STRING = 0x03;
export const OCTETS = 0x04;
export const OID = 0x06;
export const UTC_TIME = 0x17;
export const GENERALIZED_TIME = 0x18;

const TIME = /^([0-9]{4})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})(?:\.([0-9]{0,5}[1-9]|[0-9]{6,}))?Z$/;

export class Element {
  constructor(
    readonly tag: number,
    readonly content: Bytes,
    readonly whole: Bytes,
  ) {}

  /** The elements that this one holds, which must be constructed. */
  children(): Element[] {
    if (!(this.tag & 0x20)) throw new Error("not a constructed element");
    return elements(this.content);
  }

  number(): bigint {
    expect(this, INTEGER);
    if (this.content.length === 0) throw new Error("an integer of no bytes");
    return BigInt.asIntN(8 * this.content.length, unsigned(this.content));
  }

  octets(): Bytes {
    expect(this, OCTETS);
    return this.content;
  }

  /** The value of an OBJECT IDENTIFIER, with dots. */
  oid(): string {
    expect(this, OID);
    const arcs: bigint[] = [];
    let value = 0n;
    for (const byte of this.content) {
      value = (value << 7n) | BigInt(byte & 0x7f);
      if (byte & 0x80) continue;
      arcs.push(value);
      value = 0n;
    }
    const [head, ...rest] = arcs;
    if (head === undefined || (this.content.at(-1) as number) & 0x80) throw new Error("an identifier cut short");
    const first = head < 80n ? head / 40n : 2n;
    return [first, head - 40n * first, ...rest].join(".");
  }

  /** The value of a GeneralizedTime in UTC, in microseconds since 1970; digits below are dropped. */
  time(): number {
    expect(this, GENERALIZED_TIME);
    return microseconds(ascii(this.content));
  }

  /** The value of a BIT STRING of whole bytes. */
  bits(): Bytes {
    expect(this, BIT_STRING);
    if (this.content[0] !== 0) throw new Error("not whole bytes");
    return this.content.slice(1);
  }
}

export function microseconds(written: string): number {
  const match = TIME.exec(written);
  if (!match) throw new Error("not a time in UTC");
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [number, number, number, number, number, number];
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second);
  const iso = `${match[1]}-${match[2]}-${match[3]}T${match[4]}:${match[5]}:${match[6]}.000Z`;
  if (year === 0 || date.toISOString() !== iso) throw new Error("not a moment");
  return date.getTime() * 1000 + Number((match[7] ?? "").slice(0, 6).padEnd(6, "0"));
}

export function unsigned(bytes: Uint8Array): bigint {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return value;
}

/** The one element that `data` is, with nothing after it. */
export function element(data: Bytes): Element {
  const found = elementAt(data, 0);
  if (found.whole.length !== data.length) throw new Error("bytes after the end");
  return found;
}

/** The elements that stand one after the other in `data`, to its last byte. */
export function elements(data: Bytes): Element[] {
  const found: Element[] = [];
  for (let at = 0; at < data.length; ) {
    const one = elementAt(data, at);
    found.push(one);
    at += one.whole.length;
  }
  return found;
}

export function sequence(data: Element): Element[] {
  expect(data, SEQUENCE);
  return data.children();
}

export function setOf(data: Element): Element[] {
  expect(data, SET);
  return data.children();
}

/** The tag of a constructed, context-specific element. */
export function context(number: number): number {
  return 0xa0 | number;
}

/** The one element under an explicit tag of number 0. */
export function unwrap(found: Element): Element {
  expect(found, context(0));
  const [inner, ...more] = found.children();
  if (!inner || more.length) throw new Error("not one element");
  return inner;
}

/** The element of `tag` that holds `content`. */
export function wrap(tag: number, content: Uint8Array): Bytes {
  const length: number[] = [];
  for (let rest = content.length; rest; rest = Math.floor(rest / 256)) length.unshift(rest % 256);
  const head = content.length < 0x80 ? [tag, content.length] : [tag, 0x80 | length.length, ...length];
  return concat(Uint8Array.from(head), content);
}

/** The element at the beginning of `data`, which may go on after it. */
export function elementAt(data: Bytes, start: number): Element {
  if (data.length < start + 2) throw new Error("cut short");
  const tag = data[start] as number;
  let size = data[start + 1] as number;
  let body = start + 2;
  if ((tag & 0x1f) === 0x1f) throw new Error("a tag of several bytes");
  if (size >= 0x80) {
    const count = size & 0x7f;
    if (count < 1 || count > 4 || data.length < body + count) throw new Error("a length that cannot be read");
    size = Number(unsigned(data.subarray(body, body + count)));
    body += count;
    if (size < 0x80 || size < 2 ** (8 * (count - 1))) throw new Error("a length that is not in its only form");
  }
  const end = body + size;
  if (data.length < end) throw new Error("cut short");
  return new Element(tag, data.subarray(body, end), data.subarray(start, end));
}

function expect(found: Element, tag: number): void {
  if (found.tag !== tag) throw new Error("another kind of element than expected");
}

// Bytes and their spellings: hexadecimal, base64 and UTF-8, each read only where it is spelled in its one way.

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
const encoder = new TextEncoder();
// A byte order mark is text like any other here; dropping it would let two files pass for one.
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export type Bytes = Uint8Array<ArrayBuffer>;

export function hex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += HEX[byte];
  return text;
}

/** The bytes that an even number of hexadecimal digits stands for; throws for anything else. */
export function unhex(text: string): Bytes {
  if (!/^(?:[0-9a-fA-F]{2})*$/.test(text)) throw new Error("not hexadecimal");
  const bytes = new Uint8Array(text.length / 2);
  for (let place = 0; place < bytes.length; place++) bytes[place] = parseInt(text.slice(2 * place, 2 * place + 2), 16);
  return bytes;
}

export function utf8(text: string): Bytes {
  return encoder.encode(text) as Bytes;
}

/** The text that the bytes spell; throws where they are not UTF-8. */
export function text(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** The text of bytes that must be ASCII; throws where one is not. */
export function ascii(bytes: Uint8Array): string {
  let said = "";
  for (const byte of bytes) {
    if (byte > 0x7f) throw new Error("not ASCII");
    said += String.fromCharCode(byte);
  }
  return said;
}

export function equal(one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== other.length) return false;
  for (let place = 0; place < one.length; place++) if (one[place] !== other[place]) return false;
  return true;
}

export function concat(...parts: Uint8Array[]): Bytes {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let place = 0;
  for (const part of parts) {
    whole.set(part, place);
    place += part.length;
  }
  return whole;
}

export function base64(bytes: Uint8Array): string {
  let binary = "";
  for (let place = 0; place < bytes.length; place += 0x8000) {
    binary += String.fromCharCode(...bytes.subarray(place, place + 0x8000));
  }
  return btoa(binary);
}

/** The bytes that base64 with padding spells; throws where another text spells the same bytes. */
export function unbase64(spelled: string): Bytes {
  const bytes = unbase64Loosely(spelled);
  if (base64(bytes) !== spelled) throw new Error("base64 is not in its only form");
  return bytes;
}

/** The same, letting pass unused bits at the end that are not zero. */
export function unbase64Loosely(spelled: string): Bytes {
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(spelled)) throw new Error("not base64");
  const binary = atob(spelled);
  const bytes = new Uint8Array(binary.length);
  for (let place = 0; place < bytes.length; place++) bytes[place] = binary.charCodeAt(place);
  return bytes;
}

// Canonical JSON (docs/format.md, "Canonical JSON"): one value, one sequence of bytes.

import { text, utf8, type Bytes } from "./bytes.ts";

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export type JsonObject = { [name: string]: Json };

/** The value that canonical bytes stand for; throws for any other bytes. */
export function decode(bytes: Uint8Array): Json {
  const spelled = text(bytes);
  const value = JSON.parse(spelled) as Json;
  // Duplicate names, blanks, fractions, exponents, minus zero and second spellings all come out otherwise than they went in.
  if (encode(value) !== spelled) throw new Error("not canonical JSON");
  return value;
}

/** The only spelling of a value; throws for what has none: fractions, large integers, lone surrogates, other names. */
export function encode(value: Json): string {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value)) throw new Error("not an integer that every reader keeps exact");
    return String(value);
  }
  if (typeof value === "string") return quoted(value);
  if (Array.isArray(value)) return "[" + value.map(encode).join(",") + "]";
  const names = Object.keys(value).sort();
  return (
    "{" +
    names
      .map((name) => {
        // eslint-disable-next-line no-control-regex
        if (!/^[\x00-\x7f]*$/.test(name)) throw new Error("a name that is not ASCII");
        return quoted(name) + ":" + encode(value[name] as Json);
      })
      .join(",") +
    "}"
  );
}

export function encoded(value: Json): Bytes {
  return utf8(encode(value));
}

/** Whether a value is an object, neither null nor a list. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function quoted(value: string): string {
  // JSON.stringify writes as RFC 8785 asks, except that it spells a lone surrogate, which is no text at all.
  if (LONE_SURROGATE.test(value)) throw new Error("malformed Unicode");
  return JSON.stringify(value);
}

const LONE_SURROGATE = /\p{Surrogate}/u;

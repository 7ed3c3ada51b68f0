// One entry as bytes: the signed header, and the body that it commits to field by field.

import { sha256Hex } from "./hashing.ts";
import { ascii } from "./bytes.ts";
import { decode, encoded, isObject, type Json, type JsonObject } from "./json.ts";

export const GENESIS = "0".repeat(64);

const HEADER =
  /^\{"body":"([0-9a-f]{64})","case":"([0-9a-f]{32})","format":"evidence-vault\/entry\/1","index":(0|[1-9][0-9]{0,8}),"key":"([0-9a-f]{16})","kind":"([a-z]+(?:_[a-z]+)*)","previous":"([0-9a-f]{64})","recorded_at":"([0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{3}Z)"\}$/;
const SALT = /^[0-9a-f]{32}$/;
const DIGEST = /^[0-9a-f]{64}$/;

export interface Header {
  readonly body: string;
  readonly case: string;
  readonly index: number;
  readonly key: string;
  readonly kind: string;
  readonly previous: string;
  readonly recordedAt: string;
}

/** A header read back; throws for bytes that no writer writes, and for a date that does not exist. */
export function parseHeader(data: Uint8Array): Header {
  const match = HEADER.exec(ascii(data));
  if (!match) throw new Error("not an entry header of this format");
  const [, body, case_, index, key, kind, previous, recordedAt] = match as unknown as string[];
  parseUtc(recordedAt as string);
  return {
    body: body as string,
    case: case_ as string,
    index: Number(index),
    key: key as string,
    kind: kind as string,
    previous: previous as string,
    recordedAt: recordedAt as string,
  };
}

/** Milliseconds since 1970 of a moment as headers write it; throws where the calendar has no such day. */
export function parseUtc(written: string): number {
  const moment = Date.parse(written);
  // Date.parse turns 30 February into 2 March; written again, it shows. Year 0000 is none.
  if (Number.isNaN(moment) || new Date(moment).toISOString() !== written || written.startsWith("0000")) {
    throw new Error("not a moment");
  }
  return moment;
}

export interface Body {
  /** The disclosed fields by name. */
  readonly fields: Map<string, Json>;
  /** The names of the fields that are withheld. */
  readonly withheld: readonly string[];
  /** The digest that the header must name. */
  readonly digest: string;
}

/** A body read back; throws for bytes that no writer writes. */
export function parseBody(data: Uint8Array): Body {
  const read = decode(data);
  if (!isObject(read) || Object.keys(read).join() !== "disclosed,withheld") throw new Error("not a body");
  const { disclosed, withheld } = read as JsonObject;
  if (!isObject(disclosed) || !isObject(withheld)) throw new Error("not a body");
  const fields = new Map<string, Json>();
  const commitments: [string, string][] = [];
  for (const [name, told] of Object.entries(disclosed)) {
    if (!Array.isArray(told) || told.length !== 2) throw new Error("not a salt and a value");
    const [salt, value] = told as [Json, Json];
    if (typeof salt !== "string" || !SALT.test(salt)) throw new Error("malformed salt");
    fields.set(name, value);
    commitments.push([name, sha256Hex(encoded([salt, name, value]))]);
  }
  for (const [name, commitment] of Object.entries(withheld)) {
    if (fields.has(name)) throw new Error("a field is disclosed and withheld");
    if (typeof commitment !== "string" || !DIGEST.test(commitment)) throw new Error("a commitment is not a digest");
    commitments.push([name, commitment]);
  }
  // fromEntries defines, and so keeps, even a field named __proto__.
  const digest = sha256Hex(encoded(Object.fromEntries(commitments)));
  return { fields, withheld: Object.keys(withheld), digest };
}

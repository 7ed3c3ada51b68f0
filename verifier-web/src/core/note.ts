// Checkpoints: C2SP signed notes over the root at a size.

import { sha256 } from "./hashing.ts";
import { base64, concat, equal, text, unbase64, utf8, type Bytes } from "./bytes.ts";

export const MAX_NOTE_BYTES = 16_384;
// The blanks are listed because \s means one thing in JavaScript and another in other languages.
const SIGNATURE_LINE =
  /^— ([^+\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+) ([A-Za-z0-9+/]+={0,2})$/u;
const SIZE = /^(?:0|[1-9][0-9]{0,8})$/;

export interface SignedCheckpoint {
  readonly origin: string;
  readonly size: number;
  readonly root: Bytes;
  /** The bytes that are signed. */
  readonly text: Bytes;
  readonly signatures: readonly { name: string; keyHash: Bytes; signature: Bytes }[];
}

export function originOf(case_: string): string {
  return `evidence-vault.invalid/${case_}`;
}

function keyHash(name: string, key: Uint8Array): Bytes {
  return sha256(concat(utf8(name), Uint8Array.of(0x0a, 0x01), key)).slice(0, 4) as Bytes;
}

/** A note read strictly; throws where it is malformed. No signature is checked here. */
export function parseNote(data: Uint8Array): SignedCheckpoint {
  if (data.length > MAX_NOTE_BYTES) throw new Error("note is too long");
  const whole = text(data);
  const gap = whole.lastIndexOf("\n\n");
  const lines = whole.slice(0, Math.max(gap, 0)).split("\n");
  const tail = whole.slice(gap + 2);
  if (gap < 0 || lines.length !== 3 || !tail.endsWith("\n")) throw new Error("not a checkpoint");
  const [origin, size, encodedRoot] = lines as [string, string, string];
  const root = unbase64(encodedRoot);
  if (!origin || !SIZE.test(size) || root.length !== 32) throw new Error("not a checkpoint");
  return {
    origin,
    size: Number(size),
    root,
    text: utf8(lines.join("\n") + "\n"),
    signatures: tail.slice(0, -1).split("\n").map(parseSignature),
  };
}

/**
 * The note that was sent, out of a file that a mail program or an editor saved it in: line ends of Windows, a byte order
 * mark, and empty lines at either end are no part of what was signed. Throws where what is left is no note.
 */
export function asWritten(saved: string): Bytes {
  if (utf8(saved).length > MAX_NOTE_BYTES) throw new Error("note is too long");
  const lines = saved.replace(/^\ufeff/, "").replaceAll("\r\n", "\n");
  const note = utf8(lines.replace(/^\n+/, "").replace(/\n+$/, "") + "\n");
  parseNote(note);
  return note;
}

function parseSignature(line: string) {
  const match = SIGNATURE_LINE.exec(line);
  if (!match) throw new Error("malformed signature line");
  const blob = unbase64(match[2] as string);
  if (blob.length <= 4) throw new Error("signature is too short");
  return { name: match[1] as string, keyHash: blob.slice(0, 4), signature: blob.slice(4) };
}

/** The signature that claims to be made with `key` under the name of the ledger, or null; of several, the first. */
export function signatureBy(note: SignedCheckpoint, key: Uint8Array): Bytes | null {
  const wanted = keyHash(note.origin, key);
  const line = note.signatures.find((each) => each.name === note.origin && equal(each.keyHash, wanted));
  return line ? line.signature : null;
}

/** The note as its ledger wrote it, without cosignatures: the bytes that time stamps are about. */
export function stampedBytes(note: SignedCheckpoint, key: Uint8Array): Bytes | null {
  const signature = signatureBy(note, key);
  if (!signature) return null;
  const blob = base64(concat(keyHash(note.origin, key), signature));
  return concat(
    utf8(`${note.origin}\n${note.size}\n${base64(note.root)}\n`),
    utf8(`\n— ${note.origin} ${blob}\n`),
  );
}

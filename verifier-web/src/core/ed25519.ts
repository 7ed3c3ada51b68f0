// Ed25519 (RFC 8032) under the rules of docs/format.md: S below the order of the group, R compared byte by byte without
// the cofactor, no weak key. Libraries and browsers differ on exactly these points, so the browser's own code is used
// only where it answers a set of hard questions as it must, and slower code otherwise.

import { ed25519 } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { concat, equal, unhex, type Bytes } from "./bytes.ts";
// Signatures on which verifiers disagree, with the answer that docs/format.md wants.
import QUESTIONS from "./hard-signatures.json";

export const KEY_BYTES = 32;
export const SIGNATURE_BYTES = 64;
/** Signatures by one key after which a table of its multiples saves more than it costs. */
const WORTH_A_TABLE = 16;

const Point = ed25519.Point;
const ORDER = Point.Fn.ORDER;
const FIELD = Point.Fp.ORDER;
// The y of each point of small order: with such a key one signature fits every message.
const SMALL_ORDER_Y = new Set([
  0n,
  1n,
  FIELD - 1n,
  littleEndian(unhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")),
  littleEndian(unhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")),
]);

function littleEndian(bytes: Uint8Array): bigint {
  let value = 0n;
  for (let place = bytes.length - 1; place >= 0; place--) value = (value << 8n) | BigInt(bytes[place] as number);
  return value;
}

/** Whether a key is a point of small order, or is not written in its only form. */
export function isWeak(raw: Uint8Array): boolean {
  const y = littleEndian(raw) & ((1n << 255n) - 1n);
  return y >= FIELD || SMALL_ORDER_Y.has(y);
}

/** Whether `signature` over exactly `data` was made with the private half of `raw`; here, without the browser's help. */
export function isValidSlowly(raw: Uint8Array, signature: Uint8Array, data: Uint8Array): boolean {
  return slowVerifier(raw)(signature, data);
}

/** The same for many signatures of one key: tables of its multiples are made once. */
export function slowVerifier(raw: Uint8Array): (signature: Uint8Array, data: Uint8Array) => boolean {
  let opposite: InstanceType<typeof Point>;
  try {
    opposite = Point.fromBytes(Uint8Array.from(raw)).negate();
  } catch {
    return () => false;
  }
  let uses = 0;
  return (signature, data) => {
    if (signature.length !== SIGNATURE_BYTES) return false;
    if (++uses === WORTH_A_TABLE) for (const point of [Point.BASE, opposite]) point.precompute(8);
    const first = signature.subarray(0, 32);
    const scalar = littleEndian(signature.subarray(32));
    if (scalar >= ORDER) return false;
    const challenge = littleEndian(sha512(concat(first, raw, data))) % ORDER;
    const made = Point.BASE.multiplyUnsafe(scalar).add(opposite.multiplyUnsafe(challenge));
    return equal(made.toBytes(), first);
  };
}

export interface Verifier {
  isValid(signature: Uint8Array, data: Uint8Array): Promise<boolean>;
  readonly native: boolean;
}

/** What checks the signatures of one key. */
export async function verifierOf(raw: Bytes): Promise<Verifier> {
  const native = (await browserIsStrict()) ? await nativeVerifier(raw) : null;
  if (native) return native;
  const isValid = slowVerifier(raw);
  return { native: false, isValid: async (signature, data) => isValid(signature, data) };
}

async function nativeVerifier(raw: Bytes): Promise<Verifier | null> {
  const subtle = globalThis.crypto?.subtle;
  if (!subtle) return null;
  let key: CryptoKey;
  try {
    key = await subtle.importKey("raw", raw, { name: "Ed25519" }, false, ["verify"]);
  } catch {
    return null;
  }
  return {
    native: true,
    async isValid(signature, data) {
      if (signature.length !== SIGNATURE_BYTES) return false;
      try {
        return await subtle.verify({ name: "Ed25519" }, key, signature as Bytes, data as Bytes);
      } catch {
        return false;
      }
    },
  };
}

let strict: Promise<boolean> | null = null;

/** Whether the browser's Ed25519 answers the hard questions as docs/format.md asks. */
export function browserIsStrict(): Promise<boolean> {
  strict ??= (async () => {
    for (const question of QUESTIONS) {
      const verifier = await nativeVerifier(unhex(question.key));
      if (!verifier) return false;
      if ((await verifier.isValid(unhex(question.signature), unhex(question.data))) !== question.valid) return false;
    }
    return true;
  })().catch(() => false);
  return strict;
}

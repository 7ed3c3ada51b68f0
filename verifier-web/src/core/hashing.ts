// SHA-2. Small inputs are hashed here and now; large ones by the browser, or piece by piece where they are very large.

import { sha256 as nobleSha256, sha384, sha512 } from "@noble/hashes/sha2.js";
import { hex, type Bytes } from "./bytes.ts";

export type DigestName = "sha256" | "sha384" | "sha512";

const NOBLE = { sha256: nobleSha256, sha384, sha512 };
/** Below this a call into the browser's cryptography costs more than it saves. */
const WORTH_A_CALL = 1 << 13;
/** Above this the bytes are not held in memory at once. */
export const AT_ONCE = 64 << 20;

export function sha256(bytes: Uint8Array): Bytes {
  return nobleSha256(bytes) as Bytes;
}

export function sha256Hex(bytes: Uint8Array): string {
  return hex(sha256(bytes));
}

export function digestOf(name: DigestName, bytes: Uint8Array): Bytes {
  return NOBLE[name](bytes) as Bytes;
}

/** SHA-256 of bytes that stand in memory, as fast as this browser can. */
export async function fastSha256(bytes: Bytes): Promise<Bytes> {
  const subtle = globalThis.crypto?.subtle;
  if (!subtle || bytes.length < WORTH_A_CALL) return sha256(bytes);
  return new Uint8Array(await subtle.digest("SHA-256", bytes));
}

/** A digest over pieces as they come. */
export function streaming(name: DigestName): { update(piece: Uint8Array): unknown; digest(): Uint8Array } {
  return NOBLE[name].create();
}

/** The digest over parts of a file, which never stands in memory whole. */
export async function digestOfBlob(name: DigestName, parts: Blob[]): Promise<Bytes> {
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  const subtle = globalThis.crypto?.subtle;
  if (subtle && size <= AT_ONCE) {
    const algorithm = { sha256: "SHA-256", sha384: "SHA-384", sha512: "SHA-512" }[name];
    return new Uint8Array(await subtle.digest(algorithm, await new Blob(parts).arrayBuffer()));
  }
  const hashing = streaming(name);
  for (const part of parts) {
    const reader = part.stream().getReader();
    for (let read = await reader.read(); !read.done; read = await reader.read()) hashing.update(read.value);
  }
  return hashing.digest() as Bytes;
}

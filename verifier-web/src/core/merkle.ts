// The tree of RFC 9162, section 2.1, grown leaf by leaf.

import { sha256 } from "./hashing.ts";
import { concat, type Bytes } from "./bytes.ts";

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

export function leafHash(data: Uint8Array): Bytes {
  return sha256(concat(LEAF, data));
}

function nodeHash(left: Uint8Array, right: Uint8Array): Bytes {
  return sha256(concat(NODE, left, right));
}

/** The roots of the perfect subtrees on the right edge: enough to add leaves and to name the root at any size. */
export class Frontier {
  size = 0;
  private readonly peaks: Bytes[] = [];

  append(leaf: Bytes): void {
    let node = leaf;
    for (let position = this.size; position & 1; position >>>= 1) node = nodeHash(this.peaks.pop() as Bytes, node);
    this.peaks.push(node);
    this.size += 1;
  }

  root(): Bytes {
    if (this.size === 0) return sha256(new Uint8Array(0));
    return this.peaks.reduceRight((right, left) => nodeHash(left, right));
  }
}

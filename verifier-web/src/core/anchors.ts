// OpenTimestamps proofs, read and judged. Proofs are hostile: nothing here recurses, and only the steps that calendars
// take are known.

import { ascii, concat, equal, hex, unhex, type Bytes } from "./bytes.ts";
import { unsigned } from "./der.ts";
import { sha256 } from "./hashing.ts";
import { say, type Message } from "./messages.ts";

const MAGIC = unhex("004f70656e54696d657374616d7073000050726f6f6600bf89e2e884e89294");
const VERSION = 1;
const MAX_PROOF_BYTES = 65_536;
const MAX_DEPTH = 256;
const MAX_MESSAGE_BYTES = 4096;
const MAX_PAYLOAD_BYTES = 8192;
const MAX_ADDRESS_BYTES = 1000;
const MAX_ATTESTATIONS = 100;
const MAX_HEIGHT = 2 ** 31 - 1;
const HEADER_BYTES = 80;
// The easiest target of any network: more than this is no proof of work at all.
const EASIEST_TARGET = 0x7fffffn << 232n;

const [ATTESTATION, SHA256, APPEND, PREPEND, FORK] = [0x00, 0x08, 0xf0, 0xf1, 0xff];
const FOREIGN_STEPS: Record<number, string> = {
  0x02: "SHA-1",
  0x03: "RIPEMD-160",
  0x67: "Keccak-256",
  0xf2: "reverse",
  0xf3: "hexlify",
};
const [PENDING, BITCOIN] = ["83dfe30d2ef90c8e", "0588960d73d71901"];
const ADDRESS = /^[a-zA-Z0-9\-._/:]+$/;

export interface AnchorJudgement {
  readonly state: "confirmed" | "unchecked" | "pending" | "unknown" | "invalid" | "unverifiable";
  readonly reason: Message;
  readonly height: number | null;
  /** The time in the header of the block, in microseconds since 1970; only where confirmed. */
  readonly time: number | null;
}

interface Attestation {
  readonly kind: "pending" | "bitcoin" | "unknown";
  readonly message: Bytes;
  readonly calendar: string;
  readonly height: number;
}

class Unreadable extends Error {
  constructor(readonly said: Message) {
    super(said.text);
  }
}

/** Judge a proof about the file `data` with the block headers that the verifier trusts; never throws. */
export function judgeAnchor(proof: Bytes, data: Bytes, headers: ReadonlyMap<number, Bytes>): AnchorJudgement {
  let read;
  try {
    read = readProof(proof);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { state: "unverifiable", reason: error.said, height: null, time: null };
  }
  if (!equal(read.digest, sha256(data))) {
    return { state: "invalid", reason: say("The proof is about other bytes than this checkpoint."), height: null, time: null };
  }
  const blocks = read.attestations.filter((one) => one.kind === "bitcoin").sort((one, other) => one.height - other.height);
  const sound = blocks.filter(({ height }) => isSound(headers.get(height)));
  const confirmed = sound
    .filter(({ height, message }) => equal((headers.get(height) as Bytes).subarray(36, 68), message))
    .map(({ height }) => ({ height, time: blockTime(headers.get(height) as Bytes) }))
    .sort((one, other) => one.time - other.time || one.height - other.height);
  const [first] = confirmed;
  if (first) {
    const { height, time } = first;
    return { state: "confirmed", reason: say("Bitcoin block {height} contains this checkpoint.", { height }), height, time };
  }
  if (sound[0]) {
    const { height } = sound[0];
    const reason = say("The header of Bitcoin block {height} does not contain this checkpoint.", { height });
    return { state: "unverifiable", reason, height, time: null };
  }
  if (blocks[0]) {
    const { height } = blocks[0];
    const reason = headers.has(height)
      ? say("What was supplied for Bitcoin block {height} is not the header of a block.", { height })
      : say("The proof leads to Bitcoin block {height}, whose header was not supplied.", { height });
    return { state: "unchecked", reason, height, time: null };
  }
  const [calendar] = read.attestations.filter((one) => one.kind === "pending").map((one) => one.calendar).sort();
  if (calendar) {
    return {
      state: "pending",
      reason: say("A calendar promises to anchor this checkpoint: {calendar}. This proves no date yet.", { calendar }),
      height: null,
      time: null,
    };
  }
  return {
    state: "unknown",
    reason: say("The proof holds only attestations of kinds that are not known here."),
    height: null,
    time: null,
  };
}

/** A verifier's own file of headers: on each line a height, blanks, and the header in hexadecimal; `#` begins a comment. */
export function readHeaders(written: string): Map<number, Bytes> {
  const found = new Map<number, Bytes>();
  written.split(/\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/).forEach((line, at) => {
    const said = (line.split("#")[0] as string).trim();
    if (!said) return;
    const number = at + 1;
    const match = /^([0-9]{1,10})[ \t]+([0-9a-fA-F]{160})$/.exec(said);
    const height = Number(match?.[1]);
    const header = match ? unhex(match[2] as string) : undefined;
    if (!header || height > MAX_HEIGHT || !isSound(header)) {
      throw new Unreadable(say("Line {number} is not the height of a block followed by its header.", { number }));
    }
    if (found.has(height) && !equal(found.get(height) as Bytes, header)) {
      throw new Unreadable(say("Line {number} gives a second header for one height.", { number }));
    }
    found.set(height, header);
  });
  return found;
}

/** Why `readHeaders` threw, for people. */
export function headersFault(error: unknown): Message | null {
  return error instanceof Unreadable ? error.said : null;
}

function blockTime(header: Bytes): number {
  return new DataView(header.buffer, header.byteOffset).getUint32(68, true) * 1_000_000;
}

/** Whether these are 80 bytes whose hash meets the target that they themselves declare. */
function isSound(header: Bytes | undefined): header is Bytes {
  if (header?.length !== HEADER_BYTES) return false;
  const bits = new DataView(header.buffer, header.byteOffset).getUint32(72, true);
  const exponent = bits >>> 24;
  const mantissa = BigInt(bits & 0x7fffff);
  if (bits & 0x800000) return false;
  const target = exponent <= 3 ? mantissa >> BigInt(8 * (3 - exponent)) : mantissa << BigInt(8 * (exponent - 3));
  const hash = unsigned(sha256(sha256(header)).reverse());
  return hash <= target && target <= EASIEST_TARGET;
}

function readProof(proof: Bytes): { digest: Bytes; attestations: Attestation[] } {
  if (proof.length > MAX_PROOF_BYTES) {
    throw new Unreadable(say("The proof is larger than {limit} bytes.", { limit: MAX_PROOF_BYTES }));
  }
  if (!equal(proof.subarray(0, MAGIC.length), MAGIC)) throw new Unreadable(say("This is not an OpenTimestamps proof."));
  const reader = new Reader(proof, MAGIC.length);
  const version = reader.number();
  if (version !== VERSION) {
    throw new Unreadable(say("The proof is of version {version}, which is not known here.", { version }));
  }
  const kind = reader.byte();
  const name = FOREIGN_STEPS[kind];
  if (name) throw new Unreadable(say("The proof names its file by {name}, which is not accepted.", { name }));
  if (kind !== SHA256) throw reader.damaged();
  const digest = reader.take(32);
  return { digest, attestations: readAttestations(reader, digest) };
}

class Reader {
  constructor(
    readonly data: Bytes,
    public place: number,
  ) {}

  damaged(): Unreadable {
    return new Unreadable(say("The proof is damaged at byte {place}.", { place: this.place }));
  }

  byte(): number {
    return this.take(1)[0] as number;
  }

  take(count: number): Bytes {
    const part = this.data.subarray(this.place, this.place + count);
    if (part.length < count) throw this.damaged();
    this.place += count;
    return part;
  }

  /** Seven bits a byte, the lowest first, in its only spelling and below 2^63. */
  number(): number {
    let value = 0n;
    for (let shift = 0n; shift < 63n; shift += 7n) {
      const byte = this.byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) {
        if (byte === 0 && shift) break;
        // Whatever is larger than any length or height is refused by the limits, exactly kept or not.
        return Number(value);
      }
    }
    throw this.damaged();
  }

  string(limit: number): Bytes {
    const length = this.number();
    if (length > limit) throw this.damaged();
    return this.take(length);
  }

  atEnd(): boolean {
    return this.place === this.data.length;
  }
}

/** Walk the tree beneath a message, with a list of open messages instead of recursion. */
function readAttestations(reader: Reader, message: Bytes): Attestation[] {
  const found: Attestation[] = [];
  const waiting = [{ message, depth: 0, said: new Set<string>() }];
  for (let here = waiting.pop(); here; here = waiting.pop()) {
    let tag = reader.byte();
    if (tag === FORK) {
      waiting.push(here); // something follows, and then more about this same message
      tag = reader.byte();
    }
    const start = reader.place - 1;
    if (tag === ATTESTATION) {
      const one = readAttestation(reader, here.message);
      if (found.length === MAX_ATTESTATIONS) throw reader.damaged();
      found.push(one);
    } else {
      const result = step(reader, tag, here.message);
      if (here.depth === MAX_DEPTH) {
        throw new Unreadable(say("The proof is more than {limit} steps deep.", { limit: MAX_DEPTH }));
      }
      waiting.push({ message: result, depth: here.depth + 1, said: new Set() });
    }
    const spelled = hex(reader.data.subarray(start, reader.place));
    if (here.said.has(spelled)) throw reader.damaged();
    here.said.add(spelled);
  }
  if (!reader.atEnd()) throw reader.damaged();
  return found;
}

function step(reader: Reader, tag: number, message: Bytes): Bytes {
  if (tag === SHA256) return sha256(message);
  const name = FOREIGN_STEPS[tag];
  if (name) throw new Unreadable(say("The proof takes a step by {name}, which is not accepted.", { name }));
  if (tag !== APPEND && tag !== PREPEND) throw reader.damaged();
  const added = reader.string(MAX_MESSAGE_BYTES - message.length);
  if (added.length === 0) throw reader.damaged();
  return tag === APPEND ? concat(message, added) : concat(added, message);
}

function readAttestation(reader: Reader, message: Bytes): Attestation {
  const tag = hex(reader.take(8));
  const payload = new Reader(reader.string(MAX_PAYLOAD_BYTES), 0);
  if (tag !== PENDING && tag !== BITCOIN) return { kind: "unknown", message, calendar: "", height: 0 };
  try {
    if (tag === PENDING) {
      const calendar = ascii(payload.string(MAX_ADDRESS_BYTES));
      if (ADDRESS.test(calendar) && payload.atEnd()) return { kind: "pending", message, calendar, height: 0 };
    } else {
      const height = payload.number();
      if (height <= MAX_HEIGHT && payload.atEnd()) return { kind: "bitcoin", message, calendar: "", height };
    }
  } catch {
    // said below
  }
  throw reader.damaged();
}


// A zip read from disk piece by piece, refusing whatever two unzip programs could read in two ways.

import { concat, text, type Bytes } from "./bytes.ts";

const END = 0x06054b50;
const END64 = 0x06064b50;
const LOCATOR64 = 0x07064b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const LOCAL_SIZE = 30;
const STORED = 0;
const DEFLATED = 8;
const ENCRYPTED = 0x1;
const PATCHED_OR_STRONG = 0x60;
const UTF8 = 0x800;
const MAX_DIRECTORY = 256 << 20;
const FILE_TYPE = 0o170000;
const REGULAR = 0o100000;
/** A member up to this size is read with its own header in one go. */
const ONE_GO = 1 << 20;

/** The file is no zip, or one that is not read. */
export class BadZip extends Error {}

export interface Member {
  /** The name up to a byte zero, if it holds one. */
  readonly name: string;
  readonly size: number;
  /** Whether every unzip program makes the same ordinary file of it, out of bytes that are its own. */
  readonly isPlain: boolean;
  /** Where its own header begins, from the beginning of the file. */
  readonly offset: number;
  readonly packedSize: number;
  readonly crc: number;
  readonly method: number;
  readonly flags: number;
  readonly rawName: Bytes;
}

export class Archive {
  private constructor(
    private readonly blob: Blob,
    /** In the order of the directory; a name may stand there twice. */
    readonly members: readonly Member[],
  ) {}

  static async open(blob: Blob): Promise<Archive> {
    return new Archive(blob, await readDirectory(blob));
  }

  /** The bytes of a member; throws where it is damaged or larger than `limit`. */
  async read(member: Member, limit: number): Promise<Bytes> {
    if (member.size > limit) throw new BadZip("too large");
    const pieces: Uint8Array[] = [];
    for await (const piece of this.pieces(member)) pieces.push(piece);
    return pieces.length === 1 ? (pieces[0] as Bytes) : concat(...pieces);
  }

  /** The bytes of a member as they come; throws, at the latest at the end, where they are not those that were put in. */
  async *pieces(member: Member): AsyncGenerator<Uint8Array> {
    const data = await this.packed(member);
    let size = 0;
    let crc = -1;
    for await (const piece of member.method === STORED ? unpacked(data) : inflated(data)) {
      size += piece.length;
      if (size > member.size) throw new BadZip("longer than announced");
      crc = crc32(piece, crc);
      yield piece;
    }
    if (size !== member.size || (crc ^ -1) >>> 0 !== member.crc) throw new BadZip("damaged");
  }

  private async packed(member: Member): Promise<Blob | Bytes> {
    if (member.flags & (ENCRYPTED | PATCHED_OR_STRONG)) throw new BadZip("encrypted");
    if (member.method !== STORED && member.method !== DEFLATED) throw new BadZip("packed by an unknown method");
    if (member.method === STORED && member.packedSize !== member.size) throw new BadZip("of two sizes");
    const fixed = LOCAL_SIZE + member.rawName.length;
    const guess = fixed + 64 + (member.packedSize <= ONE_GO ? member.packedSize : 0);
    const head = await bytesAt(this.blob, member.offset, guess);
    const view = viewOf(head);
    if (head.length < fixed || view.getUint32(0, true) !== LOCAL) throw new BadZip("no header of its own");
    const nameLength = view.getUint16(26, true);
    const own = head.subarray(LOCAL_SIZE, LOCAL_SIZE + nameLength);
    if (nameLength !== member.rawName.length || own.some((byte, place) => byte !== member.rawName[place])) {
      throw new BadZip("two names");
    }
    const start = LOCAL_SIZE + nameLength + view.getUint16(28, true);
    const end = start + member.packedSize;
    if (member.offset + end > this.blob.size) throw new BadZip("cut short");
    if (end <= head.length) return head.subarray(start, end) as Bytes;
    return this.blob.slice(member.offset + start, member.offset + end);
  }
}

async function readDirectory(blob: Blob): Promise<Member[]> {
  const end = await findEnd(blob);
  // Bytes put before a zip move its directory; the difference is where the zip itself begins.
  const shift = end.at - end.size - end.offset;
  if (shift < 0 || end.size > MAX_DIRECTORY) throw new BadZip("no directory");
  const directory = await bytesAt(blob, end.offset + shift, end.size);
  if (directory.length !== end.size) throw new BadZip("no directory");
  const view = viewOf(directory);
  const members: Member[] = [];
  for (let at = 0; at < directory.length; ) {
    if (at + 46 > directory.length || view.getUint32(at, true) !== CENTRAL) throw new BadZip("a broken directory");
    const nameLength = view.getUint16(at + 28, true);
    const extraLength = view.getUint16(at + 30, true);
    const next = at + 46 + nameLength + extraLength + view.getUint16(at + 32, true);
    if (next > directory.length) throw new BadZip("a broken directory");
    const rawName = directory.slice(at + 46, at + 46 + nameLength) as Bytes;
    const extra = directory.subarray(at + 46 + nameLength, at + 46 + nameLength + extraLength);
    members.push(memberOf(view, at, rawName, extra, shift));
    at = next;
  }
  const shared = entangled(members);
  return members.map((member) => (shared.has(member.offset) ? { ...member, isPlain: false } : member));
}

/**
 * Where the members begin that share bytes of the file with another. Members that quote one another let a few kilobytes
 * unfold as often as there are members.
 */
function entangled(members: readonly Member[]): Set<number> {
  const found = new Set<number>();
  let [start, end] = [0, 0];
  for (const member of [...members].sort((one, other) => one.offset - other.offset)) {
    if (member.offset < end) found.add(start).add(member.offset);
    const behind = member.offset + LOCAL_SIZE + member.rawName.length + member.packedSize;
    if (behind > end) [start, end] = [member.offset, behind];
  }
  return found;
}

function memberOf(view: DataView, at: number, rawName: Bytes, extra: Uint8Array, shift: number): Member {
  const flags = view.getUint16(at + 8, true);
  const method = view.getUint16(at + 10, true);
  const sizes = { size: view.getUint32(at + 24, true), packed: view.getUint32(at + 20, true), offset: view.getUint32(at + 42, true) };
  const renamed = readExtra(extra, sizes);
  const whole = flags & UTF8 ? decoded(rawName) : latin(rawName);
  const name = whole.split("\0")[0] as string;
  const fileType = (view.getUint32(at + 38, true) >>> 16) & FILE_TYPE;
  return {
    name,
    size: sizes.size,
    isPlain:
      (fileType === 0 || fileType === REGULAR) &&
      (method === STORED || method === DEFLATED) &&
      !(flags & ENCRYPTED) &&
      name === whole &&
      !renamed &&
      sizes.size <= 8 * 2 ** 30,
    offset: sizes.offset + shift,
    packedSize: sizes.packed,
    crc: view.getUint32(at + 16, true),
    method,
    flags,
    rawName,
  };
}

/** Take the sizes of a large member from its extra fields; tells whether they give it a second name too. */
function readExtra(extra: Uint8Array, sizes: { size: number; packed: number; offset: number }): boolean {
  const view = viewOf(extra);
  let renamed = false;
  for (let at = 0; at + 4 <= extra.length; ) {
    const kind = view.getUint16(at, true);
    const end = at + 4 + view.getUint16(at + 2, true);
    if (end > extra.length) throw new BadZip("a broken extra field");
    if (kind === 0x0001) {
      let place = at + 4;
      for (const what of ["size", "packed", "offset"] as const) {
        if (sizes[what] !== 0xffffffff) continue;
        if (place + 8 > end) throw new BadZip("a broken extra field");
        sizes[what] = large(view, place);
        place += 8;
      }
    }
    renamed ||= kind === 0x7075;
    at = end;
  }
  return renamed;
}

async function findEnd(blob: Blob): Promise<{ at: number; size: number; offset: number }> {
  const from = Math.max(0, blob.size - 22 - 0xffff);
  const tail = await bytesAt(blob, from, blob.size - from);
  const view = viewOf(tail);
  const last = tail.length - 22;
  let place = last;
  // Without a comment it stands at the very end; otherwise the last mark is it.
  if (last < 0 || view.getUint32(last, true) !== END || view.getUint16(last + 20, true) !== 0) {
    while (place >= 0 && view.getUint32(place, true) !== END) place--;
  }
  if (place < 0) throw new BadZip("no end of a zip");
  const found = { at: from + place, size: view.getUint32(place + 12, true), offset: view.getUint32(place + 16, true) };
  return (await findLargeEnd(blob, found.at)) ?? found;
}

async function findLargeEnd(blob: Blob, end: number): Promise<{ at: number; size: number; offset: number } | null> {
  if (end < 20 + 56) return null;
  const view = viewOf(await bytesAt(blob, end - 76, 76));
  if (view.getUint32(56, true) !== LOCATOR64) return null;
  if (view.getUint32(60, true) !== 0 || view.getUint32(72, true) > 1) throw new BadZip("a part of a zip");
  if (view.getUint32(0, true) !== END64) return null;
  return { at: end - 76, size: large(view, 40), offset: large(view, 48) };
}

function large(view: DataView, at: number): number {
  const value = view.getBigUint64(at, true);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new BadZip("a number beyond any file");
  return Number(value);
}

async function* unpacked(data: Blob | Bytes): AsyncGenerator<Uint8Array> {
  if (data instanceof Uint8Array) yield data;
  else yield* streamed(data.stream());
}

async function* inflated(data: Blob | Bytes): AsyncGenerator<Uint8Array> {
  const blob = data instanceof Uint8Array ? new Blob([data]) : data;
  yield* streamed(blob.stream().pipeThrough(new DecompressionStream("deflate-raw")));
}

async function* streamed(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) yield read.value;
  } finally {
    await reader.cancel().catch(() => undefined); // a bomb is not unfolded to its end once nobody listens
  }
}

export async function bytesAt(blob: Blob, start: number, length: number): Promise<Bytes> {
  return new Uint8Array(await blob.slice(start, start + length).arrayBuffer());
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function decoded(name: Bytes): string {
  try {
    return text(name);
  } catch {
    throw new BadZip("a name that is not text");
  }
}

function latin(name: Bytes): string {
  return String.fromCharCode(...name);
}

const CRC = (() => {
  const tables = Array.from({ length: 8 }, () => new Int32Array(256));
  const first = tables[0] as Int32Array;
  for (let byte = 0; byte < 256; byte++) {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
    first[byte] = value;
  }
  for (let byte = 0; byte < 256; byte++) {
    let value = first[byte] as number;
    for (let table = 1; table < 8; table++) {
      value = (first[value & 0xff] as number) ^ (value >>> 8);
      (tables[table] as Int32Array)[byte] = value;
    }
  }
  return tables as [Int32Array, Int32Array, Int32Array, Int32Array, Int32Array, Int32Array, Int32Array, Int32Array];
})();

/** CRC-32 continued over more bytes; begins with -1 and is inverted at the end. Eight bytes at a time. */
export function crc32(bytes: Uint8Array, before: number): number {
  const [t0, t1, t2, t3, t4, t5, t6, t7] = CRC;
  let crc = before;
  let at = 0;
  const at8 = bytes.length - (bytes.length % 8);
  for (; at < at8; at += 8) {
    crc ^= bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    crc =
      t7[crc & 0xff]! ^
      t6[(crc >>> 8) & 0xff]! ^
      t5[(crc >>> 16) & 0xff]! ^
      t4[crc >>> 24]! ^
      t3[bytes[at + 4]!]! ^
      t2[bytes[at + 5]!]! ^
      t1[bytes[at + 6]!]! ^
      t0[bytes[at + 7]!]!;
  }
  for (; at < bytes.length; at++) crc = t0[(crc ^ bytes[at]!) & 0xff]! ^ (crc >>> 8);
  return crc;
}

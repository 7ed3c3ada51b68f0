// The objects of a PDF, read strictly: only the plainest form of the format, which is the one that dossiers are written
// in. Classic tables, no streams of objects, no encryption, generation 0, nothing before the header. Whatever is written
// otherwise is an error: a reader that guesses can be shown another document than the next one. No object reaches into the
// next: whoever reads each object once has read no more than the file.

import { equal } from "./bytes.ts";
import { latin, Name, Parser, Ref, Str, Stream, TooShort, type Dict, type Value } from "./pdfvalues.ts";
import { bytesAt } from "./zip.ts";

const MAX_OBJECT_BYTES = 1 << 20;
const MAX_OBJECTS = 1_000_000;
const MAX_SECTIONS = 64;
const TAIL = 1024;
const WINDOW = 1 << 16;
const ENTRY = /^([0-9]{10}) ([0-9]{5}) ([nf])(?: \r| \n|\r\n)$/;

/** One table with its trailer: where each object of one revision begins; null for a free one. */
export interface Section {
  readonly start: number;
  readonly offsets: ReadonlyMap<number, number | null>;
  readonly trailer: Dict;
}

/** The objects of the first `end` bytes of a PDF, each in its newest revision; throws wherever it is not as above. */
export class PdfObjects {
  readonly offsets = new Map<number, number | null>();
  private readonly starts: readonly number[];

  private constructor(
    readonly blob: Blob,
    readonly end: number,
    /** From the newest to the oldest. */
    readonly sections: readonly Section[],
  ) {
    for (const section of [...sections].reverse()) {
      for (const [number, offset] of section.offsets) this.offsets.set(number, offset);
    }
    this.starts = [...this.offsets.values()].filter((offset) => offset !== null).sort((one, other) => one - other);
  }

  static async open(blob: Blob, end: number): Promise<PdfObjects> {
    const file = blob.slice(0, end);
    return new PdfObjects(file, end, await readSections(file));
  }

  get trailer(): Dict {
    return (this.sections[0] as Section).trailer;
  }

  /** One more than the highest number of an object. */
  get size(): number {
    return whole(this.trailer.get("Size"));
  }

  async catalog(): Promise<Dict> {
    return dictionary(await this.follow(this.trailer.get("Root")));
  }

  async follow(value: Value | undefined): Promise<Value> {
    return value instanceof Ref ? this.at(pointer(value)) : (value ?? null);
  }

  /** The object of this number, which is no stream. */
  async at(number: number): Promise<Value> {
    const offset = this.offsets.get(number);
    if (offset === undefined || offset === null) throw new Error("an object is missing");
    const room = this.startAfter(offset) - offset;
    for (const size of [WINDOW, MAX_OBJECT_BYTES]) {
      const window = await bytesAt(this.blob, offset, Math.min(size, room));
      const head = new RegExp(`^0*${number} 0 obj(?![^\\0\\t\\n\\f\\r ()<>\\[\\]{}/%])`).exec(latin(window.subarray(0, 32)));
      if (!head) throw new Error("an object does not stand where it should");
      const from = head[0].length;
      try {
        const parser = new Parser(window.subarray(from), offset + from, false);
        const value = parser.value();
        if (parser.word() !== "endobj") throw new Error("an object does not end where it should");
        return value;
      } catch (error) {
        if (!(error instanceof TooShort)) throw error;
      }
    }
    throw new Error("an object is cut short");
  }

  /**
   * Where the object after the one at `offset` begins. Thousands of objects that begin in one another's strings or
   * comments would each be read with all that follow.
   */
  private startAfter(offset: number): number {
    let [low, high] = [0, this.starts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.starts[middle] as number) > offset) high = middle;
      else low = middle + 1;
    }
    return this.starts[low] ?? this.end;
  }
}

async function readSections(file: Blob): Promise<Section[]> {
  const head = latin(await bytesAt(file, 0, 9));
  if (!/^%PDF-1\.[0-7][\r\n]/.test(head)) throw new Error("not the header of a PDF");
  const tail = latin(await bytesAt(file, Math.max(0, file.size - TAIL), TAIL));
  const found = /startxref(?:\r\n|\r|\n)([0-9]{1,12})(?:\r\n|\r|\n)%%EOF(?:\r\n|\r|\n)?$/.exec(tail);
  if (!found) throw new Error("no end of a PDF");
  const sections: Section[] = [];
  let [start, bound, known] = [Number(found[1]), file.size, 0];
  for (;;) {
    if (start >= bound || sections.length === MAX_SECTIONS) throw new Error("tables in a circle, or too many");
    const section = await readSection(file, start);
    known += section.offsets.size;
    if (known > MAX_OBJECTS) throw new Error("too many objects");
    sections.push(section);
    const previous = section.trailer.get("Prev");
    if (previous === undefined || previous === null) return sections;
    [start, bound] = [whole(previous), start];
  }
}

async function readSection(file: Blob, start: number): Promise<Section> {
  let position = start;
  const head = /^xref[ ]?(?:\r\n|\r|\n)/.exec(latin(await bytesAt(file, position, 8)));
  if (!head) throw new Error("no table where one should be");
  position += head[0].length;
  const offsets = new Map<number, number | null>();
  for (;;) {
    const subsection = /^([0-9]{1,10}) ([0-9]{1,10})[ ]?(?:\r\n|\r|\n)/.exec(latin(await bytesAt(file, position, 32)));
    if (!subsection) break;
    const [first, count] = [Number(subsection[1]), Number(subsection[2])];
    position += subsection[0].length;
    if (offsets.size + count > MAX_OBJECTS) throw new Error("too many objects");
    const table = await bytesAt(file, position, 20 * count);
    if (table.length !== 20 * count) throw new Error("a table cut short");
    for (let index = 0; index < count; index++) {
      const entry = ENTRY.exec(latin(table.subarray(20 * index, 20 * index + 20)));
      if (!entry || offsets.has(first + index) || (entry[3] === "n" && entry[2] !== "00000")) {
        throw new Error("a table that is not as we write it");
      }
      offsets.set(first + index, entry[3] === "n" ? Number(entry[1]) : null);
    }
    position += 20 * count;
  }
  const parser = new Parser(await bytesAt(file, position, WINDOW), position, false);
  if (parser.word() !== "trailer") throw new Error("no trailer after a table");
  const trailer = dictionary(parser.value());
  if (trailer.has("XRefStm") || trailer.has("Encrypt")) throw new Error("encrypted, or with a second table");
  for (const offset of offsets.values()) {
    if (offset !== null && offset >= start) throw new Error("an object after the table that names it");
  }
  return { start, offsets, trailer };
}

export function dictionary(value: Value | undefined): Dict {
  if (!(value instanceof Map)) throw new Error("not a dictionary");
  return value;
}

export function array(value: Value | undefined): Value[] {
  if (!Array.isArray(value)) throw new Error("not an array");
  return value;
}

export function whole(value: Value | undefined): number {
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0) throw new Error("not a whole number");
  return value;
}

/** The number of the object that a reference points to. */
export function pointer(value: Value | undefined): number {
  if (!(value instanceof Ref) || value.generation !== 0) throw new Error("not a reference");
  return value.number;
}

/** Whether two values say the same; strings wherever they stand. */
export function same(one: Value | undefined, other: Value | undefined): boolean {
  if (one instanceof Name) return other instanceof Name && one.name === other.name;
  if (one instanceof Ref) return other instanceof Ref && one.number === other.number && one.generation === other.generation;
  if (one instanceof Str) return other instanceof Str && equal(one.bytes, other.bytes);
  if (Array.isArray(one)) {
    return Array.isArray(other) && one.length === other.length && one.every((each, at) => same(each, other[at]));
  }
  if (one instanceof Map) {
    return other instanceof Map && one.size === other.size && [...one].every(([key, each]) => other.has(key) && same(each, other.get(key)));
  }
  if (one instanceof Stream) return false;
  return (one ?? null) === (other ?? null);
}

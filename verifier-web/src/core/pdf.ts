// A PDF as a table of objects, read from disk where they stand, in every form that other programs may have given it: only
// to find the archive in it. Whether its pages are as they were signed is read strictly, in pdfobjects.

import { concat, type Bytes } from "./bytes.ts";
import { BadPdf, latin, Name, Parser, Ref, Stream, TooShort, type Dict, type Value } from "./pdfvalues.ts";
import { bytesAt } from "./zip.ts";

/** Where an object stands: at an offset, or at a place in a stream of objects. */
export type Location = { offset: number; generation: number } | { stream: number; place: number };

const WINDOW = 4096;
const MAX_OBJECT = 16 << 20;
const MAX_TABLE = 64 << 20;
const MAX_OBJECTS = 1_000_000;
/** Of all streams of one file together: twice the table of a million objects. */
const MAX_INFLATED = 16 << 20;
const MAX_REVISIONS = 1000;
const MAX_SEARCH = 4 << 20;

export class Pdf {
  /** By number; null for what was freed. */
  readonly objects = new Map<number, Location | null>();
  trailer: Dict = new Map();
  private room = MAX_INFLATED;
  private readonly streams = new Map<number, Promise<Map<number, Value>>>();

  private constructor(readonly blob: Blob) {}

  static async open(blob: Blob): Promise<Pdf> {
    const pdf = new Pdf(blob);
    const tail = latin(await bytesAt(blob, Math.max(0, blob.size - 2048), 2048));
    const match = /startxref\s+(\d{1,15})\s+%%EOF\s*$/.exec(tail);
    if (!match) throw new BadPdf("no end of a PDF");
    const pending: number[] = [Number(match[1])];
    const seen = new Set<number>();
    for (let at = pending.shift(); at !== undefined; at = pending.shift()) {
      if (seen.has(at) || seen.size > MAX_REVISIONS || at >= blob.size) throw new BadPdf("a table of objects in circles");
      seen.add(at);
      const dict = await pdf.readTable(at);
      if (seen.size === 1) pdf.trailer = dict;
      const [hybrid, earlier] = [dict.get("XRefStm"), dict.get("Prev")];
      // Of a hybrid file the stream comes before what is earlier, and after the table itself.
      for (const next of [hybrid, earlier]) if (typeof next === "number") pending.push(next);
    }
    if (pdf.trailer.has("Encrypt")) throw new BadPdf("encrypted");
    return pdf;
  }

  /**
   * The newest revision of a file that can be read: something may stand after it, or its end may be missing. Whether the
   * pages are still as they were signed is another question, which a file like this fails.
   */
  static async openNewest(blob: Blob): Promise<Pdf> {
    try {
      return await Pdf.open(blob);
    } catch (error) {
      if (!(error instanceof BadPdf)) throw error;
      for (const end of await earlierEnds(blob)) {
        try {
          return await Pdf.open(blob.slice(0, end));
        } catch (again) {
          if (!(again instanceof BadPdf)) throw again;
        }
      }
      return Pdf.rebuilt(blob);
    }
  }

  /** A file whose table is lost: of every number the last object that stands in it, as other readers mend it too. */
  private static async rebuilt(blob: Blob): Promise<Pdf> {
    const pdf = new Pdf(blob);
    for (let from = 0; from < blob.size; from += MAX_SEARCH) {
      const window = await bytesAt(blob, from, MAX_SEARCH + 64);
      for (let at = window.indexOf(0x6a); at >= 0; at = window.indexOf(0x6a, at + 1)) {
        if (window[at - 1] !== 0x62 || window[at - 2] !== 0x6f || window[at - 3] !== 0x20) continue;
        const head = /(?:^|[\r\n])(\d{1,10}) (\d{1,5}) obj$/.exec(latin(window.subarray(Math.max(0, at - 24), at + 1)));
        if (!head) continue;
        const length = (head[1] as string).length + (head[2] as string).length + 5;
        pdf.objects.set(Number(head[1]), { offset: from + at + 1 - length, generation: Number(head[2]) });
      }
      for (let at = window.indexOf(0x74); at >= 0 && at < MAX_SEARCH; at = window.indexOf(0x74, at + 1)) {
        if (window[at + 1] !== 0x72 || latin(window.subarray(at, at + 7)) !== "trailer") continue;
        try {
          const dict = new Parser(await bytesAt(blob, from + at + 7, WINDOW), from + at + 7, true).value();
          if (dict instanceof Map && dict.has("Root")) pdf.trailer = dict;
        } catch (error) {
          if (!(error instanceof BadPdf)) throw error;
        }
      }
    }
    if (!pdf.trailer.has("Root") || pdf.trailer.has("Encrypt")) throw new BadPdf("no trailer");
    return pdf;
  }

  /** The object that a value points to, or the value itself. */
  async resolve(value: Value | undefined): Promise<Value> {
    let found = value ?? null;
    for (let hops = 0; found instanceof Ref; hops++) {
      if (hops > 8) throw new BadPdf("references in circles");
      found = await this.object(found.number);
    }
    return found;
  }

  async dict(value: Value | undefined): Promise<Dict | null> {
    const found = await this.resolve(value);
    if (found instanceof Stream) return found.dict;
    return found instanceof Map ? found : null;
  }

  async array(value: Value | undefined): Promise<Value[] | null> {
    const found = await this.resolve(value);
    return Array.isArray(found) ? found : null;
  }

  async catalog(): Promise<Dict> {
    const catalog = await this.dict(this.trailer.get("Root"));
    if (!catalog) throw new BadPdf("no catalog");
    return catalog;
  }

  async object(number: number): Promise<Value> {
    const location = this.objects.get(number);
    if (!location) return null;
    if ("offset" in location) return this.objectAt(location.offset, number);
    let stream = this.streams.get(location.stream);
    if (!stream) this.streams.set(location.stream, (stream = this.readObjectStream(location.stream)));
    return (await stream).get(number) ?? null;
  }

  /** The bytes of a stream as they stand in the file. */
  async raw(stream: Stream): Promise<Blob> {
    const length = await this.resolve(stream.dict.get("Length"));
    if (typeof length !== "number" || length < 0 || stream.start + length > this.blob.size) throw new BadPdf("no length");
    const after = latin(await bytesAt(this.blob, stream.start + length, 16));
    if (!/^\s{0,2}endstream/.test(after)) throw new BadPdf("a stream of another length");
    return this.blob.slice(stream.start, stream.start + length);
  }

  private async decoded(stream: Stream): Promise<Bytes> {
    const raw = await this.raw(stream);
    const filter = await this.resolve(stream.dict.get("Filter"));
    const names = (Array.isArray(filter) ? filter : filter === null ? [] : [filter]).map((each) => each instanceof Name ? each.name : "");
    if (names.length === 0) return new Uint8Array(await raw.arrayBuffer());
    if (names.join() !== "FlateDecode") throw new BadPdf("packed by an unknown method");
    const unpacked = await inflate(raw, this.room);
    this.room -= unpacked.length;
    const given = await this.resolve(stream.dict.get("DecodeParms"));
    const parameters = await this.dict(Array.isArray(given) ? given[0] : given);
    return predicted(unpacked, parameters ?? new Map());
  }

  private async objectAt(offset: number, number: number): Promise<Value> {
    for (let size = WINDOW; ; size *= 8) {
      const window = await bytesAt(this.blob, offset, size);
      const isAll = offset + window.length >= this.blob.size || size > MAX_OBJECT;
      try {
        const parser = new Parser(window, offset, isAll);
        const [found, , word] = [parser.value(), parser.value(), parser.word()];
        if (found !== number || word !== "obj") throw new BadPdf("another object than announced");
        const value = parser.value();
        const end = parser.word();
        if (end === "endobj") return value;
        if (end !== "stream" || !(value instanceof Map)) throw new BadPdf("an object without end");
        return new Stream(value, parser.streamStart());
      } catch (error) {
        if (!(error instanceof TooShort) || isAll) throw error instanceof TooShort ? new BadPdf("cut short") : error;
      }
    }
  }

  private async readObjectStream(number: number): Promise<Map<number, Value>> {
    const location = this.objects.get(number);
    const stream = location && "offset" in location ? await this.objectAt(location.offset, number) : null;
    if (!(stream instanceof Stream)) throw new BadPdf("no stream of objects");
    const [count, first] = [await this.resolve(stream.dict.get("N")), await this.resolve(stream.dict.get("First"))];
    if (typeof count !== "number" || typeof first !== "number") throw new BadPdf("a broken stream of objects");
    const bytes = await this.decoded(stream);
    const head = new Parser(bytes.subarray(0, first), 0, true);
    const found = new Map<number, Value>();
    for (let place = 0; place < count; place++) {
      const [object, offset] = [head.value(), head.value()];
      if (typeof object !== "number" || typeof offset !== "number") throw new BadPdf("a broken stream of objects");
      const own = this.objects.get(object);
      // An object counts only where the table says that it is this one.
      if (!own || !("stream" in own) || own.stream !== number || own.place !== place) continue;
      found.set(object, new Parser(bytes.subarray(first + offset), -1, true).value());
    }
    return found;
  }

  private async readTable(at: number): Promise<Dict> {
    const start = latin(await bytesAt(this.blob, at, 4));
    return start === "xref" ? this.readClassicTable(at) : this.readTableStream(at);
  }

  private async readClassicTable(at: number): Promise<Dict> {
    for (let size = WINDOW * 16; ; size *= 8) {
      const window = await bytesAt(this.blob, at, size);
      const isAll = at + window.length >= this.blob.size || size > MAX_TABLE;
      try {
        const parser = new Parser(window, at, isAll);
        if (parser.word() !== "xref") throw new BadPdf("no table of objects");
        const entries: [number, Location | null][] = [];
        while (parser.peekDigit()) {
          const [first, count] = [parser.value(), parser.value()];
          if (typeof first !== "number" || typeof count !== "number") throw new BadPdf("a broken table of objects");
          for (let place = 0; place < count; place++) {
            const [offset, generation, kind] = [parser.integer(), parser.integer(), parser.word()];
            if (kind !== "n" && kind !== "f") throw new BadPdf("a broken table of objects");
            entries.push([first + place, kind === "n" ? { offset, generation } : null]);
          }
        }
        if (parser.word() !== "trailer") throw new BadPdf("no trailer");
        const dict = parser.value();
        if (!(dict instanceof Map)) throw new BadPdf("no trailer");
        this.enter(entries);
        return dict;
      } catch (error) {
        if (!(error instanceof TooShort) || isAll) throw error instanceof TooShort ? new BadPdf("cut short") : error;
      }
    }
  }

  private async readTableStream(at: number): Promise<Dict> {
    const head = new Parser(await bytesAt(this.blob, at, WINDOW), at, true);
    const number = head.value();
    const stream = typeof number === "number" ? await this.objectAt(at, number) : null;
    if (!(stream instanceof Stream)) throw new BadPdf("no table of objects");
    const { dict } = stream;
    const type = dict.get("Type");
    const widths = dict.get("W");
    const size = dict.get("Size");
    if (!(type instanceof Name) || type.name !== "XRef" || !isNumbers(widths) || widths.length !== 3 || typeof size !== "number") {
      throw new BadPdf("no table of objects");
    }
    const bytes = await this.decoded(stream);
    const index = dict.get("Index") ?? [0, size];
    if (!isNumbers(index)) throw new BadPdf("a broken table of objects");
    const entries: [number, Location | null][] = [];
    let place = 0;
    const field = (width: number, missing: number) => {
      if (width === 0) return missing;
      let value = 0;
      for (let byte = 0; byte < width; byte++) value = value * 256 + (bytes[place++] ?? NaN);
      if (!Number.isSafeInteger(value)) throw new BadPdf("a broken table of objects");
      return value;
    };
    for (let part = 0; part + 1 < index.length; part += 2) {
      if (entries.length + (index[part + 1] as number) > MAX_OBJECTS) throw new BadPdf("too many objects");
      for (let number = 0; number < (index[part + 1] as number); number++) {
        const kind = field(widths[0] as number, 1);
        const [second, third] = [field(widths[1] as number, 0), field(widths[2] as number, 0)];
        const location =
          kind === 1 ? { offset: second, generation: third } : kind === 2 ? { stream: second, place: third } : null;
        entries.push([(index[part] as number) + number, location]);
      }
    }
    this.enter(entries);
    return dict;
  }

  /** What a later revision said of an object stands. */
  private enter(entries: readonly [number, Location | null][]): void {
    for (const [number, location] of entries) if (!this.objects.has(number)) this.objects.set(number, location);
  }
}

/** Where revisions of a file end, the newest first, as far as they stand near its end. */
async function earlierEnds(blob: Blob): Promise<number[]> {
  const from = Math.max(0, blob.size - MAX_SEARCH);
  const tail = await bytesAt(blob, from, MAX_SEARCH);
  const ends: number[] = [];
  for (let at = tail.lastIndexOf(0x73); at >= 0 && ends.length < 64; at = at ? tail.lastIndexOf(0x73, at - 1) : -1) {
    if (tail[at + 1] !== 0x74 || tail[at + 5] !== 0x78) continue;
    const match = /^startxref\s+\d{1,15}\s+%%EOF/.exec(latin(tail.subarray(at, at + 64)));
    if (match) ends.push(from + at + match[0].length);
  }
  return ends;
}

function isNumbers(value: Value | undefined): value is number[] {
  return Array.isArray(value) && value.every((each) => typeof each === "number");
}

async function inflate(raw: Blob, limit: number): Promise<Bytes> {
  try {
    const reader = raw.stream().pipeThrough(new DecompressionStream("deflate")).getReader();
    const pieces: Uint8Array[] = [];
    let size = 0;
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      pieces.push(read.value);
      size += read.value.length;
      if (size > limit) {
        await reader.cancel();
        throw new BadPdf("too large");
      }
    }
    return concat(...pieces);
  } catch (error) {
    throw error instanceof BadPdf ? error : new BadPdf("a damaged stream");
  }
}

/** Undo the predictors of PNG, with which tables are packed more tightly. */
function predicted(bytes: Bytes, parameters: Dict): Bytes {
  const predictor = parameters.get("Predictor") ?? 1;
  if (predictor === 1) return bytes;
  const columns = parameters.get("Columns") ?? 1;
  if (typeof predictor !== "number" || predictor < 10 || typeof columns !== "number" || columns < 1) {
    throw new BadPdf("packed by an unknown method");
  }
  const rows = Math.floor(bytes.length / (columns + 1));
  const out = new Uint8Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const from = row * (columns + 1) + 1;
    const method = bytes[from - 1];
    for (let column = 0; column < columns; column++) {
      const to = row * columns + column;
      const left = column ? (out[to - 1] as number) : 0;
      const up = row ? (out[to - columns] as number) : 0;
      const corner = row && column ? (out[to - columns - 1] as number) : 0;
      const add = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][method as number];
      if (add === undefined) throw new BadPdf("a damaged stream");
      out[to] = (bytes[from + column] as number) + add;
    }
  }
  return out;
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner;
  const [toLeft, toUp, toCorner] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
  return toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
}

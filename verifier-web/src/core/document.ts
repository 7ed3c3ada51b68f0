// The dossier as a PDF: the archive embedded in it, and the signature of its pages (check 17).

import { equal, text, unhex, type Bytes } from "./bytes.ts";
import { checkSignature, SignatureFault } from "./cades.ts";
import { faultOf, readToken, responseOf, signerOf, TokenFault } from "./cms.ts";
import { elementAt } from "./der.ts";
import { Refusal, type DocumentState } from "./evidence.ts";
import { digestOfBlob } from "./hashing.ts";
import { rethrowIfOfTheMachine } from "./machine.ts";
import { say, type Message } from "./messages.ts";
import { Pdf } from "./pdf.ts";
import { array, dictionary, PdfObjects, pointer, same, whole } from "./pdfobjects.ts";
import { BadPdf, Name, Ref, Str, Stream, type Dict, type Value } from "./pdfvalues.ts";
import { readable } from "./x509.ts";
import { bytesAt } from "./zip.ts";

const ATTACHMENT = "archive-de-preuve.zip";
const PADES = "ETSI.CAdES.detached";
const TIME_STAMP = "ETSI.RFC3161";
const MAX_TREE = 64;
const MAX_CONTENTS = 512 * 1024;
/** One signature, and a time stamp over the whole every few years; each is a reading of the whole file. */
const MAX_FIELDS = 16;
// What a document time stamp adds may change these parts of the catalogue, of the form and of a page.
const CATALOG_MAY_CHANGE = new Set(["DSS", "Extensions", "AcroForm"]);
const FORM_MAY_CHANGE = new Set(["Fields", "SigFlags"]);
const FIELD_KEYS = new Set(["FT", "T", "TU", "Type", "Subtype", "F", "Rect", "P", "V"]);
const CHANGED = say("the PDF was changed after it was signed");
const FAULTY_STAMP = say("the time stamp over the document is faulty");

/** The archive inside a dossier; throws a `Refusal` where the PDF is damaged or holds none, or more than one. */
export async function embeddedBundle(blob: Blob, path: string): Promise<Blob> {
  try {
    const pdf = await Pdf.openNewest(blob);
    const files = await embeddedFiles(pdf);
    if (files.size > 1) {
      throw new Refusal(
        say("{path} holds several attachments: it is not as evidence-vault made it. Ask for the original file.", { path }),
      );
    }
    const named = await pdf.dict((await pdf.dict(files.get(ATTACHMENT)))?.get("EF"));
    const [first, second] = [named?.get("F"), named?.get("UF")];
    if (!named || !first || !second) {
      throw new Refusal(
        say(
          "{path} is a PDF without the archive of a dossier: it was printed, re-saved or made elsewhere. Ask for the original file.",
          { path },
        ),
      );
    }
    const isSame = first instanceof Ref && second instanceof Ref && first.number === second.number;
    const stream = await pdf.resolve(first);
    // Some readers take F and others UF: two archives would be shown to two people.
    if (!isSame || !(stream instanceof Stream) || stream.dict.has("Filter") || stream.dict.has("FFilter") || stream.dict.has("F")) {
      throw new Refusal(
        say("The archive in {path} was packed again by another program. Ask for the original file.", { path }),
      );
    }
    return await pdf.raw(stream);
  } catch (error) {
    if (!(error instanceof BadPdf)) throw error;
    throw new Refusal(say("{path} is damaged and cannot be opened as a PDF. Ask for the file again.", { path }));
  }
}

/** The embedded files by name, from the name tree of the catalog. */
async function embeddedFiles(pdf: Pdf): Promise<Map<string, Value>> {
  const found = new Map<string, Value>();
  const names = await pdf.dict((await pdf.catalog()).get("Names"));
  const waiting: Value[] = [names?.get("EmbeddedFiles") ?? null];
  for (let steps = 0; waiting.length; steps++) {
    if (steps > MAX_TREE) throw new BadPdf("a tree without end");
    const node = await pdf.dict(waiting.pop());
    const leaves = (await pdf.array(node?.get("Names"))) ?? [];
    for (let place = 0; place + 1 < leaves.length; place += 2) {
      const key = await pdf.resolve(leaves[place]);
      const name = key instanceof Str ? spelled(key.bytes) : "";
      if (found.has(name)) found.set(`${name} (${place})`, null); // two of one name are two
      found.set(name, leaves[place + 1] ?? null);
    }
    waiting.push(...((await pdf.array(node?.get("Kids"))) ?? []));
  }
  return found;
}

function spelled(bytes: Bytes): string {
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  try {
    return text(bytes);
  } catch {
    return String.fromCharCode(...bytes);
  }
}

/** A reason why the pages are not as they were signed. */
class Broken extends Error {
  constructor(readonly reason: Message) {
    super(reason.text);
  }
}

/** A signature dictionary: its CMS in DER, and the ranges of the file that it covers. */
interface Signed {
  readonly dictionary: Dict;
  readonly contents: Bytes;
  readonly gap: readonly [number, number];
  readonly end: number;
}

/** Judge the signature of a PDF by the rules D1 to D3; never throws for what is found in the file. */
export async function documentState(blob: Blob): Promise<DocumentState> {
  let objects: PdfObjects;
  let fields: Dict[];
  try {
    objects = await PdfObjects.open(blob, blob.size);
    fields = await signatureFields(objects);
  } catch (error) {
    rethrowIfOfTheMachine(error);
    if (!(await mentionsSignature(blob))) return unsigned();
    return broken(say("the PDF was written anew, or damaged, after it was signed"));
  }
  if (fields.length === 0) return unsigned();
  try {
    return await judge(blob, objects, fields);
  } catch (error) {
    if (error instanceof Broken || error instanceof SignatureFault) return broken(error.reason);
    if (error instanceof TokenFault) return broken(FAULTY_STAMP);
    rethrowIfOfTheMachine(error);
    return broken(say("the signature of the pages cannot be read"));
  }
}

function unsigned(): DocumentState {
  return { signed: false, problems: [], certificate: null, signer: null };
}

function broken(problem: Message): DocumentState {
  return { signed: true, problems: [problem], certificate: null, signer: null };
}

async function judge(blob: Blob, objects: PdfObjects, fields: readonly Dict[]): Promise<DocumentState> {
  const found: Signed[] = [];
  for (const field of fields) found.push(await signedBy(blob, objects, field));
  const stamps = found.filter((each) => isNamed(each.dictionary.get("SubFilter"), TIME_STAMP));
  const [signed, ...more] = found.filter((each) => !stamps.includes(each));
  if (!signed || more.length) {
    const count = found.length - stamps.length;
    throw new Broken(say("the PDF bears {count} signatures where a dossier bears one", { count }));
  }
  if (!isNamed(signed.dictionary.get("SubFilter"), PADES)) {
    throw new Broken(say("the signature of the pages is of a kind that a dossier never bears"));
  }
  const certificate = await checkSignature(signed.contents, (name) => digestOfBlob(name, covered(blob, signed)));
  await checkFiles(objects);
  if (signed.end !== objects.end) {
    await checkAdditions(blob, objects, await PdfObjects.open(blob, signed.end), stamps);
  } else if (stamps.length) {
    throw new Broken(say("a time stamp over the document stands before its signature"));
  }
  return { signed: true, problems: [], certificate: certificate.der, signer: readable(certificate.subject) };
}

/** D4: the archive is the only file that the document carries, wherever readers look for files. */
async function checkFiles(objects: PdfObjects): Promise<void> {
  const several = say("the PDF carries another file than its archive");
  const listed = async (value: Value | undefined) => (value === undefined ? [] : array(await objects.follow(value)));
  const inside = async (value: Value | undefined) => (value === undefined ? new Map() : dictionary(await objects.follow(value)));
  const catalog = await objects.catalog();
  const tree = await inside((await inside(catalog.get("Names"))).get("EmbeddedFiles"));
  const named = (await listed(tree.get("Names"))).filter((_, at) => at % 2 === 1);
  if (named.length > 1) throw new Broken(several);
  for (const file of await listed(catalog.get("AF"))) {
    if (!named.some((each) => same(each, file))) throw new Broken(several);
  }
  for (const specification of named) {
    const streams = await inside((await inside(specification)).get("EF"));
    if ([...streams.keys()].some((key) => key !== "F" && key !== "UF")) throw new Broken(several);
  }
  // A tree may name one object of a megabyte a million times: each is read once, and a page has one place.
  const nodes = new Set<number>();
  const notes = new Set<number>();
  const waiting: Value[] = [catalog.get("Pages") ?? null];
  for (let at = 0; at < waiting.length; at++) {
    const page = dictionary(await unmet(objects, waiting[at], nodes, null));
    for (const kid of array(await unmet(objects, page.get("Kids") ?? [], nodes, null))) waiting.push(kid);
    for (const note of array(await unmet(objects, page.get("Annots") ?? [], notes, []))) {
      const shown = dictionary(await unmet(objects, note, notes, new Map()));
      if (isNamed(shown.get("Subtype"), "FileAttachment")) throw new Broken(several);
    }
  }
}

/** What stands there, or the object that it points to; `otherwise` where that was met before. */
async function unmet(objects: PdfObjects, found: Value | undefined, met: Set<number>, otherwise: Value): Promise<Value> {
  if (found instanceof Ref) {
    if (met.has(found.number)) return otherwise;
    met.add(found.number);
  }
  return objects.follow(found);
}

function isNamed(value: Value | undefined, name: string): boolean {
  return value instanceof Name && value.name === name;
}

/** The fields of the form that bear a value; a dossier has no other form. */
async function signatureFields(objects: PdfObjects): Promise<Dict[]> {
  const form = await objects.follow((await objects.catalog()).get("AcroForm"));
  if (form === null) return [];
  const found: Dict[] = [];
  const references = dictionary(form).get("Fields");
  const listed = references === undefined ? [] : array(await objects.follow(references));
  if (listed.length > MAX_FIELDS) throw new Error("too many fields");
  for (const reference of listed) {
    const field = dictionary(await objects.at(pointer(reference)));
    if (field.has("Kids")) throw new Error("a form with fields in fields");
    if (field.has("V")) found.push(field);
  }
  return found;
}

/** D1: the ranges are from 0 to the gap and from there on, and the gap is exactly the contents, in hexadecimal. */
async function signedBy(blob: Blob, objects: PdfObjects, field: Dict): Promise<Signed> {
  if (!isNamed(field.get("FT"), "Sig")) throw new Broken(say("the PDF has a form that a dossier never has"));
  const found = dictionary(await objects.at(pointer(field.get("V"))));
  const contents = found.get("Contents");
  const ranges = array(found.get("ByteRange"));
  if (ranges.length !== 4 || !(contents instanceof Str)) {
    throw new Broken(say("the signature does not say which bytes it covers"));
  }
  const [start, first, second, length] = ranges.map(whole) as [number, number, number, number];
  const isGap = start === 0 && first === contents.start && second === contents.end;
  if (contents.end - contents.start > MAX_CONTENTS) throw new Broken(say("the signature is larger than any signature"));
  const written = await bytesAt(blob, contents.start, contents.end - contents.start);
  const isPlain = written[0] === 0x3c && written.at(-1) === 0x3e && written.length % 2 === 0 && written.subarray(1, -1).every(isDigit);
  if (!isGap || !isPlain) throw new Broken(say("the signature leaves out more of the file than itself"));
  if (second + length > objects.end) throw new Broken(say("the PDF was cut short after it was signed"));
  const inside = elementAt(contents.bytes, 0).whole;
  if (contents.bytes.subarray(inside.length).some((byte) => byte !== 0)) {
    throw new Broken(say("something stands after the signature, in its place"));
  }
  return { dictionary: found, contents: inside, gap: [first, second], end: second + length };
}

/** Whether a byte is a hexadecimal digit; a blank among them would be one more spelling. */
function isDigit(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66);
}

/** What a signature covers. */
function covered(blob: Blob, signed: Signed): Blob[] {
  return [blob.slice(0, signed.gap[0]), blob.slice(signed.gap[1], signed.end)];
}

/** D3: what follows the signed bytes adds time stamps over the document, the last over all of it, and no more. */
async function checkAdditions(blob: Blob, now: PdfObjects, then: PdfObjects, stamps: readonly Signed[]): Promise<void> {
  const added = now.sections.length - then.sections.length;
  const newer = now.sections.slice(0, Math.max(0, added));
  const older = now.sections.slice(Math.max(0, added));
  if (added < 1 || newer.some((section) => section.start <= then.end)) throw new Broken(CHANGED);
  if (older.some((section, at) => section.start !== then.sections[at]?.start)) throw new Broken(CHANGED);
  if (Math.max(0, ...stamps.map((stamp) => stamp.end)) !== now.end) {
    throw new Broken(say("something was added to the PDF after it was signed, under no time stamp"));
  }
  for (const section of newer) {
    for (const key of ["Root", "Info"]) {
      if (!same(section.trailer.get(key), then.trailer.get(key))) throw new Broken(CHANGED);
    }
  }
  // A smaller Size would take signed objects away from readers that go by it.
  const sizes = now.sections.slice(0, added + 1).map((section) => whole(section.trailer.get("Size")));
  if (sizes.some((size, at) => at > 0 && size > (sizes[at - 1] as number))) throw new Broken(CHANGED);
  const touched = new Set(newer.flatMap((section) => [...section.offsets.keys()].filter((number) => number !== 0)));
  for (const number of touched) {
    const offset = now.offsets.get(number);
    if (offset === undefined || offset === null || offset < then.end) throw new Broken(CHANGED);
  }
  const allowed = await mayChange(now, then);
  for (const number of touched) if (number < then.size && !allowed.has(number)) throw new Broken(CHANGED);
  for (const stamp of stamps) await checkStamp(blob, stamp, then.end);
}

/** The numbers of signed objects that document time stamps changed, each in the one way that shows nothing else. */
async function mayChange(now: PdfObjects, then: PdfObjects): Promise<Set<number>> {
  const catalog = pointer(then.trailer.get("Root"));
  const [before, after] = [await then.catalog(), await now.catalog()];
  const form = pointer(before.get("AcroForm"));
  const [formBefore, formAfter] = [dictionary(await then.at(form)), dictionary(await now.at(form))];
  const [old, fields] = [array(formBefore.get("Fields")), array(formAfter.get("Fields"))];
  const gained = fields.slice(old.length);
  if (
    !alike(before, after, CATALOG_MAY_CHANGE) ||
    !same(after.get("AcroForm"), new Ref(form, 0)) ||
    !alike(formBefore, formAfter, FORM_MAY_CHANGE) ||
    !same(fields.slice(0, old.length), old)
  ) {
    throw new Broken(CHANGED);
  }
  const pages = new Set<number>();
  for (const reference of gained) pages.add(await pageOf(now, then, reference));
  for (const page of pages) {
    const [pageBefore, pageAfter] = [dictionary(await then.at(page)), dictionary(await now.at(page))];
    const shown = pageBefore.has("Annots") ? array(pageBefore.get("Annots")) : [];
    const shownAfter = pageAfter.has("Annots") ? array(pageAfter.get("Annots")) : [];
    const extra = shownAfter.slice(shown.length);
    if (
      !alike(pageBefore, pageAfter, new Set(["Annots"])) ||
      !same(shownAfter.slice(0, shown.length), shown) ||
      !extra.every((each) => gained.some((field) => same(field, each)))
    ) {
      throw new Broken(CHANGED);
    }
  }
  const security = before.get("DSS");
  return new Set([catalog, form, ...pages, ...(security instanceof Ref ? [security.number] : [])]);
}

/** The page that the field of a document time stamp hangs on; the field must be one that shows nothing. */
async function pageOf(now: PdfObjects, then: PdfObjects, reference: Value): Promise<number> {
  const number = pointer(reference);
  const field = dictionary(await now.at(number));
  const page = pointer(field.get("P"));
  const value = dictionary(await now.at(pointer(field.get("V"))));
  if (
    number < then.size ||
    ![...field.keys()].every((key) => FIELD_KEYS.has(key)) ||
    !isNamed(field.get("FT"), "Sig") ||
    !isNamed(field.get("Subtype"), "Widget") ||
    !same(field.get("Rect"), [0, 0, 0, 0]) ||
    !isNamed(value.get("SubFilter"), TIME_STAMP) ||
    !isNamed(dictionary(await then.at(page)).get("Type"), "Page")
  ) {
    throw new Broken(CHANGED);
  }
  return page;
}

function alike(before: Dict, after: Dict, but: ReadonlySet<string>): boolean {
  return [...new Set([...before.keys(), ...after.keys()])].every(
    (key) => but.has(key) || (before.has(key) && after.has(key) && same(before.get(key), after.get(key))),
  );
}

/** A document time stamp is a sound token over its own part of the file, which takes in all that was signed. */
async function checkStamp(blob: Blob, stamp: Signed, signedEnd: number): Promise<void> {
  const token = readToken(responseOf(stamp.contents));
  const fault = faultOf((await signerOf(token)).certificate);
  if (fault) throw new Broken(FAULTY_STAMP);
  const { digest, imprint } = token.claim;
  if (stamp.end <= signedEnd || !equal(imprint, await digestOfBlob(digest, covered(blob, stamp)))) {
    throw new Broken(say("the time stamp over the document is about other bytes"));
  }
}

/** Whether the file speaks of a signature anywhere, for what cannot be read in order. */
async function mentionsSignature(blob: Blob): Promise<boolean> {
  const wanted = unhex("2f4279746552616e6765"); // /ByteRange
  const step = 1 << 20;
  for (let at = 0; at < blob.size; at += step) {
    const window = await bytesAt(blob, at, step + wanted.length);
    for (let place = window.indexOf(0x2f); place >= 0; place = window.indexOf(0x2f, place + 1)) {
      if (equal(window.subarray(place, place + wanted.length), wanted)) return true;
    }
  }
  return false;
}

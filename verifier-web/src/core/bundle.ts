// Reading a bundle that comes from somebody else: nothing in it is believed.

import { LIMITS } from "../kinds.generated.ts";
import { base64, concat, equal, hex, text, unbase64, unbase64Loosely, unhex, type Bytes } from "./bytes.ts";
import { parseHeader } from "./entries.ts";
import { Refusal, type DocumentState, type Evidence, type Proof, type SignedEntry } from "./evidence.ts";
import { AT_ONCE, fastSha256, sha256Hex, streaming } from "./hashing.ts";
import { decode, isObject, type JsonObject } from "./json.ts";
import { say, type Message } from "./messages.ts";
import { rethrowIfOfTheMachine } from "./machine.ts";
import { parseNote } from "./note.ts";
import { KEY_BYTES, SIGNATURE_BYTES } from "./ed25519.ts";
import { Archive, BadZip, type Member } from "./zip.ts";

const FORMAT = "evidence-vault/bundle/1";
const [MANIFEST, SUMS, GUIDE, PAGE] = ["bundle.json", "SHA256SUMS", "VERIFIER.md", "verify.html"];
const [HEADERS, SIGNATURES, BODIES] = ["ledger/headers.jsonl", "ledger/signatures.txt", "ledger/bodies.jsonl"];
const REQUIRED = new Set([MANIFEST, HEADERS, SIGNATURES, BODIES, SUMS, GUIDE, PAGE]);
const MANIFEST_NAMES = "case,exhibits,format,program,size";
const PLACES =
  /^(?:keys\/[0-9a-f]{16}\.pem|checkpoints\/[0-9]{9}\.note|exhibits\/([0-9a-f]{64})\.[a-z0-9]{1,5}|timestamps\/([0-9a-f]{64})\.(tsr|tsq|ots))$/;
const SPKI_PREFIX = unhex("302a300506032b6570032100");

/** Open a bundle as evidence; throws a `Refusal` where it is no bundle at all. */
export async function openBundle(
  blob: Blob,
  name: string,
  document: (() => Promise<DocumentState>) | null = null,
): Promise<Evidence> {
  let archive: Archive;
  try {
    archive = await Archive.open(blob);
  } catch (error) {
    if (!(error instanceof BadZip)) throw error;
    throw new Refusal(
      say("{name} cannot be opened as a bundle: it is damaged or of another kind. Ask for the file again.", { name }),
    );
  }
  if (!archive.members.some(({ name }) => name === MANIFEST)) {
    throw new Refusal(say("{name} is a zip, but not a bundle made by evidence-vault.", { name }));
  }
  return new Bundle(archive).evidence(document);
}

class Bundle {
  private readonly problems: Message[] = [];
  /** By name; what is not among them is never opened. */
  private readonly members = new Map<string, Member>();
  private readonly exhibits = new Map<string, Member>();
  private readonly proofs = new Map<string, Map<string, string>>();

  constructor(private readonly archive: Archive) {
    const seen = new Set<string>();
    for (const member of archive.members) {
      const { name } = member;
      const place = PLACES.exec(name);
      const digest = place?.[1];
      // A second file under the same digest would never be hashed: it could show anything.
      if (seen.has(name) || (digest !== undefined && this.exhibits.has(digest))) {
        this.problems.push(say("The bundle holds {name} more than once.", { name }));
      } else if ((!place && !REQUIRED.has(name)) || !member.isPlain) {
        this.problems.push(say("The bundle holds a file that does not belong there: {name}.", { name }));
      } else {
        this.members.set(name, member);
        if (member.size > limitOf(name)) this.problems.push(say("{name} is too large.", { name }));
        if (digest !== undefined) {
          this.exhibits.set(digest, member);
        } else if (place?.[2] !== undefined) {
          const forms = this.proofs.get(place[2]) ?? new Map<string, string>();
          this.proofs.set(place[2], forms.set(place[3] as string, name));
        }
      }
      seen.add(name);
    }
    if (archive.members.reduce((least, member) => Math.min(least, member.offset), Infinity) > 0) {
      this.problems.push(say("Something stands in the file before the bundle begins."));
    }
    for (const name of [...REQUIRED].sort()) {
      if (!seen.has(name)) this.problems.push(say("The bundle lacks {name}.", { name }));
    }
  }

  async evidence(document: (() => Promise<DocumentState>) | null): Promise<Evidence> {
    const manifest = await this.manifest();
    await this.compareSums();
    const names = [...this.members.keys()].sort();
    const keys: Bytes[] = [];
    for (const name of names) {
      const key = name.startsWith("keys/") ? await this.key(name) : null;
      if (key) keys.push(key);
    }
    const checkpoints: Bytes[] = [];
    for (const name of names) {
      if (name.startsWith("checkpoints/")) checkpoints.push(await this.note(name));
    }
    return {
      entries: () => this.entries(manifest),
      checkpoints,
      keys,
      exhibits: new Map([...this.exhibits].map(([digest, member]) => [digest, () => this.hashExhibit(member)])),
      proofs: await this.readProofs(),
      exhibitsLeftOut: manifest?.["exhibits"] === "left_out",
      problems: this.problems,
      document,
    };
  }

  /** What may be opened under this name: a bomb unfolds as it is read, whatever is said of it afterwards. */
  private member(name: string): Member {
    const member = this.members.get(name);
    if (!member || member.size > limitOf(name)) throw new BadZip("refused");
    return member;
  }

  private async manifest(): Promise<JsonObject | null> {
    let value: unknown = null;
    try {
      value = decode(await this.small(MANIFEST));
    } catch {
      // said below
    }
    if (isObject(value) && value["format"] === FORMAT) {
      const { exhibits } = value;
      if (Object.keys(value).join() === MANIFEST_NAMES && (exhibits === "enclosed" || exhibits === "left_out")) {
        return value;
      }
    } else if (isObject(value) && String(value["format"]).startsWith("evidence-vault/bundle/")) {
      throw new Refusal(
        say("This bundle was made by a newer version of evidence-vault. Update the program to check it."),
      );
    }
    this.problems.push(say("{name} is malformed.", { name: MANIFEST }));
    return null;
  }

  private async *entries(manifest: JsonObject | null): AsyncGenerator<SignedEntry> {
    let count = 0;
    try {
      const headers = this.lines(HEADERS, LIMITS.headerLine);
      const signatures = this.lines(SIGNATURES, LIMITS.headerLine);
      const bodies = this.lines(BODIES, LIMITS.bodyLine);
      for (let header = await headers.next(); header; header = await headers.next()) {
        const written = text((await signatures.next()) ?? new Uint8Array(0));
        const signature = unbase64Loosely(written);
        const body = (await bodies.next()) ?? new Uint8Array(0);
        if (count === 0) this.compareCase(header, manifest);
        if (signature.length !== SIGNATURE_BYTES || base64(signature) !== written) {
          this.problems.push(say("Entry {index} has no signature.", { index: count }));
        }
        yield { header, signature, body: isNull(body) ? null : body };
        count += 1;
      }
      if ((await signatures.hasMore()) || (await bodies.hasMore())) {
        this.problems.push(say("The bundle holds signatures or bodies without an entry."));
      }
    } catch (error) {
      rethrowIfOfTheMachine(error);
      this.problems.push(say("The ledger of the bundle cannot be read beyond entry {index}.", { index: count }));
    }
    if (manifest && manifest["size"] !== count) {
      this.problems.push(say("The bundle announces another number of entries than it holds."));
    }
  }

  private lines(name: string, limit: number): Lines {
    return new Lines(this.archive.pieces(this.member(name)), limit);
  }

  private compareCase(header: Bytes, manifest: JsonObject | null): void {
    let stated: string;
    try {
      stated = parseHeader(header).case;
    } catch {
      return; // a malformed header fails its own check
    }
    if (manifest && manifest["case"] !== stated) {
      this.problems.push(say("The bundle announces another case than the one it holds."));
    }
  }

  private async key(name: string): Promise<Bytes | null> {
    const raw = fromPem(await this.small(name));
    if (raw && name === `keys/${keyId(raw)}.pem`) return raw;
    this.problems.push(say("{name} is malformed.", { name }));
    return null;
  }

  private async note(name: string): Promise<Bytes> {
    const data = await this.small(name);
    let agrees = false;
    try {
      agrees = name === `checkpoints/${String(parseNote(data).size).padStart(9, "0")}.note`;
    } catch {
      // said below
    }
    if (!agrees) this.problems.push(say("{name} is malformed.", { name }));
    return data;
  }

  /** A file that is small by nature; empty, and a problem, where it cannot be read. */
  private async small(name: string): Promise<Bytes> {
    try {
      return await this.archive.read(this.member(name), limitOf(name));
    } catch (error) {
      rethrowIfOfTheMachine(error);
    }
    this.problems.push(say("{name} cannot be read.", { name }));
    return new Uint8Array(0);
  }

  /** The proofs of time; a response or a proof stands alone under its digest, a request beside a response. */
  private async readProofs(): Promise<Map<string, Proof>> {
    const proofs = new Map<string, Proof>();
    for (const [digest, forms] of this.proofs) {
      const found = [...forms.keys()].sort().join();
      if (found !== "tsr" && found !== "tsq,tsr" && found !== "ots") {
        this.problems.push(say("The proof of time {name} is not alone under its name.", { name: digest }));
        continue;
      }
      const request = forms.get("tsq");
      proofs.set(digest, {
        response: await this.small((forms.get("tsr") ?? forms.get("ots")) as string),
        request: request === undefined ? null : await this.small(request),
      });
    }
    return proofs;
  }

  /** The digest of an exhibit as it is now; bytes that cannot be read back count as altered. */
  private async hashExhibit(member: Member): Promise<string> {
    try {
      if (member.size > LIMITS.exhibit) return "";
      if (member.size <= AT_ONCE) return hex(await fastSha256(await this.archive.read(member, AT_ONCE)));
      return await this.digest(member.name);
    } catch (error) {
      rethrowIfOfTheMachine(error);
      return "";
    }
  }

  /** The digest of a member as it is now, "" where it cannot be read. */
  private async digest(name: string): Promise<string> {
    try {
      const hashing = streaming("sha256");
      for await (const piece of this.archive.pieces(this.member(name))) hashing.update(piece);
      return hex(hashing.digest());
    } catch (error) {
      rethrowIfOfTheMachine(error);
      return "";
    }
  }

  /** SHA256SUMS must say of every file what is true, or `sha256sum -c` and this page would disagree. */
  private async compareSums(): Promise<void> {
    const actual = new Map([...this.exhibits].map(([digest, { name }]) => [name, digest]));
    for (const { name } of this.archive.members) {
      if (name === SUMS || actual.has(name)) continue;
      actual.set(name, await this.digest(name));
    }
    const expected = [...actual].map(([name, digest]) => `${digest}  ${name}`).sort();
    let listed: string[] = [];
    try {
      listed = text(await this.small(SUMS)).split("\n");
    } catch {
      // not even text
    }
    const last = listed.pop();
    listed.sort();
    if (last !== "" || listed.length !== expected.length || listed.some((line, at) => line !== expected[at])) {
      this.problems.push(say("{name} does not list the files of the bundle as they are.", { name: SUMS }));
    }
  }
}

/** The largest size of the file of this name, which is one of a bundle; exhibits are measured as they are read. */
function limitOf(name: string): number {
  if (name.startsWith("checkpoints/")) return LIMITS.note;
  if (name.startsWith("timestamps/")) return LIMITS.proof;
  return /^(?:ledger|exhibits)\//.test(name) ? LIMITS.ledgerFile : LIMITS.smallFile;
}

/** Lines ended by a line feed, without it; throws for a longer one and for an unended last one. */
class Lines {
  private buffer: Uint8Array = new Uint8Array(0);
  private at = 0;

  constructor(
    private readonly pieces: AsyncIterator<Uint8Array>,
    private readonly limit: number,
  ) {}

  /** The next line, or null at the end. */
  async next(): Promise<Bytes | null> {
    for (;;) {
      const end = this.buffer.indexOf(0x0a, this.at);
      if (end >= 0) {
        if (end - this.at > this.limit) throw new BadZip("oversized line");
        const line = this.buffer.slice(this.at, end);
        this.at = end + 1;
        return line as Bytes;
      }
      if (this.buffer.length - this.at > this.limit) throw new BadZip("oversized line");
      if (!(await this.more())) {
        if (this.at < this.buffer.length) throw new BadZip("unended line");
        return null;
      }
    }
  }

  async hasMore(): Promise<boolean> {
    return this.at < this.buffer.length || (await this.more());
  }

  private async more(): Promise<boolean> {
    const read = await this.pieces.next();
    if (read.done) return false;
    this.buffer = this.at < this.buffer.length ? concat(this.buffer.subarray(this.at), read.value) : read.value;
    this.at = 0;
    return this.buffer.length > 0 || this.more();
  }
}

function isNull(body: Uint8Array): boolean {
  return body.length === 4 && body[0] === 0x6e && body[1] === 0x75 && body[2] === 0x6c && body[3] === 0x6c;
}

export function keyId(raw: Uint8Array): string {
  return sha256Hex(raw).slice(0, 16);
}

/** The raw key in a PEM written in its only way, or null. */
export function fromPem(data: Uint8Array): Bytes | null {
  try {
    const match = /^-----BEGIN PUBLIC KEY-----\n([A-Za-z0-9+/=]{60})\n-----END PUBLIC KEY-----\n$/.exec(text(data));
    const der = unbase64((match as RegExpExecArray)[1] as string);
    if (der.length !== SPKI_PREFIX.length + KEY_BYTES || !equal(der.subarray(0, SPKI_PREFIX.length), SPKI_PREFIX)) return null;
    return der.slice(SPKI_PREFIX.length);
  } catch {
    return null;
  }
}

/** The key that a person gave: 64 hexadecimal digits of the key or of its fingerprint, or a PEM file; null for neither. */
export function givenKey(given: string): Bytes | null {
  const digits = given.replace(/\s/g, "");
  if (/^[0-9a-fA-F]{64}$/.test(digits)) return unhex(digits);
  const match = /-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----/.exec(given);
  if (!match) return null;
  return fromPem(
    new TextEncoder().encode(
      `-----BEGIN PUBLIC KEY-----\n${(match[1] as string).replace(/\s/g, "")}\n-----END PUBLIC KEY-----\n`,
    ),
  );
}

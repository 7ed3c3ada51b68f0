// The numbered procedure of docs/format.md, over values. The page, the worker and the tests call `verify`.

import { equal, hex, type Bytes } from "./bytes.ts";
import { keyId } from "./bundle.ts";
import { CLOCK_TOLERANCE, Dating } from "./dating.ts";
import { isValidSlowly, isWeak, KEY_BYTES, verifierOf, type Verifier } from "./ed25519.ts";
import { Enclosures } from "./enclosures.ts";
import { GENESIS, parseBody, parseHeader, parseUtc, type Body, type Header } from "./entries.ts";
import type { Attestation, AttemptInterval, Evidence, Report, SignedEntry, Trust } from "./evidence.ts";
import { Findings } from "./findings.ts";
import { sha256 } from "./hashing.ts";
import { isKind, isWellFormed, links } from "./kinds.ts";
import { isObject, type Json } from "./json.ts";
import { Frontier, leafHash } from "./merkle.ts";
import { say, type Message } from "./messages.ts";
import { originOf, parseNote, signatureBy, stampedBytes, type SignedCheckpoint } from "./note.ts";

const NOTES = [
  say("Intact does not mean true: a page can be altered on the screen before it is photographed."),
  say("Complete does not mean that nothing was recorded after this checkpoint, nor that no other ledger exists."),
  say("A signature by a person's own key does not prove who that person is."),
];
const NOT_ATTESTED = [
  say(
    "Until a third party attests it, whoever holds the key could have made the whole ledger again, with other dates; a checkpoint received earlier (--checkpoint) would show it.",
  ),
];
const ATTESTED = [
  say(
    "A proof of time shows that the ledger up to there existed at that time, not that what it says is true: before its first proof, whoever holds the key could have made it again with other dates.",
  ),
  say("Dated does not mean that an attempt took place at the time declared for it."),
  say("An attempt recorded as it was made has a lower bound only on its operator's word that it was."),
];
const NO_CHECKPOINT = say("There is no checkpoint: nothing says where the ledger stood.");
const FOREIGN_CHECKPOINT = say("A checkpoint that was given is not one of this ledger and shows nothing about it: check which case it is of.");
const KEY_NOT_DISCLOSED = say("The first entry does not disclose the key in full.");

/** Entries whose signatures are checked at once. */
const BATCH = 64;
/** Malformed entries after which the rest is not read. */
const HOPELESS = 10_000;

export interface Progress {
  /** How many entries were read so far. */
  entries(count: number): void;
  exhibits(done: number, all: number): void;
}

/** Run the procedure on one case and report every step; nothing found in the evidence makes it throw. */
export async function verify(evidence: Evidence, trust: Trust, progress: Progress): Promise<Report> {
  return new Procedure(evidence, trust).run(progress);
}

interface Examined {
  readonly leaf: Bytes;
  /** Null where the header is malformed; then nothing else was looked at. */
  readonly header: Header | null;
  readonly isSigned: boolean;
  readonly hasBody: boolean;
  /** Null where there is no body, and where it is malformed. */
  readonly body: Body | null;
}

class Procedure {
  private readonly found = new Findings();
  private readonly kinds: string[] = [];
  private withheld = 0;
  private attempts = 0;
  private key: Bytes | null = null;
  private keyId = "";
  private verifier: Verifier | null = null;
  private case: string | null = null;
  private latestRecorded = "";
  private covered: SignedCheckpoint | null = null;
  private readonly frontier = new Frontier();
  private readonly enclosures: Enclosures;
  private readonly dating: Dating;

  constructor(
    private readonly evidence: Evidence,
    private readonly trust: Trust,
  ) {
    this.enclosures = new Enclosures(evidence, this.found);
    this.dating = new Dating(evidence, trust, this.found);
  }

  async run(progress: Progress): Promise<Report> {
    let notes: ReadonlyMap<number, SignedCheckpoint[]> | null = null;
    let previous = GENESIS;
    let waiting: Promise<Examined[]> | null = null;
    const place = async (batch: Promise<Examined[]> | null) => {
      for (const entry of (await batch) ?? []) {
        this.place(this.frontier.size, entry, previous);
        previous = hex(entry.leaf);
        this.frontier.append(entry.leaf);
        this.compareRoots((notes ??= this.openNotes()));
      }
      progress.entries(this.frontier.size);
    };
    let batch: SignedEntry[] = [];
    for await (const entry of this.evidence.entries()) {
      if (this.case === null && this.frontier.size === 0 && batch.length === 0 && !waiting) await this.chooseKey(entry);
      batch.push(entry);
      if (batch.length < BATCH) continue;
      const examined: Promise<Examined[]> = this.examine(batch); // while the browser checks these, those before are placed
      batch = [];
      await place(waiting);
      waiting = examined;
      if (this.found.failures("format") > HOPELESS) break; // this is no ledger, and reading on could take for ever
    }
    await place(waiting);
    if (this.found.failures("format") <= HOPELESS) await place(this.examine(batch));
    await this.enclosures.close((done, all) => progress.exhibits(done, all));
    const { attestations, intervals } = await this.dating.close();
    this.close(notes ?? this.openNotes());
    return this.report(attestations, intervals);
  }

  /** Take the case and the key from the first header; all other headers must name the same. */
  private async chooseKey(entry: SignedEntry): Promise<void> {
    let first: Header;
    try {
      first = parseHeader(entry.header);
    } catch {
      return;
    }
    this.case = first.case;
    const keys = this.evidence.keys;
    const candidates = keys.filter((raw) => raw.length === KEY_BYTES && keyId(raw) === first.key);
    const [key] = candidates;
    if (!key || candidates.length !== 1 || keys.length !== 1) {
      this.found.fail("key", say("The key that signs the ledger is not enclosed, or not alone."));
    } else if (isWeak(key)) {
      this.found.fail("key", say("The key that signs the ledger is one that anybody could sign with."));
    } else {
      this.key = key;
      this.keyId = first.key;
      this.verifier = await verifierOf(key);
    }
  }

  private examine(batch: readonly SignedEntry[]): Promise<Examined[]> {
    return Promise.all(
      batch.map(async (entry) => {
        const leaf = leafHash(entry.header);
        let header: Header;
        try {
          header = parseHeader(entry.header);
        } catch {
          return { leaf, header: null, isSigned: true, hasBody: false, body: null };
        }
        const signed =
          this.verifier && header.key === this.keyId ? this.verifier.isValid(entry.signature, entry.header) : true;
        return { leaf, header, hasBody: entry.body !== null, body: examinedBody(header.kind, entry.body), isSigned: await signed };
      }),
    );
  }

  /** Check one entry against those before it. */
  private place(index: number, entry: Examined, previous: string): void {
    const { header } = entry;
    if (!header) {
      this.found.fail("format", say("Entry {index} has a malformed header.", { index }));
      this.kinds.push("");
      return;
    }
    this.kinds.push(header.kind);
    if (!isKind(header.kind)) this.found.fail("format", say("Entry {index} is of an unknown kind.", { index }));
    if (header.index !== index || header.previous !== previous) {
      this.found.fail("chain", say("Entry {index} does not follow the one before it.", { index }));
    }
    if (header.case !== this.case || (header.kind === "case_opened") !== (index === 0)) {
      this.found.fail("case", say("Entry {index} does not belong where it stands.", { index }));
    }
    if (!this.key || header.key !== this.keyId) {
      this.found.fail("key", say("Entry {index} is signed by an unknown key.", { index }));
    } else if (!entry.isSigned) {
      this.found.fail("signatures", say("The signature of entry {index} is not valid.", { index }));
    }
    if (header.recordedAt < this.latestRecorded) this.compareTimes(index, header.recordedAt);
    else this.latestRecorded = header.recordedAt;
    if (header.kind === "attempt") this.attempts += 1;
    this.dating.entry(index, header.kind);
    this.placeBody(index, header, entry);
  }

  private compareTimes(index: number, recordedAt: string): void {
    const back = (parseUtc(this.latestRecorded) - parseUtc(recordedAt)) * 1000;
    if (back > CLOCK_TOLERANCE) {
      const params = { index, seconds: Math.trunc(back / 1_000_000) };
      this.found.doubt("clock", say("Entry {index} was recorded {seconds} s earlier than one before it.", params));
    }
  }

  private placeBody(index: number, header: Header, entry: Examined): void {
    const { kind } = header;
    if (!entry.hasBody) {
      if (index === 0) this.found.doubt("key", KEY_NOT_DISCLOSED);
      this.withheld += 1;
      this.enclosures.entry(index, kind, null);
      this.placeTimes(index, header, null);
      return;
    }
    const { body } = entry;
    if (!body) {
      this.found.fail("format", say("What entry {index} says is malformed.", { index }));
      return;
    }
    this.withheld += body.withheld.length;
    if (body.digest !== header.body) {
      this.found.fail("bodies", say("What entry {index} says is not what was signed.", { index }));
    }
    this.enclosures.entry(index, kind, body.fields);
    this.placeTimes(index, header, body.fields);
    if (kind === "case_opened") this.compareKey(body.fields.get("public_key") ?? null);
    for (const [target, wanted] of links(kind, body.fields)) {
      if (target < 0 || target >= index || (wanted !== null && this.kinds[target] !== wanted)) {
        this.found.fail(
          "links",
          say("Entry {index} refers to entry {target}, which it may not refer to.", { index, target }),
        );
      }
    }
  }

  private compareKey(stated: Json): void {
    if (stated === null) this.found.doubt("key", KEY_NOT_DISCLOSED);
    else if (this.key && stated !== hex(this.key)) {
      this.found.fail("key", say("The first entry names another key than the one enclosed."));
    }
  }

  private placeTimes(index: number, header: Header, fields: ReadonlyMap<string, Json> | null): void {
    if (header.kind === "timestamp") {
      this.dating.stamp(index, header.recordedAt, fields);
    } else if (header.kind === "attempt") {
      const time = fields?.get("occurred_at");
      this.dating.attempt(index, fields?.get("origin") === "log" && isObject(time) && time["source"] === "now");
    }
  }

  /**
   * The checkpoints of this ledger, by size, once its key is known. A verifier can be handed a note that nobody signed,
   * to make an honest ledger look cut back: only what this ledger signed speaks against it. In an empty ledger nothing
   * says who signs, and what is enclosed with it shows at least that there were entries.
   */
  private openNotes(): Map<number, SignedCheckpoint[]> {
    const notes = new Map<number, SignedCheckpoint[]>();
    const keep = (note: SignedCheckpoint) => notes.set(note.size, [...(notes.get(note.size) ?? []), note]);
    for (const data of this.evidence.checkpoints) {
      const note = readNote(data);
      if (!note) {
        this.found.fail("checkpoints", say("A checkpoint is malformed."));
      } else if (this.frontier.size > 0 && !this.isOurs(note)) {
        const { size } = note;
        this.found.fail("checkpoints", say("The checkpoint at {size} is not signed by this ledger.", { size }));
      } else keep(note);
    }
    for (const data of this.trust.checkpoints) {
      const note = readNote(data);
      if (note && this.isOurs(note)) keep(note);
      else this.found.doubt("checkpoints", FOREIGN_CHECKPOINT);
    }
    return notes;
  }

  private isOurs(note: SignedCheckpoint): boolean {
    if (!this.key || this.case === null || note.origin !== originOf(this.case)) return false;
    const signature = signatureBy(note, this.key);
    return signature !== null && isValidSlowly(this.key, signature, note.text);
  }

  private compareRoots(notes: ReadonlyMap<number, SignedCheckpoint[]>): void {
    for (const note of notes.get(this.frontier.size) ?? []) {
      const { size } = note;
      if (!equal(note.root, this.frontier.root())) {
        this.found.fail("checkpoints", say("The checkpoint at {size} has another root than the entries.", { size }));
      } else {
        this.covered = note;
        const stamped = stampedBytes(note, this.key as Bytes);
        if (stamped) this.dating.checkpoint(size, stamped, this.latestRecorded);
      }
    }
  }

  private close(notes: ReadonlyMap<number, SignedCheckpoint[]>): void {
    const { found } = this;
    const count = this.frontier.size;
    for (const problem of this.evidence.problems) found.fail("format", problem);
    if (count === 0) found.fail("format", say("There is not a single entry."));
    const covered = this.covered?.size ?? 0;
    const beyond = Math.max(0, ...notes.keys());
    if (beyond > count) {
      found.fail("coverage", say("A checkpoint covers {size} entries, but only {count} are here.", { size: beyond, count }));
    }
    if (notes.has(0)) found.fail("checkpoints", say("A checkpoint covers no entry."));
    if (notes.size === 0) {
      found.doubt("checkpoints", NO_CHECKPOINT);
      found.doubt("coverage", NO_CHECKPOINT);
    } else if (covered < count) {
      found.doubt("coverage", say("Entries after the newest checkpoint: {count}.", { count: count - covered }));
    }
    const given = this.trust.key;
    if (!given) {
      found.doubt("trusted_key", say("No key was given to compare with: the evidence only agrees with itself."));
    } else if (!this.key || !(equal(given, this.key) || equal(given, sha256(this.key)))) {
      found.fail("trusted_key", say("The ledger is not signed by the key that was given."));
    }
    const agreeing = [...notes].reduce((sum, [size, some]) => sum + (size <= count ? some.length : 0), 0);
    found.passed("format", say("Well-formed entries: {count}.", { count }));
    found.passed("case", say("All entries belong to one case."));
    found.passed("key", say("One key signs the ledger, the one that its first entry names."));
    found.passed("signatures", say("Valid signatures: {count}.", { count }));
    found.passed("bodies", say("What each entry says is what was signed; withheld: {count}.", { count: this.withheld }));
    found.passed("links", say("Entries speak only of earlier entries."));
    found.passed("chain", say("Entries 0 to {last} follow each other without a gap.", { last: count - 1 }));
    found.passed("checkpoints", say("Checkpoints that agree with the entries: {count}.", { count: agreeing }));
    found.passed("coverage", say("The checkpoint at {size} covers every entry.", { size: covered }));
    found.passed("clock", say("The times of recording never run backwards."));
    found.passed("trusted_key", say("The ledger is signed by the key that was given."));
  }

  private report(attestations: readonly Attestation[], intervals: readonly AttemptInterval[]): Report {
    const notes: Message[] = [...NOTES, ...(attestations.length ? ATTESTED : NOT_ATTESTED)];
    return {
      case: this.case,
      entries: this.frontier.size,
      attempts: this.attempts,
      exhibits: this.enclosures.exhibits,
      withheld: this.withheld,
      size: this.covered?.size ?? 0,
      root: this.covered ? hex(this.covered.root) : null,
      publicKey: this.key ? hex(this.key) : null,
      checks: this.found.checks(),
      attestations,
      intervals,
      notes,
    };
  }
}

function readNote(data: Bytes): SignedCheckpoint | null {
  try {
    return parseNote(data);
  } catch {
    return null;
  }
}

function examinedBody(kind: string, data: Bytes | null): Body | null {
  if (!data) return null;
  try {
    const body = parseBody(data);
    return isWellFormed(kind, body.fields, body.withheld) ? body : null;
  } catch {
    return null;
  }
}

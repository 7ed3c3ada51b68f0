// What is enclosed beside the entries: the exhibits, and the PDF that it all came in (checks 7 and 17).

import { equal, unbase64Loosely, type Bytes } from "./bytes.ts";
import type { Evidence } from "./evidence.ts";
import type { Findings } from "./findings.ts";
import type { Json } from "./json.ts";
import { say, type Message } from "./messages.ts";

/** How many exhibits are read and hashed at once. */
const AT_ONCE = 4;

export class Enclosures {
  private readonly digests = new Map<string, number>();
  private unnamedExhibits = 0;
  /** The entries whose picture is covered in part, as the last redaction of each says. */
  private readonly covered = new Set<number>();
  private readonly certificates: Bytes[] = [];
  private unnamedCertificates = 0;

  constructor(
    private readonly evidence: Evidence,
    private readonly found: Findings,
  ) {}

  /** How many exhibits the ledger has, those that are withheld included. */
  get exhibits(): number {
    return this.digests.size + this.unnamedExhibits;
  }

  /** An entry was read; `fields` is null where its body is withheld. */
  entry(index: number, kind: string, fields: ReadonlyMap<string, Json> | null): void {
    if (kind === "exhibit") {
      const digest = fields?.get("sha256");
      if (typeof digest === "string") this.digests.set(digest, index);
      else this.unnamedExhibits += 1;
    } else if (kind === "redaction") {
      this.redaction(fields);
    } else if (kind === "certificate") {
      const written = fields?.get("certificate");
      if (typeof written === "string") this.placeCertificate(index, written);
      else this.unnamedCertificates += 1;
    }
  }

  private redaction(fields: ReadonlyMap<string, Json> | null): void {
    const target = fields?.get("target");
    const boxes = fields?.get("boxes");
    if (typeof target !== "number") return;
    if (Array.isArray(boxes) && boxes.length > 0) this.covered.add(target);
    else this.covered.delete(target);
  }

  private placeCertificate(index: number, written: string): void {
    try {
      this.certificates.push(unbase64Loosely(written));
    } catch {
      this.found.fail("format", say("What entry {index} says is malformed.", { index }));
    }
  }

  async close(progress: (done: number, all: number) => void): Promise<void> {
    await this.checkExhibits(progress);
    await this.checkDocument();
  }

  private async checkExhibits(progress: (done: number, all: number) => void): Promise<void> {
    const present = [...this.digests].filter(([digest]) => this.evidence.exhibits.has(digest));
    const altered: number[] = [];
    let next = 0;
    let done = 0;
    const work = async () => {
      for (let mine = present[next++]; mine; mine = present[next++]) {
        const [digest, index] = mine;
        const actual = await (this.evidence.exhibits.get(digest) as () => Promise<string>)();
        if (actual !== digest) altered.push(index);
        progress(++done, present.length);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    // In the order of the ledger, in whatever order they were read.
    const places = new Map(present.map(([, index], at) => [index, at]));
    altered.sort((one, other) => (places.get(one) as number) - (places.get(other) as number));
    for (const index of altered) {
      this.found.fail("exhibits", say("The exhibit of entry {index} is not the one recorded.", { index }));
    }
    for (const digest of this.evidence.exhibits.keys()) {
      if (!this.digests.has(digest)) {
        this.found.fail("exhibits", say("A file is enclosed that no entry names: {digest}.", { digest }));
      }
    }
    const absent = [...this.digests].filter(([digest]) => !this.evidence.exhibits.has(digest));
    const covered = this.evidence.exhibitsLeftOut ? 0 : absent.filter(([, index]) => this.covered.has(index)).length;
    const count = absent.length - covered;
    if (count && this.evidence.exhibitsLeftOut) {
      this.found.doubt("exhibits", say("Exhibits that travel apart and were not checked: {count}.", { count }));
    } else if (count) {
      this.found.doubt("exhibits", say("Exhibits that are missing and were not checked: {count}.", { count }));
    }
    this.found.passed("exhibits", hashed(present.length, covered));
  }

  /** The pages of a dossier: signed by a certificate that the ledger inside them names, and unchanged since. */
  private async checkDocument(): Promise<void> {
    if (!this.evidence.document) return;
    const state = await this.evidence.document();
    for (const reason of state.problems) {
      this.found.fail("document", say("The signature of the pages does not hold: {reason}.", { reason }));
    }
    const { certificate } = state;
    // Whose signature it is does not matter where it does not hold.
    const isNamed =
      state.problems.length > 0 ||
      (certificate !== null && this.certificates.some((each) => equal(each, certificate)));
    if (!state.signed && (this.certificates.length > 0 || this.unnamedCertificates)) {
      this.found.doubt(
        "document",
        say(
          "The pages of this PDF are not signed, though its ledger names a certificate that signs dossiers: ask for the signed file. Only the archive in this one is checked.",
        ),
      );
    } else if (!state.signed) {
      this.found.doubt("document", say("The pages of this PDF are not signed: only the archive in it is checked."));
    } else if (!isNamed && this.unnamedCertificates) {
      this.found.doubt("document", say("The ledger does not disclose which certificate signs its dossiers."));
    } else if (!isNamed) {
      this.found.fail("document", say("The PDF is signed by a certificate that its ledger does not name."));
    }
    this.found.passed("document", say("The PDF is as it was signed, by the certificate that its ledger names."));
  }
}

function hashed(count: number, covered: number): Message {
  if (!covered) return say("Exhibits that hash to the digest recorded: {count}.", { count });
  return say(
    "Exhibits that hash to the digest recorded: {count}. Originals withheld, because parts of their pictures are: {covered}.",
    { count, covered },
  );
}

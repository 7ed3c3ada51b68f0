// What third parties attest about the times of a ledger (checks 12 and 14 to 16). Times in microseconds since 1970.

import { UNATTESTED_TAIL } from "../kinds.generated.ts";
import { judgeAnchor } from "./anchors.ts";
import type { Bytes } from "./bytes.ts";
import { parseUtc } from "./entries.ts";
import type { Attestation, AttemptInterval, Evidence, Proof, Trust } from "./evidence.ts";
import type { Findings } from "./findings.ts";
import { sha256Hex } from "./hashing.ts";
import type { Json } from "./json.ts";
import { say, type Message } from "./messages.ts";
import { judgeToken } from "./tokens.ts";
import { readCertificate, type Certificate } from "./x509.ts";

/** A machine that synchronises its clock may differ a little from a third party's, or step back between two entries. */
export const CLOCK_TOLERANCE = 120_000_000;
/** A block states the time of its miner, which the network lets be up to two hours ahead. */
const BLOCK_TOLERANCE = 7_200_000_000;
const SECOND = 1_000_000;

const tail = new Set<string>(UNATTESTED_TAIL);

interface Stamp {
  readonly index: number;
  readonly recordedAt: string;
  readonly size: number;
  readonly protocol: string;
  readonly authority: string;
  readonly sha256: string;
  readonly request: string | null;
  readonly replaces: number | null;
}

interface Judged {
  readonly stamp: Stamp;
  readonly attestation?: Attestation;
  readonly fault?: Message;
  readonly doubt?: Message;
  readonly uncounted?: Message;
}

interface Attested extends Judged {
  readonly attestation: Attestation;
}

export class Dating {
  private readonly stamps: Stamp[] = [];
  /** The digests of the files that entries name. */
  private readonly named = new Set<string>();
  private unnamed = 0;
  /** By size, the stamped bytes of each checkpoint that passed, and the latest time of recording that it covers. */
  private readonly notes = new Map<number, { stamped: Bytes; latest: string }>();
  private readonly attempts: { index: number; live: boolean }[] = [];
  private toAttest = 0;

  constructor(
    private readonly evidence: Evidence,
    private readonly trust: Trust,
    private readonly found: Findings,
  ) {}

  /** An entry was read. */
  entry(index: number, kind: string): void {
    if (!tail.has(kind)) this.toAttest = index + 1;
  }

  /** It is an attempt; `live` if it was recorded as it was made, as its operator says. */
  attempt(index: number, live: boolean): void {
    this.attempts.push({ index, live });
  }

  /** It names a proof of time, or does not disclose which (null). */
  stamp(index: number, recordedAt: string, fields: ReadonlyMap<string, Json> | null): void {
    const sha256 = fields?.get("sha256");
    const protocol = fields?.get("protocol");
    if (typeof sha256 === "string") this.named.add(sha256);
    // Without its kind a proof would be judged under neither check, however false it is.
    if (!fields || typeof sha256 !== "string" || typeof protocol !== "string") {
      this.unnamed += 1;
      return;
    }
    const textOf = (name: string) => {
      const value = fields.get(name);
      return typeof value === "string" ? value : null;
    };
    const [size, replaces] = [fields.get("size"), fields.get("replaces")];
    this.stamps.push({
      index,
      recordedAt,
      size: typeof size === "number" ? size : 0,
      protocol,
      authority: textOf("authority") ?? "",
      sha256,
      request: textOf("request"),
      replaces: typeof replaces === "number" ? replaces : null,
    });
  }

  /** A checkpoint of this ledger agrees with the entries. */
  checkpoint(size: number, stamped: Bytes, latest: string): void {
    this.notes.set(size, { stamped, latest });
  }

  /** Judge every proof, decide the checks, and say what bounds each attempt. */
  async close(): Promise<{ attestations: Attestation[]; intervals: AttemptInterval[] }> {
    const roots = this.trust.roots.map(readCertificate);
    const judged: Judged[] = [];
    for (const stamp of this.stamps) judged.push(await this.judge(stamp, roots));
    this.report("tokens", judged.filter(({ stamp }) => stamp.protocol === "rfc3161"));
    this.report("anchors", judged.filter(({ stamp }) => stamp.protocol === "opentimestamps"));
    this.requireNames();
    const attested = judged.filter((one): one is Attested => one.attestation !== undefined);
    this.compareOrder(attested);
    const attestations = attested.map((one) => one.attestation);
    this.attest(Math.max(0, ...attestations.map(({ size }) => size)));
    return { attestations, intervals: intervals(this.attempts, attestations) };
  }

  private async judge(stamp: Stamp, roots: readonly Certificate[]): Promise<Judged> {
    const { index } = stamp;
    const proof = this.evidence.proofs.get(stamp.sha256);
    const note = this.notes.get(stamp.size);
    if (!proof) {
      return { stamp, doubt: say("The proof of time that entry {index} names is missing.", { index }) };
    }
    if (
      sha256Hex(proof.response) !== stamp.sha256 ||
      (proof.request !== null && sha256Hex(proof.request) !== stamp.request)
    ) {
      return { stamp, fault: say("The proof of time that entry {index} names was altered.", { index }) };
    }
    if (!note) {
      return { stamp, doubt: say("The checkpoint that entry {index} is a stamp of is missing.", { index }) };
    }
    return stamp.protocol === "opentimestamps"
      ? this.judgeAnchor(stamp, proof, note.stamped)
      : this.judgeToken(stamp, proof, note.stamped, roots);
  }

  private async judgeToken(stamp: Stamp, proof: Proof, data: Bytes, roots: readonly Certificate[]): Promise<Judged> {
    const { index, size } = stamp;
    if (stamp.request !== null && proof.request === null) {
      return { stamp, doubt: say("The request that the token of entry {index} answers is missing.", { index }) };
    }
    const token = await judgeToken(proof.response, data, proof.request, roots);
    if (token.state === "invalid") return { stamp, fault: token.reason };
    if (token.state !== "valid" || token.genTime === null) return { stamp, uncounted: token.reason };
    return {
      stamp,
      attestation: {
        protocol: "rfc3161",
        source: token.authority || stamp.authority,
        weight: this.trust.rootsShipped ? "shipped_root" : "given_root",
        size,
        index,
        earliest: token.genTime - token.accuracy,
        latest: token.genTime + token.accuracy,
      },
    };
  }

  private judgeAnchor(stamp: Stamp, proof: Proof, data: Bytes): Judged {
    const anchor = judgeAnchor(proof.response, data, this.trust.headers);
    if (anchor.state === "invalid") return { stamp, fault: anchor.reason };
    if (anchor.state !== "confirmed" || anchor.time === null) return { stamp, uncounted: anchor.reason };
    return {
      stamp,
      attestation: {
        protocol: "opentimestamps",
        source: `Bitcoin, ${anchor.height}`,
        weight: "block",
        size: stamp.size,
        index: stamp.index,
        earliest: anchor.time - BLOCK_TOLERANCE,
        latest: anchor.time + BLOCK_TOLERANCE,
      },
    };
  }

  private report(step: "tokens" | "anchors", judged: readonly Judged[]): void {
    for (const { stamp, fault, doubt } of judged) {
      if (fault) this.found.fail(step, say("The proof of entry {index} is refused. {reason}", { index: stamp.index, reason: fault }));
      if (doubt) this.found.doubt(step, doubt);
    }
    const replaced = new Set(judged.map((one) => one.stamp.replaces));
    const uncounted = judged.filter((one) => one.uncounted && !replaced.has(one.stamp.index));
    const valid = judged.filter((one) => one.attestation).length;
    const [first] = uncounted;
    if (first?.uncounted) {
      const params = { valid, others: uncounted.length, index: first.stamp.index, reason: first.uncounted };
      this.found.passed(
        step,
        say(
          "Proofs that count: {valid}; that do not: {others}, for instance that of entry {index}. {reason}",
          params,
        ),
      );
    } else {
      this.found.passed(step, say("Proofs that count: {valid}.", { valid }));
    }
  }

  /** A proof that no entry names was put there later, by anybody: it is no part of this ledger. */
  private requireNames(): void {
    for (const digest of this.evidence.proofs.keys()) {
      if (!this.named.has(digest)) {
        this.found.fail("tokens", say("A file is enclosed that no entry names: {digest}.", { digest }));
      }
    }
    if (this.unnamed) this.found.doubt("tokens", say("Stamps that are withheld: {count}.", { count: this.unnamed }));
  }

  /** What third parties attest must agree with itself; where it contradicts the machine's clock, that is said. */
  private compareOrder(judged: readonly Attested[]): void {
    const tokens = judged
      .filter(({ stamp }) => stamp.protocol === "rfc3161")
      .sort((one, other) => one.stamp.index - other.stamp.index);
    let next = 0;
    let newest: Attestation | null = null;
    for (const one of [...judged].sort((some, other) => some.stamp.size - other.stamp.size)) {
      for (let token = tokens[next]; token && token.stamp.index < one.stamp.size; token = tokens[++next]) {
        if (!newest || token.attestation.earliest > newest.earliest) newest = token.attestation;
      }
      this.compareOne(one, newest);
    }
    this.found.passed(
      "order",
      judged.length
        ? say("What third parties attest agrees with itself and with the clock.")
        : say("No third party attests a time: there is nothing to compare."),
    );
  }

  private compareOne({ stamp, attestation }: Attested, newest: Attestation | null): void {
    const { index } = stamp;
    if (newest && attestation.latest < newest.earliest) {
      const params = { index, other: newest.index };
      this.found.fail(
        "order",
        say("The proof of entry {index} is older than the one of entry {other}, which it covers.", params),
      );
    }
    if (this.trust.receivedOn !== null && attestation.earliest > this.trust.receivedOn * 1000) {
      this.found.fail("order", say("The proof of entry {index} is later than the evidence was received.", { index }));
    }
    const covered = parseUtc(this.notes.get(attestation.size)?.latest as string) * 1000;
    if (covered > attestation.latest + CLOCK_TOLERANCE) {
      const params = { index, seconds: Math.trunc((covered - attestation.latest) / SECOND) };
      this.found.doubt(
        "order",
        say(
          "The clock was ahead: entries were recorded {seconds} s after the third party attested them (entry {index}).",
          params,
        ),
      );
    }
    const recorded = parseUtc(stamp.recordedAt) * 1000;
    if (attestation.protocol === "rfc3161" && recorded < attestation.earliest - CLOCK_TOLERANCE) {
      const params = { index, seconds: Math.trunc((attestation.earliest - recorded) / SECOND) };
      this.found.doubt(
        "order",
        say("The clock was behind: entry {index} was recorded {seconds} s before the time that it names.", params),
      );
    }
  }

  private attest(covered: number): void {
    const count = this.toAttest - covered;
    if (covered === 0) {
      this.found.doubt("attestation", say("Not yet attested: no proof that counts here covers any entry."));
    } else if (count > 0) {
      this.found.doubt("attestation", say("Not yet attested: the last {count} entries are under no proof.", { count }));
    }
    this.found.passed(
      "attestation",
      say(
        "Third parties attest a latest time for entries 0 to {last}; what comes after only names a proof, a certificate or an export.",
        { last: covered - 1 },
      ),
    );
  }
}

/**
 * Between which moments each attempt was recorded. Lower bound: the newest token that an entry of the same or a smaller
 * index names, and only of what was recorded as it was made; upper bound: the earliest proof over what covers it.
 */
function intervals(
  attempts: readonly { index: number; live: boolean }[],
  attestations: readonly Attestation[],
): AttemptInterval[] {
  const lower = attestations.filter(({ protocol }) => protocol === "rfc3161").sort((a, b) => a.index - b.index);
  let next = 0;
  let newest: Attestation | null = null;
  const notBefore = attempts.map(({ index, live }) => {
    for (let one = lower[next]; one && one.index <= index; one = lower[++next]) {
      if (!newest || one.earliest > newest.earliest) newest = one;
    }
    return live ? newest : null;
  });
  const upper = [...attestations].sort((a, b) => b.size - a.size);
  let first: Attestation | null = null;
  next = 0;
  const notAfter: (Attestation | null)[] = new Array(attempts.length);
  for (let at = attempts.length - 1; at >= 0; at--) {
    for (let one = upper[next]; one && one.size > (attempts[at] as { index: number }).index; one = upper[++next]) {
      if (!first || one.latest < first.latest) first = one;
    }
    notAfter[at] = first;
  }
  return attempts.map(({ index }, at) => ({ index, notBefore: notBefore[at] ?? null, notAfter: notAfter[at] ?? null }));
}

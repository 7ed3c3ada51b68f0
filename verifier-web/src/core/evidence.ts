// What verification is given and what it answers: values only.

import type { Bytes } from "./bytes.ts";
import type { Message } from "./messages.ts";

export type Verdict = "passed" | "failed" | "indeterminate";
export type Question = "intact" | "complete" | "dated" | "signer";

export interface SignedEntry {
  readonly header: Bytes;
  readonly signature: Bytes;
  /** Null where it is withheld. */
  readonly body: Bytes | null;
}

export interface Proof {
  readonly response: Bytes;
  readonly request: Bytes | null;
}

/** One case as it was handed over. */
export interface Evidence {
  entries(): AsyncIterable<SignedEntry>;
  readonly checkpoints: readonly Bytes[];
  readonly keys: readonly Bytes[];
  /** By the digest that each must have, what hashes it as it is now ("" where it cannot be read). */
  readonly exhibits: ReadonlyMap<string, () => Promise<string>>;
  readonly proofs: ReadonlyMap<string, Proof>;
  readonly exhibitsLeftOut: boolean;
  /** What the reader of the container found amiss; it grows while the entries are read. */
  readonly problems: readonly Message[];
  readonly document: (() => Promise<DocumentState>) | null;
}

/** What the signature of a PDF turned out to be. */
export interface DocumentState {
  readonly signed: boolean;
  readonly problems: readonly Message[];
  /** The certificate that signed, in DER. */
  readonly certificate: Bytes | null;
  /** Whom the certificate names, in its own words. */
  readonly signer: string | null;
}

/** What the verifier knows by another way than from the evidence. */
export interface Trust {
  /** The raw public key of the signer, or its SHA-256. */
  readonly key: Bytes | null;
  readonly checkpoints: readonly Bytes[];
  /** Roots of time-stamp authorities, in DER. */
  readonly roots: readonly Bytes[];
  /** Whether those are the ones that ship with this page. */
  readonly rootsShipped: boolean;
  /** When the verifier got the evidence, in milliseconds since 1970. */
  readonly receivedOn: number | null;
  /** Bitcoin block headers by height. */
  readonly headers: ReadonlyMap<number, Bytes>;
}

export interface Check {
  readonly number: number;
  readonly name: string;
  readonly question: Question;
  readonly verdict: Verdict;
  readonly detail: Message;
  readonly findings: number;
}

/** A time that a third party attests over the first `size` entries; times in microseconds since 1970. */
export interface Attestation {
  readonly protocol: "rfc3161" | "opentimestamps";
  readonly source: string;
  readonly weight: "given_root" | "shipped_root" | "block";
  readonly size: number;
  readonly index: number;
  readonly earliest: number;
  readonly latest: number;
}

export interface AttemptInterval {
  readonly index: number;
  readonly notBefore: Attestation | null;
  readonly notAfter: Attestation | null;
}

export interface Report {
  readonly case: string | null;
  readonly entries: number;
  readonly attempts: number;
  readonly exhibits: number;
  readonly withheld: number;
  readonly size: number;
  readonly root: string | null;
  readonly publicKey: string | null;
  readonly checks: readonly Check[];
  readonly attestations: readonly Attestation[];
  readonly intervals: readonly AttemptInterval[];
  readonly notes: readonly Message[];
}

/** The weakest of the verdicts; no verdict at all is a failure, never a success. */
export function combine(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.length === 0 || verdicts.includes("failed")) return "failed";
  return verdicts.includes("indeterminate") ? "indeterminate" : "passed";
}

/** The file cannot be verified at all; the message says why and what to do. */
export class Refusal extends Error {
  constructor(readonly said: Message) {
    super(said.text);
  }
}

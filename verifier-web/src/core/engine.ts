// From a file that was handed over to the answer that `evidence-vault --json verify` gives.

import { utf8, type Bytes } from "./bytes.ts";
import { givenKey, openBundle } from "./bundle.ts";
import { documentState, embeddedBundle } from "./document.ts";
import { combine, Refusal, type Attestation, type Check, type Evidence, type Question, type Report, type Trust, type Verdict } from "./evidence.ts";
import { headersFault, readHeaders } from "./anchors.ts";
import { render, say, type Language } from "./messages.ts";
import { asWritten } from "./note.ts";
import { verify, type Progress } from "./verify.ts";
import { readCertificates } from "./x509.ts";
import { SHIPPED_ROOTS } from "../roots.generated.ts";
import { bytesAt } from "./zip.ts";

/** What the person who verifies gives; everything may be left out. */
export interface Options {
  /** The signer's public key: a PEM, or 64 hexadecimal digits of it or of its fingerprint. */
  readonly key?: string;
  /** Roots of time-stamp authorities, in PEM, instead of those that ship with this page; none at all if empty. */
  readonly roots?: readonly string[];
  /** Signed checkpoints that were received earlier. */
  readonly checkpoints?: readonly string[];
  /** The day on which the evidence was received, as 2026-11-25. */
  readonly receivedOn?: string;
  /** Bitcoin block headers, one a line: the height and 160 hexadecimal digits. */
  readonly headers?: string;
  /** The name of the file, to speak of it. */
  readonly name?: string;
}

export interface Answer {
  readonly verdict: Verdict;
  readonly intact: Verdict;
  readonly dated: Verdict;
  readonly complete: Verdict;
  readonly signer: Verdict;
  readonly kind: "bundle" | "dossier";
  readonly checks: readonly unknown[];
  readonly entries: number;
  readonly attempts: number;
  readonly exhibits: number;
  readonly withheld: number;
  readonly cases: readonly unknown[];
  readonly attestations: readonly unknown[];
  readonly intervals: readonly unknown[];
  readonly notes: readonly string[];
}

/** What came of a file: an answer, or why it was refused. */
export type Outcome = { readonly answer: Answer } | { readonly refused: string };

/** Verify a file; what came of it is given in both languages, so that a reader may change between them. */
export async function verifyFile(
  blob: Blob,
  options: Options,
  progress: Progress,
): Promise<Readonly<Record<Language, Outcome>>> {
  try {
    const trust = trustOf(options);
    const { kind, evidence } = await open(blob, options.name ?? "?");
    const report = await verify(evidence, trust, progress);
    return { fr: { answer: answerOf(kind, report, "fr") }, en: { answer: answerOf(kind, report, "en") } };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { fr: { refused: render(error.said, "fr") }, en: { refused: render(error.said, "en") } };
  }
}

async function open(blob: Blob, name: string): Promise<{ kind: "bundle" | "dossier"; evidence: Evidence }> {
  const start = String.fromCharCode(...(await bytesAt(blob, 0, 1024)));
  if (start.includes("%PDF-")) {
    const bundle = await embeddedBundle(blob, name);
    return { kind: "dossier", evidence: await openBundle(bundle, name, () => documentState(blob)) };
  }
  if (start.startsWith("PK")) return { kind: "bundle", evidence: await openBundle(blob, name) };
  throw new Refusal(
    say("{path} is neither a vault, nor a case, nor a bundle, nor a dossier made by evidence-vault.", { path: name }),
  );
}

function trustOf(options: Options): Trust {
  const given = options.roots ?? null;
  return {
    key: options.key?.trim() ? trustedKey(options.key) : null,
    checkpoints: (options.checkpoints ?? []).map(trustedNote),
    roots: given ? given.flatMap(trustedRoots) : SHIPPED_ROOTS.map((each) => fromBase64(each)),
    rootsShipped: !given,
    receivedOn: options.receivedOn?.trim() ? endOfDay(options.receivedOn.trim()) : null,
    headers: options.headers?.trim() ? trustedHeaders(options.headers) : new Map(),
  };
}

function trustedKey(given: string): Bytes {
  const key = givenKey(given);
  if (key) return key;
  throw new Refusal(
    say("{given} is no public key of a ledger. Give a .pem file, or the 64 hexadecimal digits of the key.", {
      given: given.trim().slice(0, 80),
    }),
  );
}

function trustedNote(saved: string): Bytes {
  try {
    return asWritten(saved);
  } catch {
    throw new Refusal(
      say(
        "{path} is not a checkpoint; nothing was checked. Save the five lines in a file as they were sent, without marks of quotation.",
        { path: firstLine(saved) },
      ),
    );
  }
}

function trustedRoots(pem: string): Bytes[] {
  try {
    return readCertificates(utf8(pem));
  } catch {
    throw new Refusal(say("{path} is not a file of the kind asked for. Check it.", { path: firstLine(pem) }));
  }
}

function trustedHeaders(written: string): Map<number, Bytes> {
  try {
    return readHeaders(written);
  } catch (error) {
    throw new Refusal(
      headersFault(error) ?? say("{path} is not a file of the kind asked for. Check it.", { path: firstLine(written) }),
    );
  }
}

function firstLine(written: string): string {
  return (written.trim().split("\n")[0] ?? "").slice(0, 80);
}

/** The last moment of a day in Paris: what was received on that day existed by then. Milliseconds since 1970. */
function endOfDay(day: string): number {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day);
  const midnight = match ? Date.parse(`${day}T00:00:00.000Z`) : NaN;
  if (Number.isNaN(midnight) || new Date(midnight).toISOString().slice(0, 10) !== day) {
    throw new Refusal(say("{text} is no day on which evidence can be received.", { text: day }));
  }
  const next = midnight + 86_400_000;
  // What the clocks of Paris show at that moment tells how far they are from UTC.
  const shown = new Intl.DateTimeFormat("en-GB", { timeZone: "Europe/Paris", hour: "numeric", hourCycle: "h23" });
  const ahead = [2, 1].find((hours) => Number(shown.format(next - hours * 3_600_000)) === 0) ?? 1;
  return next - ahead * 3_600_000;
}

function fromBase64(spelled: string): Bytes {
  return Uint8Array.from(atob(spelled), (sign) => sign.charCodeAt(0));
}

function answerOf(kind: "bundle" | "dossier", report: Report, language: Language): Answer {
  const of = (question: Question) =>
    combine(report.checks.filter((check) => check.question === question).map((check) => check.verdict));
  return {
    verdict: combine(report.checks.map((check) => check.verdict)),
    intact: of("intact"),
    dated: of("dated"),
    complete: of("complete"),
    signer: of("signer"),
    kind,
    checks: report.checks.map((check: Check) => ({
      ...check,
      detail: render(check.detail, language),
      case: report.case,
    })),
    entries: report.entries,
    attempts: report.attempts,
    exhibits: report.exhibits,
    withheld: report.withheld,
    cases: [
      {
        case: report.case,
        size: report.size,
        root: report.root,
        public_key: report.publicKey,
        verdict: combine(report.checks.map((check) => check.verdict)),
      },
    ],
    attestations: report.attestations.map((found) => ({
      not_before: bound(found, found.earliest),
      not_after: bound(found, found.latest),
      size: found.size,
      case: report.case,
    })),
    intervals: report.intervals.map(({ index, notBefore, notAfter }) => ({
      case: report.case,
      index,
      not_before: notBefore && bound(notBefore, notBefore.earliest),
      not_after: notAfter && bound(notAfter, notAfter.latest),
    })),
    notes: report.notes.map((note) => render(note, language)),
  };
}

function bound(attestation: Attestation, moment: number) {
  return {
    time: new Date(Math.floor(moment / 1000)).toISOString(),
    source: attestation.source,
    protocol: attestation.protocol,
    weight: attestation.weight,
    as_of: null, // the day of a trusted list, which this page does not read
    entry: attestation.index,
  };
}


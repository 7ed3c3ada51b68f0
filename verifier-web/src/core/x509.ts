// X.509 certificates: read, and followed up to a root at a given moment. The browser checks the signatures.

import { equal, text, type Bytes } from "./bytes.ts";
import { BIT_STRING, BOOLEAN, context, element, microseconds, OCTETS, sequence, setOf, UTC_TIME, type Element } from "./der.ts";
import { ascii } from "./bytes.ts";
import { sha256Hex, type DigestName } from "./hashing.ts";

export type KeyKind = "rsa" | "ec" | "ed25519";

export interface Certificate {
  readonly der: Bytes;
  readonly serial: Bytes;
  readonly issuer: Bytes;
  readonly subject: Bytes;
  /** Microseconds since 1970, both included. */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly spki: Bytes;
  readonly kind: KeyKind | null;
  /** Name of the curve as WebCrypto has it. */
  readonly curve: string | null;
  readonly tbs: Bytes;
  readonly signatureAlgorithm: string;
  readonly signature: Bytes;
  readonly extensions: ReadonlyMap<string, { critical: boolean; value: Bytes }>;
}

const CURVES: Record<string, string> = {
  "1.2.840.10045.3.1.7": "P-256",
  "1.3.132.0.34": "P-384",
  "1.3.132.0.35": "P-521",
};
const FIELD_BYTES: Record<string, number> = { "P-256": 32, "P-384": 48, "P-521": 66 };
const RSA = "1.2.840.113549.1.1.1";
const EC = "1.2.840.10045.2.1";
const ED25519 = "1.3.101.112";
const CERTIFICATE_SIGNATURES: Record<string, { kind: KeyKind; digest: DigestName | "sha1" | null }> = {
  "1.2.840.113549.1.1.5": { kind: "rsa", digest: "sha1" },
  "1.2.840.113549.1.1.11": { kind: "rsa", digest: "sha256" },
  "1.2.840.113549.1.1.12": { kind: "rsa", digest: "sha384" },
  "1.2.840.113549.1.1.13": { kind: "rsa", digest: "sha512" },
  "1.2.840.10045.4.3.2": { kind: "ec", digest: "sha256" },
  "1.2.840.10045.4.3.3": { kind: "ec", digest: "sha384" },
  "1.2.840.10045.4.3.4": { kind: "ec", digest: "sha512" },
  [ED25519]: { kind: "ed25519", digest: null },
};
const WEB_DIGESTS = { sha1: "SHA-1", sha256: "SHA-256", sha384: "SHA-384", sha512: "SHA-512" } as const;

const BASIC_CONSTRAINTS = "2.5.29.19";
const KEY_USAGE = "2.5.29.15";
const EXTENDED_KEY_USAGE = "2.5.29.37";
const KEY_CERT_SIGN = 0x04;
export const TIME_STAMPING = "1.3.6.1.5.5.7.3.8";
/** Extensions that are looked at here, or that say nothing about what a certificate may do. */
const UNDERSTOOD = new Set([BASIC_CONSTRAINTS, KEY_USAGE, EXTENDED_KEY_USAGE, "2.5.29.32", "2.5.29.17", "2.5.29.18", "2.5.29.14", "2.5.29.35"]);
const LONGEST_CHAIN = 10;

/** A certificate read back; throws where it is none. */
export function readCertificate(der: Bytes): Certificate {
  const [tbs, algorithm, signature] = sequence(element(der)) as [Element, Element, Element];
  const parts = sequence(tbs);
  if (parts[0]?.tag === context(0)) parts.shift();
  const [serial, , issuer, validity, subject, spki, ...rest] = parts as [Element, Element, Element, Element, Element, Element, ...Element[]];
  if (serial.number() <= 0n) throw new Error("a serial number that is not positive");
  const [notBefore, notAfter] = sequence(validity).map(moment) as [number, number];
  const [key] = sequence(spki) as [Element];
  const [keyAlgorithm, parameters] = sequence(key) as [Element, Element | undefined];
  const name = keyAlgorithm.oid();
  const curve = name === EC && parameters?.tag === 0x06 ? (CURVES[parameters.oid()] ?? null) : null;
  const found = rest.find((each) => each.tag === context(3));
  return {
    der,
    serial: serial.whole,
    issuer: issuer.whole,
    subject: subject.whole,
    notBefore,
    notAfter: notAfter + 999_999,
    spki: spki.whole,
    kind: name === RSA ? "rsa" : curve ? "ec" : name === ED25519 ? "ed25519" : null,
    curve,
    tbs: tbs.whole,
    signatureAlgorithm: (sequence(algorithm)[0] as Element).oid(),
    signature: signature.bits(),
    extensions: found ? readExtensions(found) : new Map(),
  };
}

function moment(found: Element): number {
  const written = ascii(found.content);
  if (found.tag !== UTC_TIME) return found.time();
  return microseconds((Number(written.slice(0, 2)) < 50 ? "20" : "19") + written);
}

function readExtensions(found: Element): Map<string, { critical: boolean; value: Bytes }> {
  const extensions = new Map<string, { critical: boolean; value: Bytes }>();
  const [list] = found.children() as [Element];
  for (const extension of sequence(list)) {
    const parts = sequence(extension);
    const name = (parts[0] as Element).oid();
    const critical = parts[1]?.tag === BOOLEAN && parts[1].content[0] === 0xff;
    const value = parts.at(-1) as Element;
    if (value.tag !== OCTETS || extensions.has(name)) throw new Error("malformed extensions");
    extensions.set(name, { critical, value: value.content });
  }
  return extensions;
}

/** The certificates in a PEM file, one or several, or in a DER file; throws where there is none. */
export function readCertificates(data: Bytes): Bytes[] {
  let written: string;
  try {
    written = ascii(data);
  } catch {
    written = "";
  }
  const found = [...written.matchAll(/-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+?)-----END CERTIFICATE-----/g)];
  const ders = found.map((each) => Uint8Array.from(atob((each[1] as string).replace(/\s/g, "")), (sign) => sign.charCodeAt(0)));
  const all = ders.length ? ders : [data];
  all.forEach(readCertificate);
  return all.filter((der, at) => all.findIndex((other) => equal(other, der)) === at);
}

/** The purposes that a certificate is limited to, and whether it insists on them; null where it is not limited. */
export function purposes(certificate: Certificate): { critical: boolean; names: string[] } | null {
  const found = certificate.extensions.get(EXTENDED_KEY_USAGE);
  return found ? { critical: found.critical, names: sequence(element(found.value)).map((each) => each.oid()) } : null;
}

/** Common name, organisation and country of a name in a certificate, as people read it. */
export function readable(name: Bytes): string {
  const found = new Map<string, string[]>();
  const all: string[] = [];
  for (const set of sequence(element(name))) {
    for (const pair of setOf(set)) {
      const [kind, value] = sequence(pair) as [Element, Element];
      const said = string(value);
      found.set(kind.oid(), [...(found.get(kind.oid()) ?? []), said]);
      all.unshift(said);
    }
  }
  const parts = ["2.5.4.3", "2.5.4.10", "2.5.4.6"].flatMap((kind) => found.get(kind) ?? []);
  return (parts.length ? parts : all).join(", ");
}

function string(value: Element): string {
  if (value.tag === 0x1e) return new TextDecoder("utf-16be").decode(value.content);
  try {
    return text(value.content);
  } catch {
    return String.fromCharCode(...value.content);
  }
}

/** Whether `signature` over `data` is by the key of a certificate; null where this browser cannot tell. */
export async function isSignedBy(
  certificate: Certificate,
  digest: DigestName | "sha1" | null,
  signature: Bytes,
  data: Bytes,
): Promise<boolean | null> {
  const subtle = globalThis.crypto?.subtle;
  if (!subtle || !certificate.kind) return null;
  const hash = digest ? WEB_DIGESTS[digest] : "SHA-256";
  try {
    if (certificate.kind === "rsa") {
      const key = await subtle.importKey("spki", certificate.spki, { name: "RSASSA-PKCS1-v1_5", hash }, false, ["verify"]);
      return await subtle.verify("RSASSA-PKCS1-v1_5", key, signature, data);
    }
    if (certificate.kind === "ec") {
      const namedCurve = certificate.curve as string;
      const raw = rawSignature(signature, FIELD_BYTES[namedCurve] as number);
      if (!raw) return false;
      const key = await subtle.importKey("spki", certificate.spki, { name: "ECDSA", namedCurve }, false, ["verify"]);
      return await subtle.verify({ name: "ECDSA", hash }, key, raw, data);
    }
    const key = await subtle.importKey("spki", certificate.spki, { name: "Ed25519" }, false, ["verify"]);
    return await subtle.verify({ name: "Ed25519" }, key, signature, data);
  } catch {
    return null;
  }
}

/** The two numbers of an ECDSA signature one after the other, as WebCrypto wants them; null where they are none. */
function rawSignature(signature: Bytes, size: number): Bytes | null {
  try {
    const parts = sequence(element(signature)).map((each) => each.number());
    if (parts.length !== 2 || parts.some((each) => each <= 0n || each >> BigInt(8 * size))) return null;
    const digits = parts.map((each) => each.toString(16).padStart(2 * size, "0")).join("");
    return Uint8Array.from(digits.match(/../g) as string[], (pair) => parseInt(pair, 16));
  } catch {
    return null;
  }
}

async function isIssuedBy(certificate: Certificate, issuer: Certificate): Promise<boolean> {
  const algorithm = CERTIFICATE_SIGNATURES[certificate.signatureAlgorithm];
  if (!equal(certificate.issuer, issuer.subject) || !algorithm || algorithm.kind !== issuer.kind) return false;
  return (await isSignedBy(issuer, algorithm.digest, certificate.signature, certificate.tbs)) === true;
}

/** Whether a certificate may issue others, with so many between it and the end of the chain. */
function mayIssue(certificate: Certificate, below: number): boolean {
  const constraints = certificate.extensions.get(BASIC_CONSTRAINTS);
  if (!constraints) return false;
  const [isAuthority, most] = sequence(element(constraints.value)) as [Element | undefined, Element | undefined];
  if (isAuthority?.tag !== BOOLEAN || isAuthority.content[0] !== 0xff) return false;
  if (most && most.number() < BigInt(below)) return false;
  const usage = usages(certificate);
  return usage === null || (usage & KEY_CERT_SIGN) !== 0;
}

/** The first eight usages that a certificate is limited to, as bits; null where it is not limited. */
export function usages(certificate: Certificate): number | null {
  const found = certificate.extensions.get(KEY_USAGE);
  if (!found) return null;
  const bits = element(found.value);
  if (bits.tag !== BIT_STRING) throw new Error("another kind of element than expected");
  return bits.content[1] ?? 0;
}

function isUnderstood(certificate: Certificate): boolean {
  return [...certificate.extensions].every(([name, { critical }]) => !critical || UNDERSTOOD.has(name));
}

export function isCurrent(certificate: Certificate, at: number): boolean {
  return certificate.notBefore <= at && at <= certificate.notAfter;
}

/**
 * The certificates from `signer` through `enclosed` up to one of `roots`, each valid at a moment; null if there is no
 * such path. A root must have issued itself: what merely stands between is not trusted for itself.
 */
export async function pathOf(
  signer: Certificate,
  enclosed: readonly Certificate[],
  roots: readonly Certificate[],
  at: number,
): Promise<Certificate[] | null> {
  const tried = new Set<string>();
  const climb = async (path: Certificate[]): Promise<Certificate[] | null> => {
    const current = path.at(-1) as Certificate;
    if (path.length > LONGEST_CHAIN || !isCurrent(current, at) || !isUnderstood(current)) return null;
    const isRoot = roots.some((root) => equal(root.der, current.der));
    if (isRoot && equal(current.issuer, current.subject)) return path;
    for (const issuer of [...roots, ...enclosed]) {
      const step = `${path.length} ${sha256Hex(issuer.der)}`;
      if (tried.has(step) || !equal(current.issuer, issuer.subject)) continue;
      if (path.some((each) => equal(each.der, issuer.der))) continue;
      if (!mayIssue(issuer, path.length - 1) || !(await isIssuedBy(current, issuer))) continue;
      tried.add(step);
      const found = await climb([...path, issuer]);
      if (found) return found;
    }
    return null;
  };
  return climb([signer]);
}

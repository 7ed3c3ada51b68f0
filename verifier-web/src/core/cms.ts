// A time-stamp token taken apart (RFC 3161, RFC 5652, RFC 5816), and its own signature checked. What is checked here
// needs no trust: that the parts fit together and were signed by the certificate enclosed.

import { concat, equal, type Bytes } from "./bytes.ts";
import { context, element, INTEGER, OID, SEQUENCE, sequence, SET, setOf, unsigned, unwrap, wrap, type Element } from "./der.ts";
import { digestOf, type DigestName } from "./hashing.ts";
import { say, type Message } from "./messages.ts";
import { isSignedBy, purposes, readCertificate, TIME_STAMPING, usages, type Certificate } from "./x509.ts";

const SIGNED_DATA = "1.2.840.113549.1.7.2";
const TST_INFO = "1.2.840.113549.1.9.16.1.4";
const CONTENT_TYPE = "1.2.840.113549.1.9.3";
const MESSAGE_DIGEST = "1.2.840.113549.1.9.4";
const SIGNING_CERTIFICATE = "1.2.840.113549.1.9.16.2.12";
const SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47";
/** An accuracy of more than a day dates nothing. */
const COARSEST = 86_400_000_000;
const GRANTED = Uint8Array.of(0x30, 0x03, 0x02, 0x01, 0x00);
export const DIGESTS: Readonly<Record<string, DigestName>> = {
  "2.16.840.1.101.3.4.2.1": "sha256",
  "2.16.840.1.101.3.4.2.2": "sha384",
  "2.16.840.1.101.3.4.2.3": "sha512",
};
// Each with the digest that it names, if it names one.
export const RSA: Readonly<Record<string, DigestName | null>> = {
  "1.2.840.113549.1.1.1": null,
  "1.2.840.113549.1.1.11": "sha256",
  "1.2.840.113549.1.1.12": "sha384",
  "1.2.840.113549.1.1.13": "sha512",
};
export const ECDSA: Readonly<Record<string, DigestName | null>> = {
  "1.2.840.10045.2.1": null,
  "1.2.840.10045.4.3.2": "sha256",
  "1.2.840.10045.4.3.3": "sha384",
  "1.2.840.10045.4.3.4": "sha512",
};

/** A token that contradicts itself ("invalid"), or of which nothing can be said ("unverifiable"). */
export class TokenFault extends Error {
  constructor(
    readonly state: "invalid" | "unverifiable",
    readonly reason: Message,
  ) {
    super(reason.text);
  }
}

export const invalid = (reason: Message) => new TokenFault("invalid", reason);
export const unverifiable = (reason: Message) => new TokenFault("unverifiable", reason);

/** What the authority says (TSTInfo). */
export interface Claim {
  readonly policy: string;
  readonly digest: DigestName;
  readonly imprint: Bytes;
  /** Microseconds since 1970, and microseconds. */
  readonly genTime: number;
  readonly accuracy: number;
  readonly nonce: bigint | null;
  /** The name in DER that it gives itself, if it does. */
  readonly authority: Bytes | null;
}

/** A response that grants a token, taken apart. Nothing in it is checked yet but its form. */
export interface Token {
  readonly claim: Claim;
  readonly content: Bytes;
  readonly certificates: readonly Bytes[];
  /** Each SignerInfo. */
  readonly signers: readonly Element[];
}

/** Which certificate a signature names, by digest and perhaps also by name. */
interface Pointer {
  readonly digest: DigestName | "sha1";
  readonly value: Bytes;
  readonly named: { issuer: Bytes; serial: Bytes } | null;
  readonly isFirst: boolean;
}

export interface Signer {
  readonly certificate: Certificate;
  /** What else than its own certificate the signature points to. */
  readonly others: readonly Pointer[];
}

/** A TimeStampReq; throws where it is none that we could have made. */
export function readRequest(data: Bytes) {
  const [, imprint, ...rest] = sequence(element(data)) as [Element, Element, ...Element[]];
  const [digest, value] = readImprint(imprint);
  return {
    digest,
    imprint: value,
    policy: rest.find((each) => each.tag === OID)?.oid() ?? null,
    nonce: rest.find((each) => each.tag === INTEGER)?.number() ?? null,
  };
}

/** The response that a bare token would have come in. */
export function responseOf(token: Bytes): Bytes {
  return wrap(SEQUENCE, concat(GRANTED, token));
}

/** Take a TimeStampResp apart; throws a `TokenFault`, or another error where that cannot be done. */
export function readToken(response: Bytes): Token {
  const [status, token, ...more] = sequence(element(response)) as [Element, Element | undefined, ...Element[]];
  const granted = (sequence(status)[0] as Element).number();
  if (granted !== 0n || !token) {
    throw unverifiable(say("The authority granted no time stamp: its status is {status}.", { status: String(granted) }));
  }
  if (more.length) throw new Error("more than a token");
  const [kind, wrapped, ...others] = sequence(token) as [Element, Element, ...Element[]];
  const parts = sequence(unwrap(wrapped));
  const signers = parts.pop() as Element;
  const [, , content, ...optional] = parts as [Element, Element, Element, ...Element[]];
  const [contentKind, contentWrapped, ...rest] = sequence(content) as [Element, Element, ...Element[]];
  if (others.length || rest.length) throw new Error("more than a token");
  if (kind.oid() !== SIGNED_DATA || contentKind.oid() !== TST_INFO) {
    throw unverifiable(say("The answer holds something other than a time-stamp token."));
  }
  const said = unwrap(contentWrapped).octets();
  return {
    claim: readClaim(said),
    content: said,
    certificates: optional.filter((part) => part.tag === context(0)).flatMap((part) => part.children().map((each) => each.whole)),
    signers: setOf(signers),
  };
}

function readClaim(data: Bytes): Claim {
  const [version, policy, imprint, serial, genTime, ...rest] = sequence(element(data)) as [
    Element,
    Element,
    Element,
    Element,
    Element,
    ...Element[],
  ];
  if (version.number() !== 1n) throw unverifiable(say("The token is of a version that is not known here."));
  const [digest, value] = readImprint(imprint);
  serial.number();
  const accuracy = rest.find((each) => each.tag === SEQUENCE);
  const found = accuracy ? readAccuracy(accuracy) : 0;
  if (found > COARSEST) throw unverifiable(say("The token states an accuracy so coarse that it dates nothing."));
  const authority = rest.find((each) => each.tag === context(0));
  return {
    policy: policy.oid(),
    digest,
    imprint: value,
    genTime: genTime.time(),
    accuracy: found,
    nonce: rest.find((each) => each.tag === INTEGER)?.number() ?? null,
    authority: authority ? unwrap(authority).content : null,
  };
}

function readImprint(found: Element): [DigestName, Bytes] {
  const [algorithm, value] = sequence(found) as [Element, Element];
  return [digestName(algorithm), value.octets()];
}

function digestName(algorithm: Element): DigestName {
  const name = DIGESTS[(sequence(algorithm)[0] as Element).oid()];
  if (!name) throw unverifiable(say("The token uses a digest that is not accepted."));
  return name;
}

/** RFC 3161, section 2.4.2; what is left out is zero. */
function readAccuracy(found: Element): number {
  const units: Record<number, number> = { [INTEGER]: 1_000_000, 0x80: 1_000, 0x81: 1 };
  const given = new Map<number, number>();
  for (const each of found.children()) {
    const unit = units[each.tag];
    if (!unit) throw new Error("another kind of element than expected");
    given.set(each.tag, unit * Number(unsigned(each.content)));
  }
  const sum = [...given.values()].reduce((one, other) => one + other, 0);
  if (sum > Number.MAX_SAFE_INTEGER / 2) throw new Error("an accuracy beyond all time");
  return sum;
}

/** Who signed a token, after checking that they did and that the token points to their certificate. */
export async function signerOf(token: Token): Promise<Signer> {
  if (token.certificates.length === 0) {
    throw unverifiable(say("No certificate is enclosed in the token, so its signature cannot be checked."));
  }
  if (token.signers.length !== 1) throw invalid(say("The token does not bear exactly one signature."));
  const [, who, digestAlgorithm, attributes, algorithm, signature] = sequence(token.signers[0] as Element) as [
    Element,
    Element,
    Element,
    Element,
    Element,
    Element,
  ];
  if (attributes.tag !== context(0)) throw invalid(say("The signature of the token does not say what it is about."));
  const digest = digestName(digestAlgorithm);
  const signed = readAttributes(attributes);
  if ((signed.get(CONTENT_TYPE) as Element).oid() !== TST_INFO) {
    throw invalid(say("The signature is about something other than a time stamp."));
  }
  if (!equal((signed.get(MESSAGE_DIGEST) as Element).octets(), digestOf(digest, token.content))) {
    throw invalid(say("What the authority signed is not what the token says."));
  }
  const pointers = readPointers(signed);
  const named = namedBy(who, token.certificates);
  const certificate = await pointedAt(pointers, named);
  await checkSignature(certificate, algorithm, digest, signature.octets(), wrap(SET, attributes.content));
  if (named.length > 1) {
    throw unverifiable(say("Two certificates are enclosed under the name and number of the signer."));
  }
  if (token.claim.authority && !equal(token.claim.authority, certificate.subject)) {
    throw unverifiable(say("The token does not name its authority as the certificate does."));
  }
  return { certificate, others: pointers.filter((pointer) => !pointer.isFirst) };
}

/** Whether every other certificate that the signature names is on the path from the signer to the root. */
export async function pointsInto(signer: Signer, path: readonly Certificate[]): Promise<boolean> {
  for (const other of signer.others) {
    const fitting = await Promise.all(path.map((each) => fits(other, each)));
    if (!fitting.includes(true)) return false;
  }
  return true;
}

/** Why a certificate may not sign time stamps (RFC 3161, section 2.3), or null. */
export function faultOf(certificate: Certificate): Message | null {
  let limited;
  let usage;
  try {
    limited = purposes(certificate);
    usage = usages(certificate);
  } catch {
    limited = null;
  }
  if (!limited) return say("The certificate of the signer is not made for time stamps.");
  if (limited.names.join() !== TIME_STAMPING) {
    return say("The certificate of the signer is made for something other than time stamps.");
  }
  if (!limited.critical) return say("The certificate of the signer does not insist that it is for time stamps only.");
  // Signatures and commitments (0xc0), and none of encipherment, agreement, certificates and lists (0x3e).
  if (typeof usage === "number" && (usage & 0x3e || !(usage & 0xc0))) {
    return say("The certificate of the signer is made for something other than time stamps.");
  }
  return null;
}

/** The signing-certificate attributes (RFC 2634, RFC 5035), of which there must be one. */
function readPointers(signed: ReadonlyMap<string, Element>): Pointer[] {
  const found: Pointer[] = [];
  for (const kind of [SIGNING_CERTIFICATE, SIGNING_CERTIFICATE_V2]) {
    const value = signed.get(kind);
    if (!value) continue;
    sequence(sequence(value)[0] as Element).forEach((each, at) => {
      const parts = sequence(each);
      let digest: DigestName | "sha1" = kind === SIGNING_CERTIFICATE ? "sha1" : "sha256";
      if (kind === SIGNING_CERTIFICATE_V2 && parts[0]?.tag === SEQUENCE) digest = digestName(parts.shift() as Element);
      const [hash, serial] = parts as [Element, Element | undefined];
      let named = null;
      if (serial) {
        const [names, number] = sequence(serial) as [Element, Element];
        const [name, ...more] = sequence(names) as [Element, ...Element[]];
        if (more.length) throw new Error("several names");
        named = { issuer: name.content, serial: number.whole };
      }
      found.push({ digest, value: hash.octets(), named, isFirst: at === 0 });
    });
  }
  if (found.length === 0) throw invalid(say("The signature does not name the certificate of its signer."));
  return found;
}

async function fits(pointer: Pointer, certificate: Certificate): Promise<boolean> {
  const { digest, named } = pointer;
  const found = digest === "sha1" ? await sha1(certificate.der) : digestOf(digest, certificate.der);
  if (!equal(found, pointer.value)) return false;
  return !named || (equal(named.issuer, certificate.issuer) && equal(named.serial, certificate.serial));
}

async function sha1(data: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest("SHA-1", data));
}

/** The enclosed certificates that a SignerInfo names by issuer and serial number: one, if all is well. */
function namedBy(who: Element, certificates: readonly Bytes[]): Certificate[] {
  const [issuer, serial] = sequence(who) as [Element, Element];
  const loaded = certificates.filter((der, at) => certificates.findIndex((other) => equal(other, der)) === at).map(readCertificate);
  return loaded.filter((each) => equal(each.issuer, issuer.whole) && equal(each.serial, serial.whole));
}

async function pointedAt(pointers: readonly Pointer[], named: readonly Certificate[]): Promise<Certificate> {
  if (named.length === 0) throw unverifiable(say("The certificate of the signer is not enclosed in the token."));
  for (const certificate of named) {
    const fitting = await Promise.all(pointers.filter((each) => each.isFirst).map((each) => fits(each, certificate)));
    if (fitting.every(Boolean)) return certificate;
  }
  throw invalid(say("The signature names another certificate than the one enclosed."));
}

/** The signed attributes by their type, each with its one value. */
function readAttributes(found: Element): Map<string, Element> {
  const signed = new Map<string, Element>();
  for (const attribute of found.children()) {
    const [kind, values] = sequence(attribute) as [Element, Element];
    const [value, ...more] = setOf(values);
    if (!value || more.length) throw new Error("not one value");
    if (signed.has(kind.oid())) throw invalid(say("The signature says the same thing twice."));
    signed.set(kind.oid(), value);
  }
  if (!signed.has(CONTENT_TYPE) || !signed.has(MESSAGE_DIGEST)) {
    throw invalid(say("The signature of the token does not say what it is about."));
  }
  return signed;
}

async function checkSignature(
  certificate: Certificate,
  algorithm: Element,
  digest: DigestName,
  signature: Bytes,
  signed: Bytes,
): Promise<void> {
  const name = (sequence(algorithm)[0] as Element).oid();
  const table = certificate.kind === "rsa" ? RSA : ECDSA;
  const wanted = certificate.kind === "rsa" || certificate.kind === "ec" ? table[name] : undefined;
  if (wanted === undefined || (wanted !== null && wanted !== digest)) {
    throw unverifiable(say("The token is signed in a way that is not known here."));
  }
  const isRight = await isSignedBy(certificate, digest, signature, signed);
  if (isRight === null) throw unverifiable(say("The token is signed in a way that is not known here."));
  if (!isRight) throw invalid(say("The signature of the authority is wrong."));
}

// The signature in a PDF taken apart and checked (CAdES, ETSI EN 319 122-1). Only what needs no trust: that the one
// signer signed these bytes with the key of the certificate that the signature itself names.

import { equal, unhex, type Bytes } from "./bytes.ts";
import { DIGESTS, ECDSA, RSA } from "./cms.ts";
import { context, element, SEQUENCE, sequence, SET, setOf, unwrap, wrap, type Element } from "./der.ts";
import { digestOf, type DigestName } from "./hashing.ts";
import { say, type Message } from "./messages.ts";
import { isSignedBy, readCertificate, type Certificate } from "./x509.ts";

const SIGNED_DATA = "1.2.840.113549.1.7.2";
const DATA_OID = unhex("06092a864886f70d010701");
const CONTENT_TYPE = "1.2.840.113549.1.9.3";
const MESSAGE_DIGEST = "1.2.840.113549.1.9.4";
const SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47";
const ID_EC_PUBLIC_KEY = "1.2.840.10045.2.1";

/** A signature that is not one over these bytes, and why. */
export class SignatureFault extends Error {
  constructor(readonly reason: Message) {
    super(reason.text);
  }
}

/** The certificate that made a detached signature; `digest` gives the digest of what is signed, by its name. */
export async function checkSignature(data: Bytes, digest: (name: DigestName) => Promise<Bytes>): Promise<Certificate> {
  const [kind, wrapped] = sequence(element(data)) as [Element, Element];
  const parts = sequence(unwrap(wrapped));
  const signers = setOf(parts.pop() as Element);
  const [, , content, ...optional] = parts as [Element, Element, Element, ...Element[]];
  const [about, ...more] = sequence(content) as [Element, ...Element[]];
  if (kind.oid() !== SIGNED_DATA || more.length || !equal(about.whole, DATA_OID)) {
    throw new SignatureFault(say("what stands in the place of the signature is something else"));
  }
  const [signer] = signers;
  if (!signer || signers.length !== 1) {
    throw new SignatureFault(say("the signature is not that of exactly one signer"));
  }
  const certificates = optional
    .filter((part) => part.tag === context(0))
    .flatMap((part) => part.children().map((each) => each.whole));
  const [, who, digestAlgorithm, attributes, algorithm, value] = sequence(signer) as [
    Element,
    Element,
    Element,
    Element,
    Element,
    Element,
  ];
  const name = acceptedDigest(digestAlgorithm);
  const signed = readAttributes(attributes);
  const isAboutData = equal((signed.get(CONTENT_TYPE) as Element).whole, DATA_OID);
  if (!isAboutData || !equal((signed.get(MESSAGE_DIGEST) as Element).octets(), await digest(name))) {
    throw new SignatureFault(say("the signed bytes are not those that were signed"));
  }
  const certificate = named(signed, who, certificates);
  await check(certificate, algorithm, name, value.octets(), wrap(SET, attributes.content));
  return certificate;
}

function acceptedDigest(algorithm: Element): DigestName {
  const name = DIGESTS[(sequence(algorithm)[0] as Element).oid()];
  if (!name) throw new SignatureFault(say("the signature uses a digest that is not accepted"));
  return name;
}

/** The signed attributes by their type, each with its one value. */
function readAttributes(found: Element): Map<string, Element> {
  if (found.tag !== context(0)) throw new SignatureFault(say("the signature does not say what it is about"));
  const signed = new Map<string, Element>();
  for (const attribute of found.children()) {
    const [kind, values] = sequence(attribute) as [Element, Element];
    const [value, ...more] = setOf(values);
    if (!value || more.length) throw new Error("not one value");
    if (signed.has(kind.oid())) throw new SignatureFault(say("the signature says the same thing twice"));
    signed.set(kind.oid(), value);
  }
  if (![CONTENT_TYPE, MESSAGE_DIGEST, SIGNING_CERTIFICATE_V2].every((kind) => signed.has(kind))) {
    throw new SignatureFault(say("the signature does not name its certificate"));
  }
  return signed;
}

/** The enclosed certificate whose digest is signed, and which issuer and serial number name too. */
function named(signed: ReadonlyMap<string, Element>, who: Element, certificates: readonly Bytes[]): Certificate {
  const [list] = sequence(signed.get(SIGNING_CERTIFICATE_V2) as Element) as [Element];
  const first = sequence(sequence(list)[0] as Element);
  const digest = first[0]?.tag === SEQUENCE ? acceptedDigest(first.shift() as Element) : "sha256";
  const wanted = (first[0] as Element).octets();
  const [issuer, serial, ...more] = sequence(who) as [Element, Element, ...Element[]];
  for (const der of certificates) {
    if (!equal(digestOf(digest, der), wanted)) continue;
    const certificate = readCertificate(der);
    if (!more.length && equal(certificate.issuer, issuer.whole) && equal(certificate.serial, serial.whole)) {
      return certificate;
    }
  }
  throw new SignatureFault(say("the signature does not enclose the certificate that it names"));
}

async function check(
  certificate: Certificate,
  algorithm: Element,
  digest: DigestName,
  signature: Bytes,
  signed: Bytes,
): Promise<void> {
  const name = (sequence(algorithm)[0] as Element).oid();
  const isKnown =
    certificate.kind === "rsa"
      ? RSA[name] === null || RSA[name] === digest
      : certificate.kind === "ec" && name !== ID_EC_PUBLIC_KEY && ECDSA[name] === digest;
  const isRight = isKnown ? await isSignedBy(certificate, digest, signature, signed) : null;
  if (isRight === null) throw new SignatureFault(say("the signature is made in a way that this program does not check"));
  if (!isRight) throw new SignatureFault(say("the signature is not that of the certificate"));
}

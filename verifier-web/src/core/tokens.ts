// RFC 3161 time stamps: what the answer of an authority is worth, at the time that it states.

import { LIMITS } from "../kinds.generated.ts";
import { equal, type Bytes } from "./bytes.ts";
import { faultOf, invalid, pointsInto, readRequest, readToken, signerOf, TokenFault, unverifiable, type Claim } from "./cms.ts";
import { digestOf } from "./hashing.ts";
import { rethrowIfOfTheMachine } from "./machine.ts";
import { say, type Message } from "./messages.ts";
import { isCurrent, pathOf, readable, readCertificate, type Certificate } from "./x509.ts";

export interface TokenJudgement {
  readonly state: "valid" | "untrusted" | "unverifiable" | "invalid";
  readonly reason: Message;
  /** Microseconds since 1970, and microseconds. */
  readonly genTime: number | null;
  readonly accuracy: number;
  readonly authority: string | null;
}

/** Judge a TimeStampResp about `data`; never throws. Without the request, only `data` is compared. */
export async function judgeToken(
  response: Bytes,
  data: Bytes,
  request: Bytes | null,
  roots: readonly Certificate[],
): Promise<TokenJudgement> {
  try {
    return await judged(response, data, request, roots);
  } catch (error) {
    if (error instanceof TokenFault) return unread(error.state, error.reason);
    rethrowIfOfTheMachine(error);
    return unread("unverifiable", unreadable(response));
  }
}

function unread(state: TokenJudgement["state"], reason: Message): TokenJudgement {
  return { state, reason, genTime: null, accuracy: 0, authority: null };
}

async function judged(
  response: Bytes,
  data: Bytes,
  request: Bytes | null,
  roots: readonly Certificate[],
): Promise<TokenJudgement> {
  if (response.length > LIMITS.proof) return unread("unverifiable", say("The answer is larger than any time stamp."));
  const token = readToken(response);
  const { claim } = token;
  checkAnswer(claim, data, request);
  const signer = await signerOf(token);
  const { certificate } = signer;
  const said = { genTime: claim.genTime, accuracy: claim.accuracy, authority: readable(certificate.subject) };
  const fault = faultOf(certificate) ?? outside(claim.genTime, certificate);
  if (fault) return { ...said, state: "invalid", reason: fault };
  const path = await pathOf(certificate, token.certificates.map(readCertificate), roots, claim.genTime);
  if (path && (await pointsInto(signer, path))) {
    return { ...said, state: "valid", reason: say("The signature is right, and its certificate led to a root that was given.") };
  }
  return { ...said, state: "untrusted", reason: say("The certificate of the token leads to none of the roots that were given.") };
}

function outside(moment: number, certificate: Certificate): Message | null {
  if (isCurrent(certificate, moment)) return null;
  return say("The token is dated outside the time for which its certificate was made.");
}

/** Throws where the token is about other bytes, or answers another request. */
function checkAnswer(claim: Claim, data: Bytes, request: Bytes | null): void {
  if (!equal(digestOf(claim.digest, data), claim.imprint)) throw invalid(say("The token is about other bytes."));
  if (!request) return;
  let asked;
  try {
    asked = readRequest(request);
  } catch (error) {
    if (error instanceof TokenFault) throw error;
    throw unverifiable(say("The request kept with the token cannot be read."));
  }
  if (asked.digest !== claim.digest || !equal(asked.imprint, claim.imprint)) {
    throw invalid(say("The token does not answer the request kept with it."));
  }
  if (asked.nonce !== null && asked.nonce !== claim.nonce) {
    throw invalid(say("The token answers another request: the random number is not the one that was sent."));
  }
  if (asked.policy !== null && asked.policy !== claim.policy) {
    throw invalid(say("The token was made under another policy than was asked for."));
  }
}

function unreadable(response: Bytes): Message {
  const first = response.find((byte) => ![0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x20].includes(byte));
  if (first === 0x3c) return say("A web page came instead of a time stamp.");
  return say("This is no time stamp, or only a part of one.");
}

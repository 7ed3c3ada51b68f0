// The single parts: spelling, trees, signatures.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import QUESTIONS from "../src/core/hard-signatures.json";
import { base64, hex, unbase64, unbase64Loosely, unhex, utf8 } from "../src/core/bytes.ts";
import { fromPem, givenKey, keyId } from "../src/core/bundle.ts";
import { element } from "../src/core/der.ts";
import { browserIsStrict, isValidSlowly, isWeak, slowVerifier, verifierOf } from "../src/core/ed25519.ts";
import { parseBody, parseHeader, parseUtc } from "../src/core/entries.ts";
import { digestOfBlob, fastSha256, sha256, sha256Hex } from "../src/core/hashing.ts";
import { decode, encode } from "../src/core/json.ts";
import { isWellFormed, links } from "../src/core/kinds.ts";
import { Frontier, leafHash } from "../src/core/merkle.ts";
import { render, say, visible } from "../src/core/messages.ts";
import { parseNote, signatureBy, stampedBytes } from "../src/core/note.ts";
import { crc32 } from "../src/core/zip.ts";

declare const FORMAT: string;
const page = readFileSync(FORMAT, "utf8");

/** A file that docs/format.md shows whole, by the name in the heading of its code. */
function shown(name: string): string {
  const match = new RegExp("```\\w+ " + name.replaceAll("/", "\\/").replaceAll(".", "\\.") + "(?: unended)?\\n([\\s\\S]*?)```").exec(page);
  assert.ok(match, name);
  return match[1] as string;
}

const lines = (name: string) => shown(name).split("\n").slice(0, -1);
const NOTES = [...page.matchAll(/^```text ((?:checkpoints\/[0-9]{9}|earlier)\.note)$/gm)].map((match) => match[1] as string);
const key = fromPem(utf8(shown("keys/21fe31dfa154a261.pem"))) as Uint8Array<ArrayBuffer>;

describe("canonical JSON", () => {
  const table = [...page.matchAll(/^\| `([^`]+)` \| (accepted|refused) \|/gm)];
  it("accepts and refuses what the table of docs/format.md does", () => {
    assert.ok(table.length > 8);
    for (const [, spelled, verdict] of table) {
      const act = () => decode(utf8(spelled as string));
      if (verdict === "accepted") assert.equal(encode(act()), spelled);
      else assert.throws(act, Error, spelled);
    }
  });
  it("refuses what is no text, and what only looks like JSON", () => {
    const bad = [[0xff], [0xef, 0xbb, 0xbf, 0x7b, 0x7d], [0x22, 0xed, 0xa0, 0x80, 0x22]];
    for (const bytes of bad) assert.throws(() => decode(Uint8Array.from(bytes)));
    for (const text of ["", "{", '"\\ud800"', '{"a":1}\n', "NaN", "1e1", "01", '["\\u0041"]', "[1,]"]) assert.throws(() => decode(utf8(text)), Error, text);
  });
  it("keeps a field named __proto__ a field", () => {
    const spelled = '{"__proto__":1,"a":2}';
    assert.equal(encode(decode(utf8(spelled))), spelled);
    const body = parseBody(utf8(`{"disclosed":{"__proto__":["${"0".repeat(32)}",1]},"withheld":{}}`));
    assert.deepEqual([...body.fields], [["__proto__", 1]]);
    assert.equal(isWellFormed("step", body.fields), false);
  });
  it("writes control signs, quotes and letters beyond the first plane in their one way", () => {
    const spelled = '"\\b\\t\\n\\f\\r\\"\\\\\\u0000\\u001f\u007fé\u2028😀"';
    assert.equal(encode(decode(utf8(spelled))), spelled);
  });
});

describe("the example of docs/format.md", () => {
  it("has the tree, the chain, the signatures and the bodies that the page prints", async () => {
    const notes = NOTES.map((name) => parseNote(utf8(shown(name))));
    const frontier = new Frontier();
    let previous = "0".repeat(64);
    const verifier = await verifierOf(key);
    for (const [at, line] of lines("ledger/headers.jsonl").entries()) {
      const data = utf8(line);
      const header = parseHeader(data);
      assert.equal(header.previous, previous);
      assert.equal(header.index, at);
      assert.equal(header.key, keyId(key));
      const signature = unbase64(lines("ledger/signatures.txt")[at] as string);
      assert.ok(await verifier.isValid(signature, data));
      assert.ok(isValidSlowly(key, signature, data));
      const body = parseBody(utf8(lines("ledger/bodies.jsonl")[at] as string));
      assert.equal(body.digest, header.body);
      assert.ok(isWellFormed(header.kind, body.fields));
      previous = hex(leafHash(data));
      frontier.append(leafHash(data));
      for (const { size, root } of notes) if (size === frontier.size) assert.deepEqual(frontier.root(), root);
    }
    assert.ok(notes.length >= 2);
    assert.equal(Math.max(...notes.map(({ size }) => size)), frontier.size);
  });
  it("has a checkpoint that is signed, and whose stamped bytes are the file itself", () => {
    const [name] = NOTES as [string];
    const data = utf8(shown(name));
    const note = parseNote(data);
    assert.ok(isValidSlowly(key, signatureBy(note, key) as Uint8Array, note.text));
    assert.deepEqual(stampedBytes(note, key), data);
    const witnessed = utf8(shown(name) + "— witness.example AAAAAAAA\n");
    assert.deepEqual(stampedBytes(parseNote(witnessed), key), data);
  });
  it("links outcomes to attempts and stamps to the last entry that they cover", () => {
    assert.deepEqual(links("outcome", new Map([["attempt", 1]])), [[1, "attempt"]]);
    assert.deepEqual(links("timestamp", new Map([["size", 5]])), [[4, null]]);
    assert.deepEqual(links("attempt", new Map([["reuses", [1, 2]]])), [[1, "exhibit"], [2, "exhibit"]]);
  });
});

describe("trees", () => {
  it("have the roots of RFC 9162 at every size", () => {
    const root = (leaves: Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> => {
      if (leaves.length === 1) return leaves[0] as Uint8Array<ArrayBuffer>;
      const split = 2 ** Math.ceil(Math.log2(leaves.length) - 1);
      return sha256(Uint8Array.from([1, ...root(leaves.slice(0, split)), ...root(leaves.slice(split))]));
    };
    const frontier = new Frontier();
    assert.equal(base64(frontier.root()), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
    const leaves: Uint8Array<ArrayBuffer>[] = [];
    for (let size = 1; size <= 70; size++) {
      leaves.push(leafHash(utf8(String(size))));
      frontier.append(leaves.at(-1) as Uint8Array<ArrayBuffer>);
      assert.deepEqual(frontier.root(), root(leaves));
    }
  });
});

describe("signatures", () => {
  it("get the answer of the format where verifiers disagree, without the browser's help", () => {
    for (const { what, key, signature, data, valid } of QUESTIONS) {
      assert.equal(isValidSlowly(unhex(key), unhex(signature), unhex(data)), valid, what);
    }
  });
  it("are left to the browser only if it gives the same answers", async () => {
    if (!(await browserIsStrict())) return;
    for (const { what, key, signature, data, valid } of QUESTIONS) {
      const verifier = await verifierOf(unhex(key));
      assert.equal(await verifier.isValid(unhex(signature), unhex(data)), valid, what);
    }
  });
  it("get the same answer once tables are used for many of them", async () => {
    for (const { what, key, signature, data, valid } of QUESTIONS) {
      const check = slowVerifier(unhex(key));
      for (let turn = 0; turn < 20; turn++) assert.equal(check(unhex(signature), unhex(data)), valid, what);
    }
  });
  it("are never valid under what is no key or no signature", () => {
    const [first] = QUESTIONS as [(typeof QUESTIONS)[number]];
    for (const size of [0, 31, 33, 64]) assert.equal(isValidSlowly(new Uint8Array(size), unhex(first.signature), unhex(first.data)), false);
    for (const size of [0, 63, 65]) assert.equal(isValidSlowly(unhex(first.key), new Uint8Array(size), unhex(first.data)), false);
  });
  it("know weak keys, in every encoding", () => {
    const small = ["0100", "ecff", "0000", "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05", "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"];
    const whole = [small[0]!.padEnd(64, "0"), "ec" + "ff".repeat(30) + "7f", "00".repeat(32), small[3]!, small[4]!];
    for (const digits of whole) {
      const raw = unhex(digits);
      assert.ok(isWeak(raw), digits);
      raw[31]! |= 0x80;
      assert.ok(isWeak(raw), digits);
    }
    assert.ok(isWeak(unhex("ee" + "ff".repeat(30) + "7f"))); // 1, written as the order of the field and 1
    assert.ok(!isWeak(key));
  });
});

describe("headers and moments", () => {
  const good = lines("ledger/headers.jsonl")[1] as string;
  it("are refused with any other byte", () => {
    for (const bad of ["", ` ${good}`, `${good}\n`, `${good}\r`, good.replace(",", ", "), good.replace("attempt", "Attempt"), good.replace('"index":1', '"index":01'), good.replace("é", "e") + "é"]) {
      assert.throws(() => parseHeader(utf8(bad)), Error, bad);
    }
    assert.throws(() => parseHeader(utf8(good.replace("2026-03-02", "2026-02-30"))));
    assert.throws(() => parseHeader(utf8(good.replace("2026-03-02", "0000-03-02"))));
  });
  it("know the calendar", () => {
    assert.equal(parseUtc("2028-02-29T00:00:00.000Z"), Date.UTC(2028, 1, 29));
    for (const bad of ["2026-02-29T00:00:00.000Z", "2026-04-31T00:00:00.000Z", "2026-13-01T00:00:00.000Z"]) assert.throws(() => parseUtc(bad));
  });
});

describe("spellings", () => {
  it("of base64 are taken only where they are the one", () => {
    assert.deepEqual(unbase64("AA=="), Uint8Array.of(0));
    for (const bad of ["AB==", "AA=", "AA", "A A=", "AA==\n", "_A=="]) assert.throws(() => unbase64(bad), Error, bad);
    assert.deepEqual(unbase64Loosely("AB=="), Uint8Array.of(0));
    const large = new Uint8Array(100_000).map((_, at) => at % 251);
    assert.deepEqual(unbase64(base64(large)), large);
  });
  it("of a key are a PEM, its digits or those of its fingerprint", () => {
    const pem = shown("keys/21fe31dfa154a261.pem");
    assert.deepEqual(givenKey(pem), key);
    assert.deepEqual(givenKey(pem.replaceAll("\n", "\r\n")), key);
    assert.deepEqual(givenKey(` ${hex(key).toUpperCase()}\n`), key);
    assert.equal(givenKey("hello"), null);
    assert.equal(fromPem(utf8(pem + "\n")), null);
  });
  it("of DER are the shortest", () => {
    for (const bad of ["", "30", "3001", "308100", "30820001aa", "3080", "1f0100", "300000"]) assert.throws(() => element(unhex(bad)), Error, bad);
    assert.equal(element(unhex("0202ff7f")).number(), -129n);
    assert.equal(element(unhex("06092a864886f70d010701")).oid(), "1.2.840.113549.1.7.1");
    assert.equal(element(unhex("180f32303236303330323038313430305a")).time(), Date.UTC(2026, 2, 2, 8, 14) * 1000);
    assert.throws(() => element(unhex("180f32303236303233303038313430305a")).time());
  });
});

describe("digests", () => {
  it("are the same by every way", async () => {
    for (const size of [0, 1, 8191, 8192, 100_000]) {
      const data = new Uint8Array(size).map((_, at) => at * 31);
      const digest = sha256Hex(data);
      assert.equal(hex(await fastSha256(data)), digest);
      assert.equal(hex(await digestOfBlob("sha256", [new Blob([data.subarray(0, size >> 1)]), new Blob([data.subarray(size >> 1)])])), digest);
    }
    assert.equal((crc32(utf8("123456789"), -1) ^ -1) >>> 0, 0xcbf43926);
  });
});

describe("sentences", () => {
  it("are filled in, and what could hide something in them is marked", () => {
    const message = say("The bundle lacks {name}.", { name: "a\u202eb\u001b[2J" });
    assert.equal(render(message, "en"), "The bundle lacks a\ufffdb\ufffd[2J.");
    assert.notEqual(render(message, "fr"), render(message, "en"));
    assert.equal(render(say("{reason}", { reason: message }), "en"), render(message, "en"));
    assert.equal(visible("a\nb\u200d"), "a\nb\u200d");
  });
});

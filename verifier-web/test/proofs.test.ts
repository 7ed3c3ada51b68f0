// Tokens and proofs alone, as the published vectors judge them.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { readHeaders } from "../src/core/anchors.ts";
import { judgeToken } from "../src/core/tokens.ts";
import { readCertificate, readCertificates } from "../src/core/x509.ts";
import { utf8, type Bytes } from "../src/core/bytes.ts";

declare const VECTORS: string;

interface Told {
  name: string;
  data: string;
  response: string;
  request: string | null;
  roots: string[];
  state: string;
}

const read = (name: string): Bytes => Uint8Array.from(readFileSync(join(VECTORS, name)));
const { tokens } = JSON.parse(readFileSync(join(VECTORS, "cases.json"), "utf8")) as { tokens: Told[] };

describe("tokens", () => {
  for (const told of tokens) {
    it(told.name, async () => {
      const roots = told.roots.flatMap((name) => readCertificates(read(name))).map(readCertificate);
      const judged = await judgeToken(read(told.response), read(told.data), told.request ? read(told.request) : null, roots);
      assert.equal(judged.state, told.state, judged.reason.text);
    });
  }
  it("are never worse than unverifiable for bytes that are no token", async () => {
    const [first] = tokens as [Told];
    const whole = read(first.response);
    for (let size = 0; size < whole.length; size += 37) {
      const judged = await judgeToken(whole.slice(0, size), read(first.data), null, []);
      assert.equal(judged.state, "unverifiable");
    }
  });
  it("are valid with no bit of the signed parts changed", async () => {
    const [first] = tokens as [Told];
    const whole = read(first.response);
    const roots = first.roots.flatMap((name) => readCertificates(read(name))).map(readCertificate);
    const states = new Set<string>();
    for (let place = 0; place < whole.length; place += 41) {
      const altered = whole.slice();
      altered[place]! ^= 1 << place % 8;
      states.add((await judgeToken(altered, read(first.data), null, roots)).state);
    }
    assert.ok(states.has("invalid") && states.has("unverifiable"));
  });
});

describe("block headers", () => {
  it("are read line by line, and refused where one is none", () => {
    const written = readFileSync(join(VECTORS, "blocks.txt"), "utf8");
    assert.ok(readHeaders(written).size > 0);
    assert.equal(readHeaders("# nothing\n\n").size, 0);
    for (const bad of ["hello", "1 00", `1 ${"ff".repeat(80)}`]) assert.throws(() => readHeaders(bad));
    assert.ok(utf8(written).length > 0);
  });
});

// What a reader of a zip must refuse.

import assert from "node:assert/strict";
import { deflateRawSync } from "node:zlib";
import { describe, it } from "node:test";
import { concat, utf8, type Bytes } from "../src/core/bytes.ts";
import { Archive, crc32, type Member } from "../src/core/zip.ts";

interface Made {
  name: string;
  data: Bytes;
  packed?: Bytes;
  method?: number;
  flags?: number;
  size?: number;
  crc?: number;
  attributes?: number;
  ownName?: string;
  extra?: Bytes;
}

/** A zip written by hand, so that each of its numbers can lie. */
function zip(members: Made[], before: Bytes = new Uint8Array(0), comment = ""): Bytes {
  const parts: Bytes[] = [before];
  const directory: Bytes[] = [];
  let at = before.length;
  for (const made of members) {
    const packed = made.packed ?? made.data;
    const crc = made.crc ?? (crc32(made.data, -1) ^ -1) >>> 0;
    const own = utf8(made.ownName ?? made.name);
    const local = new DataView(new ArrayBuffer(30));
    local.setUint32(0, 0x04034b50, true);
    local.setUint16(26, own.length, true);
    parts.push(new Uint8Array(local.buffer), own, packed);
    const name = utf8(made.name);
    const extra = made.extra ?? new Uint8Array(0);
    const central = new DataView(new ArrayBuffer(46));
    central.setUint32(0, 0x02014b50, true);
    central.setUint16(8, made.flags ?? 0, true);
    central.setUint16(10, made.method ?? 0, true);
    central.setUint32(16, crc, true);
    central.setUint32(20, packed.length, true);
    central.setUint32(24, made.size ?? made.data.length, true);
    central.setUint16(28, name.length, true);
    central.setUint16(30, extra.length, true);
    central.setUint32(38, made.attributes ?? 0, true);
    central.setUint32(42, at, true);
    directory.push(new Uint8Array(central.buffer), name, extra);
    at += 30 + own.length + packed.length;
  }
  const table = concat(...directory);
  const end = new DataView(new ArrayBuffer(22));
  end.setUint32(0, 0x06054b50, true);
  end.setUint16(8, members.length, true);
  end.setUint32(12, table.length, true);
  end.setUint32(16, at, true);
  end.setUint16(20, comment.length, true);
  return concat(...parts, table, new Uint8Array(end.buffer), utf8(comment));
}

const open = (data: Bytes) => Archive.open(new Blob([data]));
const hello = { name: "hello.txt", data: utf8("hello") };

async function readOnly(data: Bytes): Promise<Bytes> {
  const archive = await open(data);
  return archive.read(archive.members[0] as Member, 1 << 20);
}

describe("a zip", () => {
  it("gives back what was put in, stored and deflated, with a comment and beyond one megabyte", async () => {
    assert.deepEqual(await readOnly(zip([hello])), hello.data);
    assert.deepEqual(await readOnly(zip([hello], undefined, "PK\x05\x06 a comment")), hello.data);
    const data = new Uint8Array(3 << 20).map((_, at) => at % 7);
    const packed = Uint8Array.from(deflateRawSync(data));
    const archive = await open(zip([{ name: "a", data, packed, method: 8 }, { name: "b", data }]));
    for (const member of archive.members) assert.deepEqual(await archive.read(member, 4 << 20), data);
  });
  it("is plain only if every program makes the same ordinary file of its members", async () => {
    const plain = async (made: Partial<Made>) => (await open(zip([{ ...hello, ...made }]))).members[0]?.isPlain;
    assert.equal(await plain({}), true);
    assert.equal(await plain({ attributes: (0o100644 << 16) >>> 0 }), true);
    assert.equal(await plain({ attributes: (0o120777 << 16) >>> 0 }), false);
    assert.equal(await plain({ flags: 1 }), false);
    assert.equal(await plain({ method: 14 }), false);
    assert.equal(await plain({ name: "hello.txt\0.exe" }), false);
    assert.equal(await plain({ extra: Uint8Array.of(0x75, 0x70, 1, 0, 1) }), false);
  });
  it("is damaged where a number lies", async () => {
    const bad: Partial<Made>[] = [
      { crc: 1 },
      { size: 4 },
      { size: 6 },
      { flags: 1 },
      { method: 12 },
      { ownName: "hallo.txt" },
      { packed: utf8("nonsense"), method: 8 },
      { packed: Uint8Array.from(deflateRawSync(hello.data)), method: 8, size: 4 },
      { packed: Uint8Array.from(deflateRawSync(hello.data)).slice(0, -1), method: 8 },
    ];
    for (const made of bad) await assert.rejects(readOnly(zip([{ ...hello, ...made }])), Error, JSON.stringify(made));
  });
  it("is not plain in members that share bytes of the file, neither the outer nor the inner", async () => {
    const inner = { ...hello, name: "inner.txt" };
    const alone = zip([inner]);
    const quoted = alone.slice(0, 30 + 9 + 5) as Bytes;
    const data = zip([hello, { ...hello, name: "outer.txt", data: quoted }, inner]);
    const places = (await open(data)).members.map(({ name, isPlain }) => [name, isPlain]);
    assert.deepEqual(places, [["hello.txt", true], ["outer.txt", true], ["inner.txt", true]]);
    const table = new TextDecoder("latin1").decode(data).lastIndexOf("inner.txt") - 46;
    const view = new DataView(data.buffer);
    view.setUint32(table + 42, view.getUint32(table + 42, true) - quoted.length, true);
    const shared = (await open(data)).members.map(({ name, isPlain }) => [name, isPlain]);
    assert.deepEqual(shared, [["hello.txt", true], ["outer.txt", false], ["inner.txt", false]]);
  });
  it("that unfolds without end is left alone after the size that it announces", async () => {
    const packed = Uint8Array.from(deflateRawSync(new Uint8Array(64 << 20)));
    await assert.rejects(readOnly(zip([{ name: "a", data: new Uint8Array(9), packed, method: 8 }])), /longer than announced/);
    const archive = await open(zip([{ name: "a", data: new Uint8Array(9), packed, method: 8, size: 64 << 20 }]));
    await assert.rejects(archive.read(archive.members[0] as Member, 1 << 20), /too large/);
  });
  it("with something before it says so by where its members begin", async () => {
    const before = utf8("#!/bin/sh\n");
    const shifted = await open(zip([hello], before));
    assert.equal(shifted.members[0]?.offset, before.length);
    const moved = await open(concat(before, zip([hello])));
    assert.equal(moved.members[0]?.offset, before.length);
    assert.deepEqual(await moved.read(moved.members[0] as Member, 10), hello.data);
  });
  it("is none where the directory is broken", async () => {
    const good = zip([hello]);
    for (const bad of [new Uint8Array(0), good.slice(0, -1), utf8("hello"), good.slice(40)]) await assert.rejects(open(bad));
    const cut = good.slice();
    cut[good.length - 22 + 12]! += 1;
    await assert.rejects(open(cut));
  });
});

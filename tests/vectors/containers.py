"""Cases about the zip itself: what two unzip programs could read in two ways, and what is no bundle at all."""

import stat
import struct
import zipfile
import zlib
from collections.abc import Callable

from test_bundle import Archive, central_place, patched, place_of
from vectors.cases import NOBODY, add, case
from vectors.packing import GUIDE_TEXT, archive_of, pack
from vectors.unstamped import OPEN
from vectors.world import CASE, begun, picture

from evidence_vault.encoding import canonical, decode, sha256
from evidence_vault.exports.bundle import BODIES, GUIDE, HEADERS, MANIFEST, PAGE, SIGNATURES, SUMS


def small() -> Archive:
    """The smallest bundle with an exhibit."""
    scene = begun()
    scene.exhibit(picture(1), attempt=1)
    return archive_of(scene.forgery(), CASE)


def broken(
    name: str,
    note: str,
    change: Callable[[Archive], None],
    *,
    failed: tuple[int, ...] = (1,),
    open_: tuple[int, ...] = (),
    refused: bool = False,
) -> None:
    """A case of the small bundle with one thing changed, its sums put right unless told otherwise."""

    def make() -> Archive:
        archive = small()
        pack(archive)
        change(archive)
        return archive

    add(f"zip-{name}", note, make, NOBODY, failed, OPEN | set(open_), chance="zip", refused=refused)


def damaged(
    name: str,
    note: str,
    change: Callable[[bytes], bytes],
    *,
    failed: tuple[int, ...] = (1,),
    open_: tuple[int, ...] = (),
    refused: bool = False,
) -> None:
    """The same where the bytes of the zip are changed, once it is packed."""
    add(
        f"zip-{name}",
        note,
        lambda: change(pack(small())),
        NOBODY,
        failed,
        OPEN | set(open_),
        chance="zip",
        refused=refused,
    )


def holding(name: str, data: bytes = b"hello\n") -> Callable[[Archive], None]:
    return lambda archive: archive.members.append((name, data))


DIGEST = sha256(b"hello\n")
for _title, _name in {
    "a-name-that-climbs": f"../exhibits/{DIGEST}.txt",
    "a-name-that-climbs-inside": f"exhibits/../exhibits/{DIGEST}.txt",
    "a-name-from-the-root": f"/exhibits/{DIGEST}.txt",
    "a-name-with-a-drive": f"C:/exhibits/{DIGEST}.txt",
    "a-name-with-a-backslash": f"exhibits\\{DIGEST}.txt",
    "a-name-in-upper-case": f"exhibits/{DIGEST.upper()}.txt",
    "a-name-with-a-blank-at-the-end": f"exhibits/{DIGEST}.txt ",
    "a-name-with-a-line-feed": f"exhibits/{DIGEST}.txt\n",
    "a-name-that-turns-the-terminal": "exhibits/\x1b[31mrouge.txt",
    "a-name-that-is-written-from-right-to-left": "exhibits/\u202etxt.exe",
    "a-name-that-is-not-ascii": "exhibits/été.txt",
    "a-folder": "exhibits/",
    "an-empty-name": "",
    "a-manifest-in-upper-case": "BUNDLE.JSON",
}.items():
    broken(_title, f"A member is named {_name!r}.", holding(_name))


def dressed(name: str, how: Callable[[zipfile.ZipInfo], None]) -> Callable[[Archive], None]:
    return lambda archive: archive.dressed.__setitem__(archive.one(name), how)


def _mode(mode: int) -> Callable[[zipfile.ZipInfo], None]:
    def dress(info: zipfile.ZipInfo) -> None:
        info.external_attr = mode << 16

    return dress


for _mode_name, _kind in {"symbolic-link": stat.S_IFLNK, "device": stat.S_IFCHR, "pipe": stat.S_IFIFO}.items():
    broken(f"{_mode_name}", "A member is no ordinary file.", dressed("verify", _mode(_kind | 0o777)))
broken("missing-page", "verify.html is missing.", lambda archive: archive.__delitem__(PAGE))
broken(
    "missing-manifest",
    "Without bundle.json it is no bundle.",
    lambda archive: archive.__delitem__(MANIFEST),
    failed=(),
    refused=True,
)
broken(
    "missing-signatures",
    "ledger/signatures.txt is missing.",
    lambda archive: archive.__delitem__(SIGNATURES),
    failed=(1, 7, 10),
)


def renamed(new: bytes) -> Callable[[zipfile.ZipInfo], None]:
    """Give a member the extra field that gives it another name, to the programs that know it."""

    def dress(info: zipfile.ZipInfo) -> None:
        told = struct.pack("<BL", 1, zlib.crc32(info.filename.encode())) + new
        info.extra = struct.pack("<HH", 0x7075, len(told)) + told

    return dress


broken(
    "page-that-some-unzip-under-another-name",
    "verify.html has a Unicode Path: some programs unzip it under that name.",
    dressed("verify", renamed(b"verify.exe")),
)
broken(
    "page-that-is-named-twice",
    "The same where both names agree.",
    dressed("verify", renamed(b"verify.html")),
)
broken(
    "exotic-compression-of-the-manifest",
    "bundle.json is packed by LZMA: it is never unpacked.",
    dressed("bundle", lambda info: setattr(info, "compress_type", zipfile.ZIP_LZMA)),
)


@case(
    "A page that reports success whatever it is given: it is signed by nobody and does not matter.",
    undecided=OPEN,
    trust=NOBODY,
    chance="zip",
)
def zip_with_a_false_page() -> Archive:
    archive = small()
    archive[PAGE] = b"<!doctype html><h1>Tout est conforme</h1>\n"
    return archive


@case(
    "A bundle of a later format is not judged by rules that it does not follow.",
    trust=NOBODY,
    refused=True,
    chance="zip",
)
def zip_of_a_later_format() -> Archive:
    archive = small()
    archive[MANIFEST] = canonical({**decode(archive[MANIFEST]), "format": "evidence-vault/bundle/2"})  # type: ignore[dict-item]
    return archive


@case("A zip of something else.", trust=NOBODY, refused=True)
def zip_of_something_else() -> bytes:
    return pack(Archive([("lettre.txt", b"Madame, Monsieur,\n")]))


@case(
    "A byte order mark before the first header.",
    failed=[1, 2, 3, 8, 9],
    undecided=[10, *OPEN],
    trust=NOBODY,
    chance="zip",
)
def zip_with_a_byte_order_mark() -> Archive:
    archive = small()
    archive[HEADERS] = b"\xef\xbb\xbf" + archive[HEADERS]
    return archive


@case(
    "A key that is not base64 on one line but on two: other bytes for the same key.",
    failed=[1, 3, 9],
    undecided=[10, *OPEN],
    trust=NOBODY,
    chance="zip",
)
def zip_with_a_key_on_two_lines() -> Archive:
    archive = small()
    name = archive.one("keys/")
    archive[name] = archive[name][:50] + b"\n" + archive[name][50:]
    return archive


def _without_end(data: bytes) -> bytes:
    return data[: data.rindex(b"PK\x05\x06")]


def _at(member: str, offset: int, new: Callable[[bytes], bytes], size: int) -> Callable[[bytes], bytes]:
    """Change `size` bytes of a member's description in the directory, from `offset`."""

    def change(data: bytes) -> bytes:
        place = central_place(data, member) + offset
        return patched(data, place, new(data[place : place + size]))

    return change


def _flipped(member: str) -> Callable[[bytes], bytes]:
    def change(data: bytes) -> bytes:
        place, size = place_of(data, member)
        middle = place + size // 2
        return patched(data, middle, bytes([data[middle] ^ 1]))

    return change


damaged("truncated", "A download that broke off.", lambda data: data[: len(data) // 2], refused=True)
damaged("without-its-end", "The directory is there, its end record is not.", _without_end, refused=True)
damaged("empty-file", "No byte at all.", lambda _: b"", refused=True)
damaged("of-no-members", "An end record and nothing else.", lambda _: b"PK\x05\x06" + bytes(18), refused=True)
damaged("that-is-none", "A line of text.", lambda _: b"hello\n", refused=True)
damaged(
    "with-a-program-before-it",
    "A file that is a program to one reader and a bundle to the other.",
    lambda data: b"#!/bin/sh\necho hello\n" + data,
    refused=True,
)
damaged(
    "with-another-zip-before-it",
    "Two zips one after the other: some programs read the first, others the last.",
    lambda data: pack(Archive([("lettre.txt", b"Madame,\n")])) + data,
)
damaged(
    "with-a-comment",
    "What stands in the comment of a zip is no part of it.",
    lambda data: data[:-2] + struct.pack("<H", 5) + b"hello",
    failed=(),
)
damaged(
    "exhibit-damaged",
    "A byte of an exhibit was flipped; its checksum in the zip tells.",
    _flipped("exhibits/"),
    failed=(7,),
)
damaged("guide-damaged", "The same in the guide.", _flipped(GUIDE))
damaged("sums-damaged", "The same in SHA256SUMS.", _flipped(SUMS))
damaged(
    "encrypted-guide",
    "The directory says that the guide is encrypted.",
    _at(GUIDE, 8, lambda flags: bytes([flags[0] | 1]) + flags[1:], 2),
)
damaged(
    "member-under-two-names",
    "The directory and the member's own header name it differently.",
    lambda data: data.replace(b"VERIFIER.md", b"VERIFIEZ.md", 1),
)


damaged(
    "guide-of-another-size",
    "The directory announces four gigabytes for the guide.",
    _at(GUIDE, 24, lambda _: (2**32 - 2).to_bytes(4, "little"), 4),
)
damaged(
    "exhibit-of-another-size",
    "The directory announces four gigabytes for an exhibit.",
    _at("exhibits/", 24, lambda _: (2**32 - 2).to_bytes(4, "little"), 4),
    failed=(7,),
)


def unfinished(data: bytes) -> bytes:
    """The guide as a stream of deflate that never says that it ends: all of its bytes are there, and their checksum."""
    place, size = place_of(data, GUIDE)
    stream = zlib.compressobj(9, zlib.DEFLATED, -15)
    open_ended = stream.compress(GUIDE_TEXT) + stream.flush(zlib.Z_SYNC_FLUSH)
    return _resized(data[:place] + open_ended + data[place + size :], len(open_ended) - size)


def trailing(data: bytes) -> bytes:
    """The guide as a stream of deflate with more behind its end, within the bytes that the directory announces."""
    place, size = place_of(data, GUIDE)
    return _resized(data[: place + size] + b"more" + data[place + size :], 4)


def _resized(data: bytes, change: int) -> bytes:
    """Put the directory right again after the guide has grown."""
    start = central_place(data, MANIFEST)
    end = data.rindex(b"PK\x05\x06")
    out = bytearray(data)
    at, behind = start, False
    while at < end:
        name = bytes(out[at + 46 : at + 46 + int.from_bytes(out[at + 28 : at + 30], "little")])
        fields = [(20, change)] if name == GUIDE.encode() else [(42, change)] if behind else []
        for offset, by in fields:
            value = int.from_bytes(out[at + offset : at + offset + 4], "little") + by
            out[at + offset : at + offset + 4] = value.to_bytes(4, "little")
        if name == GUIDE.encode():
            local = int.from_bytes(out[at + 42 : at + 46], "little") + 18
            value = int.from_bytes(out[local : local + 4], "little") + change
            out[local : local + 4] = value.to_bytes(4, "little")
        behind = behind or name == GUIDE.encode()
        at += 46 + sum(int.from_bytes(out[at + place : at + place + 2], "little") for place in (28, 30, 32))
    value = int.from_bytes(out[end + 16 : end + 20], "little") + change
    out[end + 16 : end + 20] = value.to_bytes(4, "little")
    return bytes(out)


damaged("guide-in-a-stream-without-end", "The guide is deflated without a last block.", unfinished)
damaged("guide-with-more-behind-its-stream", "More bytes than the stream takes.", trailing)


@case(
    "The packed bytes of the guide take in the whole member behind it: each is hashed as SHA256SUMS says.",
    failed=[1],
    undecided=OPEN,
    trust=NOBODY,
    chance="zip",
)
def zip_with_members_that_overlap() -> bytes:
    archive = small()
    archive.dressed[GUIDE] = lambda info: setattr(info, "compress_type", zipfile.ZIP_STORED)
    data = pack(archive)
    place, size = place_of(data, GUIDE)
    behind, packed = place_of(data, PAGE)
    quoted = data[place : behind + packed]
    archive.repair_sums = False
    archive[SUMS] = archive[SUMS].replace(sha256(data[place : place + size]).encode(), sha256(quoted).encode())
    data = pack(archive)
    told = struct.pack("<LLL", zlib.crc32(quoted), len(quoted), len(quoted))
    data = patched(data, central_place(data, GUIDE) + 16, told)
    return patched(data, place - 30 - len(GUIDE) + 14, told)


def bomb(archive: Archive) -> None:
    """SHA256SUMS that unfolds to more than 64 MiB from some ten kilobytes."""
    archive.repair_sums = False
    archive[SUMS] = bytes((64 << 20) + 1)


broken("bomb", "SHA256SUMS unfolds to more than 64 MiB.", bomb)


def endless_body(archive: Archive) -> None:
    """A body of more than 16 MiB."""
    lines = archive[BODIES].splitlines(keepends=True)
    archive[BODIES] = b"".join([*lines[:-1], b"[" + b" " * (16 << 20) + b"]\n"])


broken("endless-body", "One line of bodies.jsonl is longer than 16 MiB.", endless_body, failed=(1, 7, 10))

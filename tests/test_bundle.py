"""The bundle: written and read back, and corrupted as somebody would who can also put SHA256SUMS right again.

The numbers are those of the checks of `verify` (see test_verify).
"""

import base64
import hashlib
import io
import json
import random
import stat
import struct
import subprocess
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Any, Literal
from unittest import mock

import pytest
from forgery import EXHIBIT, LAST, STEP, Forgery, forgery_of, record_good_case
from helpers import OPENED, UNTRUSTED, CountingClock, new_vault, no_passphrase, verdicts, verified

from evidence_vault import durable, unbundling
from evidence_vault.encoding import canonical
from evidence_vault.entries import parse_body
from evidence_vault.errors import EvidenceFileError, EvidenceVaultError, StorageError
from evidence_vault.evidence import Report, Trust
from evidence_vault.exporting import export_bundle
from evidence_vault.exports.bundle import (
    BODIES,
    GUIDE,
    HEADERS,
    MANIFEST,
    PAGE,
    SIGNATURES,
    SUMS,
    BundleInput,
    Original,
    write_bundle,
)
from evidence_vault.recording import Recorder
from evidence_vault.signing.keys import Signer
from evidence_vault.signing.public import key_id, to_pem
from evidence_vault.unbundling import bundle_evidence
from evidence_vault.verify import verify

OTHER = Signer.generate()


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Forgery:
    case = new_vault(tmp_path_factory.mktemp("good") / "vault", CountingClock()).open_case(OPENED, no_passphrase)
    signer = case.signer(no_passphrase)
    record_good_case(Recorder(case, signer))
    return forgery_of(case, signer)


def bundle_of(good: Forgery, *, left_out: bool = False) -> BundleInput:
    names = {".txt": "text/plain", ".png": "image/png"}
    return BundleInput(
        case=good.header(0).case,
        size=len(good.entries),
        entries=lambda: iter(good.entries),
        checkpoints=good.checkpoints[-1:],  # type: ignore[arg-type]
        public_key=good.signer.public_key,
        originals=tuple(
            Original(digest, names[".png" if data.startswith(b"\x89PNG") else ".txt"], lambda data=data: data)  # type: ignore[misc]
            for digest, data in good.exhibits.items()
        ),
        left_out=left_out,
        guide="# Vérifier sans nous\n",
    )


@pytest.fixture(scope="module")
def bundle(good: Forgery, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bytes of the good bundle."""
    path = tmp_path_factory.mktemp("bundle") / "bundle.zip"
    write_bundle(bundle_of(good), path)
    return path.read_bytes()


@pytest.fixture(scope="module")
def small_bundle(good: Forgery, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The same with a page of a few bytes, for tests that read it thousands of times."""
    path = tmp_path_factory.mktemp("bundle") / "small.zip"
    with mock.patch("evidence_vault.exports.bundle.verifier_page", return_value=b"<!doctype html>\n"):
        write_bundle(bundle_of(good), path)
    return path.read_bytes()


def report_of(data: bytes) -> Report:
    with bundle_evidence(io.BytesIO(data), "bundle.zip") as evidence:
        return verify(evidence, Trust())


class TestGood:
    def test_read_back(self, good: Forgery, bundle: bytes) -> None:
        """A bundle holds the evidence that went in, and verifies as the evidence itself does."""
        with bundle_evidence(io.BytesIO(bundle), "bundle.zip") as evidence:
            assert good.entries == list(evidence.entries)
            assert (good.checkpoints[-1],) == evidence.checkpoints
            assert (good.signer.public_key,) == evidence.keys
            assert good.exhibits == {digest: b"".join(read()) for digest, read in evidence.exhibits.items()}
            assert list(evidence.problems) == []

        theirs, ours = report_of(bundle), replace(good, checkpoints=good.checkpoints[-1:]).verified()
        assert ours == theirs
        assert (set(), UNTRUSTED) == verdicts(theirs)

    def test_withheld_entries(self, good: Forgery, tmp_path: Path) -> None:
        """What was withheld stays so, and is counted."""
        forgery = good.copy()
        forgery.put_body(STEP, None)
        write_bundle(bundle_of(forgery), tmp_path / "bundle.zip")

        report = verified(tmp_path / "bundle.zip")
        assert (set(), UNTRUSTED) == verdicts(report)
        assert report.withheld == 1

    def test_light(self, good: Forgery, tmp_path: Path) -> None:
        """Without the originals everything but them is checked, and the report says what is missing."""
        write_bundle(bundle_of(good, left_out=True), tmp_path / "bundle.zip")

        report = verified(tmp_path / "bundle.zip")
        assert (set(), {7} | UNTRUSTED) == verdicts(report)
        assert "travel apart" in str(report.checks[6].detail)
        assert report.checks[6].detail.params == {"count": 4}

    def test_the_same_bytes(self, good: Forgery, bundle: bytes, tmp_path: Path) -> None:
        """The same evidence gives the same bytes, whenever and wherever it is written."""
        write_bundle(bundle_of(good), tmp_path / "again.zip")

        assert bundle == (tmp_path / "again.zip").read_bytes()

    def test_progress(self, good: Forgery, tmp_path: Path) -> None:
        """The one who waits hears of each original."""
        heard: list[tuple[int, int]] = []
        write_bundle(bundle_of(good), tmp_path / "bundle.zip", lambda done, all_: heard.append((done, all_)))

        assert heard == [(1, 4), (2, 4), (3, 4), (4, 4)]

    @pytest.mark.needs("sha256sum")
    def test_sha256sum_agrees(self, bundle: bytes, tmp_path: Path) -> None:
        """`sha256sum -c` checks every file of the bundle without us, and passes over none."""
        with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
            archive.extractall(tmp_path)
            listed = len(archive.namelist()) - 1

        answer = subprocess.run(
            ["sha256sum", "--strict", "-c", SUMS], cwd=tmp_path, capture_output=True, text=True, check=True
        )
        assert listed == answer.stdout.count(": OK")


class TestExport:
    def test_export(self, recorder: Recorder, tmp_path: Path) -> None:
        """An export shows the case as it stands, verifies without the vault, and is recorded after itself."""
        record_good_case(recorder)
        out = tmp_path / "bundle.zip"

        made = export_bundle(recorder.case, recorder.signer, out, light=False, progress=lambda _done, _all: None)
        report = verified(out, recorder.signer.public_key)
        (export,) = recorder.case.read().exports

        assert (set(), {12}) == verdicts(report)
        assert (11, made.root) == (report.entries, report.root)
        assert hashlib.sha256(out.read_bytes()).hexdigest() == made.sha256 == export.said.sha256  # type: ignore[union-attr]
        assert (made.size, export.said.size, export.said.export) == (11, 11, "bundle")  # type: ignore[union-attr]
        assert (set(), UNTRUSTED) == verdicts(verified(recorder.case.folder))

    def test_a_full_disk(self, recorder: Recorder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Where the bundle cannot be written the old file stays, no part of a new one, and nothing is recorded."""
        record_good_case(recorder)
        out = tmp_path / "out" / "bundle.zip"
        out.parent.mkdir()
        out.write_bytes(b"old")

        def full(path: Path) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(durable, "_sync", full)
        with pytest.raises(StorageError, match="disk is full"):
            export_bundle(recorder.case, recorder.signer, out, light=False, progress=lambda _done, _all: None)

        assert out.read_bytes() == b"old"
        assert [out] == list(out.parent.iterdir())
        assert recorder.case.read().exports == ()

    def test_an_exhibit_that_is_damaged(self, recorder: Recorder, tmp_path: Path) -> None:
        """A bundle without one of its originals is not made: the person is told what to restore."""
        record_good_case(recorder)
        for path in (recorder.case.folder / "exhibits").rglob("*"):
            if path.is_file():
                path.write_bytes(b"damaged")

        with pytest.raises(EvidenceVaultError, match="altered on disk"):
            export_bundle(
                recorder.case, recorder.signer, tmp_path / "out.zip", light=False, progress=lambda _done, _all: None
            )

        assert not (tmp_path / "out.zip").exists()


# --- one corruption each -------------------------------------------------------------------------------------------


@dataclass
class Archive:
    """A bundle taken apart: its members in order; SHA256SUMS is made anew unless told otherwise."""

    members: list[tuple[str, bytes]]
    repair_sums: bool = True
    before: bytes = b""
    dressed: dict[str, Callable[[zipfile.ZipInfo], None]] = field(default_factory=dict)
    """What to change in the description of a member."""

    def __getitem__(self, name: str) -> bytes:
        return dict(self.members)[name]

    def __setitem__(self, name: str, data: bytes) -> None:
        self.members = [(each, data if each == name else old) for each, old in self.members]

    def __delitem__(self, name: str) -> None:
        assert name in dict(self.members)
        self.members = [(each, data) for each, data in self.members if each != name]

    def one(self, beginning: str) -> str:
        return next(name for name, _ in self.members if name.startswith(beginning))

    def exhibit(self, good: Forgery, index: int = EXHIBIT) -> str:
        digest = parse_body(good.entries[index].body or b"").fields()["sha256"]
        return self.one(f"exhibits/{digest}")

    def rename(self, name: str, new: str) -> None:
        self.members = [(new if each == name else each, data) for each, data in self.members]

    def edit_lines(self, name: str, edit: Callable[[list[bytes]], None]) -> None:
        lines = self[name].splitlines(keepends=True)
        edit(lines)
        self[name] = b"".join(lines)

    def bytes(self) -> bytes:
        if self.repair_sums and SUMS in dict(self.members):
            digests = {name: hashlib.sha256(data).hexdigest() for name, data in self.members if name != SUMS}
            self[SUMS] = "".join(f"{digest}  {name}\n" for name, digest in digests.items()).encode()
        file = io.BytesIO()
        file.write(self.before)
        with zipfile.ZipFile(file, "a" if self.before else "w") as archive:
            for name, data in self.members:
                info = zipfile.ZipInfo(name)
                info.external_attr = 0o644 << 16
                self.dressed.get(name, lambda _: None)(info)
                archive.writestr(info, data)
        return file.getvalue()


def taken_apart(bundle: bytes) -> Archive:
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        return Archive([(name, archive.read(name)) for name in archive.namelist()])


Corrupt = Callable[[Archive, Forgery], None]
CORRUPTIONS: list[tuple[str, Corrupt, frozenset[int], frozenset[int]]] = []


def fails(*failed: int, indeterminate: Iterable[int] = ()) -> Callable[[Corrupt], Corrupt]:
    """Enter a corruption in the table, under its own name, with the checks that it must fail and no other."""

    def enter(corrupt: Corrupt) -> Corrupt:
        name = corrupt.__name__.replace("_", "-")
        CORRUPTIONS.append((name, corrupt, frozenset(failed), frozenset(indeterminate)))
        return corrupt

    return enter


@fails()
def nothing_changed_but_packed_anew(archive: Archive, good: Forgery) -> None:
    pass


@fails()
def guide_rewritten(archive: Archive, good: Forgery) -> None:
    """No one signs the guide: it is for people, and nothing in it is evidence."""
    archive[GUIDE] = b"Trust me.\n"


# Files


@fails(1)
def stray_file(archive: Archive, good: Forgery) -> None:
    archive.members.append(("readme.txt", b"hello"))


@fails(1)
def stray_file_in_the_folder_of_exhibits(archive: Archive, good: Forgery) -> None:
    archive.members.append(("exhibits/readme.txt", b"hello"))


@fails(1)
def stray_folder(archive: Archive, good: Forgery) -> None:
    archive.members.append(("exhibits/", b""))


@fails(1)
def file_outside_the_bundle(archive: Archive, good: Forgery) -> None:
    archive.members.append(("../exhibits/" + "0" * 64 + ".png", b"hello"))


@fails(7)
def exhibit_that_no_entry_names(archive: Archive, good: Forgery) -> None:
    archive.members.append((f"exhibits/{hashlib.sha256(b'hello').hexdigest()}.txt", b"hello"))


@fails(1)
def duplicate_member_name(archive: Archive, good: Forgery) -> None:
    archive.members.append((GUIDE, archive[GUIDE]))


@fails(1)
def second_file_under_the_same_digest(archive: Archive, good: Forgery) -> None:
    digest = archive.exhibit(good).removeprefix("exhibits/")[:64]
    archive.members.append((f"exhibits/{digest}.pdf", b"%PDF-1.7 something else"))


@fails(1)
def second_file_under_the_same_digest_before_the_true_one(archive: Archive, good: Forgery) -> None:
    true = archive.exhibit(good)
    digest = true.removeprefix("exhibits/")[:64]
    archive.members.insert(0, (f"exhibits/{digest}.png", archive[true]))
    archive.rename(true, f"exhibits/{digest}.pdf")
    archive.members[0] = (f"exhibits/{digest}.png", archive[f"exhibits/{digest}.pdf"])


@fails(1)
def guide_missing(archive: Archive, good: Forgery) -> None:
    del archive[GUIDE]


@fails(1, 7, 10)
def headers_missing(archive: Archive, good: Forgery) -> None:
    del archive[HEADERS]


@fails(1, 7, 10)
def bodies_missing(archive: Archive, good: Forgery) -> None:
    del archive[BODIES]


@fails(indeterminate=[9, 10])
def checkpoint_missing(archive: Archive, good: Forgery) -> None:
    del archive[archive.one("checkpoints/")]


@fails(indeterminate=[7])
def exhibit_missing(archive: Archive, good: Forgery) -> None:
    del archive[archive.exhibit(good)]


@fails(1, 7)
def exhibit_altered(archive: Archive, good: Forgery) -> None:
    name = archive.exhibit(good)
    archive[name] = archive[name][:-1] + b"\0"


@fails(7)
def exhibit_altered_and_the_sums_left_alone(archive: Archive, good: Forgery) -> None:
    exhibit_altered(archive, good)
    archive.repair_sums = False


@fails(1)
def something_before_the_bundle(archive: Archive, good: Forgery) -> None:
    archive.before = b"#!/bin/sh\necho hello\n"


@fails(1, indeterminate=[7])
def symbolic_link(archive: Archive, good: Forgery) -> None:
    def link(info: zipfile.ZipInfo) -> None:
        info.external_attr = (stat.S_IFLNK | 0o777) << 16

    archive.dressed[archive.exhibit(good)] = link


@fails(1, indeterminate=[7])
def exotic_compression(archive: Archive, good: Forgery) -> None:
    def dress(info: zipfile.ZipInfo) -> None:
        info.compress_type = zipfile.ZIP_LZMA

    archive.dressed[archive.exhibit(good)] = dress


# SHA256SUMS


@fails(1)
def sums_missing(archive: Archive, good: Forgery) -> None:
    del archive[SUMS]


@fails(1)
def sums_line_missing(archive: Archive, good: Forgery) -> None:
    archive.repair_sums = False
    archive.edit_lines(SUMS, lambda lines: lines.__delitem__(3))


@fails(1)
def sums_line_wrong(archive: Archive, good: Forgery) -> None:
    archive.repair_sums = False
    archive[GUIDE] = b"Trust me.\n"


@fails(1)
def sums_line_twice(archive: Archive, good: Forgery) -> None:
    archive.repair_sums = False
    archive.edit_lines(SUMS, lambda lines: lines.append(lines[0]))


@fails(1)
def sums_line_contradicted(archive: Archive, good: Forgery) -> None:
    archive.repair_sums = False
    archive.edit_lines(SUMS, lambda lines: lines.insert(0, b"0" * 64 + lines[0][64:]))


@fails(1)
def sums_line_for_a_file_that_is_not_there(archive: Archive, good: Forgery) -> None:
    archive.repair_sums = False
    archive[SUMS] += b"0" * 64 + b"  missing.txt\n"


@fails(1)
def sums_with_crlf(archive: Archive, good: Forgery) -> None:
    archive.repair_sums = False
    archive[SUMS] = archive[SUMS].replace(b"\n", b"\r\n")


@fails(1)
def sums_without_line_feed_at_the_end(archive: Archive, good: Forgery) -> None:
    archive.repair_sums = False
    archive[SUMS] = archive[SUMS][:-1]


@fails(1)
def sums_as_binary(archive: Archive, good: Forgery) -> None:
    archive.repair_sums = False
    archive[SUMS] = archive[SUMS].replace(b"  ", b" *")


# Manifest


def manifest(archive: Archive, **changes: object) -> None:
    archive[MANIFEST] = canonical({**json.loads(archive[MANIFEST]), **changes})  # type: ignore[dict-item]


@fails(1)
def manifest_says_another_size(archive: Archive, good: Forgery) -> None:
    manifest(archive, size=10)


@fails(1)
def manifest_says_size_as_text(archive: Archive, good: Forgery) -> None:
    manifest(archive, size="11")


@fails(1)
def manifest_says_another_case(archive: Archive, good: Forgery) -> None:
    manifest(archive, case="0" * 32)


@fails(1)
def manifest_of_another_program(archive: Archive, good: Forgery) -> None:
    manifest(archive, format="something/else")


@fails(1)
def manifest_not_canonical(archive: Archive, good: Forgery) -> None:
    archive[MANIFEST] = json.dumps(json.loads(archive[MANIFEST])).encode()


@fails(1)
def manifest_not_an_object(archive: Archive, good: Forgery) -> None:
    archive[MANIFEST] = b"[]"


@fails(1)
def manifest_nested_without_end(archive: Archive, good: Forgery) -> None:
    archive[MANIFEST] = b"[" * 200_000


# Ledger


@fails(1, 4)
def fewer_signatures_than_headers(archive: Archive, good: Forgery) -> None:
    archive.edit_lines(SIGNATURES, lambda lines: lines.pop())


@fails(1)
def more_signatures_than_headers(archive: Archive, good: Forgery) -> None:
    archive.edit_lines(SIGNATURES, lambda lines: lines.append(lines[0]))


@fails(1, 7)
def fewer_bodies_than_headers(archive: Archive, good: Forgery) -> None:
    archive.edit_lines(BODIES, lambda lines: lines.pop())


@fails(1)
def more_bodies_than_headers(archive: Archive, good: Forgery) -> None:
    archive.edit_lines(BODIES, lambda lines: lines.append(b"null\n"))


@fails(1, 7, 10)
def fewer_headers_than_announced(archive: Archive, good: Forgery) -> None:
    archive.edit_lines(HEADERS, lambda lines: lines.pop())


@fails(1)
def signature_in_another_spelling(archive: Archive, good: Forgery) -> None:
    """The last digit of the base64 has bits that do not count: other bits there decode to the same signature."""

    def edit(lines: list[bytes]) -> None:
        line = lines[STEP]
        alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        changed = alphabet[alphabet.index(line[-4:-3]) + 1 :][:1]
        lines[STEP] = line[:-4] + changed + line[-3:]
        assert base64.b64decode(lines[STEP]) == base64.b64decode(line)

    archive.edit_lines(SIGNATURES, edit)


@fails(1, 7, 10)
def signature_that_is_not_base64(archive: Archive, good: Forgery) -> None:
    archive.edit_lines(SIGNATURES, lambda lines: lines.__setitem__(0, b"!" * 88 + b"\n"))


@fails(4)
def signature_of_zeros(archive: Archive, good: Forgery) -> None:
    archive.edit_lines(SIGNATURES, lambda lines: lines.__setitem__(STEP, base64.b64encode(bytes(64)) + b"\n"))


@fails()
def body_withheld(archive: Archive, good: Forgery) -> None:
    archive.edit_lines(BODIES, lambda lines: lines.__setitem__(STEP, b"null\n"))


@fails(1)
def body_withheld_in_another_spelling(archive: Archive, good: Forgery) -> None:
    archive.edit_lines(BODIES, lambda lines: lines.__setitem__(STEP, b"null \n"))


@fails(1)
def body_empty(archive: Archive, good: Forgery) -> None:
    archive.edit_lines(BODIES, lambda lines: lines.__setitem__(STEP, b"\n"))


@fails(1)
def body_with_crlf(archive: Archive, good: Forgery) -> None:
    archive.edit_lines(BODIES, lambda lines: lines.__setitem__(STEP, lines[STEP][:-1] + b"\r\n"))


@fails(1, 7, 10)
def last_line_without_line_feed(archive: Archive, good: Forgery) -> None:
    archive[HEADERS] = archive[HEADERS][:-1]


@fails(1, 7, 10)
def endless_header_line(archive: Archive, good: Forgery) -> None:
    archive.edit_lines(HEADERS, lambda lines: lines.insert(0, b"x" * 5000 + b"\n"))


@fails(1, 7, 10)
def ledger_emptied(archive: Archive, good: Forgery) -> None:
    for name in (HEADERS, SIGNATURES, BODIES):
        archive[name] = b""


# Keys and checkpoints


@fails(3, 9, indeterminate=[10])
def second_key(archive: Archive, good: Forgery) -> None:
    archive.members.append((f"keys/{key_id(OTHER.public_key)}.pem", to_pem(OTHER.public_key)))


@fails(1, 3, 9, indeterminate=[10])
def another_key_under_the_name_of_ours(archive: Archive, good: Forgery) -> None:
    archive[archive.one("keys/")] = to_pem(OTHER.public_key)


@fails(1, 3, 9, indeterminate=[10])
def key_under_another_name(archive: Archive, good: Forgery) -> None:
    archive.rename(archive.one("keys/"), "keys/0123456789abcdef.pem")


@fails(1, 3, 9, indeterminate=[10])
def text_before_the_key(archive: Archive, good: Forgery) -> None:
    name = archive.one("keys/")
    archive[name] = b"Hello\n" + archive[name]


@fails(1, 3, 9, indeterminate=[10])
def key_that_is_none(archive: Archive, good: Forgery) -> None:
    archive[archive.one("keys/")] = b"hello\n"


@fails(1)
def checkpoint_under_another_name(archive: Archive, good: Forgery) -> None:
    archive.rename(archive.one("checkpoints/"), "checkpoints/000000012.note")


@fails(1, 9, indeterminate=[10])
def checkpoint_malformed(archive: Archive, good: Forgery) -> None:
    archive[archive.one("checkpoints/")] = b"hello\n"


@fails(10)
def checkpoint_beyond_entries(archive: Archive, good: Forgery) -> None:
    archive.members.append(("checkpoints/000000020.note", good.note(20, root=bytes(32))))


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    ("corrupt", "failed", "open_"), [each[1:] for each in CORRUPTIONS], ids=[each[0] for each in CORRUPTIONS]
)
def test_corruption(
    good: Forgery, bundle: bytes, corrupt: Corrupt, failed: frozenset[int], open_: frozenset[int]
) -> None:
    """Each corruption fails the checks it should, leaves open those it should, and every other one passes."""
    archive = taken_apart(bundle)
    corrupt(archive, good)

    assert (failed, open_ | UNTRUSTED) == verdicts(report_of(archive.bytes()))


# --- damage to the zip itself --------------------------------------------------------------------------------------


def place_of(bundle: bytes, beginning: str) -> tuple[int, int]:
    """Where the packed bytes of a member lie in the file, and how many there are."""
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        info = next(info for info in archive.infolist() if info.filename.startswith(beginning))
    start = info.header_offset
    name, extra = (
        int.from_bytes(bundle[start + 26 : start + 28], "little"),
        int.from_bytes(bundle[start + 28 : start + 30], "little"),
    )
    return start + 30 + name + extra, info.compress_size


def central_place(bundle: bytes, beginning: str) -> int:
    """Where the description of a member lies in the directory at the end of the file."""
    place = bundle.index(b"PK\x01\x02")
    while not bundle[place + 46 :].startswith(beginning.encode()):
        place = bundle.index(b"PK\x01\x02", place + 4)
    return place


def patched(data: bytes, place: int, new: bytes) -> bytes:
    return data[:place] + new + data[place + len(new) :]


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the members that are opened."""
    found: list[str] = []
    opening = zipfile.ZipFile.open

    def note(
        self: zipfile.ZipFile, member: zipfile.ZipInfo | str, mode: Literal["r", "w"] = "r", *more: Any, **named: Any
    ) -> IO[bytes]:
        if mode == "r":
            found.append(member if isinstance(member, str) else member.filename)
        return opening(self, member, mode, *more, **named)

    monkeypatch.setattr(zipfile.ZipFile, "open", note)
    return found


class TestDamage:
    def test_an_exhibit(self, bundle: bytes) -> None:
        """A damaged exhibit is found by its checksum in the zip, and counts as altered."""
        place, size = place_of(bundle, "exhibits/")

        damaged = patched(bundle, place + size // 2, bytes([bundle[place + size // 2] ^ 1]))

        assert ({7}, UNTRUSTED) == verdicts(report_of(damaged))

    @pytest.mark.parametrize("name", [HEADERS, SIGNATURES, BODIES])
    def test_the_ledger(self, bundle: bytes, name: str) -> None:
        """A damaged file of the ledger cannot be read, and nothing in it passes."""
        place, size = place_of(bundle, name)

        damaged = patched(bundle, place + size // 2, bytes([bundle[place + size // 2] ^ 0x55]))

        assert {1} <= verdicts(report_of(damaged))[0]

    @pytest.mark.parametrize("name", [MANIFEST, SUMS, GUIDE, "keys/", "checkpoints/"])
    def test_a_small_file(self, bundle: bytes, name: str) -> None:
        """The same for each of the small files."""
        place, size = place_of(bundle, name)

        damaged = patched(bundle, place + size // 2, bytes([bundle[place + size // 2] ^ 0x55]))

        assert {1} <= verdicts(report_of(damaged))[0]

    @pytest.mark.parametrize("name", ["exhibits/", HEADERS, MANIFEST])
    def test_an_encrypted_member(self, bundle: bytes, name: str) -> None:
        """A member that needs a password is a failure, not a question and not a crash."""
        place = central_place(bundle, name)

        encrypted = patched(bundle, place + 8, bytes([bundle[place + 8] | 1]))

        assert {1} <= verdicts(report_of(encrypted))[0]

    @pytest.mark.parametrize(("name", "failed"), [("exhibits/", 7), (HEADERS, 1), (GUIDE, 1)])
    def test_a_huge_declared_size(self, bundle: bytes, name: str, failed: int) -> None:
        """A member that says it is four gigabytes and is not is a failure, and no such memory is asked for."""
        place = central_place(bundle, name)

        huge = patched(bundle, place + 24, (2**32 - 2).to_bytes(4, "little"))

        assert ({failed}, UNTRUSTED) == verdicts(report_of(huge))

    def test_an_exhibit_that_unfolds_without_end(self, bundle: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
        """An exhibit larger than any picture is given up and counts as altered."""
        monkeypatch.setattr(unbundling, "MAX_EXHIBIT", 100)

        assert ({7}, UNTRUSTED) == verdicts(report_of(bundle))

    def test_a_small_file_that_unfolds_without_end(self, bundle: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
        """A small file that is not small is given up and a failure."""
        monkeypatch.setattr(unbundling, "MAX_SMALL_FILE", 50)

        assert {1} <= verdicts(report_of(bundle))[0]

    @pytest.mark.parametrize("packing", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
    def test_a_member_of_several_pieces(self, bundle: bytes, packing: int) -> None:
        """A member that is read in many pieces, of bytes that pack well and of bytes that do not, is read whole."""
        archive = taken_apart(bundle)
        archive[GUIDE] = random.Random(0).randbytes(3 << 20) + bytes(3 << 20) + b"end"
        archive.dressed[GUIDE] = lambda info: setattr(info, "compress_type", packing)

        assert (set(), UNTRUSTED) == verdicts(report_of(archive.bytes()))

    @pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
    @pytest.mark.parametrize("name", [MANIFEST, HEADERS, BODIES, SUMS, GUIDE, "keys/", "checkpoints/", "exhibits/"])
    def test_a_method_that_unfolds_without_bound(
        self, bundle: bytes, opened: list[str], name: str, method: int
    ) -> None:
        """A member packed by another method is refused and never opened: such a stream unfolds as a whole."""
        archive = taken_apart(bundle)
        name = archive.one(name)
        archive[name] += bytes(5_000_000)
        archive.dressed[name] = lambda info: setattr(info, "compress_type", method)

        data = archive.bytes()
        opened.clear()
        assert {1} <= verdicts(report_of(data))[0]
        assert SIGNATURES in opened
        assert name not in opened

    @pytest.mark.parametrize(
        ("name", "size"),
        [
            (MANIFEST, 64 << 20),
            (SUMS, 64 << 20),
            (GUIDE, 64 << 20),
            (PAGE, 64 << 20),
            ("keys/", 64 << 20),
            ("checkpoints/", 16_384),
            ("timestamps/", 256 << 10),
            (HEADERS, 8 << 30),
            ("exhibits/", 256 << 20),
            ("stray.txt", -1),
        ],
    )
    def test_larger_than_its_place_allows(self, bundle: bytes, opened: list[str], name: str, size: int) -> None:
        """A member that announces one byte more than its place allows is never opened, whatever it holds."""
        archive = taken_apart(bundle)
        archive.members += [(f"timestamps/{0:064x}.ots", b"proof"), ("stray.txt", b"")]
        data = archive.bytes()
        name = archive.one(name)
        large = size >= 2**32 - 1
        place = central_place(data, name)
        if large:  # the size stands in an extra field
            extra = struct.pack("<HHQ", 1, 8, size + 1)
            data = data[: place + 46 + len(name)] + extra + data[place + 46 + len(name) :]
            data = patched(data, place + 30, len(extra).to_bytes(2, "little"))
            end = data.rindex(b"PK\x05\x06") + 12
            data = patched(
                data, end, (int.from_bytes(data[end : end + 4], "little") + len(extra)).to_bytes(4, "little")
            )
        data = patched(data, place + 24, (2**32 - 1 if large else size + 1).to_bytes(4, "little"))

        opened.clear()
        assert verdicts(report_of(data))[0] >= {7 if name.startswith("exhibits/") else 1}
        assert SIGNATURES in opened
        assert name not in opened

    @pytest.mark.parametrize("name", [MANIFEST, HEADERS, SUMS, GUIDE, "keys/", "checkpoints/", "exhibits/"])
    def test_larger_than_announced(self, bundle: bytes, name: str) -> None:
        """A member is unfolded no further than the size that it announces."""
        archive = taken_apart(bundle)
        name = archive.one(name)
        archive[name] += bytes(100 << 20)
        archive.dressed[name] = lambda info: setattr(info, "compress_type", zipfile.ZIP_DEFLATED)
        archive.repair_sums = False
        data = archive.bytes()
        data = patched(data, central_place(data, name) + 24, (1000).to_bytes(4, "little"))
        del archive

        tracemalloc.start()
        try:
            assert verdicts(report_of(data))[0]
            assert tracemalloc.get_traced_memory()[1] < 20 << 20
        finally:
            tracemalloc.stop()

    def test_members_that_quote_one_another(self, bundle: bytes, opened: list[str]) -> None:
        """Members that share bytes are refused before they are opened: a hundred may unfold the same megabytes."""
        data = taken_apart(bundle).bytes()
        start = data.index(b"PK\x01\x02")
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = {info.filename: info for info in archive.infolist()}
        page = members[PAGE]
        offset = members[GUIDE].header_offset
        size = page.header_offset + page.compress_size - offset
        data = patched(data, central_place(data, GUIDE) + 20, size.to_bytes(4, "little") * 2)
        opened.clear()

        assert offset < page.header_offset < start
        assert {1} == verdicts(report_of(data))[0]
        assert SIGNATURES in opened
        assert not {GUIDE, PAGE} & set(opened)

    def test_two_members_in_one_place(self, bundle: bytes, opened: list[str]) -> None:
        """The same where two lines of the directory lead to one place."""
        data = taken_apart(bundle).bytes()
        place = central_place(data, GUIDE) + 42
        data = patched(data, central_place(data, PAGE) + 42, data[place : place + 4])
        opened.clear()

        assert {1} == verdicts(report_of(data))[0]
        assert not {GUIDE, PAGE} & set(opened)

    def test_a_second_name(self, bundle: bytes) -> None:
        """A member with a Unicode Path is refused, wherever that field stands among others and whatever it says."""
        for new in (GUIDE, "README.md"):
            archive = taken_apart(bundle)
            told = struct.pack("<BL", 1, zlib.crc32(GUIDE.encode())) + new.encode()
            extra = struct.pack("<HH3x", 0xCAFE, 3) + struct.pack("<HH", 0x7075, len(told)) + told
            archive.dressed[GUIDE] = lambda info, extra=extra: setattr(info, "extra", extra)  # type: ignore[misc]

            assert ({1}, UNTRUSTED) == verdicts(report_of(archive.bytes()))

    def test_proofs_that_would_fill_the_memory(self, bundle: bytes) -> None:
        """Proofs of time are read one at a time: some hundred of the largest size, which pack to nothing, are borne."""
        archive = taken_apart(bundle)
        archive.members += [(f"timestamps/{number:064x}.tsr", bytes(256 << 10)) for number in range(100)]
        data = archive.bytes()
        del archive

        tracemalloc.start()
        try:
            assert {14} == verdicts(report_of(data))[0]
            assert tracemalloc.get_traced_memory()[1] < 10 << 20
        finally:
            tracemalloc.stop()

    def test_a_ledger_larger_than_any(self, bundle: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
        """A member beyond the size of any ledger does not belong in a bundle."""
        monkeypatch.setattr(unbundling, "MAX_LEDGER_FILE", 1000)

        assert {1} <= verdicts(report_of(bundle))[0]

    @pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
    def test_truncated(self, bundle: bytes, share: float) -> None:
        """A download that broke off is no bundle, and the person is told to ask for it again."""
        with pytest.raises(EvidenceFileError, match="Ask for the file again"):
            report_of(bundle[: int(len(bundle) * share)])

    @pytest.mark.parametrize("data", [b"", b"hello", b"PK\x03\x04", b"PK\x05\x06" + bytes(18)])
    def test_not_a_bundle(self, data: bytes) -> None:
        """What is no zip, or an empty one, is no bundle."""
        with pytest.raises(EvidenceFileError):
            report_of(data)

    def test_another_zip(self) -> None:
        """A zip of something else is no bundle."""
        with pytest.raises(EvidenceFileError, match="not a bundle made by evidence-vault"):
            report_of(Archive([("letter.txt", b"Madame,")]).bytes())

    def test_a_newer_bundle(self, bundle: bytes) -> None:
        """A bundle of a newer program is not judged by rules that it does not follow."""
        archive = taken_apart(bundle)
        manifest(archive, format="evidence-vault/bundle/2")

        with pytest.raises(EvidenceFileError, match="newer version"):
            report_of(archive.bytes())

    def test_a_bundle_with_a_comment(self, bundle: bytes) -> None:
        """What stands after the directory is no part of the bundle and changes no verdict."""
        file = io.BytesIO(bundle)
        with zipfile.ZipFile(file, "a") as archive:
            archive.comment = b"hello"

        assert (set(), UNTRUSTED) == verdicts(report_of(file.getvalue()))


def test_no_damage_passes_for_something_else(good: Forgery, small_bundle: bytes) -> None:
    """One changed bit anywhere in the members of the zip: a failure, or exactly the evidence that went in."""
    bundle, failed = small_bundle, 0
    for place in range(0, central_place(bundle, MANIFEST), 31):
        damaged = patched(bundle, place, bytes([bundle[place] ^ (1 << place % 8)]))
        if report_of(damaged).verdict == "failed":
            failed += 1
            continue
        with bundle_evidence(io.BytesIO(damaged), "bundle.zip") as evidence:
            assert good.entries == list(evidence.entries)
            assert (good.checkpoints[-1],) == evidence.checkpoints
            assert good.exhibits == {digest: b"".join(give()) for digest, give in evidence.exhibits.items()}

    assert failed > 100


def test_the_last_entry_is_an_exhibit(good: Forgery) -> None:
    """The corruptions above count on it."""
    assert good.header(LAST).kind == "exhibit"

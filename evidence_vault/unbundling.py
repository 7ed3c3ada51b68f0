"""Reading a bundle that comes from somebody else: nothing in it is believed, nothing of it is written to disk."""

import base64
import contextlib
import hashlib
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import IO

from evidence_vault.encoding import decode
from evidence_vault.entries import SignedEntry, parse_header
from evidence_vault.errors import EvidenceFileError
from evidence_vault.evidence import Evidence, Proof
from evidence_vault.exports.bundle import BODIES, BUNDLE_FORMAT, GUIDE, HEADERS, MANIFEST, PAGE, SIGNATURES, SUMS
from evidence_vault.messages import Message, say
from evidence_vault.signing.note import MAX_NOTE_BYTES, parse_note
from evidence_vault.signing.public import SIGNATURE_BYTES, from_pem, key_id, to_pem
from evidence_vault.signing.tokens import MAX_RESPONSE_BYTES
from evidence_vault.zip_members import PIECE, entangled, is_plain, whole

MAX_HEADER_LINE = 1_024
MAX_BODY_LINE = 16 << 20
"""The text and word boxes of the largest page are some hundreds of kilobytes."""
MAX_SMALL_FILE = 64 << 20
MAX_EXHIBIT = 256 << 20
MAX_LEDGER_FILE = 8 << 30
"""A zip of a few megabytes can unfold without end; a ledger of a million entries stays below this."""

_PLACES = re.compile(
    r"keys/[0-9a-f]{16}\.pem|checkpoints/[0-9]{9}\.note|exhibits/(?P<digest>[0-9a-f]{64})\.[a-z0-9]{1,5}"
    r"|timestamps/(?P<proof>[0-9a-f]{64})\.(?P<form>tsr|tsq|ots)"
)
_REQUIRED = {MANIFEST, HEADERS, SIGNATURES, BODIES, SUMS, GUIDE, PAGE}
_MANIFEST_KEYS = {"case", "exhibits", "format", "program", "size"}
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError)
"""What the zip library raises for damaged, encrypted or exotic members."""


@contextlib.contextmanager
def bundle_evidence(source: Path | IO[bytes], name: str) -> Iterator[Evidence]:
    """Open a bundle as evidence; raise `EvidenceFileError` where it is no bundle at all.

    What is amiss inside a bundle is not raised: it becomes a problem of the evidence, and verification fails.
    """
    try:
        archive = zipfile.ZipFile(source)
    except _BROKEN as error:
        raise EvidenceFileError(
            "{name} cannot be opened as a bundle: it is damaged or of another kind. Ask for the file again.", name=name
        ) from error
    with archive:
        if MANIFEST not in archive.namelist():
            raise EvidenceFileError("{name} is a zip, but not a bundle made by evidence-vault.", name=name)
        yield _Bundle(archive).evidence()


class _Bundle:
    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._problems: list[Message] = []
        self._members: dict[str, zipfile.ZipInfo] = {}
        """By name; what is not among them is never opened."""
        self._exhibits: dict[str, str] = {}
        self._proofs: dict[str, dict[str, str]] = {}
        """Names by digest and form: a response or a proof, and the request that goes with it."""
        shared = entangled(archive.infolist())
        seen: set[str] = set()
        for info in archive.infolist():
            name = info.filename
            place = _PLACES.fullmatch(name)
            digest = place["digest"] if place else None
            # A second file under the same digest would never be hashed: it could show anything.
            if name in seen or digest in self._exhibits:
                self._problem(say("The bundle holds {name} more than once.", name=name))
            elif (not place and name not in _REQUIRED) or not _is_ordinary(info) or info.header_offset in shared:
                self._problem(say("The bundle holds a file that does not belong there: {name}.", name=name))
            else:
                self._members[name] = info
                if info.file_size > _limit(name):
                    self._problem(say("{name} is too large.", name=name))
                if digest:
                    self._exhibits[digest] = name
                elif place and place["proof"]:
                    self._proofs.setdefault(place["proof"], {})[place["form"]] = name
            seen.add(name)
        if min(info.header_offset for info in archive.infolist()) > 0:
            self._problem(say("Something stands in the file before the bundle begins."))
        for name in sorted(_REQUIRED - seen):
            self._problem(say("The bundle lacks {name}.", name=name))

    def evidence(self) -> Evidence:
        names = sorted(self._members)
        manifest = self._manifest()
        self._compare_sums()
        self._place_proofs()
        keys = [self._key(name) for name in names if name.startswith("keys/")]
        return Evidence(
            entries=self._entries(manifest),
            checkpoints=tuple(self._note(name) for name in names if name.startswith("checkpoints/")),
            keys=tuple(key for key in keys if key is not None),
            exhibits={digest: self._reader(name) for digest, name in self._exhibits.items()},
            proofs=_Proofs(self._proofs, self._small),
            exhibits_left_out=manifest.get("exhibits") == "left_out",
            problems=self._problems,
        )

    def _member(self, name: str) -> zipfile.ZipInfo:
        """What may be opened under this name: a bomb unfolds as it is read, whatever is said of it afterwards."""
        info = self._members.get(name)
        if info is None or info.file_size > _limit(name):
            raise ValueError("refused")
        return info

    def _problem(self, message: Message) -> None:
        self._problems.append(message)

    def _manifest(self) -> dict[str, object]:
        try:
            value = decode(self._small(MANIFEST))
        except ValueError:
            value = None
        if isinstance(value, dict) and value.get("format") == BUNDLE_FORMAT:
            if value.keys() == _MANIFEST_KEYS and value["exhibits"] in {"enclosed", "left_out"}:
                return dict(value)
        elif isinstance(value, dict) and str(value.get("format")).startswith("evidence-vault/bundle/"):
            raise EvidenceFileError(
                "This bundle was made by a newer version of evidence-vault. Update the program to check it."
            )
        self._problem(say("{name} is malformed.", name=MANIFEST))
        return {}

    def _entries(self, manifest: dict[str, object]) -> Iterator[SignedEntry]:
        count = 0
        try:
            with self._text(HEADERS) as headers, self._text(SIGNATURES) as signatures, self._text(BODIES) as bodies:
                for header in _lines(headers, MAX_HEADER_LINE):
                    written = next(_lines(signatures, MAX_HEADER_LINE), b"")
                    signature = base64.b64decode(written, validate=True)
                    body = next(_lines(bodies, MAX_BODY_LINE), b"")
                    if count == 0:
                        self._compare_case(header, manifest)
                    if len(signature) != SIGNATURE_BYTES or base64.b64encode(signature) != written:
                        self._problem(say("Entry {index} has no signature.", index=count))
                    yield SignedEntry(header, signature, None if body == b"null" else body)
                    count += 1
                if signatures.read(1) or bodies.read(1):
                    self._problem(say("The bundle holds signatures or bodies without an entry."))
        except _BROKEN:
            self._problem(say("The ledger of the bundle cannot be read beyond entry {index}.", index=count))
        if manifest and manifest.get("size") != count:
            self._problem(say("The bundle announces another number of entries than it holds."))

    def _text(self, name: str) -> io.BufferedReader:
        """A file of lines; the library's own `readline` takes ten calls of Python for each."""
        return io.BufferedReader(self._archive.open(self._member(name)), PIECE)  # type: ignore[arg-type]  # it reads, and is enough

    def _compare_case(self, header: bytes, manifest: dict[str, object]) -> None:
        with contextlib.suppress(ValueError):  # a malformed header fails its own check
            if manifest and parse_header(header).case != manifest.get("case"):
                self._problem(say("The bundle announces another case than the one it holds."))

    def _key(self, name: str) -> bytes | None:
        data = self._small(name)
        try:
            raw = from_pem(data)
        except ValueError:
            raw = b""
        if data != to_pem(raw) or name != f"keys/{key_id(raw)}.pem":
            self._problem(say("{name} is malformed.", name=name))
            return None
        return raw

    def _note(self, name: str) -> bytes:
        data = self._small(name)
        try:
            agrees = name == f"checkpoints/{parse_note(data).checkpoint.size:09d}.note"
        except ValueError:
            agrees = False
            data = b""  # no less malformed, and thousands of them take no room
        if not agrees:
            self._problem(say("{name} is malformed.", name=name))
        return data

    def _small(self, name: str) -> bytes:
        """A file that is small by nature; empty, and a problem, where it cannot be read."""
        try:
            return b"".join(whole(self._archive, self._member(name)))
        except _BROKEN:
            self._problem(say("{name} cannot be read.", name=name))
            return b""

    def _place_proofs(self) -> None:
        """A response or a proof stands alone under its digest, a request beside a response."""
        for digest, names in list(self._proofs.items()):
            if names.keys() not in ({"tsr"}, {"tsr", "tsq"}, {"ots"}):
                self._problem(say("The proof of time {name} is not alone under its name.", name=digest))
                del self._proofs[digest]

    def _reader(self, name: str) -> Callable[[], Iterator[bytes]]:
        def read() -> Iterator[bytes]:
            try:
                info = self._member(name)
                if info.file_size > MAX_EXHIBIT:
                    raise ValueError("too large")
                yield from whole(self._archive, info)
            except _BROKEN as error:
                raise ValueError("damaged") from error

        return read

    def _compare_sums(self) -> None:
        """SHA256SUMS must say of every file what is true, or `sha256sum -c` and this program would disagree."""
        actual = {name: digest for digest, name in self._exhibits.items()}
        for name in self._archive.namelist():
            if name != SUMS and name not in actual:
                actual[name] = self._digest(name)
        expected = sorted(f"{digest}  {name}".encode() for name, digest in actual.items())
        stated = self._small(SUMS)
        # First the length: millions of lines that are none of ours are never taken apart.
        if len(stated) != sum(len(line) + 1 for line in expected) or sorted(stated.split(b"\n")) != [b"", *expected]:
            self._problem(say("{name} does not list the files of the bundle as they are.", name=SUMS))

    def _digest(self, name: str) -> str:
        digest = hashlib.sha256()
        try:
            for piece in whole(self._archive, self._member(name)):
                digest.update(piece)
        except _BROKEN:
            return ""
        return digest.hexdigest()


class _Proofs(Mapping[str, Proof]):
    """The proofs of time by their digests, each read when it is asked for: thousands never stand in memory at once."""

    def __init__(self, names: dict[str, dict[str, str]], read: Callable[[str], bytes]) -> None:
        self._names = names
        self._read = read

    def __getitem__(self, digest: str) -> Proof:
        names = self._names[digest]
        response = self._read(names.get("tsr") or names["ots"])
        return Proof(response, self._read(names["tsq"]) if "tsq" in names else None)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def _limit(name: str) -> int:
    """The largest size of the file of this name, which is one of a bundle; exhibits are measured as they are read."""
    if name.startswith("checkpoints/"):
        return MAX_NOTE_BYTES
    if name.startswith("timestamps/"):
        return MAX_RESPONSE_BYTES
    return MAX_LEDGER_FILE if name.startswith(("ledger/", "exhibits/")) else MAX_SMALL_FILE


def _is_ordinary(info: zipfile.ZipInfo) -> bool:
    return is_plain(info) and info.file_size <= MAX_LEDGER_FILE


def _lines(file: IO[bytes], limit: int) -> Iterator[bytes]:
    """Lines ended by a line feed, without it; raise `ValueError` for a longer one or an unended last one."""
    while line := file.readline(limit + 1):
        if not line.endswith(b"\n") or len(line) > limit + 1:  # the library may read somewhat more than it is asked to
            raise ValueError("unended or oversized line")
        yield line[:-1]

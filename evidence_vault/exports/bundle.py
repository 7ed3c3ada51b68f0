"""The bundle: one case as a zip that anybody can check with `sha256sum` and `openssl`.

    bundle.json                     which case, how many entries, whether the originals are enclosed
    ledger/headers.jsonl            one signed header a line, in order, exactly the bytes that were signed
    ledger/signatures.txt           the Ed25519 signature of each, in base64, line for line
    ledger/bodies.jsonl             what each entry says, line for line; `null` where it is withheld
    checkpoints/<size>.note         signed tree heads (C2SP): the newest, and every one that a proof of time is about
    timestamps/<sha256>.tsr         a whole TimeStampResp (RFC 3161), under its own digest
    timestamps/<sha256>.tsq         the TimeStampReq that the response of this name answers
    timestamps/<sha256>.ots         an OpenTimestamps proof
    keys/<key id>.pem               the public key
    exhibits/<sha256>.<extension>   the originals
    SHA256SUMS                      digests of all the files above, for `sha256sum -c`
    VERIFIER.md                     how to check all this without us, in French
    verify.html                     a page that checks all this in a browser, without any network

The same evidence gives the same bytes.
"""

import base64
import hashlib
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from evidence_vault import __version__
from evidence_vault.encoding import canonical
from evidence_vault.entries import SignedEntry
from evidence_vault.signing.note import parse_note
from evidence_vault.signing.public import key_id, to_pem
from evidence_vault.words import Protocol

BUNDLE_FORMAT = "evidence-vault/bundle/1"
MANIFEST, SUMS, GUIDE, PAGE = "bundle.json", "SHA256SUMS", "VERIFIER.md", "verify.html"
HEADERS, SIGNATURES, BODIES = "ledger/headers.jsonl", "ledger/signatures.txt", "ledger/bodies.jsonl"

EXTENSIONS = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/webp": "webp",
    "image/gif": "gif",
    "image/bmp": "bmp",
    "image/tiff": "tif",
    "image/heic": "heic",
    "image/heif": "heif",
    "image/avif": "avif",
    "application/pdf": "pdf",
    "message/rfc822": "eml",
    "text/plain": "txt",
}
PROOF_EXTENSIONS: dict[Protocol, str] = {"rfc3161": "tsr", "opentimestamps": "ots"}
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest date that a zip can hold: the real one would change the bytes


@dataclass(frozen=True, slots=True)
class Original:
    """An exhibit to enclose: its digest, what kind of file it is, and how to get its bytes."""

    digest: str
    media_type: str
    read: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Stamped:
    """A proof of time to enclose: its digest, its bytes, and the request that a token answers."""

    digest: str
    protocol: Protocol
    response: bytes
    request: bytes | None = None


@dataclass(frozen=True, slots=True)
class BundleInput:
    """One case at one checkpoint, ready to be written out."""

    case: str
    size: int
    entries: Callable[[], Iterator[SignedEntry]]
    """Gives the entries from the first again each time it is called: they are written in three passes."""
    checkpoints: tuple[bytes, ...]
    public_key: bytes
    originals: tuple[Original, ...]
    left_out: bool
    """The originals travel apart; a verifier then says that it did not check them."""
    guide: str
    """The text of VERIFIER.md."""
    proofs: tuple[Stamped, ...] = ()


def write_bundle(
    bundle: BundleInput, out: Path, progress: Callable[[int, int], None] = lambda _done, _all: None
) -> None:
    """Write the bundle to `out`, one file after another; memory does not grow with the case."""
    with zipfile.ZipFile(out, "w") as archive:
        writer = _Writer(archive)
        writer.add(MANIFEST, [_manifest(bundle)])
        writer.add(HEADERS, (entry.header + b"\n" for entry in bundle.entries()))
        writer.add(SIGNATURES, (base64.b64encode(entry.signature) + b"\n" for entry in bundle.entries()))
        writer.add(BODIES, ((entry.body or b"null") + b"\n" for entry in bundle.entries()))
        for note in bundle.checkpoints:
            writer.add(f"checkpoints/{parse_note(note).checkpoint.size:09d}.note", [note])
        for proof in bundle.proofs:
            writer.add(f"timestamps/{proof.digest}.{PROOF_EXTENSIONS[proof.protocol]}", [proof.response])
            if proof.request is not None:
                writer.add(f"timestamps/{proof.digest}.tsq", [proof.request])
        writer.add(f"keys/{key_id(bundle.public_key)}.pem", [to_pem(bundle.public_key)])
        writer.add(GUIDE, [bundle.guide.encode()])
        writer.add(PAGE, [verifier_page()])
        originals = () if bundle.left_out else bundle.originals
        for done, original in enumerate(originals, start=1):
            writer.add(exhibit_path(original.digest, original.media_type), [original.read()], packed=True)
            progress(done, len(originals))
        writer.add(SUMS, [f"{digest}  {name}\n".encode() for name, digest in writer.digests.items()])


def verifier_page() -> bytes:
    """The page that checks a bundle in a browser; built from the sources under `verifier-web/`."""
    return (Path(__file__).parent / PAGE).read_bytes()


def exhibit_path(digest: str, media_type: str | None) -> str:
    """Where an original lies in the bundle."""
    return f"exhibits/{digest}.{EXTENSIONS.get(media_type or '', 'bin')}"


def _manifest(bundle: BundleInput) -> bytes:
    return canonical(
        {
            "case": bundle.case,
            "exhibits": "left_out" if bundle.left_out else "enclosed",
            "format": BUNDLE_FORMAT,
            "program": f"evidence-vault {__version__}",
            "size": bundle.size,
        }
    )


class _Writer:
    """Adds files to a zip and remembers their digests."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.digests: dict[str, str] = {}

    def add(self, name: str, parts: Iterable[bytes], *, packed: bool = False) -> None:
        """Add one file; `packed` bytes, such as a picture's, are not compressed again."""
        info = zipfile.ZipInfo(name, _EPOCH)
        info.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
        info.external_attr = 0o644 << 16
        info.create_system = 3  # Unix, whatever system we run on: the bytes must not tell
        digest = hashlib.sha256()
        with self._archive.open(info, "w", force_zip64=not packed) as file:
            for part in parts:
                digest.update(part)
                file.write(part)
        self.digests[name] = digest.hexdigest()

"""A small dossier with its archive to sign and to forge, a certificate of its own, a time-stamp authority."""

import functools
import hashlib
import tempfile
import zipfile
from pathlib import Path

from builders import make_case
from test_dossier import MADE_AT, shot, write
from tsa import Authority

from evidence_vault.signing.identities import DocumentIdentity, load_document_identity, make_document_identity
from evidence_vault.signing.pades import Level, SignedDocument, SigningOptions, sign_document

NOW = MADE_AT


@functools.cache
def unsigned() -> bytes:
    """A dossier of two attempts, its archive inside."""
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "bundle.zip"
        with zipfile.ZipFile(archive, "w") as made:
            made.writestr("bundle.json", "{}")
            made.writestr("exhibits/much", b"endstream endobj %%EOF /ByteRange " * 1000)
        digest = hashlib.sha256(archive.read_bytes()).hexdigest()
        case = make_case(2, [shot()])
        return write(case, Path(folder) / "dossier.pdf", bundle=archive, bundle_sha256=digest).read_bytes()


@functools.cache
def identity() -> DocumentIdentity:
    key, certificate = make_document_identity("Awa Diallo", NOW, None)
    return load_document_identity(key, certificate, None)


@functools.cache
def authority() -> Authority:
    return Authority.create(name="Horodatage des pages")


def ask(request: bytes) -> bytes:
    """An honest authority at hand."""
    return authority().stamp(b"", request, gen_time=NOW)


def sign(path: Path, level: Level = "B-B", *, who: DocumentIdentity | None = None) -> SignedDocument:
    """Put the small dossier at `path` and sign it."""
    path.write_bytes(unsigned())
    options = SigningOptions(now=NOW, name="Awa Diallo", level=level, ask=ask)
    return sign_document(path, who or identity(), options)


@functools.cache
def signed(level: Level = "B-B") -> bytes:
    """The small dossier, signed."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "dossier.pdf"
        assert sign(path, level).level == level
        return path.read_bytes()

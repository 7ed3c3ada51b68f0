"""What the commands that check a case are about, and the shape of one of them."""

import datetime as dt
from dataclasses import dataclass

from evidence_vault.words import CertificateOrigin

ARCHIVE = "archive-de-preuve.zip"
DOSSIER = "dossier.pdf"
ROOT = "racine.pem"


@dataclass(frozen=True, slots=True)
class Command:
    """One step: why, what to type, and what must appear."""

    title: str
    why: str
    lines: tuple[str, ...]
    """As they are typed in a shell, one after the other; each fits on a printed line."""
    expected: str
    """Words that the output holds when all is well."""
    program: str
    """The program that does the work, which the reader may have to install."""


@dataclass(frozen=True, slots=True)
class ExampleToken:
    """The token that bounds the example from above, and the root under which it is valid."""

    digest: str
    """SHA-256 of the TimeStampResp, in hexadecimal: its name in the archive."""
    size: int
    """How many entries the stamped checkpoint covers."""
    index: int
    """The entry that names it."""
    gen_time: dt.datetime
    authority: str
    root: str
    """The name of the root, for whoever asks the authority for it."""
    root_sha256: str
    shipped: bool
    """Whether the root ships with the program."""


@dataclass(frozen=True, slots=True)
class PageSigner:
    """The certificate that signs the pages of a dossier."""

    origin: CertificateOrigin
    index: int
    """The entry that names it."""


@dataclass(frozen=True, slots=True)
class Checked:
    """The ledger that the commands are about, and the entry taken as an example."""

    size: int
    root: str
    """In hexadecimal."""
    public_key: bytes
    index: int
    digest: str
    """Chain digest of the entry `index`, in hexadecimal."""
    archive_sha256: str | None
    """None where it cannot be known: a guide inside the archive cannot state the archive's digest."""
    in_dossier: bool
    """Whether the archive is first to be taken out of the dossier."""
    token: ExampleToken | None = None
    page_sha256: str | None = None
    """Digest of the page that checks an archive in a browser."""
    page_signer: PageSigner | None = None
    """None where the pages are not signed, or where there are none."""
    inclusion: tuple[bytes, ...] | None = None
    """The proof that the entry is under the root, where the others are not told; None where they are."""

"""Making what leaves the vault, at one named checkpoint, and recording that it was made.

The entry `export` comes after what was exported and is no part of it.
"""

import datetime as dt
import hashlib
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from evidence_vault import durable, kinds
from evidence_vault.alike import alike
from evidence_vault.case_folder import CaseFolder
from evidence_vault.encoding import sha256
from evidence_vault.errors import CaseError
from evidence_vault.exports.bundle import verifier_page
from evidence_vault.exports.printed import PrintedPicture
from evidence_vault.frozen_case import FrozenAttempt, FrozenCase, Progress
from evidence_vault.messages import Message
from evidence_vault.selection import Selection, selected
from evidence_vault.signing.identities import DocumentIdentity
from evidence_vault.signing.keys import Signer
from evidence_vault.signing.pades import Level, SignedDocument, SigningOptions
from evidence_vault.sketchbook import compare_all

if TYPE_CHECKING:
    from evidence_vault.exports.dossier_case import DossierInput, Heading
    from evidence_vault.exports.exhibit_files import Filed, Filing

_ALL = Selection()
_UNFINISHED = frozenset({"petition"})
WritePages: TypeAlias = "Callable[[DossierInput, Path], None]"


@dataclass(frozen=True, slots=True)
class Exported:
    """What was made: where it is, its digest, and the state of the ledger that it shows."""

    path: Path
    sha256: str
    bytes: int
    size: int
    root: str
    level: Level | None = None
    """How far the signature of the pages got (PAdES); None where there is none."""
    notes: tuple[Message, ...] = ()
    """Why it got no further."""
    printed: tuple[PrintedPicture, ...] = ()
    """What stands on the pages of a dossier of its pictures."""


@dataclass(frozen=True, slots=True)
class Seal:
    """Who signs the pages of a dossier, and how."""

    identity: DocumentIdentity
    options: SigningOptions


def export_bundle(
    case: CaseFolder, signer: Signer, out: Path, *, light: bool, progress: Progress, own_roots: Sequence[bytes] = ()
) -> Exported:
    """Write the bundle of `case` to `out`; on any error `out` is as it was before.

    `own_roots` are certificates in DER under which tokens are judged beside those that ship with the program.
    """
    source = FrozenCase(case, signer, own_roots)
    with durable.replacing(out) as temporary:
        source.write_bundle(temporary, light=light, progress=progress)
    return _record(source, "bundle", out)


def export_dossier(
    case: CaseFolder, signer: Signer, out: Path, made_at: dt.datetime, *, light: bool, progress: Progress,
    own_roots: Sequence[bytes] = (), seal: Seal | None = None, heading: "Heading | None" = None,
    selection: Selection = _ALL, first: int = 1,
) -> Exported:  # fmt: skip
    """Write the dossier of `case` to `out`, the bundle embedded, and sign its pages; on any error `out` stays.

    The ledger must have named the certificate of `seal` before.
    """
    from evidence_vault.exports.dossier import write_dossier

    source = FrozenCase(case, signer, own_roots)
    found = alike(source.told, compare_all(case))

    def write(dossier: "DossierInput", temporary: Path) -> tuple[PrintedPicture, ...]:
        headed = replace(dossier, first=first)
        if heading is not None:
            headed = replace(headed, heading=heading)
        if not selection.is_all:
            chosen = selected(dossier.case, selection)
            headed = replace(headed, case=chosen, whole=dossier.case, selection=selection)
        return write_dossier(replace(headed, alike=found), temporary, progress)

    return _export_sealed(source, "dossier", out, made_at, write, light=light, seal=seal)


def export_record(
    case: CaseFolder, signer: Signer, out: Path, made_at: dt.datetime, index: int, hidden: frozenset[str],
    own_roots: Sequence[bytes] = (), seal: Seal | None = None,
) -> Exported:  # fmt: skip
    """Write to `out` the record of the attempt at `index`, with an archive in which it alone is told.

    `hidden` are fields of the case that are withheld from both.
    """
    from evidence_vault.exports.dossier_case import Numbered
    from evidence_vault.exports.record import write_record

    source = FrozenAttempt(case, signer, index, hidden, own_roots)
    whole = Numbered(source.whole)
    signature = source.signature(index)
    withheld = source.shown.hidden | ({"operator"} if index in source.shown.unnamed else set())

    def write(dossier: "DossierInput", temporary: Path) -> tuple[PrintedPicture, ...]:
        return write_record(dossier, whole, withheld, signature, temporary)

    return _export_sealed(source, "record", out, made_at, write, light=False, seal=seal)


def _export_sealed(
    source: FrozenCase, kind: str, out: Path, made_at: dt.datetime,
    write: "Callable[[DossierInput, Path], tuple[PrintedPicture, ...]]", *, light: bool, seal: Seal | None,
) -> Exported:  # fmt: skip
    """Write pages with their archive inside, sign them where a seal is given, and record that they were made."""
    from evidence_vault.exports.archival import require_archival
    from evidence_vault.signing.pades import sign_document

    signed: SignedDocument | None = None
    with durable.replacing(out) as temporary, tempfile.TemporaryDirectory(prefix="evidence-vault-") as scratch:
        bundle = Path(scratch) / "bundle.zip"
        source.write_bundle(bundle, light=light, progress=lambda _done, _all: None)
        dossier = replace(
            source.dossier(made_at),
            bundle=bundle,
            bundle_sha256=_digest(bundle),
            light=light,
            token=source.token,
            page_sha256=sha256(verifier_page()),
            page_signer=source.page_signer(seal.identity) if seal is not None else None,
        )
        printed = write(dossier, temporary)
        require_archival(temporary)  # before the signature, which nothing may change any more
        if seal is not None:
            signed = sign_document(temporary, seal.identity, seal.options)
    made = replace(_record(source, kind, out), printed=printed)
    return made if signed is None else replace(made, level=signed.level, notes=signed.notes)


def export_pages(
    case: CaseFolder, signer: Signer, out: Path, made_at: dt.datetime, kind: str, write: WritePages,
    own_roots: Sequence[bytes] = (),
) -> Exported:  # fmt: skip
    """Write to `out` the document that `write` makes of `case`, recorded as an export of this `kind`.

    A PDF must be an archive; a text that goes on being written is none.
    """
    from evidence_vault.exports.archival import require_archival

    source = FrozenCase(case, signer, own_roots)
    with durable.replacing(out) as temporary:
        write(source.dossier(made_at), temporary)
        if kind not in _UNFINISHED:
            require_archival(temporary)
    return _record(source, kind, out)


def export_collective(
    cases: Sequence[tuple[CaseFolder, Signer]], out: Path, made_at: dt.datetime, *, named: bool
) -> Exported:
    """Write to `out` the annex of several cases, and record in each that it was made."""
    from evidence_vault.exports.archival import require_archival
    from evidence_vault.exports.collective import write_collective

    if not cases:
        raise CaseError("This vault holds no case yet. Open one with `evidence-vault case new`.")
    sources = [FrozenCase(case, signer) for case, signer in cases]
    with durable.replacing(out) as temporary:
        write_collective([source.dossier(made_at) for source in sources], made_at, temporary, named=named)
        require_archival(temporary)
    return [_record(source, "collective", out) for source in sources][-1]


def export_exhibits(
    case: CaseFolder, signer: Signer, out: Path, made_at: dt.datetime, filing: "Filing", progress: Progress,
    own_roots: Sequence[bytes] = (),
) -> tuple[Exported, "Filed"]:  # fmt: skip
    """Write the exhibits and their inventory into the new folder `out`; on any error there is none.

    The digest that the ledger names is that of the table in it, which carries the digest of every file.
    """
    from evidence_vault.exports.exhibit_files import write_exhibits
    from evidence_vault.exports.inventory import CSV

    source = FrozenCase(case, signer, own_roots)
    with durable.new_folder(out) as temporary:
        filed = write_exhibits(source.dossier(made_at), temporary, filing, progress)
    return replace(_record(source, "exhibits", out / CSV), path=out), filed


def _record(source: FrozenCase, export: str, out: Path) -> Exported:
    made = Exported(out, _digest(out), out.stat().st_size, source.head.size, source.head.root.hex())
    with source.case.appending(source.signer) as appender:
        appender.append(kinds.ExportMade(export=export, size=made.size, root=made.root, sha256=made.sha256))
    return made


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

"""`export record`: one attempt, shown without the others."""

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evidence_vault.commands.attest import stamp_if_agreed
from evidence_vault.commands.export import OwnRoots, roots_of, told_of
from evidence_vault.commands.help import Command
from evidence_vault.commands.session import Session, now, session_of
from evidence_vault.commands.signers import (
    Card,
    Certificate,
    Pkcs11,
    Pkcs12,
    Revocation,
    Unsigned,
    identity_of,
    require_one_signer,
    seal_of,
)
from evidence_vault.errors import UsageError
from evidence_vault.messages import say

if TYPE_CHECKING:
    from evidence_vault.recording import Recorder


def record(
    context: typer.Context,
    index: Annotated[int, typer.Argument(metavar="INDEX", help="Number of the attempt.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="Where to write the PDF.")] = Path(
        "record.pdf"
    ),
    withhold: Annotated[
        list[str] | None,
        typer.Option(metavar="FIELD", help="A field of the case that is not told, such as address. Repeatable."),
    ] = None,
    pkcs12: Pkcs12 = None,
    pkcs11: Pkcs11 = None,
    card: Card = None,
    certificate: Certificate = None,
    unsigned: Unsigned = False,
    revocation: Revocation = False,
    tsa_root: OwnRoots = None,
) -> None:
    """Make the record of one attempt, in French, with the evidence for it embedded; the others are not told.

    The archive inside holds every entry of the ledger in its sealed form, and the contents of this attempt alone:
    `verify` checks it as it checks a dossier, and counts what is withheld. Fields of the case can be withheld too. What
    the pictures, their names and the notes of this attempt show stays as it is.
    """
    from evidence_vault import durable
    from evidence_vault.exporting import export_record

    session = session_of(context)
    hidden = _fields(withhold)
    require_one_signer(pkcs12, pkcs11, card, certificate, unsigned=unsigned)
    durable.require_replaceable(output)
    recorder = session.recorder()
    if not unsigned:
        _require_unnamed(session, recorder, hidden)
    with contextlib.ExitStack() as open_cards:
        identity = None
        if not unsigned:
            identity = open_cards.enter_context(identity_of(session, recorder, pkcs12, pkcs11, card, certificate))
        seal = seal_of(session, recorder, identity, revocation=revocation) if identity is not None else None
        stamp_if_agreed(session, recorder)
        done = export_record(
            recorder.case, recorder.signer, output, now(), index, hidden, roots_of(session, tsa_root), seal
        )
    for note in done.notes:
        session.warn(note)
    session.say(say("The document is in {path}.", path=str(output)), bold=True)
    session.answer(told_of(done) | {"signature": done.level, "attempt": index})


def _fields(given: list[str] | None) -> frozenset[str]:
    from evidence_vault.kinds import CHANGEABLE

    named = {name.replace("-", "_") for name in given or ()}
    if unknown := sorted(named - CHANGEABLE):
        raise UsageError(
            "A case has no field {name}; nothing was exported. Its fields: {known}.",
            name=unknown[0],
            known=", ".join(sorted(CHANGEABLE)),
        )
    return frozenset(named)


def _require_unnamed(session: Session, recorder: "Recorder", hidden: frozenset[str]) -> None:
    """Refuse to sign pages that withhold a name which the signature would tell."""
    from evidence_vault.extract import NAME, keepers, own_names

    case = recorder.case.read()
    signers = keepers(case) | {session.vault().settings.operator}
    if NAME in hidden and own_names(case) & signers:
        raise UsageError(
            "The signature of the pages names the applicant, who keeps the ledger; nothing was exported. "
            "Add --unsigned, or do not withhold the name."
        )


def register(app: typer.Typer) -> None:
    """Add this command to `export`."""
    app.command(cls=Command)(record)

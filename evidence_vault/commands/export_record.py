"""`export record`: one attempt, shown without the others."""

import contextlib
from pathlib import Path
from typing import Annotated

import typer

from evidence_vault.commands.attest import stamp_if_agreed
from evidence_vault.commands.export import OwnRoots, identity_of, roots_of, seal_of, told_of
from evidence_vault.commands.help import Command
from evidence_vault.commands.session import now, session_of
from evidence_vault.errors import UsageError
from evidence_vault.messages import say


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
    unsigned: Annotated[bool, typer.Option("--unsigned", help="Leave the pages without a signature.")] = False,
    tsa_root: OwnRoots = None,
) -> None:
    """Make the record of one attempt, in French, with the evidence for it embedded; the others are not told.

    The archive inside holds every entry of the ledger in its sealed form, and the contents of this attempt alone:
    `verify` checks it as it checks a dossier, and counts what is withheld. Fields of the case can be withheld too.
    """
    from evidence_vault import durable
    from evidence_vault.exporting import export_record

    session = session_of(context)
    hidden = _fields(withhold)
    durable.require_replaceable(output)
    recorder = session.recorder()
    with contextlib.ExitStack() as open_cards:
        identity = None
        if not unsigned:
            identity = open_cards.enter_context(identity_of(session, recorder, None, None, None, None))
        seal = seal_of(session, recorder, identity, revocation=False) if identity is not None else None
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


def register(app: typer.Typer) -> None:
    """Add this command to `export`."""
    app.command(cls=Command)(record)

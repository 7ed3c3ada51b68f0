"""`export justification` and `export card`: short documents about the steps of a case."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evidence_vault.commands.attest import stamp_if_agreed
from evidence_vault.commands.export import OwnRoots, roots_of, told_of
from evidence_vault.commands.help import Command
from evidence_vault.commands.session import Session, now, session_of
from evidence_vault.errors import CaseError
from evidence_vault.messages import say

if TYPE_CHECKING:
    from evidence_vault.exporting import WritePages


def justification(
    context: typer.Context,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="Where to write the PDF.")] = Path(
        "justification.pdf"
    ),
    tsa_root: OwnRoots = None,
) -> None:
    """Make one or two pages, in French, on the steps towards renewing a carte de résident (art. R. 311-9, as it was).

    They set each attempt inside or outside the period for asking (art. R. 431-5). They are no attestation de dépôt, say
    so in large letters, and prolong no permit. A case of which the article does not speak is refused, with the reason.
    """
    from evidence_vault.exports.justification import write_justification
    from evidence_vault.resident_card import outside

    session = session_of(context)
    if reason := outside(session.case().read().case):
        raise CaseError(reason.text, **reason.params)
    make_pages(session, output, "justification", write_justification, tsa_root)


def card(
    context: typer.Context,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="Where to write the PDF.")] = Path(
        "card.pdf"
    ),
    tsa_root: OwnRoots = None,
) -> None:
    """Make one page, in French, to show to an employer or at an identity check: that steps were taken.

    It gives no address and tells no attempt by itself. It is no attestation de dépôt and prolongs no permit.
    """
    from evidence_vault.exports.card import write_card

    make_pages(session_of(context), output, "card", write_card, tsa_root)


def make_pages(session: Session, output: Path, kind: str, write: "WritePages", tsa_root: list[Path] | None) -> None:
    """Make one document of the case at `output`, and say so."""
    from evidence_vault.exporting import export_pages

    recorder = session.recorder()
    stamp_if_agreed(session, recorder)
    done = export_pages(recorder.case, recorder.signer, output, now(), kind, write, roots_of(session, tsa_root))
    session.say(say("The document is in {path}.", path=str(output)), bold=True)
    session.answer(told_of(done))


def register(app: typer.Typer) -> None:
    """Add these commands to `export`."""
    app.command(cls=Command)(justification)
    app.command(cls=Command)(card)

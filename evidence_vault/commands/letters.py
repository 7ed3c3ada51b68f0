"""`export petition` and `export complaint`: letters that the person or their lawyer goes on writing."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evidence_vault.commands.export import First, OwnRoots, require_first
from evidence_vault.commands.export_short import make_pages
from evidence_vault.commands.help import Command
from evidence_vault.commands.options import optional
from evidence_vault.commands.session import session_of

if TYPE_CHECKING:
    from evidence_vault.exports.dossier_case import DossierInput


def petition(
    context: typer.Context,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="Where to write the text.")] = Path(
        "petition.docx"
    ),
    counsel: Annotated[str | None, typer.Option(metavar="NAME", help="The lawyer, if there is one.")] = None,
    first: First = 1,
    tsa_root: OwnRoots = None,
) -> None:
    """Draft the request for useful measures (art. L. 521-3 CJA) as an editable .docx, in French.

    It holds the facts and the numbers of the exhibits that show them; what only a lawyer can write is a highlighted
    blank. It says of no condition that it is met.
    """
    from evidence_vault.exports import petition as draft

    name = optional(counsel, "--counsel")

    require_first(first)

    def write(dossier: "DossierInput", out: Path) -> None:
        out.write_bytes(draft.petition(replace(dossier, first=first), name))

    make_pages(session_of(context), output, "petition", write, tsa_root)


def complaint(
    context: typer.Context,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="Where to write the PDF.")] = Path(
        "complaint.pdf"
    ),
    tsa_root: OwnRoots = None,
) -> None:
    """Draft a complaint to the Défenseur des droits, in French: facts, steps already taken and answers, enclosures."""
    from evidence_vault.exports.complaint import write_complaint

    make_pages(session_of(context), output, "complaint", write_complaint, tsa_root)


def register(app: typer.Typer) -> None:
    """Add these commands to `export`."""
    app.command(cls=Command)(petition)
    app.command(cls=Command)(complaint)

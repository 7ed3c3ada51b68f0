"""`export collective`: several cases of one vault in one annex."""

from pathlib import Path
from typing import Annotated

import typer

from evidence_vault.commands.help import Command
from evidence_vault.commands.session import now, session_of
from evidence_vault.messages import say


def collective(
    context: typer.Context,
    cases: Annotated[
        list[str] | None, typer.Argument(metavar="CASE...", help="Beginnings of the numbers of cases (default: all).")
    ] = None,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="Where to write the PDF.")] = Path(
        "collective.pdf"
    ),
    named: Annotated[bool, typer.Option("--named", help="Name the applicants, who must have agreed to it.")] = False,
) -> None:
    """Put several applicants into one annex, in French: what each ledger holds, every attempt counted, naming nobody.

    Each applicant keeps their own ledger and proof; their lines carry its root. That the annex was made is recorded in
    each of them, and in none who else was in it.
    """
    from evidence_vault.exporting import export_collective

    session = session_of(context)
    vault = session.vault()
    chosen = [vault.case(name) for name in cases] if cases else list(vault.cases())
    unique = {case.id: case for case in chosen}
    done = export_collective(
        [(case, case.signer(session.passphrase)) for case in unique.values()], output, now(), named=named
    )
    session.say(say("The document is in {path}.", path=str(output)), bold=True)
    session.answer({"path": str(done.path), "sha256": done.sha256, "bytes": done.bytes, "cases": list(unique)})


def register(app: typer.Typer) -> None:
    """Add this command to `export`."""
    app.command(cls=Command)(collective)

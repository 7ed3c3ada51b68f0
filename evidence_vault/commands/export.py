"""`export …`: what leaves the vault."""

from pathlib import Path
from typing import Annotated, Any

import typer

from evidence_vault.commands.help import Command, Group
from evidence_vault.commands.session import now, session_of
from evidence_vault.messages import say

export_app = typer.Typer(cls=Group, rich_markup_mode=None, help="Make the dossier (PDF) or the bundle (zip).")

Output = Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="The file to write.")]
Light = Annotated[bool, typer.Option("--light", help="Leave the originals out of the archive, to make a smaller file.")]


def dossier(
    context: typer.Context,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="Where to write the PDF.")] = Path(
        "dossier.pdf"
    ),
    light: Light = False,
) -> None:
    """Make the dossier: a PDF for people, in French, with the evidence itself embedded."""
    from evidence_vault.exporting import export_dossier

    session = session_of(context)
    recorder = session.recorder()
    with session.progress("Making the pages", None) as advance:
        done = export_dossier(
            recorder.case, recorder.signer, output, now(), light=light, progress=lambda n, _all: advance(n)
        )
    session.say(say("The dossier is in {path}.", path=str(output)), bold=True)
    session.answer(_told(done))


def bundle(
    context: typer.Context,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="Where to write the zip.")] = Path(
        "bundle.zip"
    ),
    light: Light = False,
) -> None:
    """Make the bundle: a zip for machines, which anybody can check with sha256sum and openssl."""
    from evidence_vault.exporting import export_bundle

    session = session_of(context)
    recorder = session.recorder()
    with session.progress("Enclosing originals", None) as advance:
        done = export_bundle(recorder.case, recorder.signer, output, light=light, progress=lambda n, _all: advance(n))
    session.say(say("The bundle is in {path}.", path=str(output)), bold=True)
    session.answer(_told(done))


def _told(done: Any) -> dict[str, Any]:
    return {"path": str(done.path), "sha256": done.sha256, "size": done.size, "root": done.root, "bytes": done.bytes}


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    export_app.command(cls=Command)(dossier)
    export_app.command(cls=Command)(bundle)
    app.add_typer(export_app, name="export")

"""`export …`: what leaves the vault."""

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evidence_vault.commands.attest import stamp_if_agreed
from evidence_vault.commands.help import Command, Group
from evidence_vault.commands.options import clean, optional
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
from evidence_vault.errors import CaseError, UsageError
from evidence_vault.messages import say

if TYPE_CHECKING:
    from evidence_vault.exports.dossier_case import Heading
    from evidence_vault.recording import Recorder
    from evidence_vault.selection import Selection

_MOST_LINES = 4

export_app = typer.Typer(
    cls=Group,
    rich_markup_mode=None,
    help="Make what is handed over or filed: dossier, record, exhibits, drafts, bundle.",
)

Output = Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="The file to write.")]
OwnRoots = Annotated[
    list[Path] | None,
    typer.Option(
        "--tsa-root",
        metavar="FILE",
        help="Another root, in PEM, under which tokens count in what is printed.",
    ),
]
First = Annotated[
    int, typer.Option(metavar="NUMBER", help="The number of the first exhibit, where others come before.")
]
Light = Annotated[bool, typer.Option("--light", help="Leave the originals out of the archive, to make a smaller file.")]


def dossier(
    context: typer.Context,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="Where to write the PDF.")] = Path(
        "dossier.pdf"
    ),
    light: Light = False,
    pkcs12: Pkcs12 = None,
    pkcs11: Pkcs11 = None,
    card: Card = None,
    certificate: Certificate = None,
    unsigned: Unsigned = False,
    revocation: Revocation = False,
    tsa_root: OwnRoots = None,
    since: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="Print only the attempts from this day on.")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--to", metavar="DATE", help="Print only the attempts until this day, included.")
    ] = None,
    outcome: Annotated[
        list[str] | None, typer.Option(metavar="CODE", help="Print only attempts with this outcome. Repeatable.")
    ] = None,
    exhibit: Annotated[
        list[int] | None,
        typer.Option(metavar="INDEX", help="Print only this screenshot and the attempt it belongs to. Repeatable."),
    ] = None,
    first: First = 1,
    letterhead: Annotated[
        list[str] | None, typer.Option(metavar="TEXT", help="A line at the head of the cover. Repeatable.")
    ] = None,
    counsel: Annotated[str | None, typer.Option(metavar="NAME", help="The lawyer, if there is one.")] = None,
    number: Annotated[
        str | None,
        typer.Option(
            "--exhibit-number", metavar="TEXT", help="The number that the dossier is filed under, on each page."
        ),
    ] = None,
    no_print_check: Annotated[
        bool,
        typer.Option(
            "--no-print-check", help="Do not read the pages again, in grey, to see whether they stay legible."
        ),
    ] = False,
) -> None:
    """Make the dossier: a PDF for people, in French, with the evidence itself embedded and its pages signed.

    The certificate is one that the case issued to itself, and says so; --pkcs12 and --pkcs11 sign with another. Where
    it was agreed that third parties are contacted, one of them attests when the pages were signed.

    Each picture is then read again as it prints in grey, and a report beside the PDF says whether its message is still
    read. A picture that fails is named, and the exit code stays 0, because the dossier is made.

    --from, --to, --outcome and --exhibit choose which attempts are printed and counted. How many are not, and what
    became of them, stands on the cover; the archive holds them all.
    """
    from evidence_vault import durable
    from evidence_vault.commands.proof import check_print
    from evidence_vault.exporting import export_dossier
    from evidence_vault.proofreading import report_path

    session = session_of(context)
    heading = _heading(letterhead, counsel, number)
    selection = _selection(since, until, outcome, exhibit)
    require_first(first)
    require_one_signer(pkcs12, pkcs11, card, certificate, unsigned=unsigned)
    for path in (output, report_path(output)):  # before the ledger names a certificate for it
        durable.require_replaceable(path)
    recorder = session.recorder()
    _require_known(selection, recorder)
    with contextlib.ExitStack() as open_cards:
        identity = None
        if not unsigned:
            identity = open_cards.enter_context(identity_of(session, recorder, pkcs12, pkcs11, card, certificate))
        seal = seal_of(session, recorder, identity, revocation=revocation) if identity is not None else None
        stamp_if_agreed(session, recorder)
        with session.progress("Making the pages", None) as advance:
            done = export_dossier(
                recorder.case,
                recorder.signer,
                output,
                now(),
                light=light,
                progress=lambda n, _all: advance(n),
                own_roots=roots_of(session, tsa_root),
                seal=seal,
                heading=heading,
                selection=selection,
                first=first,
            )
    for note in done.notes:
        session.warn(note)
    session.say(say("The dossier is in {path}.", path=str(output)), bold=True)
    checked = check_print(session, done, asked=not no_print_check)
    session.answer(told_of(done) | {"signature": done.level, "print_check": checked})


def _heading(letterhead: list[str] | None, counsel: str | None, number: str | None) -> "Heading":
    from evidence_vault.exports.dossier_case import Heading

    lines = tuple(clean(line, "--letterhead") for line in letterhead or ())
    if len(lines) > _MOST_LINES:
        raise UsageError("--letterhead can be given {most} times at most; nothing was made.", most=_MOST_LINES)
    return Heading(lines, optional(counsel, "--counsel"), optional(number, "--exhibit-number"))


def require_first(number: int) -> None:
    """Refuse a number that no exhibit can have."""
    if number < 1:
        raise UsageError("The first exhibit has number 1 or more, not {number}; nothing was made.", number=number)


def _selection(
    since: str | None, until: str | None, outcomes: list[str] | None, exhibits: list[int] | None
) -> "Selection":
    from evidence_vault.capture.times import parse_date
    from evidence_vault.selection import Selection
    from evidence_vault.words import OUTCOMES, Outcome

    known: dict[str, Outcome] = {code: code for code in OUTCOMES}
    if unknown := [code for code in outcomes or () if code not in known]:
        raise UsageError(
            "There is no outcome {code}; nothing was made. Outcomes: {known}.", code=unknown[0], known=", ".join(known)
        )
    first = parse_date(since, "--from") if since is not None else None
    last = parse_date(until, "--to") if until is not None else None
    if first is not None and last is not None and last < first:
        raise UsageError(
            "--to ({last}) lies before --from ({first}), so that no day is left; nothing was made. "
            "Give the earlier day to --from.",
            last=last.isoformat(),
            first=first.isoformat(),
        )
    return Selection(
        first,
        last,
        frozenset(known[code] for code in outcomes or ()),
        frozenset(exhibits or ()),
    )


def _require_known(selection: "Selection", recorder: "Recorder") -> None:
    """Refuse exhibits that no attempt has."""
    known = {exhibit.entry.index for view in recorder.case.read().attempts for exhibit in view.exhibits}
    if unknown := sorted(selection.exhibits - known):
        raise CaseError(
            "Entry {index} is no exhibit of an attempt; nothing was made. `evidence-vault show` of an attempt gives "
            "the numbers of its exhibits.",
            index=unknown[0],
        )


def bundle(
    context: typer.Context,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="Where to write the zip.")] = Path(
        "bundle.zip"
    ),
    light: Light = False,
    tsa_root: OwnRoots = None,
) -> None:
    """Make the bundle: a zip for machines, which anybody can check with sha256sum, openssl and a browser."""
    from evidence_vault.exporting import export_bundle

    session = session_of(context)
    recorder = session.recorder()
    stamp_if_agreed(session, recorder)
    with session.progress("Enclosing originals", None) as advance:
        done = export_bundle(
            recorder.case,
            recorder.signer,
            output,
            light=light,
            progress=lambda n, _all: advance(n),
            own_roots=roots_of(session, tsa_root),
        )
    session.say(say("The bundle is in {path}.", path=str(output)), bold=True)
    session.answer(told_of(done))


def words(
    context: typer.Context,
    index: Annotated[int, typer.Argument(metavar="INDEX", help="Number of a screenshot, or of a reading of it.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="The file to write.")] = Path(
        "words.hocr"
    ),
) -> None:
    """Write the words that were read on a screenshot, each with its place and its confidence, as hOCR.

    Of a screenshot, the newest reading is written. The file follows from the entry of that reading alone: written again
    it has the same digest. Nothing is recorded.
    """
    from evidence_vault import durable
    from evidence_vault.encoding import sha256
    from evidence_vault.exports.hocr import hocr

    session = session_of(context)
    case = session.case().read()
    found = [
        (exhibit, reading)
        for exhibit in case.exhibits
        for reading in exhibit.readings
        if index in {exhibit.entry.index, reading.entry.index}
    ]
    if not found:
        raise CaseError(
            "Entry {index} is neither a screenshot that was read nor a reading; nothing was written. Run "
            "`evidence-vault list` to see the entries.",
            index=index,
        )
    exhibit, reading = found[-1]
    if reading.reading.status != "read":
        raise CaseError(
            "Entry {index} says that the picture was not read ({status}): there are no words, and nothing was written. "
            "Run `evidence-vault doctor` to see whether the engine is ready.",
            index=reading.entry.index,
            status=reading.reading.status or "",
        )
    if exhibit.covered:
        session.warn(say("Parts of this picture are covered for others; the words are written whole, for you alone."))
    data = hocr(exhibit, reading)
    durable.write_file(output, data, mode=durable.ORDINARY_FILE)
    session.say(say("The words are in {path}.", path=str(output)), bold=True)
    session.answer(
        {
            "path": str(output),
            "sha256": sha256(data),
            "bytes": len(data),
            "exhibit": exhibit.entry.index,
            "reading": reading.entry.index,
            "words": len(reading.reading.words or ()),
        },
        lambda: f"{sha256(data)}  {output}",
    )


def roots_of(session: Session, given: list[Path] | None) -> tuple[bytes, ...]:
    """The roots of the settings and of --tsa-root, under which tokens count beside those that ship."""
    from evidence_vault.asking import own_roots, readable_roots
    from evidence_vault.capture.files import read_file

    return (*own_roots(session.vault().settings), *readable_roots(read_file(path) for path in given or ()))


def told_of(done: Any) -> dict[str, Any]:
    return {"path": str(done.path), "sha256": done.sha256, "size": done.size, "root": done.root, "bytes": done.bytes}


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    export_app.command(cls=Command)(dossier)
    export_app.command(cls=Command)(bundle)
    export_app.command(cls=Command)(words)
    app.add_typer(export_app, name="export")

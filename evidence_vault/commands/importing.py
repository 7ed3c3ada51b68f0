"""`import`, `read`: screenshots taken elsewhere, and those that nobody has read yet."""

import itertools
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evidence_vault.commands.attest import stamp_if_agreed, stamped_answer
from evidence_vault.commands.compare import compare
from evidence_vault.commands.help import Command
from evidence_vault.commands.options import Note, Platform, StatedOutcome, Url, Yes, operator_of, optional, page_address
from evidence_vault.commands.session import Session, now, session_of
from evidence_vault.errors import InvalidValueError
from evidence_vault.messages import Message, say

if TYPE_CHECKING:
    from evidence_vault.intake import ImportResult, Taken
    from evidence_vault.stamping import Stamped


def import_(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Screenshots, folders or zip archives.")],
    url: Url = None,
    platform: Platform = None,
    outcome: StatedOutcome = None,
    note: Note = None,
    group_minutes: Annotated[
        int | None,
        typer.Option(
            min=0, max=1440, metavar="N", help="Screenshots taken within N minutes of each other are one attempt."
        ),
    ] = None,
    no_ocr: Annotated[bool, typer.Option("--no-ocr", help="Record now, read later with `read`.")] = False,
    yes: Yes = False,
) -> None:
    """Record screenshots taken elsewhere: one attempt for each, dated by what the file or the picture says.

    A file that the case holds already is not recorded again, so an import that was interrupted can be run again.
    """
    from evidence_vault import intake, kinds
    from evidence_vault.capture.files import gather
    from evidence_vault.ocr.engine import engine_or_error

    session = session_of(context)
    session.require_answers("--yes", given=yes)
    if not yes and not session.confirm("Record every screenshot found there?", default=True):
        raise typer.Abort
    recorder = session.recorder()
    template = kinds.Attempt(
        origin="import",
        **operator_of(session),
        url=page_address(url),
        platform=optional(platform, "--platform"),
        note=optional(note, "--note", lines=True),
    )
    found = list(gather(paths))
    with session.progress("Reading screenshots", len(found)) as advance:
        work = intake.Import(
            recorder,
            template,
            None if no_ocr else engine_or_error(),
            now(),
            group_minutes=group_minutes,
            outcome=outcome,
        )
        done = itertools.count(1)
        with session.telling_if_stopped(lambda: _kept(work.result)):
            result = work.run(found, lambda: advance(next(done)))
    repeated = compare(session, recorder, {attempt.index for attempt in result.attempts})
    stamped = stamp_if_agreed(session, recorder) if result.attempts else None
    unread = len(recorder.case.read().unread)
    _report_import(session, result, repeated, stamped, unread, later=no_ocr)


def read(context: typer.Context) -> None:
    """Read the screenshots that have no reading yet, after an import that was interrupted or made with --no-ocr."""
    from evidence_vault import judging
    from evidence_vault.answers import reading_answer
    from evidence_vault.ocr.engine import probe

    session = session_of(context)
    recorder = session.recorder()
    names = {view.entry.index: view.exhibit.name or "" for view in recorder.case.read().exhibits}
    done = []
    with session.progress("Reading screenshots", None) as advance:
        for reading, index in judging.read_pending(recorder, probe(), now()):
            done.append(reading_answer(names[index], reading) | {"exhibit": index})
            advance(len(done))
    session.say(say("Screenshots read: {count}.", count=len(done)))
    compare(session, recorder, set())
    if done:
        stamp_if_agreed(session, recorder)
    session.answer({"results": done})


def _kept(result: "ImportResult") -> Message | None:
    """What an import that was stopped has recorded, and how the rest is recorded."""
    if not result.recorded:
        return None
    return say(
        "Attempts that this import recorded before it was stopped: {count}. Run it again for the others: none is "
        "recorded twice. Then `evidence-vault read` reads the screenshots that are not read yet.",
        count=result.recorded,
    )


def _report_import(
    session: Session,
    result: "ImportResult",
    repeated: "list[Message]",
    stamped: "Stamped | None",
    unread: int,
    *,
    later: bool,
) -> None:
    """Say what was recorded; `unread` counts the whole case, for an import that was stopped leaves some."""
    from evidence_vault.i18n import render

    for skipped in result.skipped:
        session.warn(say("{place} was left out: {reason}", place=skipped.place, reason=render(skipped.reason)))
    if not result.attempts and not result.known:
        raise InvalidValueError("No screenshot was found there; nothing was recorded. Check the path.")
    if result.known:
        session.say(say("Files that the case held already, not recorded again: {count}.", count=len(result.known)))
    read = [item.reading for done in result.attempts for item in done.pieces]
    undated = sum(done.occurred_at is None for done in result.attempts)
    session.say(say("Attempts recorded: {count}.", count=len(result.attempts)), bold=True)
    if read:
        legible = sum(reading.legible is True for reading in read)
        session.say(say("Legible screenshots: {legible} of {total}.", legible=legible, total=len(read)))
    if later and result.attempts:
        session.say(say("The screenshots are not read yet: run `evidence-vault read` when you have time."))
    elif unread and not later:
        session.warn(say("Screenshots not read yet: {count}. `evidence-vault read` reads them.", count=unread))
    if undated:
        session.warn(
            say("Attempts without a date: {count}. Add one with `correct INDEX --occurred-at`.", count=undated)
        )
    session.answer(
        {
            "attempts": [_imported(done) for done in result.attempts],
            "skipped": [{"file": item.place, "reason": render(item.reason)} for item in result.skipped],
            "already_recorded": result.known,
            "unread": unread,
            "repeated": [render(warning) for warning in repeated],
            "stamped": stamped_answer(stamped),
        }
    )


def _imported(done: "Taken") -> dict[str, Any]:
    from evidence_vault.answers import reading_answer, time_answer
    from evidence_vault.i18n import render

    return {
        "index": done.index,
        "occurred_at": time_answer(done.occurred_at),
        "outcome": done.decision.outcome,
        "confirmed_by": done.decision.confirmed_by,
        "readings": [
            reading_answer(item.piece.name, item.reading) | {"exhibit": item.piece.index} for item in done.pieces
        ],
        "warnings": [render(warning) for warning in done.warnings],
    }


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.command(cls=Command, name="import")(import_)
    app.command(cls=Command)(read)

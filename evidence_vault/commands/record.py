"""`log`, `import`, `read`: attempts and their screenshots."""

import itertools
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evidence_vault.commands.attest import stamp_if_agreed, stamped_answer
from evidence_vault.commands.compare import compare
from evidence_vault.commands.help import Command
from evidence_vault.commands.options import (
    Browser,
    EndedAt,
    Note,
    OccurredAt,
    Platform,
    Reached,
    StatedOutcome,
    Url,
    Yes,
    operator_of,
    optional,
)
from evidence_vault.commands.session import Session, now, session_of
from evidence_vault.errors import InvalidValueError, OcrError, UsageError
from evidence_vault.messages import Message, say

if TYPE_CHECKING:
    import datetime as dt
    from zoneinfo import ZoneInfo

    from evidence_vault.intake import ImportResult, Taken
    from evidence_vault.judging import Decision, ReadPiece
    from evidence_vault.kinds import DeclaredTime
    from evidence_vault.proposals import Proposal
    from evidence_vault.recording import Piece
    from evidence_vault.stamping import Stamped


def log(
    context: typer.Context,
    files: Annotated[list[Path] | None, typer.Argument(metavar="FILE...", help="Screenshots of this attempt.")] = None,
    url: Url = None,
    platform: Platform = None,
    outcome: StatedOutcome = None,
    occurred_at: OccurredAt = None,
    ended_at: EndedAt = None,
    reached: Reached = None,
    note: Note = None,
    browser: Browser = None,
    yes: Yes = False,
) -> None:
    """Record one attempt now, with its screenshots or without any.

    Says at once whether each screenshot is legible, proposes what came of the attempt, and asks. An illegible
    screenshot is kept and marked: take another one while the page is still there.
    """
    from evidence_vault import intake, judging, kinds
    from evidence_vault.alike import alike
    from evidence_vault.answers import attempt_answer, reading_answer
    from evidence_vault.attested import timeline_of
    from evidence_vault.capture import environment, times
    from evidence_vault.commands.render import label
    from evidence_vault.i18n import render
    from evidence_vault.labels import OUTCOMES
    from evidence_vault.sketchbook import compared

    session = session_of(context)
    _require_answers(session, yes or outcome is not None, render(say("--yes or --outcome")))
    recorder = session.recorder()
    case, moment = recorder.case.read(), now()
    when = (
        times.from_flag(occurred_at, case.zone, moment)
        if occurred_at is not None
        else times.from_now(moment, case.zone)
    )
    stated = optional(browser, "--browser")
    attempt = kinds.Attempt(
        origin="log",
        **operator_of(session),
        occurred_at=kinds.replace(when, confirmed_by="flag" if occurred_at is not None else "none"),
        ended_at=_ended(ended_at, when, case.zone, moment),
        reached=optional(reached, "--reached"),
        url=optional(url, "--url"),
        platform=optional(platform, "--platform"),
        note=optional(note, "--note", lines=True),
        environment=environment.measure({"browser": stated} if stated else {}, case.zone),
    )
    pieces, twice = _pictures(files or [])
    for warning in twice:
        session.warn(warning)

    def decide(read: "tuple[ReadPiece, ...]", proposal: "Proposal") -> "Decision":
        for item in read:
            _say_reading(session, item)
        if yes or outcome is not None:
            return judging.unasked(proposal, outcome)
        return _ask_outcome(session, proposal)

    done = intake.log(recorder, attempt, pieces, _engine(), decide, moment, outcome)
    for warning in done.warnings:
        session.warn(warning)
    session.say(
        say(
            "Attempt recorded under number {index}: {outcome}.",
            index=done.index,
            outcome=label(OUTCOMES, done.decision.outcome),
        ),
        bold=True,
    )
    repeated = compare(session, recorder, {done.index})
    stamped = stamp_if_agreed(session, recorder)
    case = recorder.case.read()
    view = case.attempt(done.index)
    assert view is not None
    session.answer(
        attempt_answer(view, timeline_of(case), case.zone, alike(case, compared(recorder.case)))
        | {
            "readings": [
                reading_answer(item.piece.name, item.reading)
                | {"exhibit": item.piece.index, "recorded_before": item.piece.recorded_before}
                for item in done.pieces
            ],
            "warnings": [render(warning) for warning in (*twice, *done.warnings, *repeated)],
            "stamped": stamped_answer(stamped),
        }
    )


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

    session = session_of(context)
    _require_answers(session, yes, "--yes")
    if not yes and not session.confirm("Record every screenshot found there?", default=True):
        raise typer.Abort
    recorder = session.recorder()
    template = kinds.Attempt(
        origin="import",
        **operator_of(session),
        url=optional(url, "--url"),
        platform=optional(platform, "--platform"),
        note=optional(note, "--note", lines=True),
    )
    found = list(gather(paths))
    with session.progress("Reading screenshots", len(found)) as advance:
        work = intake.Import(
            recorder, template, None if no_ocr else _engine(), now(), group_minutes=group_minutes, outcome=outcome
        )
        done = itertools.count(1)
        result = work.run(found, lambda: advance(next(done)))
    repeated = compare(session, recorder, {attempt.index for attempt in result.attempts})
    _report_import(session, result, repeated, stamp_if_agreed(session, recorder) if result.attempts else None)


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


def _engine() -> Any:
    """The OCR engine, or the error that says why there is none: an attempt is recorded either way."""
    from evidence_vault.ocr.engine import probe

    try:
        return probe()
    except OcrError as error:
        return error


def _ended(given: str | None, begun: "DeclaredTime", zone: "ZoneInfo", moment: "dt.datetime") -> "DeclaredTime | None":
    """The time at which an attempt ended, which cannot lie before it began."""
    from evidence_vault import kinds
    from evidence_vault.capture import times

    if given is None:
        return None
    ended = times.from_flag(given, zone, moment)
    if ended.instant < begun.instant:
        raise UsageError("--ended-at lies before the time at which the attempt began; nothing was recorded.")
    return kinds.replace(ended, confirmed_by="flag")


def _require_answers(session: Session, answered: bool, flags: str) -> None:
    """Find out before anything is recorded that there will be nobody to ask."""
    if not answered and not session.is_interactive():
        raise UsageError(
            "An answer will be needed and nobody can be asked; nothing was recorded. Add {flags}.", flags=flags
        )


def _pictures(files: list[Path]) -> "tuple[list[Piece], list[Message]]":
    """The screenshots of one attempt, each once, and what to say of those handed in twice."""
    from evidence_vault.capture.files import display_name, read_file
    from evidence_vault.recording import picture_piece

    pieces: dict[str, Piece] = {}
    twice = []
    for path in files:
        piece = picture_piece(read_file(path), display_name(path))
        first = pieces.setdefault(piece.digest, piece)
        if first is not piece:
            twice.append(
                say(
                    "{name} is the same file as {other}; it is recorded once.",
                    name=piece.exhibit.name or "",
                    other=first.exhibit.name or "",
                )
            )
    return list(pieces.values()), twice


def _say_reading(session: Session, item: "ReadPiece") -> None:
    """Say at once whether a screenshot will do, and why not."""
    from evidence_vault.commands.render import label
    from evidence_vault.i18n import render
    from evidence_vault.labels import OUTCOMES
    from evidence_vault.reasons import sentence

    name = item.piece.name
    if item.piece.recorded_before:
        session.warn(
            say(
                "{name} is exhibit {index} already; it was recorded once.", name=item.piece.name, index=item.piece.index
            )
        )
    verdict = say("{name}: legible.", name=item.piece.name)
    if item.reading.status != "read":
        verdict = say("{name}: NOT READ. It is kept; nobody has judged yet whether it is legible.", name=name)
    elif not item.reading.legible:
        verdict = say("{name}: NOT LEGIBLE. It is kept, and does not count as legible.", name=name)
    session.say(verdict, fg=typer.colors.GREEN if item.reading.legible else typer.colors.RED)
    for reason in item.reading.reasons or ():
        session.say("  " + render(sentence(reason)))
    quotes = item.reading.quotes or ()
    for quote in (quote for quote in quotes if not quote.resembles):
        session.say(say("  Read: « {text} »", text=quote.text))
    if alike := [quote for quote in quotes if quote.resembles]:
        session.say(say("  These words resemble such messages, and are none of the wordings that we list:"))
        for quote in alike:
            session.say(say("  Read: « {text} »", text=quote.text))
    session.say(say("  Proposed: {outcome}", outcome=label(OUTCOMES, item.reading.outcome or "unclassified")))


def _ask_outcome(session: Session, proposal: "Proposal") -> "Decision":
    from evidence_vault.commands.render import label
    from evidence_vault.i18n import _
    from evidence_vault.judging import Decision
    from evidence_vault.labels import OUTCOMES as NAMES
    from evidence_vault.words import OUTCOMES

    for number, code in enumerate(OUTCOMES, start=1):
        session.say(f"  {number:>2}  {label(NAMES, code)}")
    default = OUTCOMES.index(proposal.outcome) + 1
    while True:
        typed = typer.prompt(
            _("What came of it? Number, or Enter for the proposal"), default=default, err=True, type=str
        )
        if str(typed).isdecimal() and 1 <= int(typed) <= len(OUTCOMES):
            chosen = OUTCOMES[int(typed) - 1]
            return Decision(chosen, proposal.detail if chosen == proposal.outcome else None, "person")
        session.say(say("Type a number between 1 and {count}.", count=len(OUTCOMES)))


def _report_import(
    session: Session, result: "ImportResult", repeated: "list[Message]", stamped: "Stamped | None"
) -> None:
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
    elif result.attempts:
        session.say(say("The screenshots are not read yet: run `evidence-vault read` when you have time."))
    if undated:
        session.warn(
            say("Attempts without a date: {count}. Add one with `correct INDEX --occurred-at`.", count=undated)
        )
    session.answer(
        {
            "attempts": [_imported(done) for done in result.attempts],
            "skipped": [{"file": item.place, "reason": render(item.reason)} for item in result.skipped],
            "already_recorded": result.known,
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
    app.command(cls=Command)(log)
    app.command(cls=Command, name="import")(import_)
    app.command(cls=Command)(read)

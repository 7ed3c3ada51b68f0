"""`log`: one attempt, recorded while it is made, with its screenshots."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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
    page_address,
)
from evidence_vault.commands.session import Session, now, session_of
from evidence_vault.errors import UsageError
from evidence_vault.messages import Message, say

if TYPE_CHECKING:
    import datetime as dt
    from zoneinfo import ZoneInfo

    from evidence_vault.judging import Decision, ReadPiece
    from evidence_vault.proposals import Proposal
    from evidence_vault.recording import Piece
    from evidence_vault.values import DeclaredTime


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
    from evidence_vault.ocr.engine import engine_or_error
    from evidence_vault.sketchbook import compared

    session = session_of(context)
    session.require_answers(render(say("--yes or --outcome")), given=yes or outcome is not None)
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
        url=page_address(url),
        platform=optional(platform, "--platform"),
        note=optional(note, "--note", lines=True),
        environment=environment.measure({"browser": stated} if stated else {}, case.zone),
    )
    pieces, twice = _pictures(files or [])
    for warning in twice:
        session.warn(warning)

    underway = _Underway(bool(pieces), outcome is not None)

    def decide(read: "tuple[ReadPiece, ...]", proposal: "Proposal") -> "Decision":
        underway.unread = False
        for item in read:
            _say_reading(session, item)
        if yes or outcome is not None:
            return judging.unasked(proposal, outcome)
        return _ask_outcome(session, proposal)

    engine = engine_or_error()
    with session.telling_if_stopped(underway.kept):
        done = intake.log(recorder, attempt, pieces, engine, decide, moment, outcome, underway.begin)
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


@dataclass
class _Underway:
    """How far the recording of one attempt has come, for whoever stops it: logged again, it would count twice."""

    unread: bool
    """Whether there are screenshots that nobody has read yet."""
    stated: bool
    """Whether the person has said already what came of it."""
    index: int | None = None

    def begin(self, index: int) -> None:
        """The attempt is in the ledger."""
        self.index = index

    def kept(self) -> Message | None:
        """What is recorded, and what is left to do; None where nothing is recorded."""
        if self.index is None:
            return None
        if not self.unread and not self.stated:
            return say(
                "Attempt {index} is recorded: do not record it again. "
                "`evidence-vault correct {index} --outcome CODE` says what came of it.",
                index=self.index,
            )
        if not self.unread:
            return say("Attempt {index} is recorded, with what came of it: do not record it again.", index=self.index)
        if self.stated:
            return say(
                "Attempt {index} is recorded, with what came of it and its screenshots: do not record it again. "
                "`evidence-vault read` reads them.",
                index=self.index,
            )
        return say(
            "Attempt {index} is recorded, with its screenshots: do not record it again. `evidence-vault read` reads "
            "them, and `evidence-vault correct {index} --outcome CODE` says what came of it.",
            index=self.index,
        )


def _ended(given: str | None, begun: "DeclaredTime", zone: "ZoneInfo", moment: "dt.datetime") -> "DeclaredTime | None":
    """The time at which an attempt ended, which cannot lie before it began."""
    from evidence_vault import kinds
    from evidence_vault.capture import times

    if given is None:
        return None
    ended = times.from_flag(given, zone, moment)
    if times.lies_before(ended, begun, zone):
        raise UsageError("--ended-at lies before the time at which the attempt began; nothing was recorded.")
    return kinds.replace(ended, confirmed_by="flag")


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


def register(app: typer.Typer) -> None:
    """Add this command to the program."""
    app.command(cls=Command)(log)

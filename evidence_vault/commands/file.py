"""`step`, `exhibit`, `correct`: what is added to a case beside its attempts."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evidence_vault.commands.attest import stamp_if_agreed
from evidence_vault.commands.help import Command
from evidence_vault.commands.options import CorrectedTime, StatedOutcome, operator_of, optional
from evidence_vault.commands.session import now, session_of
from evidence_vault.errors import CaseError, InvalidValueError, UsageError
from evidence_vault.messages import say
from evidence_vault.words import CONDITIONS, Condition, DocumentKind, StepKind

if TYPE_CHECKING:
    import datetime as dt
    from zoneinfo import ZoneInfo

    from evidence_vault.recording import Piece
    from evidence_vault.values import DeclaredTime


def step(
    context: typer.Context,
    kind: Annotated[
        StepKind,
        typer.Argument(
            metavar="KIND", help="email, letter, registered_letter, phone, visit, helpline, online_form or other."
        ),
    ],
    files: Annotated[list[Path] | None, typer.Argument(metavar="FILE...", help="Its documents.")] = None,
    occurred_at: Annotated[
        str | None,
        typer.Option(
            metavar="TIME",
            help="When it took place, as 2026-09-07 or 2026-09-07T08:12; unless given, the date counts as not stated.",
        ),
    ] = None,
    to: Annotated[str | None, typer.Option("--to", metavar="NAME", help="To whom.")] = None,
    reference: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Number of the letter or of the ticket.")
    ] = None,
    summary: Annotated[str | None, typer.Option(metavar="TEXT", help="What was asked.")] = None,
    answer: Annotated[str | None, typer.Option(metavar="TEXT", help="What was answered.")] = None,
    answered_on: Annotated[str | None, typer.Option(metavar="DATE", help="When it was answered.")] = None,
) -> None:
    """Record a step taken outside the platform: an e-mail, a registered letter, a call, a visit."""
    from evidence_vault import kinds
    from evidence_vault.answers import step_answer
    from evidence_vault.capture import times
    from evidence_vault.i18n import render

    session = session_of(context)
    if answered_on is not None and answer is None:
        raise UsageError(
            "--answered-on says when an answer came, and --answer, which says what it was, is missing; nothing was "
            "recorded. Add --answer, or leave --answered-on out."
        )
    recorder = session.recorder()
    zone, moment = recorder.case.read().zone, now()
    when = times.from_flag(occurred_at, zone, moment) if occurred_at is not None else times.from_now(moment, zone)
    said = kinds.Step(
        step=kind,
        occurred_at=kinds.replace(when, confirmed_by="flag" if occurred_at is not None else "none"),
        recipient=optional(to, "--to"),
        reference=optional(reference, "--reference"),
        summary=optional(summary, "--summary", lines=True),
        answer=optional(answer, "--answer", lines=True),
        answered_on=_answer_day(answered_on, when if occurred_at is not None else None, zone, moment),
        operator=operator_of(session)["operator"],
    )
    done = recorder.step(said, [_document(path, "other", None) for path in files or []])
    warnings = [
        say("{name} is exhibit {index} already; it was recorded once.", name=item.name, index=item.index)
        for item in done.pieces
        if item.recorded_before
    ]
    if occurred_at is None:
        warnings.append(
            say(
                "The date of this step was not given, and counts as not stated: "
                "`evidence-vault correct {index} --occurred-at DATE` gives it.",
                index=done.index,
            )
        )
    session.say(say("Step recorded under number {index}.", index=done.index), bold=True)
    for warning in warnings:
        session.warn(warning)
    stamp_if_agreed(session, recorder)
    view = next(item for item in recorder.case.read().steps if item.entry.index == done.index)
    session.answer(step_answer(view) | {"warnings": [render(warning) for warning in warnings]})


def _answer_day(given: str | None, taken: "DeclaredTime | None", zone: "ZoneInfo", moment: "dt.datetime") -> str | None:
    """The day on which a step was answered: not before it was taken, where that is stated, nor after today."""
    from evidence_vault.capture import times
    from evidence_vault.entries import parse_utc

    if given is None:
        return None
    day = times.parse_date(given, "--answered-on")
    if day > moment.astimezone(zone).date():
        raise InvalidValueError(
            "{text} is in the future. Nothing was recorded. Check the date, and the clock of this computer.", text=given
        )
    if taken is not None and day < parse_utc(taken.instant).astimezone(zone).date():
        raise InvalidValueError(
            "The answer of {answered} comes before the step of {taken}; nothing was recorded. Check both dates.",
            answered=given,
            taken=taken.text,
        )
    return day.isoformat()


def exhibit(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="The documents.")],
    kind: Annotated[
        DocumentKind,
        typer.Option(metavar="KIND", help="title, contract, letter, email, reply, receipt, decision or other."),
    ] = "other",
    label: Annotated[str | None, typer.Option(metavar="TEXT", help="What to call it in the dossier.")] = None,
    shows: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CONDITION",
            help="Where the dossier sets it: urgency, utility or no_obstacle (art. L. 521-3 CJA). Repeatable.",
        ),
    ] = None,
) -> None:
    """Add documents of the case: a residence permit, a contract, a letter from the prefecture."""
    from evidence_vault.answers import exhibit_answer

    session = session_of(context)
    recorder = session.recorder()
    conditions = _conditions(shows)
    done = recorder.documents([_document(path, kind, optional(label, "--label"), conditions) for path in files])
    for item in done:
        if item.recorded_before:
            session.warn(
                say("{name} is exhibit {index} already; it was not recorded again.", name=item.name, index=item.index)
            )
        else:
            session.say(say("{name} is recorded under number {index}.", name=item.name, index=item.index))
    stamp_if_agreed(session, recorder)
    views = {view.entry.index: view for view in recorder.case.read().exhibits}
    session.answer({"exhibits": [exhibit_answer(views[item.index]) for item in done]})


def correct(
    context: typer.Context,
    index: Annotated[int, typer.Argument(metavar="INDEX", help="Number of the attempt or of the step.")],
    outcome: StatedOutcome = None,
    occurred_at: CorrectedTime = None,
    note: Annotated[str | None, typer.Option(metavar="TEXT", help="A remark to add.")] = None,
    reason: Annotated[str | None, typer.Option(metavar="TEXT", help="Why it is corrected.")] = None,
) -> None:
    """Correct an entry by adding to it; what was recorded first stays visible for ever."""
    from evidence_vault import kinds
    from evidence_vault.answers import entry_answer
    from evidence_vault.attested import timeline_of
    from evidence_vault.capture import times

    session = session_of(context)
    given = {"outcome": outcome, "occurred_at": occurred_at, "note": note}
    stated = [(name, value) for name, value in given.items() if value is not None]
    if len(stated) != 1:
        raise UsageError("Give one thing to correct: --outcome, --occurred-at or --note. Nothing was recorded.")
    recorder = session.recorder()
    case = recorder.case.read()
    if case.attempt(index) is None and (outcome or all(view.entry.index != index for view in case.steps)):
        raise CaseError(
            "Number {index} cannot be corrected in this way; nothing was recorded. "
            "`evidence-vault list` shows the numbers.",
            index=index,
        )
    field, value = stated[0]
    when = times.from_flag(value, case.zone, now()) if field == "occurred_at" else None
    said = kinds.Correction(
        target=index,
        field=field,
        value=optional(value, f"--{field.replace('_', '-')}", lines=field == "note"),
        occurred_at=kinds.replace(when, confirmed_by="flag") if when else None,
        reason=optional(reason, "--reason", lines=True),
        operator=operator_of(session)["operator"],
    )
    added = recorder.correct(said)
    session.say(say("Correction recorded under number {index}.", index=added), bold=True)
    stamp_if_agreed(session, recorder)
    case = recorder.case.read()
    session.answer(entry_answer(case.entries[added], timeline_of(case)))


def _conditions(given: list[str] | None) -> tuple[Condition, ...] | None:
    """The conditions named, once each."""
    known: dict[str, Condition] = {condition: condition for condition in CONDITIONS}
    if unknown := [name for name in given or () if name not in known]:
        raise UsageError(
            "--shows takes urgency, utility or no_obstacle, not {name}; nothing was recorded.", name=unknown[0]
        )
    return tuple(dict.fromkeys(known[name] for name in given)) if given else None


def _document(path: Path, kind: DocumentKind, label: str | None, shows: tuple[Condition, ...] | None = None) -> "Piece":
    from evidence_vault.capture.files import display_name, read_file
    from evidence_vault.recording import document_piece

    return document_piece(read_file(path), display_name(path), kind, label, shows)


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    for command in (step, exhibit, correct):
        app.command(cls=Command)(command)

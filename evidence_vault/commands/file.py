"""`step`, `exhibit`, `correct`: what is added to a case beside its attempts."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evidence_vault.commands.attest import stamp_if_agreed
from evidence_vault.commands.help import Command
from evidence_vault.commands.options import OccurredAt, StatedOutcome, operator_of, optional
from evidence_vault.commands.session import now, session_of
from evidence_vault.errors import CaseError, UsageError
from evidence_vault.messages import say
from evidence_vault.words import CONDITIONS, Condition, DocumentKind, StepKind

if TYPE_CHECKING:
    from evidence_vault.recording import Piece


def step(
    context: typer.Context,
    kind: Annotated[
        StepKind,
        typer.Argument(
            metavar="KIND", help="email, letter, registered_letter, phone, visit, helpline, online_form or other."
        ),
    ],
    files: Annotated[list[Path] | None, typer.Argument(metavar="FILE...", help="Its documents.")] = None,
    occurred_at: OccurredAt = None,
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

    session = session_of(context)
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
        answered_on=times.parse_date(answered_on, "--answered-on").isoformat() if answered_on is not None else None,
        operator=operator_of(session)["operator"],
    )
    done = recorder.step(said, [_document(path, "other", None) for path in files or []])
    for item in done.pieces:
        if item.recorded_before:
            session.warn(
                say("{name} is exhibit {index} already; it was recorded once.", name=item.name, index=item.index)
            )
    session.say(say("Step recorded under number {index}.", index=done.index), bold=True)
    stamp_if_agreed(session, recorder)
    view = next(item for item in recorder.case.read().steps if item.entry.index == done.index)
    session.answer(step_answer(view))


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
    occurred_at: OccurredAt = None,
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

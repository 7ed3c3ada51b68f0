"""`list`, `doctor`, and the registration of everything that only looks."""

import datetime as dt
from typing import TYPE_CHECKING, Any

import typer

from evidence_vault.commands.closely import check, show
from evidence_vault.commands.help import Command
from evidence_vault.commands.session import session_of
from evidence_vault.messages import Message, say

if TYPE_CHECKING:
    from evidence_vault.alike import Alike
    from evidence_vault.casefile import AttemptView, CaseFile
    from evidence_vault.timeline import Interval
    from evidence_vault.values import DeclaredTime


def list_(context: typer.Context) -> None:
    """List the attempts, steps and documents of the case."""
    from evidence_vault.alike import alike
    from evidence_vault.sketchbook import compared

    session = session_of(context)
    folder = session.case()
    case = folder.read()
    found = alike(case, compared(folder))
    if session.json:
        from evidence_vault.answers import list_answer

        session.answer(list_answer(case, found))
    else:
        session.answer(None, lambda: _ledger(case, found))


def doctor(context: typer.Context) -> None:
    """Check that everything needed is installed and that the vault can be written."""
    from evidence_vault.commands.render import stack, verdict
    from evidence_vault.doctor import examine
    from evidence_vault.i18n import render

    session = session_of(context)
    findings = examine(session.folder())
    rows = [
        {"name": item.name, "ok": item.ok, "detail": render(item.detail), "needed": item.needed} for item in findings
    ]
    session.answer(
        {"checks": rows},
        lambda: stack(*(verdict("passed" if row["ok"] else "failed", _finding_line(row)) for row in rows)),
    )
    missing = [item for item in findings if item.needed and not item.ok]
    if missing:
        raise typer.Exit(missing[0].exit_code)


def _finding_line(row: dict[str, Any]) -> str:
    return f"{'+' if row['ok'] else '-'} {row['name']}: {row['detail']}"


def _ledger(case: "CaseFile", found: "Alike") -> Any:
    from evidence_vault.attested import interval_of, timeline_of
    from evidence_vault.commands.beside import untold_lines
    from evidence_vault.commands.render import label, stack, table, title
    from evidence_vault.i18n import _, render
    from evidence_vault.labels import CONFIRMED_BY, DETAILS, OUTCOMES, STEPS

    timeline = timeline_of(case)
    attempts = [
        (
            str(view.entry.index),
            _when(view.occurred_at, case),
            _between(interval_of(timeline, view), case),
            label(OUTCOMES, view.outcome)
            + (f" ({label(DETAILS, view.outcome_detail)})" if view.outcome_detail else ""),
            label(CONFIRMED_BY, view.confirmed_by) if _is_stated(view) else _("neither proposed nor stated"),
            _legibility(view) + _repeats(found, view),
            view.attempt.platform or view.attempt.url,
        )
        for view in case.chronological()
    ]
    parts = [
        title(f"{case.case.applicant} — {case.case.prefecture} — {case.case.procedure}"),
        table(
            (_("No."), _("Declared time"), _("Attested"), _("Outcome"), _("Confirmed"), _("Screenshots"), _("Page")),
            attempts,
        ),
    ]
    if case.steps:
        rows = [
            (
                str(view.entry.index),
                _when(view.occurred_at, case),
                label(STEPS, view.step.step),
                view.step.recipient,
                view.step.summary,
            )
            for view in case.steps
        ]
        parts.append(table((_("No."), _("Declared time"), _("Step"), _("Addressed to"), _("Subject")), rows))
    if case.documents:
        documents = [
            (str(view.entry.index), view.exhibit.label or view.exhibit.name, view.exhibit.document)
            for view in case.documents
        ]
        parts.append(table((_("No."), _("Document"), _("Kind")), documents))
    parts += untold_lines(case)
    parts.append(title(render(_attested(case))))
    parts.append(title(render(say("Times are those of {zone}.", zone=case.zone.key))))
    return stack(*parts)


def _attested(case: "CaseFile") -> Message:
    """How far third parties bound the times of the case."""
    from evidence_vault.attested import timeline_of, unattested

    timeline = timeline_of(case)
    if timeline.covered == 0:
        return say("Times are declared; none is attested by a third party yet.")
    if waiting := unattested(case, timeline):
        return say(
            "Declared times are declarations; third parties attest all but the last {count} entries, which wait for "
            "`evidence-vault stamp`.",
            count=waiting,
        )
    return say("Declared times are declarations; what third parties attest stands beside them.")


def _between(interval: "Interval", case: "CaseFile") -> str:
    """The attested interval in the zone of the case, short enough for a column."""
    from evidence_vault.i18n import _, render

    after = interval.not_after
    if after is None:
        return _("not yet attested")
    # Rounded outwards: to say a second less than what is attested would claim more.
    latest = (after.latest + dt.timedelta(seconds=1, microseconds=-1)).replace(microsecond=0)
    end = f"{latest.astimezone(case.zone):%Y-%m-%d %H:%M:%S}"
    if interval.not_before is None:
        return render(say("at the latest {end}", end=end))
    start = f"{interval.not_before.earliest.astimezone(case.zone):%Y-%m-%d %H:%M:%S}"
    return render(say("between {start} and {end}", start=start, end=end))


def _when(declared: "DeclaredTime | None", case: "CaseFile") -> str:
    from evidence_vault.commands.render import label
    from evidence_vault.entries import parse_utc
    from evidence_vault.i18n import _
    from evidence_vault.labels import TIME_SOURCES

    if declared is None:
        return _("date unknown")
    local = parse_utc(declared.instant).astimezone(case.zone)
    shown = f"{local:%Y-%m-%d}" if declared.precision == "day" else f"{local:%Y-%m-%d %H:%M}"
    return f"{shown} ({label(TIME_SOURCES, declared.source)})"


def _is_stated(view: "AttemptView") -> bool:
    return view.outcome != "unclassified" or view.confirmed_by != "none"


def _legibility(view: "AttemptView") -> str:
    from evidence_vault.i18n import _, render

    if not view.exhibits:
        return _("none")
    legible = sum(item.legible for item in view.exhibits)
    if any(item.reading is None for item in view.exhibits):
        return _("not read yet")
    return render(say("{legible} of {total} legible", legible=legible, total=len(view.exhibits)))


def _repeats(found: "Alike", view: "AttemptView") -> str:
    """The entries for which a picture of this attempt was handed in too."""
    from evidence_vault.i18n import render

    index = view.entry.index
    others = {
        other
        for pair in found.of_entry(index)
        for other in (pair.earlier.entry, pair.later.entry)
        if pair.repeated and other != index
    }
    if not others:
        return ""
    return " " + render(say("(same picture as No. {entries})", entries=", ".join(map(str, sorted(others)))))


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.command(cls=Command, name="list")(list_)
    for command in (show, check, doctor):
        app.command(cls=Command)(command)

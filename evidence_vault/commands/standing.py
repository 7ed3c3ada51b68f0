"""`status`: where a case stands, and what could be added to it."""

from typing import TYPE_CHECKING, Any

import typer

from evidence_vault.commands.help import Command
from evidence_vault.commands.session import now, session_of
from evidence_vault.messages import Message, say

if TYPE_CHECKING:
    from evidence_vault.casefile import CaseFile


def status(context: typer.Context) -> None:
    """Show where the case stands, in the units that judges use, and what could be added to it.

    Attempts, days, weeks, hours of the day, legible screenshots, steps and their answers, the expiry of the permit and
    the period for renewing it, what cited decisions accepted and refused. Nothing is judged. A picture that was handed
    in for two entries is told with both numbers.
    """
    from evidence_vault.alike import alike
    from evidence_vault.sketchbook import compared
    from evidence_vault.status_answers import status_answer
    from evidence_vault.tally import tally

    session = session_of(context)
    folder = session.case()
    case = folder.read()
    today = now().astimezone(case.zone).date()
    told = status_answer(case, tally(case), today, alike(case, compared(folder)))
    session.answer(told, lambda: _status(case, told))


def _status(case: "CaseFile", told: dict[str, Any]) -> Any:
    from evidence_vault.commands.beside import untold_lines
    from evidence_vault.commands.found import compared_line
    from evidence_vault.commands.render import item, label, pairs, stack, title
    from evidence_vault.i18n import _, render
    from evidence_vault.labels import OUTCOMES

    shown = {
        _("Attempts"): told["attempts"],
        _("First attempt"): told["first"],
        _("Last attempt"): told["last"],
        _("Span in days"): told["span_days"],
        _("Distinct days"): told["distinct_days"],
        _("Distinct ISO weeks"): _counted_out(told["distinct_weeks"]),
        _("Longest gap in days"): told["longest_gap_days"],
        _("Hours of the day"): {f"{int(hour)} h": number for hour, number in told["hours"].items()},
        _("Outcomes"): {label(OUTCOMES, code): number for code, number in told["outcomes"].items()},
        _("Attempts without a date"): told["undated"] or None,
        _("Legible screenshots"): f"{told['legible']} / {told['screenshots']}",
        _("Contradictions"): render(_differing(told["contradictions"], told["screenshots"])),
        _("Attempts offered a slot or an appointment"): told["attempts_with_date"] or None,
        _("Steps taken elsewhere"): render(
            say("{steps}, {answered} of them answered", steps=told["steps"], answered=told["steps_answered"])
        ),
        _("Documents on urgency"): told["documents"]["urgency"],
        _("Documents on utility"): told["documents"]["utility"],
        _("Decisions of the administration"): told["documents"]["no_obstacle"],
        _("Same picture for two entries"): compared_line(told["alike"]),
        _("Expiry of the permit held"): told["title_expiry"],
        **{_named(window): _period(window) for window in told["windows"]},
    }
    return stack(
        title(f"{case.case.applicant} — {case.case.prefecture} — {case.case.procedure}"),
        pairs(shown),
        *untold_lines(case),
        title(render(_counted(told))),
        title(
            render(
                say(
                    "These are facts, not a judgment. The decision CE, 10 June 2020, no. 435594 speaks of several "
                    "attempts not made in the same week, and does not define these words."
                )
            )
        ),
        title(_("What could be added")),
        *map(item, told["next"]),
        title(_("What was decided in cases that decisions or articles tell (in French; no rule)")),
        *map(item, _decided("accepted", _("granted"))),
        *map(item, _decided("refused", _("rejected"))),
    )


def _named(window: dict[str, Any]) -> str:
    from evidence_vault.i18n import _

    if window["r431_2_list"]:
        return _("Period for renewing, if on the list of art. R. 431-2")
    return _("Period for renewing, if not on that list")


def _period(window: dict[str, Any]) -> str:
    from evidence_vault.i18n import render

    places = {
        "before": say("not open yet"),
        "inside": say("open today"),
        "after": say("over"),
    }
    return render(
        say(
            "{opens} to {closes}, {place}; {count} attempts inside it",
            opens=window["opens"],
            closes=window["closes"],
            place=places[window["today"]],
            count=window["attempts_inside"],
        )
    )


def _decided(stance: str, shown: str) -> list[str]:
    """The decisions that accepted or refused such proofs, as the data file sums them up."""
    from evidence_vault.exports.legal import legal_texts

    return [f"{shown} — {block.title} : {block.text}" for block in legal_texts().blocks if block.stance == stance]


def _counted_out(weeks: list[str]) -> str:
    return f"{len(weeks)} ({', '.join(weeks)})" if weeks else ""


def _differing(told: dict[str, int], screenshots: int) -> Message:
    """How often pictures contradict what is recorded: for whoever looks, not a judgment on anybody."""
    if not screenshots:
        return say("nothing to compare: no screenshot")
    if not told["attempts"]:
        return say("none found between what pictures show and what is recorded")
    return say(
        "{contradictions}, and {unsure} to be checked, in {attempts} attempts: `show INDEX` sets them side by side",
        contradictions=told["contradictions"],
        unsure=told["unsure"],
        attempts=told["attempts"],
    )


def _counted(told: dict[str, Any]) -> Message:
    attested = told["attested"]
    if not attested["attempts"]:
        return say("Counted from declared times; no third party attests any of them yet.")
    return say(
        "Counted from declared times. Third parties attest that {attempts} attempts were recorded by a given time, and "
        "that they were recorded on at least {days} distinct days and in {weeks} distinct ISO weeks.",
        attempts=attested["attempts"],
        days=attested["distinct_days"],
        weeks=attested["distinct_weeks"],
    )


def register(app: typer.Typer) -> None:
    """Add this command to the program."""
    app.command(cls=Command)(status)

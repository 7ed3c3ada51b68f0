"""What pictures show beside what is recorded, and which entries tell nothing any more, for a terminal."""

import datetime as dt
from typing import Any

from evidence_vault.casefile import AttemptView, CaseFile
from evidence_vault.commands.render import label, table, title, verdict
from evidence_vault.contradiction_words import sentences
from evidence_vault.contradictions import Recorded, compare
from evidence_vault.i18n import _, render
from evidence_vault.labels import FACTS, RECORDED
from evidence_vault.messages import say
from evidence_vault.timeline import Timeline


def comparisons(view: AttemptView, timeline: Timeline, case: CaseFile) -> list[Any]:
    """What the pictures show beside what is recorded, each pair with what was found of it."""
    rows = [
        (
            render(say("{what}: « {text} »", what=label(FACTS, found.fact.fact), text=found.fact.text)),
            _recorded(found.recorded, case),
            " ".join(render(sentence) for sentence in sentences(found)),
        )
        for found in compare(view, timeline, case.zone)
    ]
    if not rows:
        return []
    headings = (_("Shown on the picture, as read by machine"), _("Recorded"), _("Finding"))
    return [title(_("What the pictures show, beside what is recorded")), table(headings, rows)]


def _recorded(recorded: Recorded, case: CaseFile) -> str:
    """The ledger's side of a comparison, in the zone of the case, with its entry."""
    value = recorded.address or ""
    if recorded.moment is not None:
        form = {"day": "%Y-%m-%d", "minute": "%Y-%m-%d %H:%M", "second": "%Y-%m-%d %H:%M:%S"}[recorded.precision]
        # What is attested is rounded outwards: to say a second less would claim more.
        rest = dt.timedelta(seconds=1, microseconds=-1) if recorded.against == "attested" else dt.timedelta()
        value = f"{(recorded.moment + rest).astimezone(case.zone):{form}}"
    what = label(RECORDED, recorded.against)
    return render(say("{what}: {value} (entry {entry})", what=what, value=value, entry=recorded.entry))


def untold_lines(case: CaseFile) -> list[Any]:
    """One line about the entries whose contents are not there any more; none where every entry tells something.

    Whoever can write to the database can erase an attempt that does not suit. The ledger allows it, for a person's data
    can be erased so; it must never look as if the attempt had not been made.
    """
    if not case.untold:
        return []
    told = say(
        "Entries whose contents were erased: {entries}; attempts among them: {attempts}. They keep their place in the "
        "ledger and are counted nowhere else here. If nobody meant to erase them, restore the case from a copy.",
        entries=", ".join(str(entry.index) for entry in case.untold),
        attempts=sum(entry.header.kind == "attempt" for entry in case.untold),
    )
    return [verdict("indeterminate", render(told))]

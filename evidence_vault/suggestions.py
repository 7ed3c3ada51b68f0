"""What could still be added to a case, from what it holds: never that anything is enough, nor that it is not.

Each rests on a fact of the case or on the words of a decision that is cited; none is legal advice.
"""

import datetime as dt
from collections.abc import Iterator

from evidence_vault.attested import timeline_of, unattested
from evidence_vault.casefile import CaseFile
from evidence_vault.circumstances import Circumstances, circumstances
from evidence_vault.messages import Message, say
from evidence_vault.tally import Tally
from evidence_vault.windows import windows_of

_SHORT = 7
"""Days from the first attempt to the last below which two ISO weeks are two only on the calendar; no rule of law."""


def suggestions(case: CaseFile, counted: Tally, today: dt.date) -> tuple[Message, ...]:
    """What whoever keeps the case can do next, the most pressing first; `today` is a date in the zone of the case."""
    found = circumstances(case)
    return (
        *_of_a_lawyer(case, found),
        *_of_windows(case, today),
        *_of_attempts(counted),
        *_of_pictures(case, counted),
        *_of_steps(found),
        *_of_documents(case, found),
        *_of_times(case),
    )


def _of_a_lawyer(case: CaseFile, found: Circumstances) -> Iterator[Message]:
    if case.case.prior_decision or found.documents["no_obstacle"]:
        yield say(
            "A decision of the administration is recorded: it can stand in the way of this request, and time limits "
            "may be running. See a lawyer before anything else."
        )
    elif case.case.prior_decision is None:
        yield say(
            "It is not recorded whether the administration has refused anything already, which a judge asks: "
            "`case update --prior-decision` or `--no-prior-decision`."
        )


def _of_windows(case: CaseFile, today: dt.date) -> Iterator[Message]:
    if case.case.request == "renewal" and not windows_of(case.case):
        yield say("The day on which the permit held expires is not recorded: `case update --title-expiry`.")
    for window in windows_of(case.case):
        if window.place(today) == "inside":
            yield say(
                "The period for asking ends on {day}, if art. R. 431-5 speaks of this permit.",
                day=window.closes.isoformat(),
            )


def _of_attempts(counted: Tally) -> Iterator[Message]:
    if not counted.attempts:
        yield say("No attempt is recorded yet: `log` records one, with its screenshot.")
    elif len(counted.weeks) == 1:
        yield say(
            "All the dated attempts lie in one ISO week; CE, 10 June 2020, no. 435594 speaks of attempts not made in "
            "the same week."
        )
    elif counted.first and counted.span_days < _SHORT:
        # Friday and Wednesday lie in two ISO weeks: in that very case it was not enough.
        yield say(
            "Days from the first dated attempt to the last: {days}. In the case of CE, 10 June 2020, no. 435594, a "
            "request that rested on screenshots taken over « un temps court de quelques jours » was rejected.",
            days=counted.span_days,
        )
    if counted.undated:
        yield say("Attempts without a date: {count}. `correct INDEX --occurred-at` gives one.", count=counted.undated)


def _of_pictures(case: CaseFile, counted: Tally) -> Iterator[Message]:
    if case.unread:
        yield say("Screenshots not read yet: {count}. `evidence-vault read` reads them.", count=len(case.unread))
    if lacking := counted.attempts - counted.attempts_with_legible:
        yield say(
            "Attempts without a legible screenshot of their own: {count}. `check` says of a screenshot whether it can "
            "be read, while another can still be taken.",
            count=lacking,
        )


def _of_steps(found: Circumstances) -> Iterator[Message]:
    if not found.unanswered and not found.answered:
        yield say(
            "No step outside the platform is recorded: an e-mail, a registered letter, a call or a visit can be, with "
            "`step`."
        )
    elif found.unanswered:
        yield say(
            "Steps without an answer: {count}. If one came, `exhibit --kind reply` adds it; if none did, they show "
            "that too.",
            count=len(found.unanswered),
        )
    bare = sum(not view.exhibits for view in (*found.unanswered, *found.answered))
    if bare and not found.documents["utility"]:
        yield say(
            "Steps with no document of their own: {count}. `exhibit --shows utility` adds the e-mail that was sent, "
            "the letter, or the slip of its posting.",
            count=bare,
        )


def _of_documents(case: CaseFile, found: Circumstances) -> Iterator[Message]:
    if not found.documents["urgency"]:
        yield say(
            "No document bears on urgency (permit held, contract, promise of work): `exhibit --shows urgency` adds one."
        )
    unsaid = [
        option
        for value, option in ((case.case.online_only, "--online-only"), (case.case.file_ready, "--file-ready"))
        if value is None
    ]
    if unsaid:
        yield say("Not said yet, and asked by judges: {options} of `case update`.", options=", ".join(unsaid))


def _of_times(case: CaseFile) -> Iterator[Message]:
    if waiting := unattested(case, timeline_of(case)):
        yield say(
            "Entries under no third party's proof of time: {count}. `stamp` asks for one, if you agree to contact "
            "time-stamp authorities.",
            count=waiting,
        )

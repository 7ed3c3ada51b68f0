"""A case's own view of its times: each proof as it was judged when it was received, for `list`, `show` and `status`."""

import datetime as dt

import pytest
from helpers import OPENED, told
from hypothesis import given
from hypothesis import strategies as st

from evidence_vault import kinds, values
from evidence_vault.answers import attempt_answer, interval_answer, list_answer
from evidence_vault.attested import entries_to_attest, interval_of, timeline_of, unattested
from evidence_vault.bounded import Bounded, bounded, fewest
from evidence_vault.casefile import AttemptView, CaseFile, replay
from evidence_vault.entries import utc_text
from evidence_vault.kinds import Said
from evidence_vault.status_answers import status_answer
from evidence_vault.tally import tally

START = dt.datetime(2026, 3, 2, 8, 0, tzinfo=dt.UTC)
NOW = values.DeclaredTime(text="", instant=utc_text(START), zone="Europe/Paris", source="now")
LIVE = kinds.Attempt(origin="log", occurred_at=NOW)
IMPORTED = kinds.Attempt(origin="import", occurred_at=NOW)

TODAY = dt.date(2026, 5, 1)


def stamp(covered: int, hours: float, **changes: object) -> kinds.Timestamp:
    said = kinds.Timestamp(
        size=covered,
        protocol="rfc3161",
        authority="tsa.example",
        status="valid",
        sha256="0" * 64,
        time=utc_text(START + dt.timedelta(hours=hours)),
        accuracy_ms=1000,
    )
    return kinds.replace(said, **changes)


def case(*said: Said) -> CaseFile:
    return replay(told(OPENED, *said))


def view(found: CaseFile, index: int) -> AttemptView:
    attempt = found.attempt(index)
    assert attempt is not None
    return attempt


def bounds(found: CaseFile, index: int) -> tuple[str | None, str | None]:
    """The times of the bounds of an attempt, as --json gives them."""
    answer = attempt_answer(view(found, index), timeline_of(found), found.zone)["attested"]
    before, after = answer["not_before"], answer["not_after"]
    return (before["time"] if before else None, after["time"] if after else None)


def test_between_two_stamps() -> None:
    """A live attempt lies between the stamp before it and the stamp over it, accuracies taken off and added."""
    found = case(LIVE, stamp(2, 1), LIVE, stamp(4, 3))

    assert bounds(found, 1) == (None, "2026-03-02T09:00:01.000Z")
    assert bounds(found, 3) == ("2026-03-02T08:59:59.000Z", "2026-03-02T11:00:01.000Z")


def test_imports_have_no_lower_bound() -> None:
    """What was taken elsewhere may be older than every stamp."""
    assert bounds(case(LIVE, stamp(2, 1), IMPORTED, stamp(4, 3)), 3) == (None, "2026-03-02T11:00:01.000Z")


@pytest.mark.parametrize(
    "changes",
    [
        *(
            {"status": status}
            for status in ("untrusted", "unverifiable", "invalid", "pending", "unchecked", "unknown", None)
        ),
        *({name: None} for name in ("size", "time", "protocol")),
    ],
)
def test_what_does_not_count(changes: dict[str, object]) -> None:
    """Only a proof that was judged good, and says of what and when, bounds anything."""
    found = case(LIVE, stamp(2, 1, **changes), LIVE, stamp(4, 3, **changes))

    assert bounds(found, 1) == bounds(found, 3) == (None, None)
    assert unattested(found, timeline_of(found)) == entries_to_attest(found) == 4


def test_a_confirmed_block_bounds_from_above_only() -> None:
    """A block is younger than the entry that named its promise."""
    found = case(LIVE, stamp(2, 1, protocol="opentimestamps", status="confirmed", accuracy_ms=7_200_000), LIVE)

    assert bounds(found, 1) == (None, "2026-03-02T11:00:00.000Z")
    assert bounds(found, 3) == (None, None)


def test_accuracy_that_is_not_stated() -> None:
    """No accuracy is none: the bound is the time itself, and nothing is made up."""
    assert bounds(case(LIVE, stamp(2, 1, accuracy_ms=None)), 1) == (None, "2026-03-02T09:00:00.000Z")


@pytest.mark.parametrize("tail", [stamp(2, 1), kinds.ExportMade(export="dossier"), kinds.Certificate(use="document")])
def test_tail(tail: Said) -> None:
    """Stamps, exports and certificates at the end wait for nothing; elsewhere they count."""
    assert entries_to_attest(case(LIVE, tail, tail)) == 2
    assert entries_to_attest(case(LIVE, tail, LIVE)) == 4
    assert unattested(case(LIVE, stamp(2, 1), tail), timeline_of(case(LIVE, stamp(2, 1)))) == 0


def test_waiting() -> None:
    """What waits is every entry beyond the largest attested checkpoint; the list says how many."""
    found = case(LIVE, stamp(2, 1), LIVE, LIVE)

    assert unattested(found, timeline_of(found)) == 3
    assert list_answer(found)["unattested"] == 3


def test_every_bound_has_a_source() -> None:
    """A bound is never a naked time: who says so, by which protocol, on what it rests, and which entry names it."""
    found = case(LIVE, stamp(2, 1))
    answer = interval_answer(interval_of(timeline_of(found), view(found, 1)))

    assert answer == {
        "not_before": None,
        "not_after": {
            "time": "2026-03-02T09:00:01.000Z",
            "source": "tsa.example",
            "protocol": "rfc3161",
            "weight": "when_received",
            "as_of": None,
            "entry": 2,
        },
    }


def certain(*said: Said) -> Bounded:
    found = case(*said)
    return bounded(found, timeline_of(found))


class TestBounded:
    def test_days_that_are_certain(self) -> None:
        """Attempts whose intervals do not meet were on different days, in the zone of the case."""
        found = case(LIVE, stamp(2, 1), LIVE, stamp(4, 3), LIVE, stamp(6, 30), LIVE, stamp(8, 31))

        assert bounded(found, timeline_of(found)) == Bounded(attempts=4, both=3, days=2, weeks=1, span_days=1)
        assert status_answer(found, tally(found), TODAY)["attested"] == {
            "attempts": 4,
            "with_both_bounds": 3,
            "distinct_days": 2,
            "distinct_weeks": 1,
            "span_days": 1,
        }

    def test_midnight_in_paris(self) -> None:
        """Bounds are compared by the days of Paris: what meets on one evening there is no second day."""
        assert certain(LIVE, stamp(2, 14.9), LIVE, stamp(4, 15.1)).days == 1
        assert certain(LIVE, stamp(2, 15.1), LIVE, stamp(4, 15.2)).days == 1

    def test_weeks_that_are_not_certain(self) -> None:
        """An interval over two weeks meets the one before it: one week is all that is certain."""
        found = certain(LIVE, stamp(2, 1), LIVE, stamp(4, 24 * 7))

        assert (found.attempts, found.days, found.weeks, found.span_days) == (2, 1, 1, 0)

    def test_imports_give_one_day(self) -> None:
        """An import has an upper bound only: any number of them can have been on one day."""
        found = certain(IMPORTED, stamp(2, 1), IMPORTED, stamp(4, 30))

        assert (found.attempts, found.both, found.days, found.weeks) == (2, 0, 1, 1)

    @given(
        st.lists(
            st.tuples(st.dates(dt.date(2026, 1, 1), dt.date(2026, 3, 1)), st.integers(0, 20), st.integers(0, 20)),
            max_size=12,
        )
    )
    def test_no_choice_within_the_intervals_gives_fewer_days(self, drawn: list[tuple[dt.date, int, int]]) -> None:
        """Wherever in its interval each attempt took place, it was on at least as many days as are printed."""
        spans = [(start, start + dt.timedelta(days=before + after)) for start, before, after in drawn]
        chosen = {start + dt.timedelta(days=before) for start, before, _ in drawn}

        assert fewest(spans) <= len(chosen)
        assert (fewest(spans) == 0) == (not spans)


def test_times_that_people_declare_bound_nothing() -> None:
    """However many times are declared, an interval comes from third parties or is open."""
    found = case(LIVE, LIVE)

    assert bounds(found, 1) == (None, None)
    assert certain(LIVE, LIVE) == Bounded(attempts=0, both=0, days=0, weeks=0, span_days=0)
    assert status_answer(found, tally(found), TODAY)["counted_from"] == "declared"


@pytest.mark.parametrize("accuracy", [2**53 - 1, 10**15])
def test_accuracy_of_ages(accuracy: int) -> None:
    """A stamp that somebody made up with an accuracy of ages bounds nothing, and stops nothing."""
    found = case(LIVE, stamp(2, 1, accuracy_ms=accuracy))

    assert bounds(found, 1)[0] is None
    assert certain(LIVE, stamp(2, 1, accuracy_ms=accuracy)).span_days == 0


@pytest.mark.parametrize("time", ["2026-02-30T00:00:00.000Z", "2026-19-39T00:00:00.000Z", "0000-01-01T00:00:00.000Z"])
def test_time_that_does_not_exist(time: str) -> None:
    """A time that is on no calendar is no time of a stamp, so that nothing needs to be made of it."""
    with pytest.raises(ValueError, match=r"day|month|year"):
        stamp(2, 1, time=time)

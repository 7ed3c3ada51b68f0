"""Counts over a case: days, ISO weeks, hours, gaps, outcomes, pictures; in the zone of the case."""

import datetime as dt

from helpers import OPENED, declared, told
from hypothesis import given
from hypothesis import strategies as st

from evidence_vault import kinds
from evidence_vault.casefile import replay
from evidence_vault.kinds import Attempt, Exhibit, OutcomeStated, Reading, Step
from evidence_vault.tally import Tally, tally

PICTURE = Exhibit(document="screenshot", width=480, height=160)


def tally_of(*times: str | None, zone: str = "Europe/Paris", precision: str = "minute") -> Tally:
    """The counts over attempts declared at `times` (ISO 8601 with an offset; None: no time known)."""
    attempts = (Attempt(occurred_at=declared(text, zone, precision) if text else None) for text in times)
    return tally(replay(told(kinds.replace(OPENED, time_zone=zone), *attempts)))


def test_nothing() -> None:
    """A case without an attempt: noughts, no first day, no gap."""
    counted = tally_of()

    assert (counted.attempts, counted.undated, counted.days, counted.weeks, counted.hours) == (0, 0, (), (), {})
    assert (counted.span_days, counted.longest_gap_days, counted.first, counted.last) == (0, 0, None, None)


class TestWeeks:
    def test_new_year(self) -> None:
        """The last days of December may lie in week 1 of the next year, the first of January in week 53 of the last."""
        counted = tally_of(
            "2024-12-29T12:00:00+01:00",  # a Sunday: week 52 of 2024
            "2024-12-30T12:00:00+01:00",  # a Monday: week 1 of 2025
            "2025-01-05T12:00:00+01:00",  # the Sunday of the same week
            "2026-12-31T12:00:00+01:00",  # week 53 of 2026
            "2027-01-03T12:00:00+01:00",  # still week 53 of 2026
            "2027-01-04T12:00:00+01:00",  # week 1 of 2027
        )

        assert counted.weeks == ((2024, 52), (2025, 1), (2026, 53), (2027, 1))
        assert [len(counted.by_week[week]) for week in counted.weeks] == [1, 2, 2, 1]

    def test_sunday_night(self) -> None:
        """A minute on either side of midnight on Sunday is a week apart, in local time."""
        counted = tally_of("2026-03-08T23:59:00+01:00", "2026-03-09T00:01:00+01:00")

        assert counted.weeks == ((2026, 10), (2026, 11))

    def test_the_zone_of_the_case_decides(self) -> None:
        """The same instant is Monday in Réunion, Sunday in Paris and in Cayenne: another day and another week."""
        instant = "2026-03-08T21:30:00+00:00"

        assert tally_of(instant, zone="Indian/Reunion").weeks == ((2026, 11),)
        assert tally_of(instant, zone="Europe/Paris").weeks == ((2026, 10),)
        assert tally_of(instant, zone="America/Cayenne").weeks == ((2026, 10),)
        assert dt.date(2026, 3, 9) == tally_of(instant, zone="Indian/Reunion").first
        assert tally_of(instant, zone="America/Cayenne").hours == {18: 1}

    @given(st.lists(st.datetimes(dt.datetime(2020, 1, 1), dt.datetime(2030, 1, 1)), max_size=12))  # noqa: DTZ001
    def test_every_dated_attempt_is_in_one_week(self, moments: list[dt.datetime]) -> None:
        """Weeks and days hold every dated attempt exactly once, in order."""
        counted = tally_of(*(moment.isoformat() + "+00:00" for moment in moments))

        assert len(moments) == sum(map(len, counted.by_week.values())) == sum(counted.hours.values())
        assert sorted(counted.by_week) == list(counted.weeks)
        assert sorted(set(counted.days)) == list(counted.days)
        assert set(counted.weeks) == {tuple(day.isocalendar())[:2] for day in counted.days}


class TestHours:
    def test_summer_and_winter(self) -> None:
        """Nine in the morning stays nine on either side of the change of clocks, whatever the offset."""
        counted = tally_of("2026-03-28T08:00:00+00:00", "2026-03-29T07:00:00+00:00", "2026-10-25T08:00:00+00:00")

        assert counted.hours == {9: 3}

    def test_the_hour_that_comes_twice(self) -> None:
        """In the night of October two instants an hour apart both show half past two."""
        assert tally_of("2026-10-25T00:30:00+00:00", "2026-10-25T01:30:00+00:00").hours == {2: 2}

    def test_a_day_without_an_hour(self) -> None:
        """A time known to the day counts for days and weeks and not for hours."""
        counted = tally_of("2026-03-02T00:00:00+01:00", precision="day")

        assert ({}, (dt.date(2026, 3, 2),)) == (counted.hours, counted.days)


class TestSpan:
    def test_gaps(self) -> None:
        """The longest gap is between two days that follow each other; several attempts on one day are one day."""
        counted = tally_of(
            "2026-03-20T09:00:00+01:00",
            "2026-03-02T09:00:00+01:00",
            "2026-03-02T18:00:00+01:00",
            "2026-03-05T09:00:00+01:00",
        )

        assert (counted.span_days, counted.longest_gap_days) == (18, 15)
        assert (dt.date(2026, 3, 2), dt.date(2026, 3, 20)) == (counted.first, counted.last)
        assert (counted.attempts, len(counted.days)) == (4, 3)

    def test_one_day(self) -> None:
        """A single day spans nothing."""
        counted = tally_of("2026-03-02T09:00:00+01:00")

        assert (counted.span_days, counted.longest_gap_days) == (0, 0)

    def test_across_the_change_of_clocks(self) -> None:
        """Days are counted on the calendar: a day of 23 hours is a day."""
        assert tally_of("2026-03-28T12:00:00+01:00", "2026-03-29T12:00:00+02:00").span_days == 1

    def test_undated(self) -> None:
        """An attempt without a time counts as an attempt, is told apart, and is in no week."""
        counted = tally_of("2026-03-02T09:00:00+01:00", None, None)

        assert (counted.attempts, counted.undated, len(counted.days)) == (3, 2, 1)
        assert sum(map(len, counted.by_week.values())) == 1


class TestPictures:
    def test_screenshots(self) -> None:
        """Legible pictures and attempts with one count; a picture used twice is one and shows one attempt."""
        counted = tally(
            replay(
                told(
                    OPENED,
                    Attempt(),
                    kinds.replace(PICTURE, attempt=1),
                    Reading(exhibit=2, legible=True),
                    kinds.replace(PICTURE, attempt=1),
                    Reading(exhibit=4, legible=False),
                    Attempt(reuses=(2,)),
                    Attempt(),
                    Exhibit(attempt=7, document="letter"),
                    Exhibit(document="title", width=10, height=10),
                    Step(step="email"),
                    OutcomeStated(attempt=1, outcome="no_slot"),
                    OutcomeStated(attempt=6, outcome="no_slot"),
                )
            )
        )

        assert (counted.screenshots, counted.legible) == (2, 1)
        assert (counted.attempts, counted.attempts_with_legible) == (3, 1)
        assert counted.outcomes == {"no_slot": 2, "unclassified": 1}
        assert counted.steps == 1

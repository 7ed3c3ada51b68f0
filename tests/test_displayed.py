"""What a clock, a date or an address on a screen can mean: every meaning, and none that is not there."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_vault.displayed import Day, display_of, host_of

PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("08:12", ["08:12"]),
        ("08h12", ["08:12"]),
        ("8:12", ["08:12", "20:12"]),
        ("12:41", ["12:41", "00:41"]),
        ("14:05", ["14:05"]),
        ("9:14 PM", ["21:14"]),
        ("12:05 a.m.", ["00:05"]),
        ("08:12:33", ["08:12"]),
        ("04/05/2026 à 11h", ["11:00", "23:00"]),
        ("13:05 PM", []),
        ("24:10", []),
        ("16/06/2026", []),
        ("", []),
    ],
)
def test_times_of_day(text: str, times: list[str]) -> None:
    """A clock of twelve hours that does not say which half of the day shows two times; no other does."""
    assert [f"{time:%H:%M}" for time in display_of(text).times] == times


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("23:26 16/06/2026", [Day(16, 6, 2026)]),
        ("16.06.26", [Day(16, 6, 2026)]),
        ("2026-06-16 23:26", [Day(16, 6, 2026)]),
        ("14:05 jeu. 12 mars", [Day(12, 3)]),
        ("1er août 2026", [Day(1, 8, 2026)]),
        ("7 sept. 08:12", [Day(7, 9)]),
        ("9:14 PM 9/7/2026", [Day(9, 7, 2026), Day(7, 9, 2026)]),
        ("31/02/2026", []),
        ("29 février", [Day(29, 2)]),
        ("08:12", []),
    ],
)
def test_dates(text: str, days: list[Day]) -> None:
    """A date stands as it is displayed, without a year where none is shown; an impossible one is none."""
    assert display_of(text).days == tuple(days)


@given(st.dates(dt.date(2001, 1, 1), dt.date(2099, 12, 31)), st.times())
def test_what_a_task_bar_shows_means_that_minute(date: dt.date, time: dt.time) -> None:
    """Date and time as France writes them give that very minute, whatever the moment that is near."""
    shown = display_of(f"{time:%H:%M} {date:%d/%m/%Y}")

    assert shown.times[0] == time.replace(second=0, microsecond=0)
    assert len(shown.times) == (2 if 10 <= time.hour <= 12 else 1)
    assert shown.dates(dt.date(2026, 1, 1)) == (date,)


def test_a_bare_clock_is_taken_as_near_as_may_be() -> None:
    """Three minutes past midnight, a clock that shows 23:58 shows the day before."""
    anchor = dt.datetime(2026, 3, 12, 0, 3, tzinfo=PARIS)

    assert display_of("23:58").moments(anchor, PARIS) == (dt.datetime(2026, 3, 11, 22, 58, tzinfo=dt.UTC),)


def test_a_time_that_occurs_twice_is_two_moments() -> None:
    anchor = dt.datetime(2026, 10, 25, 12, tzinfo=PARIS)

    assert [f"{moment:%H:%M}" for moment in display_of("02:30 25/10/2026").moments(anchor, PARIS)] == ["00:30", "01:30"]


def test_a_date_without_a_year_is_that_of_the_nearest_year() -> None:
    assert Day(31, 12).nearest(dt.date(2027, 1, 2)) == dt.date(2026, 12, 31)
    assert Day(29, 2).nearest(dt.date(2026, 3, 1)) is None


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://www.val-de-brume.gouv.fr/booking/create/1", "val-de-brume.gouv.fr"),
        ("val-de-brume.gouv.fr", "val-de-brume.gouv.fr"),
        ("https:/Val-De-Brume.gouv.fr/x/ y/", "val-de-brume.gouv.fr"),
        ("→val-de-brume.gouv.fr/book", "val-de-brume.gouv.fr"),
        ("https://user@val-de-brume.gouv.fr:8443/x", "val-de-brume.gouv.fr"),
        ("https://[broken", None),
        ("Prefecture", None),
    ],
)
def test_hosts(address: str, host: str | None) -> None:
    assert host_of(address) == host

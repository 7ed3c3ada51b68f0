"""The periods in which a renewal can be asked for (art. R. 431-5 CESEDA), to the day."""

import datetime as dt

import pytest
from helpers import OPENED

from evidence_vault import kinds
from evidence_vault.windows import Window, expiry_of, windows_of

D = dt.date


def renewal(expiry: str | None, *, listed: bool | None) -> kinds.CaseOpened:
    return kinds.replace(OPENED, request="renewal", title_expiry=expiry, on_r431_2_list=listed)


@pytest.mark.parametrize(
    ("expiry", "opens", "closes"),
    [
        ("2026-09-30", D(2026, 6, 2), D(2026, 8, 1)),
        ("2026-03-01", D(2025, 11, 1), D(2025, 12, 31)),
        ("2024-04-29", D(2023, 12, 31), D(2024, 2, 29)),  # a leap year
    ],
)
def test_on_the_list(expiry: str, opens: dt.date, closes: dt.date) -> None:
    """From the 120th to the 60th day before the permit expires."""
    assert windows_of(renewal(expiry, listed=True)) == (Window(opens, closes, listed=True),)


@pytest.mark.parametrize(
    ("expiry", "opens"),
    [
        ("2026-09-30", D(2026, 7, 30)),
        ("2026-02-10", D(2025, 12, 10)),
        ("2026-04-30", D(2026, 2, 28)),  # no 30 February: the last day of the month
        ("2024-04-30", D(2024, 2, 29)),
        ("2026-01-31", D(2025, 11, 30)),
    ],
)
def test_not_on_the_list(expiry: str, opens: dt.date) -> None:
    """The two months before it expires, counted from one date to the date of the same number."""
    assert windows_of(renewal(expiry, listed=False)) == (Window(opens, D.fromisoformat(expiry), listed=False),)


def test_nobody_said_whether_the_list_names_it() -> None:
    """Both periods are told; neither is chosen for the person."""
    assert [window.listed for window in windows_of(renewal("2026-09-30", listed=None))] == [True, False]


@pytest.mark.parametrize("request_kind", ["first", "change", "other", None])
def test_other_requests_have_none(request_kind: kinds.RequestKind | None) -> None:
    """The article's periods for other requests depend on what no case records."""
    case = kinds.replace(OPENED, request=request_kind, title_expiry="2026-09-30")

    assert windows_of(case) == ()


@pytest.mark.parametrize("expiry", [None, "", "soon", "30/09/2026"])
def test_an_expiry_that_is_no_date(expiry: str | None) -> None:
    """A ledger of another program may say anything there: nothing is computed from it."""
    assert expiry_of(renewal(expiry, listed=True)) is None
    assert windows_of(renewal(expiry, listed=True)) == ()


def test_both_ends_belong_to_it() -> None:
    """The day before is too early, the day after too late."""
    window = Window(D(2026, 6, 2), D(2026, 8, 1), listed=True)
    days = (D(2026, 6, 1), D(2026, 6, 2), D(2026, 8, 1), D(2026, 8, 2))

    assert [window.place(day) for day in days] == ["before", "inside", "inside", "after"]

"""The chart of weeks by hours: every attempt whose hour is known is in it once, and it is told to who cannot see it."""

import datetime as dt
from pathlib import Path

import pikepdf
from builders import BuiltCase, CaseBuilder, declared, make_case
from test_dossier import flat, poppler, write
from test_tags import elements

from evidence_vault.exports.dossier_heat import HEAT


def told(case: BuiltCase, path: Path) -> list[str]:
    """The rows of the chart, as they are read aloud."""
    with pikepdf.open(write(case, path)) as pdf:
        described = [str(one.get("/Alt", "")) for one in elements(pdf)]
    return [text for text in described if text.startswith("Heures de la semaine ")]


def at(builder: CaseBuilder, *moments: str) -> None:
    for moment in moments:
        builder.outcome(builder.attempt(dt.datetime.fromisoformat(moment)))


def test_weeks_and_hours_are_counted(tmp_path: Path) -> None:
    """In the zone of the case; the hour that comes twice counts twice; a week without attempts has its row."""
    builder = CaseBuilder()
    builder.open()
    at(builder, "2026-10-05T07:10+00:00", "2026-10-06T07:50+00:00", "2026-10-06T22:30+00:00")
    at(builder, "2026-10-25T00:30+00:00", "2026-10-25T01:30+00:00")

    assert told(builder.built(), tmp_path / "dossier.pdf") == [
        "Heures de la semaine 41 de 2026 : 0 h, 1 tentative ; 9 h, 2 tentatives.",
        "Heures de la semaine 42 de 2026 : aucune tentative à une heure connue.",
        "Heures de la semaine 43 de 2026 : 2 h, 2 tentatives.",
    ]


def test_a_day_alone_has_no_hour(tmp_path: Path) -> None:
    """An attempt of which only the day is known is in no column."""
    builder = CaseBuilder()
    builder.open()
    at(builder, "2026-03-02T08:00+00:00")
    builder.outcome(builder.attempt(occurred_at=declared(dt.datetime(2026, 3, 3, tzinfo=dt.UTC), precision="day")))

    assert told(builder.built(), tmp_path / "dossier.pdf") == ["Heures de la semaine 10 de 2026 : 9 h, 1 tentative."]


@poppler
def test_nothing_is_drawn_where_no_hour_is_known(tmp_path: Path) -> None:
    assert HEAT not in flat(write(make_case(0), tmp_path / "dossier.pdf"))
    assert HEAT in flat(write(make_case(1), tmp_path / "dossier.pdf"))

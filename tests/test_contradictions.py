"""What a picture shows beside what is recorded: flagged where they differ, never merged, never as if it were sure."""

import datetime as dt
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from builders import START, CaseBuilder, declared
from cli_runner import DictatedEngine, call, prepared, show_facts
from helpers import draw
from hypothesis import given
from hypothesis import strategies as st

from evidence_vault import kinds, values
from evidence_vault.attested import timeline_of
from evidence_vault.capture.times import TOLERANCE
from evidence_vault.casefile import CaseFile
from evidence_vault.contradiction_words import sentences
from evidence_vault.contradictions import Comparison, Counted, compare, count
from evidence_vault.i18n import render
from evidence_vault.timeline import Attestation, Timeline

PARIS = ZoneInfo("Europe/Paris")
BOX = values.Box(left=900, top=740, width=60, height=20)
URL = "https://www.val-de-brume.gouv.fr/booking/create/1"
# START is 2 March 2026 at 09:14 in Paris; the builder records each entry a second after the one before.


def fact(name: str, text: str, confidence: int | None = 96) -> values.Fact:
    return values.Fact(fact=name, text=text, box=BOX, confidence=confidence)  # type: ignore[arg-type]


def case_of(
    *facts: values.Fact, at: dt.datetime | None = START, read: dict[str, Any] | None = None, **made: Any
) -> CaseFile:
    """One attempt, declared `at` that moment, whose only picture shows `facts`."""
    builder = CaseBuilder()
    builder.open(time_zone=made.pop("time_zone", "Europe/Paris"))
    said = {"occurred_at": declared(at) if at else None, "url": URL} | made
    attempt = builder.attempt(**said)
    exhibit = builder.exhibit(b"a picture", 1366, 768, attempt=attempt)
    builder.reading(exhibit, **({"facts": facts} if read is None else read))
    return builder.built().file


def compared(case: CaseFile, timeline: Timeline | None = None) -> list[Comparison]:
    return list(compare(case.attempts[0], timeline or timeline_of(case), case.zone))


def told(*facts: values.Fact, **made: Any) -> list[tuple[str, str, str]]:
    """Against what, the finding, the verdict."""
    return [(one.recorded.against, one.finding, one.verdict) for one in compared(case_of(*facts, **made))]


class TestClock:
    @pytest.mark.parametrize(
        "shown", ["09:14", "9:14", "09:12 02/03/2026", "09h19", "9:10 AM", "09:14 lun. 2 mars", "09:14 2.3.26"]
    )
    def test_a_clock_within_the_tolerance_contradicts_nothing(self, shown: str) -> None:
        assert told(fact("screen_clock", shown)) == [
            ("declared", "agrees", "agrees"),
            ("recorded", "agrees", "agrees"),
        ]

    @pytest.mark.parametrize(
        ("shown", "finding"),
        [
            ("08:44", "clock_differs"),
            ("9:14 PM", "clock_differs"),
            ("21:14", "clock_differs"),
            ("09:14 01/03/2026", "day_differs"),
            ("09:14 dim. 1 mars", "day_differs"),
            ("08:44 02/03/2026", "clock_differs"),
        ],
    )
    def test_another_time_or_day_than_declared_is_a_contradiction(self, shown: str, finding: str) -> None:
        assert told(fact("screen_clock", shown))[0] == ("declared", finding, "contradicts")

    def test_both_values_and_both_entries_are_kept(self) -> None:
        """Nothing is merged: the text as read with its place, the moment declared, and the entries of both."""
        found = compared(case_of(fact("screen_clock", "08:44")))[0]

        assert (found.fact.text, found.fact.box, found.exhibit, found.reading) == ("08:44", BOX, 2, 3)
        assert (found.recorded.moment, found.recorded.entry) == (START, 1)

    def test_midnight_is_no_contradiction(self) -> None:
        """A minute before midnight and two after are three minutes apart, whether the date is shown or not."""
        moment = dt.datetime(2026, 3, 1, 23, 2, tzinfo=dt.UTC)

        for shown in ("23:59", "23:59 01/03/2026", "23:59 dim. 1 mars"):
            assert told(fact("screen_clock", shown), at=moment)[0][1] == "agrees"

    def test_where_only_a_day_is_declared_only_days_are_compared(self) -> None:
        day = {"occurred_at": declared(START, precision="day")}

        assert told(fact("screen_clock", "07:00 02/03/2026"), **day)[0] == ("declared", "agrees", "agrees")
        assert told(fact("screen_clock", "07:00 03/03/2026"), **day)[0] == ("declared", "day_differs", "contradicts")
        assert [against for against, _, _ in told(fact("screen_clock", "07:00"), **day)] == ["recorded"]

    def test_a_clock_later_than_its_own_recording_is_a_contradiction(self) -> None:
        """However the attempt is dated: nobody records a picture before it is taken."""
        shown = fact("screen_clock", "09:31 02/03/2026")

        assert ("recorded", "after_recorded", "contradicts") in told(shown, at=None)
        assert ("recorded", "after_recorded", "contradicts") in told(fact("screen_clock", "09:31"))
        assert told(fact("screen_clock", "09:31"), at=None) == []

    def test_a_clock_later_than_what_a_third_party_attests_is_a_contradiction(self) -> None:
        case = case_of(fact("screen_clock", "09:14"))
        attested = Attestation(
            "rfc3161", "tsa", "shipped_root", 4, 4, START - dt.timedelta(hours=1), START - dt.timedelta(hours=1)
        )

        found = compared(case, Timeline([attested]))

        assert [(one.recorded.against, one.finding, one.verdict) for one in found][-1] == (
            "attested",
            "after_attested",
            "contradicts",
        )

    def test_a_time_taken_from_the_clock_itself_is_not_compared_with_it(self) -> None:
        """It would agree by construction, which would look like a confirmation."""
        taken = {"occurred_at": declared(START, source="screen_clock")}

        assert [against for against, _, _ in told(fact("screen_clock", "09:14 02/03/2026"), **taken)] == ["recorded"]

    def test_a_corrected_time_is_the_one_that_counts(self) -> None:
        builder = CaseBuilder()
        builder.open()
        attempt = builder.attempt(START)
        exhibit = builder.exhibit(b"a picture", 1366, 768, attempt=attempt)
        builder.reading(exhibit, facts=(fact("screen_clock", "08:44"),))
        corrected = builder.add(
            kinds.Correction(
                target=attempt, field="occurred_at", occurred_at=declared(START - dt.timedelta(minutes=30))
            )
        )

        first = compared(builder.built().file)[0]

        assert (first.finding, first.recorded.entry) == ("agrees", corrected)

    @given(st.integers(-719, 719))
    def test_the_tolerance_is_all_that_is_forgiven(self, minutes: int) -> None:
        """A clock of twenty-four hours contradicts a declared time exactly where it lies beyond the tolerance."""
        shown = START + dt.timedelta(minutes=minutes)
        text = f"{shown.astimezone(PARIS):%H:%M %d/%m/%Y} "
        others = {shown.astimezone(PARIS).hour} & {10, 11, 12}  # these may be the evening

        found = compared(case_of(fact("screen_clock", text)))[0]

        if not others:
            assert (found.finding == "agrees") == (abs(dt.timedelta(minutes=minutes)) <= TOLERANCE)


class TestDoubt:
    @pytest.mark.parametrize(("confidence", "doubt"), [(84, "little_confidence"), (None, "confidence_unknown")])
    def test_what_was_not_read_surely_is_not_said_as_if_it_were(self, confidence: int | None, doubt: str) -> None:
        found = compared(case_of(fact("screen_clock", "08:44", confidence)))[0]

        assert (found.verdict, found.doubts) == ("unsure", (doubt,))
        assert not any(render(one, "en").startswith("Contradiction") for one in sentences(found))

    def test_little_confidence_is_said_with_its_measure(self) -> None:
        found = compared(case_of(fact("screen_clock", "08:44", 41)))[0]

        assert "Read with little confidence (41 %)." in [render(one, "en") for one in sentences(found)]

    @pytest.mark.parametrize(
        ("zone", "shown", "there"),
        [("Europe/Paris", "04:14", "America/Martinique"), ("Indian/Reunion", "09:14", "Europe/Paris")],
    )
    def test_the_time_of_another_french_zone_is_said_to_be_that(self, zone: str, shown: str, there: str) -> None:
        """A screen in Fort-de-France, or set to Paris in Saint-Denis, is one possible cause, and is told."""
        found = compared(case_of(fact("screen_clock", shown), time_zone=zone))[0]

        assert (found.finding, found.verdict) == ("clock_differs", "unsure")
        assert found.zone is not None
        assert ZoneInfo(found.zone).utcoffset(START) == ZoneInfo(there).utcoffset(START)
        assert found.zone in " ".join(render(one, "fr") for one in sentences(found))

    def test_an_entry_older_than_the_places_still_has_its_facts(self) -> None:
        """Without the field, the text is compared, and nothing is claimed about how surely it was read."""
        old = {"screen_clock": "08:44", "address": "autre.gouv.fr", "platform_dates": ("1er mars",)}

        found = compared(case_of(read=old))

        assert [(one.fact.fact, one.fact.box, one.verdict) for one in found] == [
            ("screen_clock", None, "unsure"),
            ("screen_clock", None, "agrees"),
            ("address", None, "unsure"),
        ]


class TestAddress:
    @pytest.mark.parametrize(
        ("shown", "finding", "doubts"),
        [
            ("val-de-brume.gouv.fr/booking/create/1/2", "agrees", ()),
            ("www.val-de-brume.gouv.fr", "agrees", ()),
            ("rdv.autre-site.gouv.fr/x", "host_differs", ()),
            ("val-de-brume.qouv.fr/x", "host_differs", ("nearly_same",)),
            ("brume.gouv.fr", "host_differs", ("in_part",)),
        ],
    )
    def test_the_host_is_compared_with_the_declared_one(
        self, shown: str, finding: str, doubts: tuple[str, ...]
    ) -> None:
        (found,) = compared(case_of(fact("address", shown, 75)))

        assert (found.finding, found.doubts, found.recorded.address) == (finding, doubts, URL)

    def test_an_address_read_with_little_confidence_is_doubtful(self) -> None:
        (found,) = compared(case_of(fact("address", "rdv.autre-site.gouv.fr", 69)))

        assert found.verdict == "unsure"

    def test_where_no_address_is_declared_there_is_nothing_to_compare(self) -> None:
        assert compared(case_of(fact("address", "rdv.autre-site.gouv.fr"), url=None)) == []


class TestDatesOfThePage:
    @pytest.mark.parametrize(
        ("name", "shown", "finding"),
        [
            ("last_release", "27/02/2026 à 11:58", "agrees"),
            ("last_release", "02/03/2026 à 9h10", "agrees"),
            ("last_release", "02/03/2026 à 09:40", "release_after"),
            ("last_release", "03/03/2026", "release_after"),
            ("reopening", "02/03/2026", "agrees"),
            ("reopening", "lundi 9 mars 2026 à 8h", "agrees"),
            ("reopening", "1er mars 2026", "reopening_before"),
        ],
    )
    def test_the_past_is_not_after_nor_the_future_before(self, name: str, shown: str, finding: str) -> None:
        (found,) = compared(case_of(fact(name, shown)))

        assert found.finding == finding

    @pytest.mark.parametrize("shown", ["30 juin", "à 8h"])
    def test_a_date_without_a_year_is_no_ground(self, shown: str) -> None:
        assert compared(case_of(fact("reopening", shown), fact("last_release", shown))) == []

    def test_other_dates_are_compared_with_nothing(self) -> None:
        """The end of a permit, the day of a slot: the ledger has no word on them."""
        assert compared(case_of(fact("platform_date", "01/01/2020"))) == []


def test_a_case_is_counted() -> None:
    """Contradictions and differences to be checked are counted apart, and attempts once."""
    case = case_of(fact("screen_clock", "08:44"), fact("address", "autre.gouv.fr", 50))

    assert count(case, timeline_of(case)) == Counted(contradictions=1, unsure=1, attempts=1)
    agreeing = case_of(fact("screen_clock", "09:14"))
    assert count(agreeing, timeline_of(agreeing)) == Counted(contradictions=0, unsure=0, attempts=0)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(
    "shown", [("screen_clock", "08:44"), ("last_release", "09/03/2026"), ("address", "autre.gouv.fr")]
)
def test_every_difference_names_a_bad_reading_among_its_causes(language: str, shown: tuple[str, str]) -> None:
    """No sentence accuses anybody, and the picture prevails over what was read on it."""
    found = compared(case_of(fact(*shown)))[0]
    text = " ".join(render(one, language) for one in sentences(found))  # type: ignore[arg-type]

    assert {"fr": "mal lue", "en": "badly read"}[language] in text
    assert {"fr": "L’image prévaut", "en": "The picture prevails"}[language] in text


def test_documents_are_no_screenshots() -> None:
    """A receipt or a permit handed in with an attempt shows other moments by right."""
    builder = CaseBuilder()
    builder.open()
    attempt = builder.attempt(START)
    exhibit = builder.exhibit(b"a receipt", 800, 600, attempt=attempt, document="receipt")
    builder.reading(exhibit, facts=(fact("screen_clock", "08:44"),))

    assert compared(builder.built().file) == []


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ("clock shown: « 08:12", "declared time: 2", "Contradiction: the day shown is not")),
        ("fr", ("horloge affichée : « 08:12", "heure déclarée : 2", "Contradiction : le jour affiché")),
    ],
)
def test_show_sets_them_side_by_side_and_status_counts_them(
    language: str, said: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever looks at an attempt, or at the case, is told, in both languages."""
    monkeypatch.setattr("evidence_vault.ocr.engine.probe", DictatedEngine)
    program = prepared(tmp_path)
    (tmp_path / "shot.png").write_bytes(draw())
    logged = program.json("log", tmp_path / "shot.png", "--url", "https://www.example.org/", "--yes")
    show_facts(program, logged["exhibits"][0]["index"])
    shown, status = (
        " ".join(call("--vault", program.vault, "--lang", language, *arguments).out.split()).replace("\u00a0", " ")
        for arguments in (("show", logged["index"]), ("status",))
    )

    assert [words for words in said if words not in shown] == []
    counted = program.json("status")["contradictions"]
    assert counted == {"contradictions": 2, "unsure": 1, "attempts": 1}
    assert {"en": "2, and 1 to be checked, in 1 attempts", "fr": "2, et 1 à vérifier"}[language] in status

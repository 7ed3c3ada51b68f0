"""A case replayed from its entries: what was added later is added, and nothing is lost."""

import dataclasses

import pytest
from helpers import OPENED, declared, told

from evidence_vault import kinds, values
from evidence_vault.casefile import CaseFile, read_entry, replay
from evidence_vault.entries import parse_body
from evidence_vault.kinds import Attempt, CaseUpdated, Correction, Exhibit, ExportMade, OutcomeStated, Reading, Step
from evidence_vault.recording import Recorder

FIRST, SECOND, THIRD = (declared(f"2026-03-0{day}T09:00:00+01:00") for day in (2, 4, 3))
PICTURE = Exhibit(document="screenshot", width=480, height=160)


def case_of(*said: kinds.Said | None) -> CaseFile:
    return replay(told(OPENED, *said))


class TestReadEntry:
    def test_as_recorded(self, recorder: Recorder) -> None:
        """An entry read from the ledger says what was recorded, when, and where it stands in the chain."""
        recorder.step(Step(step="email", summary="demande"), ())
        with recorder.case.reader() as reader:
            first, second = reader.entries()

        entry = read_entry(second)

        assert Step(step="email", summary="demande") == entry.said
        assert read_entry(first).digest == entry.header.previous
        assert (entry.index, entry.withheld) == (1, 0)
        assert entry.recorded_at.isoformat() == "2026-03-02T08:14:02+00:00"

    def test_withheld(self, recorder: Recorder) -> None:
        """A withheld field reads as unknown and is counted; a withheld body leaves the entry without words."""
        recorder.step(Step(step="email", summary="demande"), ())
        with recorder.case.reader() as reader:
            _, signed = reader.entries()
        assert signed.body is not None
        body = parse_body(signed.body).without(["summary", "operator"])

        partly = read_entry(dataclasses.replace(signed, body=body.encode()))
        wholly = read_entry(dataclasses.replace(signed, body=None))

        assert (Step(step="email"), 2) == (partly.said, partly.withheld)
        assert (wholly.said, wholly.withheld) == (None, 0)
        assert partly.digest == wholly.digest == read_entry(signed).digest

    @pytest.mark.parametrize("part", ["header", "body"])
    def test_malformed(self, recorder: Recorder, part: str) -> None:
        """Malformed bytes are refused."""
        with recorder.case.reader() as reader:
            (signed,) = reader.entries()

        with pytest.raises(ValueError, match="not an entry"):
            read_entry(dataclasses.replace(signed, **{part: b"[]"}))


class TestReplay:
    @pytest.mark.parametrize("entries", [(), told(Attempt()), told(None)], ids=["none", "no-opening", "withheld"])
    def test_a_case_begins_by_being_opened(self, entries) -> None:
        """Entries that do not begin by opening a case are none."""
        with pytest.raises(ValueError, match="does not begin by opening a case"):
            replay(entries)

    def test_changes_of_the_case(self) -> None:
        """Later changes lie over the opening, field by field; the entries keep both."""
        case = case_of(
            CaseUpdated(changes={"phone": None, "address": "3 rue Neuve"}),
            CaseUpdated(changes={"address": "5 rue Neuve"}),
        )

        assert kinds.replace(OPENED, phone=None, address="5 rue Neuve") == case.case
        assert case.opened.said == OPENED
        assert len(case.entries) == 3

    def test_a_change_of_nothing_known(self) -> None:
        """A change of a field that no case has is refused."""
        with pytest.raises(ValueError, match="unknown field"):
            case_of(CaseUpdated(changes={"shoe_size": "41"}))

    def test_withheld_entries_are_passed_over(self) -> None:
        """An entry whose body is withheld counts among the entries and nowhere else."""
        case = case_of(None, Attempt(), None)

        assert (len(case.entries), len(case.attempts)) == (4, 1)


class TestAttempts:
    def test_exhibits_and_readings(self) -> None:
        """An attempt has its exhibits, each with its readings, oldest first; the latest judges."""
        case = case_of(
            Attempt(),
            kinds.replace(PICTURE, attempt=1),
            Reading(exhibit=2, legible=False, text="first"),
            Reading(exhibit=2, legible=True, text="second"),
            kinds.replace(PICTURE, attempt=1),
        )
        (attempt,) = case.attempts
        read, unread = attempt.exhibits

        assert [view.reading.text for view in read.readings] == ["first", "second"]
        assert read.reading is not None
        assert (read.reading.entry.index, read.legible) == (4, True)
        assert (unread.reading, unread.legible) == (None, False)
        assert attempt.legible
        assert [view.entry.index for view in case.exhibits] == [2, 5]

    def test_an_unread_picture_is_not_legible(self) -> None:
        """A later reading that failed takes a picture's legibility away: unread is not legible."""
        case = case_of(
            Attempt(),
            kinds.replace(PICTURE, attempt=1),
            Reading(exhibit=2, legible=True),
            Reading(exhibit=2, status="failed"),
        )

        assert not case.attempts[0].legible

    def test_an_exhibit_used_again(self) -> None:
        """An exhibit handed in again belongs to both attempts, and is one exhibit of the case."""
        case = case_of(
            Attempt(), kinds.replace(PICTURE, attempt=1), Attempt(reuses=(2,)), Reading(exhibit=2, legible=True)
        )

        assert [[view.entry.index for view in attempt.exhibits] for attempt in case.attempts] == [[2], [2]]
        assert [view.entry.index for view in case.exhibits] == [2]
        assert all(attempt.legible for attempt in case.attempts)

    def test_steps_and_documents(self) -> None:
        """Exhibits of a step are the step's; those of neither are the case's own documents."""
        case = case_of(Step(step="email"), Exhibit(step=1, document="email"), Exhibit(document="title"))

        assert [view.entry.index for view in case.steps[0].exhibits] == [2]
        assert [view.entry.index for view in case.documents] == [3]
        assert [view.entry.index for view in case.exhibits] == [2, 3]

    def test_a_document_used_again(self) -> None:
        """A document handed in again for a step belongs to the step too."""
        case = case_of(Exhibit(document="letter"), Step(step="letter", reuses=(1,)))

        assert [view.entry.index for view in case.steps[0].exhibits] == [1]
        assert [1] == [view.entry.index for view in case.documents] == [view.entry.index for view in case.exhibits]

    def test_links_to_nothing(self) -> None:
        """What speaks of an entry that is not here, as in a partial export, does no harm."""
        case = case_of(
            Attempt(reuses=(77,)), Reading(exhibit=88), OutcomeStated(attempt=99), Correction(target=55), Reading()
        )

        assert case.attempts[0].exhibits == ()
        assert case.attempts[0].outcome == "unclassified"

    def test_exports(self) -> None:
        """What was exported is listed apart."""
        case = case_of(ExportMade(export="bundle"), Attempt())

        assert [entry.index for entry in case.exports] == [1]

    def test_attempt_by_index(self) -> None:
        """An attempt is found by its index, and nothing else is."""
        case = case_of(Attempt(note="here"), Step())

        found = case.attempt(1)
        assert found is not None
        assert found.attempt.note == "here"
        assert case.attempt(2) is None


class TestOutcome:
    def test_nothing_stated(self) -> None:
        """Without a word about it an attempt is unclassified, and nobody confirmed that."""
        (attempt,) = case_of(Attempt()).attempts

        assert (attempt.outcome, attempt.outcome_detail, attempt.confirmed_by) == ("unclassified", None, "none")

    def test_the_last_one_stated(self) -> None:
        """The outcome stated last stands, with its detail and who said so; the earlier ones stay visible."""
        (attempt,) = case_of(
            Attempt(),
            OutcomeStated(attempt=1, outcome="no_slot", confirmed_by="flag"),
            OutcomeStated(attempt=1, outcome="site_error", outcome_detail="http_502", confirmed_by="person"),
        ).attempts

        assert (attempt.outcome, attempt.outcome_detail, attempt.confirmed_by) == ("site_error", "http_502", "person")
        assert [view.stated.outcome for view in attempt.outcomes] == ["no_slot", "site_error"]

    def test_corrected(self) -> None:
        """A correction by a person stands over what was stated before it."""
        (attempt,) = case_of(
            Attempt(),
            OutcomeStated(attempt=1, outcome="no_slot", outcome_detail="detail", confirmed_by="none"),
            Correction(target=1, field="outcome", value="maintenance"),
        ).attempts

        assert (attempt.outcome, attempt.outcome_detail, attempt.confirmed_by) == ("maintenance", None, "person")

    def test_stated_again_after_a_correction(self) -> None:
        """The order of the ledger decides, not the kind of entry."""
        (attempt,) = case_of(
            Attempt(),
            Correction(target=1, field="outcome", value="maintenance"),
            OutcomeStated(attempt=1, outcome="no_slot", confirmed_by="flag"),
        ).attempts

        assert (attempt.outcome, attempt.confirmed_by) == ("no_slot", "flag")

    def test_a_correction_of_something_else(self) -> None:
        """Correcting a note leaves the outcome alone."""
        (attempt,) = case_of(
            Attempt(), OutcomeStated(attempt=1, outcome="no_slot"), Correction(target=1, field="note", value="x")
        ).attempts

        assert attempt.outcome == "no_slot"
        assert len(attempt.corrections) == 1

    def test_a_withheld_outcome(self) -> None:
        """An outcome that is withheld does not stand over one that is told."""
        (attempt,) = case_of(Attempt(), OutcomeStated(attempt=1, outcome="no_slot"), OutcomeStated(attempt=1)).attempts

        assert attempt.outcome == "no_slot"


class TestTimes:
    @pytest.mark.parametrize(
        ("said", "expected"),
        [
            pytest.param([Attempt()], None, id="none"),
            pytest.param([Attempt(occurred_at=FIRST)], FIRST, id="of-the-attempt"),
            pytest.param([Attempt(), OutcomeStated(attempt=1, occurred_at=SECOND)], SECOND, id="read-on-the-screen"),
            pytest.param(
                [Attempt(occurred_at=FIRST), OutcomeStated(attempt=1, outcome="no_slot")],
                FIRST,
                id="outcome-without-time",
            ),
            pytest.param(
                [
                    Attempt(occurred_at=FIRST),
                    Correction(target=1, field="occurred_at", occurred_at=THIRD),
                    OutcomeStated(attempt=1, occurred_at=SECOND),
                ],
                THIRD,
                id="corrected-by-a-person",
            ),
            pytest.param(
                [
                    Attempt(occurred_at=FIRST),
                    Correction(target=1, field="occurred_at", occurred_at=SECOND),
                    Correction(target=1, field="occurred_at", occurred_at=THIRD),
                ],
                THIRD,
                id="corrected-twice",
            ),
        ],
    )
    def test_which_time_stands(self, said: list[kinds.Said], expected: values.DeclaredTime | None) -> None:
        """A correction stands first, then a time read on the screen, then the time of the attempt itself."""
        assert expected == case_of(*said).attempts[0].occurred_at

    def test_chronological(self) -> None:
        """Attempts by declared time, those of one instant and those without any in the order of the ledger."""
        case = case_of(
            Attempt(), Attempt(occurred_at=SECOND), Attempt(occurred_at=FIRST), Attempt(occurred_at=SECOND), Attempt()
        )

        assert [view.entry.index for view in case.chronological()] == [3, 2, 4, 1, 5]

    def test_local_time(self) -> None:
        """The declared time in the zone of the case, Paris where none is named."""
        paris = case_of(Attempt(occurred_at=FIRST))
        cayenne = replay(told(kinds.replace(OPENED, time_zone="America/Cayenne"), Attempt(occurred_at=FIRST)))
        unnamed = replay(told(kinds.replace(OPENED, time_zone=None), Attempt(occurred_at=FIRST)))

        assert str(paris.attempts[0].local_time(paris.zone)).replace(" ", "T") == "2026-03-02T09:00:00+01:00"
        assert str(cayenne.attempts[0].local_time(cayenne.zone)).replace(" ", "T") == "2026-03-02T05:00:00-03:00"
        assert unnamed.zone.key == "Europe/Paris"

"""Facts sorted beside the conditions of art. L. 521-3 CJA: nothing lost, nothing judged."""

import pytest
from helpers import OPENED, declared, told

from evidence_vault.casefile import CaseFile, replay
from evidence_vault.circumstances import WITH_DATE, WITHOUT_DATE, circumstances
from evidence_vault.kinds import Attempt, Correction, Exhibit, OutcomeStated, Said, Step
from evidence_vault.words import CONDITIONS, OUTCOMES, Condition, DocumentKind, Outcome


def case_of(*said: Said) -> CaseFile:
    return replay(told(OPENED, *said))


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_every_attempt_is_in_one_place(outcome: Outcome) -> None:
    """Whatever its outcome: none is dropped, and an offer is never among those that got no date."""
    found = circumstances(case_of(Attempt(), OutcomeStated(attempt=1, outcome=outcome, confirmed_by="flag")))
    places = (found.without_date, found.with_date, found.silent)

    assert [len(place) for place in places].count(1) == sum(map(len, places)) == 1
    assert bool(found.with_date) is (outcome in {"slots_offered", "appointment_obtained"})


def test_nothing_is_said_twice() -> None:
    """An outcome that gives a date does not also refuse one."""
    assert not WITH_DATE & WITHOUT_DATE


def test_a_correction_moves_an_attempt() -> None:
    """What was read as a refusal and corrected into an appointment stands where the other side looks for it."""
    found = circumstances(
        case_of(
            Attempt(occurred_at=declared("2026-03-03T09:14:00+01:00")),
            OutcomeStated(attempt=1, outcome="no_slot", confirmed_by="none"),
            Correction(target=1, field="outcome", value="appointment_obtained"),
        )
    )

    assert (len(found.with_date), len(found.without_date)) == (1, 0)


@pytest.mark.parametrize(
    ("document", "shows", "expected"),
    [
        ("title", None, {"urgency"}),
        ("contract", None, {"urgency"}),
        ("reply", None, {"utility"}),
        ("decision", None, {"no_obstacle"}),
        ("other", None, set()),
        ("screenshot", None, set()),
        (None, None, set()),
        ("title", ("no_obstacle",), {"no_obstacle"}),
        ("other", ("urgency", "utility"), {"urgency", "utility"}),
        ("contract", (), set()),
    ],
)
def test_where_a_document_is_set(
    document: DocumentKind | None, shows: tuple[Condition, ...] | None, expected: set[Condition]
) -> None:
    """Where a person says so; else by its kind; else nowhere."""
    found = circumstances(case_of(Exhibit(document=document, shows=shows))).documents

    assert set(found) == set(CONDITIONS)
    assert {condition for condition, views in found.items() if views} == expected


def test_steps_by_their_answer() -> None:
    """A step that nobody answered is not one that was."""
    found = circumstances(case_of(Step(step="email"), Step(step="letter", answer="Patientez.")))

    assert [view.step.step for view in found.unanswered] == ["email"]
    assert [view.step.step for view in found.answered] == ["letter"]

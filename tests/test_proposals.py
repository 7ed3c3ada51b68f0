"""What is proposed about an attempt: from legible pictures only, and never against another of them."""

import pytest

from evidence_vault.kinds import Reading
from evidence_vault.proposals import Proposal, propose
from evidence_vault.words import OUTCOMES, Outcome


def read(outcome: Outcome | None, *, legible: bool | None = True, detail: str | None = None) -> Reading:
    return Reading(status="read", legible=legible, outcome=outcome, outcome_detail=detail)


NOTHING = Proposal("unclassified")


@pytest.mark.parametrize(
    ("readings", "expected"),
    [
        pytest.param([], NOTHING, id="no-picture"),
        pytest.param([(3, read("no_slot"))], Proposal("no_slot", None, 3), id="one"),
        pytest.param(
            [(3, read("site_error", detail="http_502"))], Proposal("site_error", "http_502", 3), id="with-its-detail"
        ),
        pytest.param([(3, read("no_slot", legible=False))], NOTHING, id="illegible"),
        pytest.param([(3, read("no_slot", legible=None))], NOTHING, id="not-judged"),
        pytest.param([(3, Reading(status="failed"))], NOTHING, id="failed"),
        pytest.param([(3, read("unclassified"))], NOTHING, id="says-nothing"),
        pytest.param([(3, read(None))], NOTHING, id="withheld"),
        pytest.param([(3, read("login")), (5, read("no_slot"))], Proposal("no_slot", None, 5), id="last-one"),
        pytest.param(
            [(3, read("no_slot")), (5, read("unclassified"))], Proposal("no_slot", None, 3), id="last-telling"
        ),
        pytest.param(
            [(3, read("no_slot")), (5, read("slots_offered", legible=False))],
            Proposal("no_slot", None, 3),
            id="illegible-does-not-contradict",
        ),
        pytest.param([(3, read("slots_offered")), (5, read("no_slot"))], NOTHING, id="offered-then-none"),
        pytest.param([(3, read("no_slot")), (5, read("appointment_obtained"))], NOTHING, id="none-then-obtained"),
        pytest.param([(3, read("closed_until")), (5, read("slots_offered"))], NOTHING, id="closed-then-offered"),
        pytest.param(
            [(3, read("no_slot")), (4, read("slots_offered")), (5, read("login"))], NOTHING, id="contradiction-before"
        ),
        pytest.param(
            [(3, read("slots_offered")), (5, read("appointment_obtained"))],
            Proposal("appointment_obtained", None, 5),
            id="offered-then-obtained",
        ),
    ],
)
def test_propose(readings: list[tuple[int, Reading]], expected: Proposal) -> None:
    """Illegible pictures say nothing; two that contradict each other leave the matter to the person."""
    assert expected == propose(readings)


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_a_single_legible_picture_is_believed(outcome: Outcome) -> None:
    """Whatever one legible picture says is what is proposed, with the reading that it rests on."""
    expected = NOTHING if outcome == "unclassified" else Proposal(outcome, None, 8)

    assert expected == propose([(8, read(outcome))])

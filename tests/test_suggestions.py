"""What could be added to a case: each sentence rests on what is lacking, and none says that anything is enough."""

import datetime as dt
import re
from pathlib import Path

import pytest
from builders import START, CaseBuilder
from cli_runner import Cli, prepared

from evidence_vault import kinds
from evidence_vault.casefile import CaseFile
from evidence_vault.exports.legal import legal_texts
from evidence_vault.i18n import render
from evidence_vault.suggestions import suggestions
from evidence_vault.tally import tally

TODAY = dt.date(2026, 5, 1)
COMPLETE = {
    "request": "renewal", "title_held": "carte de résident", "title_expiry": "2026-09-30", "on_r431_2_list": False,
    "online_only": True, "file_ready": True, "prior_decision": False,
}  # fmt: skip


def told(case: CaseFile, today: dt.date = TODAY) -> list[str]:
    return [str(message) for message in suggestions(case, tally(case), today)]


def complete(**changes: object) -> CaseBuilder:
    """A case to which little can be added: two weeks of legible attempts, a step with its answer, a contract."""
    builder = CaseBuilder()
    builder.open(**{**COMPLETE, **changes})
    for days in (0, 9):
        attempt = builder.attempt(START + dt.timedelta(days=days))
        builder.reading(builder.exhibit(f"{days}".encode(), 800, 600, attempt=attempt))
        builder.outcome(attempt)
    step = builder.add(kinds.Step(step="email", answer="Patientez."))
    builder.exhibit(b"mail", None, None, step=step, document="email")
    builder.exhibit(b"contract", None, None, document="contract")
    return builder


def test_only_what_lacks() -> None:
    """Of the fullest case, third parties alone are missing."""
    (left,) = told(complete().built().file)

    assert "no third party's proof of time" in left


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title_expiry": None}, "The day on which the permit held expires is not recorded"),
        ({"title_expiry": "2026-06-15"}, "The period for asking ends on 2026-06-15"),
        ({"prior_decision": True}, "See a lawyer"),
        ({"prior_decision": None}, "It is not recorded whether the administration has refused"),
        ({"online_only": None}, "--online-only of `case update`"),
        ({"file_ready": None, "online_only": None}, "--online-only, --file-ready of `case update`"),
    ],
)
def test_what_the_case_does_not_say(changes: dict[str, object], words: str) -> None:
    """One thing left out, one sentence more."""
    found = told(complete(**changes).built().file)

    assert len(found) == 2
    assert words in found[0] + found[1]


def test_a_period_that_is_over_or_to_come_is_not_urged() -> None:
    """Outside the period there is nothing to hurry for, and nothing to promise."""
    case = complete(title_expiry="2026-06-15").built().file

    assert not [line for line in told(case, dt.date(2026, 4, 14)) if "period" in line]
    assert not [line for line in told(case, dt.date(2026, 6, 16)) if "period" in line]


def test_attempts_pictures_and_steps() -> None:
    """One week, no screenshot, no date, no answer: each is counted as it is."""
    builder = CaseBuilder()
    builder.open(**COMPLETE)
    builder.attempt(START)
    builder.attempt(occurred_at=None)
    builder.add(kinds.Step(step="email"))
    found = "\n".join(told(builder.built().file))

    for said in (
        "lie in one ISO week",
        "Attempts without a date: 1.",
        "legible screenshot of their own: 2.",
        "Steps without an answer: 1.",
        "Steps with no document of their own: 1.",
        "No document bears on urgency",
    ):
        assert said in found


def test_two_calendar_weeks_within_a_few_days_are_not_taken_for_two_weeks() -> None:
    """Friday to Wednesday, as in CE no. 435594: the applicant learns what became of that request."""
    builder = CaseBuilder()
    builder.open(**COMPLETE)
    builder.attempt(dt.datetime(2026, 9, 11, 8, tzinfo=dt.UTC))
    builder.attempt(dt.datetime(2026, 9, 16, 8, tzinfo=dt.UTC))
    spread = "\n".join(told(builder.built().file))
    builder.attempt(dt.datetime(2026, 9, 18, 8, tzinfo=dt.UTC))

    assert "Days from the first dated attempt to the last: 5." in spread
    assert "quelques jours" in spread
    assert "quelques jours" not in "\n".join(told(builder.built().file))


def test_a_refusal_comes_first() -> None:
    """Who has a decision against them is sent to a lawyer before anything else."""
    builder = CaseBuilder()
    builder.open()
    builder.exhibit(b"refusal", None, None, document="decision")

    assert "See a lawyer" in told(builder.built().file)[0]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_nothing_is_judged(language: str) -> None:
    """No sentence says that a condition is met, nor how many attempts there must be."""
    empty = CaseBuilder()
    empty.open(request="renewal", prior_decision=True)
    cases = (empty.built().file, complete(title_expiry="2026-06-15").built().file)
    said = " ".join(render(line, language) for case in cases for line in suggestions(case, tally(case), TODAY))  # type: ignore[arg-type]

    assert not re.search(r"enough|sufficient|\bmet\b|must|suffi|rempli|au moins|at least|minim", said)


class TestCommand:
    @pytest.fixture
    def program(self, tmp_path: Path) -> Cli:
        return prepared(tmp_path)

    def test_decisions_stand_with_what_became_of_them(self, program: Cli) -> None:
        """Every decision of the data file that granted or rejected such a request, and no other."""
        text = re.sub(r"\s+", " ", program.done("status").out)

        for block in legal_texts().blocks:
            stance = {"accepted": "granted", "refused": "rejected", None: None}[block.stance]
            assert (f"- {stance} — {block.title}" in text) is (stance is not None)

    def test_steps_documents_and_periods(self, program: Cli) -> None:
        """What a judge asks beside the attempts is counted, in the answer and on the screen."""
        program.done("case", "update", "--request", "renewal", "--title-expiry", "2026-12-31", "--not-r431-2")
        program.done("step", "email", "--answer", "Patientez.")
        program.done("step", "phone")
        told = program.json("status")

        assert (told["steps"], told["steps_answered"], told["attempts_with_date"]) == (2, 1, 0)
        assert told["documents"] == {"urgency": 0, "utility": 0, "no_obstacle": 0}
        (window,) = told["windows"]
        assert (window["opens"], window["closes"], window["r431_2_list"]) == ("2026-10-31", "2026-12-31", False)
        assert "2026-10-31 to 2026-12-31" in re.sub(r"\s+", " ", program.done("status").out)

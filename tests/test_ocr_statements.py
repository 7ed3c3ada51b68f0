"""Messages recognised by their parts: on sentences written without seeing the catalogue, and on no others."""

import json
from functools import cache
from pathlib import Path

import pytest
from ocr_pages import ADDRESS, HEADER, page

from evidence_vault.ocr.catalogue import compile_phrase, load
from evidence_vault.ocr.outcome import propose
from evidence_vault.ocr.statements import stated

SENTENCES: dict[str, list[str]] = json.loads(
    (Path(__file__).parent.parent / "evaluation" / "sentences.json").read_text("utf-8")
)
DANGEROUS = {"no_slot", "slots_offered", "appointment_obtained", "cancelled"}
"""Outcomes that must never be proposed for a page that says something else."""
RECOGNISED = {
    "no_slot": 55,
    "slots_offered": 14,
    "appointment_obtained": 28,
    "captcha_failure": 23,
    "session_expired": 22,
    "site_error": 43,
    "maintenance": 18,
    "waiting_room": 23,
    "closed_until": 29,
    "cancelled": 12,
}
"""At least as many of the sentences are recognised: fewer is a loss, for which there must be a reason."""


@cache
def proposed(sentence: str) -> str:
    return propose(page(f"{HEADER}{sentence}\n\nMentions légales"), load(), ADDRESS, 95).outcome


@pytest.mark.parametrize("sentence", SENTENCES["nothing"])
def test_what_any_page_may_say_claims_nothing(sentence: str) -> None:
    assert proposed(sentence) not in DANGEROUS


@pytest.mark.parametrize("outcome", [name for name in SENTENCES if name != "nothing"])
def test_no_message_is_taken_for_its_opposite(outcome: str) -> None:
    found = {sentence: proposed(sentence) for sentence in SENTENCES[outcome]}
    allowed = {outcome, "unclassified"} if outcome in {"no_slot", "appointment_obtained"} else None

    assert {s: o for s, o in found.items() if o != outcome and o in DANGEROUS} == {}
    assert {s: o for s, o in found.items() if allowed and o not in allowed} == {}


@pytest.mark.parametrize("outcome", RECOGNISED)
def test_wordings_that_nobody_listed_are_recognised(outcome: str) -> None:
    assert sum(proposed(sentence) == outcome for sentence in SENTENCES[outcome]) >= RECOGNISED[outcome]


def test_every_statement_is_made_by_some_sentence() -> None:
    made = {
        finding.phrase.id
        for outcome, sentences in SENTENCES.items()
        for sentence in sentences
        for finding in stated(page(HEADER + sentence), load())
        if finding.phrase.outcome == outcome
    }

    assert {statement.phrase.id for statement in load().statements} <= made


@pytest.mark.parametrize(
    "text",
    [
        "Si tous les créneaux sont pris, revenez demain.",
        "Tous les créneaux sont-ils pris ?",
        "Votre créneau n’est plus disponible.",
        "Nous pouvons vous recevoir et vous proposer un rendez-vous.",
    ],
)
def test_what_is_supposed_or_asked_or_about_the_readers_own_is_no_refusal(text: str) -> None:
    assert [f for f in stated(page(HEADER + text), load()) if f.phrase.outcome == "no_slot"] == []


def test_a_statement_holds_within_its_reach_and_its_sentence() -> None:
    near = "Malheureusement l’ensemble des vacations du mois a trouvé preneur."
    assert proposed(near) == "no_slot"
    assert (
        proposed("L’ensemble du service vous salue. Les vacations ont lieu le mardi. Il a trouvé preneur.") != "no_slot"
    )


def test_a_statement_counts_only_on_a_page_of_the_administration() -> None:
    text = "Nos équipes vous accueillent\n\nNotre carnet est rempli pour tout le mois."
    assert propose(page(text), load(), "www.chez-paulette.example/agenda", 95).outcome == "unclassified"


def test_news_and_answers_on_the_administrations_own_site_make_no_statement() -> None:
    text = "L’ensemble des vacations du samedi a trouvé preneur."
    assert proposed(text) == "no_slot"
    assert proposed(f"{text}\n\nFoire aux questions") == "no_slot"  # a link
    answers = "\n\n".join(SENTENCES["nothing"][:15])
    assert proposed(f"Foire aux questions\n\n{text}\n\n{answers}") not in DANGEROUS


def test_a_text_that_folds_to_nothing_is_refused() -> None:
    """« dès » is left out like « des »: as a word that takes a meaning away it would take every meaning away."""
    with pytest.raises(ValueError, match="folds to nothing"):
        compile_phrase("dès")

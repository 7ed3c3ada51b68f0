"""Messages that no phrase knows: what resembles them is proposed, what only looks so is not."""

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from ocr_pages import ADDRESS, HEADER, page

from evidence_vault.ocr.canonical import Canonical, Finding
from evidence_vault.ocr.catalogue import load
from evidence_vault.ocr.classifier import Classifier
from evidence_vault.ocr.lines import Line, Paragraph
from evidence_vault.ocr.outcome import propose
from evidence_vault.ocr.resembling import resembling
from evidence_vault.values import Word

EVALUATION = Path(__file__).parent.parent / "evaluation"
SENTENCES: dict[str, list[str]] = json.loads((EVALUATION / "sentences.json").read_text("utf-8"))
GRAVE = {"no_slot", "slots_offered", "appointment_obtained", "cancelled"}
"""Outcomes that must never be proposed for a page that says something else."""


@cache
def proposed(sentence: str) -> str:
    return propose(page(f"{HEADER}{sentence}\n\nMentions légales"), load(), ADDRESS, 95).outcome


def found_on(read: tuple[Paragraph, ...]) -> list[Finding]:
    return resembling(read, Canonical.of(read, load().vocabulary), load().classifier)


class Told:
    """A classifier that knows these texts, each with its class and the probability of that, and no other."""

    classes = ("nothing", "in_progress", "no_slot", "slots_offered")

    def __init__(self, known: dict[str, tuple[str, float]]) -> None:
        self.known = known

    def probabilities(self, texts: list[str]) -> np.ndarray[Any, Any]:
        rows = np.zeros((len(texts), len(self.classes)))
        for row, text in zip(rows, texts, strict=True):
            name, probability = self.known.get(text, ("nothing", 1.0))
            row[0] = 1 - probability
            row[self.classes.index(name)] = probability
        return rows


def found_by(classifier: Told, text: str) -> list[Finding]:
    read = page(text)
    return resembling(read, Canonical.of(read, load().vocabulary), cast(Classifier, classifier))


def said(text: str) -> list[tuple[str, str]]:
    return [(one.phrase.outcome, one.quote.text) for one in found_on(page(text))]


@pytest.mark.parametrize("sentence", SENTENCES["nothing"])
def test_what_any_page_may_say_claims_nothing_grave(sentence: str) -> None:
    assert proposed(sentence) not in GRAVE


@pytest.mark.parametrize("outcome", [name for name in SENTENCES if name != "nothing"])
def test_messages_are_recognised_and_none_is_taken_for_its_opposite(outcome: str) -> None:
    found = {sentence: proposed(sentence) for sentence in SENTENCES[outcome]}

    assert {s: o for s, o in found.items() if o != outcome and o in GRAVE} == {}
    assert sum(o == outcome for o in found.values()) >= 0.85 * len(found)


def test_it_says_on_which_words_it_rests_and_that_it_only_resembles() -> None:
    text = "Les guichets vous accueillent le mardi.\n\nNous n’avons plus la moindre date à vous donner ce mois-ci."

    (found,) = found_on(page(text))

    assert found.quote.resembles
    assert found.quote.phrase == "resembles-no-slot"
    assert found.quote.text == "Nous n’avons plus la moindre date à vous donner ce mois-ci."
    assert 0.8 <= found.probability < 1


def test_a_long_paragraph_is_judged_sentence_by_sentence() -> None:
    advice = "Munissez-vous des originaux et des copies de toutes vos pièces. " * 8
    found = said(f"{advice}Nous n’avons plus la moindre date à vous donner ce mois-ci.")

    assert [outcome for outcome, _ in found] == ["no_slot"]
    assert "Munissez" not in found[0][1]


@pytest.mark.parametrize(
    "text",
    [
        "Si nous n’avons plus la moindre date à vous donner ce mois-ci, revenez.",
        "N’avez-vous plus la moindre date à nous donner ce mois-ci ?",
        "« Nous n’avons plus la moindre date à vous donner ce mois-ci. »",
        "Complet",
    ],
)
def test_what_is_supposed_asked_cited_or_a_single_word_is_no_message(text: str) -> None:
    assert [outcome for outcome, _ in said(text) if outcome in GRAVE] == []


def test_an_address_with_a_question_mark_asks_nothing() -> None:
    """On a page that answers questions no message is believed; `?error=…` counted as three questions."""
    text = "rdv.demo.example/cgu/?error=over\n\nVotre session a pris fin, reprenez depuis le début."

    assert [outcome for outcome, _ in said(text)] == ["session_expired"]


def test_a_tab_and_the_address_under_it_are_no_message() -> None:
    """They are read as one paragraph, and a quotation of both would be ugly and say less."""
    assert said("Session expirée\nrdv.val-de-brume.gouv.fr/booking/create/1") == []
    assert said("Votre session a pris fin.") != []


@pytest.mark.parametrize(
    "text", ["Le vendredi 7 mars 2025 à 08h30", "lundi 4 mai 2026, mardi 5 mai 2026", "jeu. 1 août 22:57"]
)
def test_a_date_alone_is_no_message(text: str) -> None:
    assert said(text) == []


@pytest.mark.parametrize(
    ("sentence", "offers"),
    [
        ("Guichet 4 : complet sur les huit semaines ouvertes à la réservation.", False),
        ("Aucune des dates libres ne vous est proposée.", False),
        ("Il reste trois dates libres, le lundi est complet.", True),
    ],
)
def test_an_offer_does_not_begin_with_a_refusal_however_sure_it_is(sentence: str, offers: bool) -> None:
    convinced = Told({sentence: ("slots_offered", 0.99)})

    assert bool(found_by(convinced, sentence)) is offers


@pytest.mark.parametrize(
    "sentence",
    [
        "RDV pris en compte, site de Vaubrun. Code d'annulation : 81JJ4",
        "Rendez-vous du 4 juin à 8 h 30. Lien d’annulation envoyé par courriel.",
        "C’est noté pour le 3 mai à 9 h 40. Pour annuler : 01 55 00 00 00.",
    ],
)
def test_a_confirmation_that_says_how_to_cancel_cancels_nothing(sentence: str) -> None:
    assert "cancelled" not in [outcome for outcome, _ in said(sentence)]
    assert proposed(sentence) != "cancelled"
    assert proposed("Votre rendez-vous du 4 juin est annulé. Code d'annulation : 81JJ4") == "cancelled"


CHOOSE, NONE_LEFT = "Cliquez sur un jour pour le retenir.", "Plus rien à proposer pour ce motif."


@pytest.mark.parametrize(
    ("whole", "part", "expected"),
    [
        (("in_progress", 0.9), 0.95, ["no_slot"]),
        (("in_progress", 0.9), 0.85, ["in_progress"]),
        (("slots_offered", 0.9), 0.95, ["no_slot"]),
        (("slots_offered", 0.9), 0.85, ["slots_offered", "no_slot"]),
        (("slots_offered", 0.9), 0.75, ["slots_offered"]),
        (("no_slot", 0.9), 0.95, ["no_slot"]),
    ],
)
def test_a_graver_and_surer_sentence_is_what_its_paragraph_tells(
    whole: tuple[str, float], part: float, expected: list[str]
) -> None:
    text = f"{CHOOSE} {NONE_LEFT}"
    told = Told({text: whole, NONE_LEFT: ("no_slot", part)})

    assert [one.phrase.outcome for one in found_by(told, text)] == expected


def test_a_refusal_within_an_offer_leaves_the_outcome_to_the_person() -> None:
    text = f"{CHOOSE} {NONE_LEFT}"
    told = cast(Classifier, Told({text: ("slots_offered", 0.9), NONE_LEFT: ("no_slot", 0.85)}))

    assert propose(page(HEADER + text), replace(load(), classifier=told), ADDRESS, 95).outcome == "unclassified"


def test_a_title_right_above_a_message_does_not_drown_it() -> None:
    steps = "Choix d’une plage horaire > 5 - Coordonnées > 6 - Récapitulatif"
    found = said(f"{steps}\nSélectionnez une plage horaire libre puis validez.")

    assert found == [("slots_offered", "Sélectionnez une plage horaire libre puis validez.")]


def test_words_that_were_read_badly_resemble_nothing() -> None:
    text = "Nous n’avons plus la moindre date à vous donner ce mois-ci."
    ((line,),) = page(text)
    unsure = Line(tuple(Word(text=word.text, box=word.box, confidence=40) for word in line.words))

    assert said(text)
    assert found_on(((unsure,),)) == []


def test_a_grave_message_is_believed_on_a_page_of_the_administrations_only() -> None:
    """Where no address was read, one that is not grave is believed all the same: an error page says nothing else."""
    text = "Nos équipes vous accueillent\n\nNous n’avons plus la moindre date à vous donner ce mois-ci."
    over = "Votre session a pris fin, reprenez depuis le début."

    assert propose(page(text), load(), None, 95).outcome == "unclassified"
    assert propose(page(text), load(), None, 95).quotes
    assert propose(page(over), load(), None, 95).outcome == "session_expired"
    assert propose(page(over), load(), "www.chez-paulette.example/agenda", 95).outcome != "session_expired"
    assert propose(page(text), load(), "www.chez-paulette.example/agenda", 95).outcome == "unrelated"
    assert propose(page(text), load(), ADDRESS, 95).outcome == "no_slot"


def test_news_and_answers_on_the_administrations_own_site_give_no_message() -> None:
    text = "Nous n’avons plus la moindre date à vous donner ce mois-ci."
    assert proposed(f"{text}\n\nFoire aux questions") == "no_slot"  # a link
    assert proposed(f"{text}\n\nFoire aux questions\n\n{'Le guichet vous accueille. ' * 40}") != "no_slot"


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ("Votre session a pris fin, reprenez depuis le début.", "session_expired"),
        ("Votre rendez-vous du 12 mai 2027 à 9h30 est bien enregistré.", "unclassified"),
        ("Il reste trois horaires libres : choisissez celui qui vous convient.", "unclassified"),
    ],
)
def test_what_resembles_a_message_can_gainsay_a_phrase(other: str, expected: str) -> None:
    """A refusal in the platform's own words, beside another message in words that nobody listed."""
    assert proposed(f"Aucun créneau disponible\n\n{other}") == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Votre rendez-vous est bien enregistré, nous vous attendons au guichet.", "unclassified"),
        ("Votre rendez-vous est bien enregistré, nous vous attendons le 12 mai à 9h15.", "appointment_obtained"),
        ("Votre rendez-vous est bien enregistré.\n\nDate : 12/05/2027", "appointment_obtained"),
    ],
)
def test_an_appointment_names_its_day_or_its_hour(sentence: str, expected: str) -> None:
    """Pages that explain what a convocation is name none."""
    assert proposed(sentence) == expected


def test_an_appointment_on_a_step_that_is_still_to_be_taken_is_none() -> None:
    step = "Indiquez vos coordonnées puis cliquez sur le bouton ci-dessous pour valider votre demande."

    assert proposed("Nous vous attendons le 27 mai à 15 h 30.") == "appointment_obtained"
    assert proposed(f"Nous vous attendons le 27 mai à 15 h 30.\n\n{step}") == "unclassified"


def test_what_a_sentence_cites_is_not_said_by_it() -> None:
    refusal = "nous n’avons plus la moindre date à vous donner ce mois-ci"

    assert [outcome for outcome, _ in said(f"Résultats pour « {refusal} » : 3")] == []
    assert [outcome for outcome, _ in said(f"Démarche « premier titre » : {refusal}.")] == ["no_slot"]


def test_a_word_of_mail_does_not_make_a_refusal_unrelated_where_no_address_was_read() -> None:
    """« Pensez à vérifier vos courriers indésirables » stands on the administration's own pages."""
    refusal = "Nous n’avons plus la moindre date à vous donner ce mois-ci.\n\n"
    rest = "Boîte de réception : 3 messages, brouillons, courriers indésirables, corbeille, contacts, dossiers suivis."

    found = propose(page(refusal + rest), load(), None, 95)

    assert found.outcome == "unclassified"
    assert found.quotes
    assert propose(page(f"{rest}\n\n{rest}"), load(), None, 95).outcome == "unrelated"

"""The classifier: what it was learned from, what it reads from its file, and that learning is repeatable."""

import numpy as np
import pytest

from evaluation.learn import HERE, digest, examples_of, learn
from evidence_vault.ocr.catalogue import load
from evidence_vault.ocr.classifier import NOTHING, Classifier, features_of
from evidence_vault.words import OUTCOMES

FEW = [
    ("Il ne reste aucune place.", "no_slot"),
    ("Il ne reste aucun créneau.", "no_slot"),
    ("Le site est en travaux.", "maintenance"),
    ("Le site est fermé pour travaux.", "maintenance"),
    ("Plan du site", NOTHING),
    ("Mentions du site", NOTHING),
]


def best(classifier: Classifier, text: str) -> str:
    return classifier.classes[int(classifier.probabilities([text])[0].argmax())]


def test_the_classifier_that_ships_was_learned_from_the_examples_that_are_here() -> None:
    """Whoever changes an example, a page or a sentence runs `make learn`."""
    assert load().classifier.learned_from == digest(examples_of(HERE))


def test_its_classes_are_outcomes_and_nothing() -> None:
    assert set(load().classifier.classes) <= {*OUTCOMES, NOTHING}


def test_the_same_examples_give_the_same_file() -> None:
    assert learn(FEW) == learn(FEW)


def test_a_file_is_read_as_it_was_learned() -> None:
    classifier = Classifier.of(learn(FEW))

    assert {best(classifier, text) for text, name in FEW if name == "no_slot"} == {"no_slot"}
    assert best(classifier, "Le site est fermé aujourd’hui pour travaux") == "maintenance"
    assert classifier.learned_from == digest(FEW)


def test_probabilities_sum_to_one_even_where_no_word_is_known() -> None:
    rows = Classifier.of(learn(FEW)).probabilities(["", "Ω", "Le site"])

    assert rows.shape == (3, 3)
    assert np.allclose(rows.sum(axis=1), 1)


def test_what_is_no_file_of_a_classifier_is_refused() -> None:
    with pytest.raises(ValueError, match="pickle"):
        Classifier.of(b"no archive")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Aucun créneau le 12/05/2027 à 9h30.", "aucun creneau le 3.6.27 a 10:15"),
        ("Réouverture lundi 3 juin", "REOUVERTURE MARDI 14 MAI"),
        ("L’agenda", "l'agenda"),
    ],
)
def test_dates_numbers_accents_and_capitals_do_not_tell_sentences_apart(one: str, other: str) -> None:
    assert features_of(one) == features_of(other)


def test_the_order_of_two_words_counts() -> None:
    assert features_of("plus de place") != features_of("place de plus")
    assert {"plus", "plus de", "~pla", "~<plu"} <= features_of("plus de place")

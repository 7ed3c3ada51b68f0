"""Comparing what was read with what platforms say: folding, tokens, and words that OCR damaged."""

import pytest

from evidence_vault.ocr.folding import DATE, END, TIME, UNKNOWN, Vocabulary, edits, fold, stem, tokens


def cut(text: str) -> list[str]:
    return [token for token, _ in tokens(fold(text))]


def test_case_accents_apostrophes_and_ligatures_fold_away() -> None:
    assert fold("L’ÉTÉ, CŒUR") == "l'ete, coeur"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Aucun créneau n’est disponible.", ["aucun", "creneau", "est", "disponible", END], id="elision"),
        pytest.param("les créneaux disponibles", ["creneau", "disponible"], id="plural"),
        pytest.param("confirmée", ["confirme"], id="feminine"),
        pytest.param("le 02/11/2026 à 9h30", [DATE, TIME], id="date-and-time"),
        pytest.param("13:30 14 h 10 9h", [TIME, TIME, TIME], id="times"),
        pytest.param("https://www.example.gouv.fr/a?b=1 fin", [UNKNOWN, "fin"], id="address"),
        pytest.param("s’il n’existe plus", ["si", "il", "existe", "plu"], id="supposition"),
        pytest.param("0 créneau", ["0", "creneau"], id="number"),
    ],
)
def test_text_is_cut_into_comparable_tokens(text: str, expected: list[str]) -> None:
    """Articles, lone letters and endings go; dates, times, addresses and ends of sentences keep their nature."""
    assert cut(text) == expected


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        pytest.param("etranqers", "etranger", id="g-read-as-q"),
        pytest.param("qouv", "gouv", id="gouv-read-as-qouv"),
        pytest.param("cqvid", "covid", id="o-read-as-q"),
        pytest.param("seiour", "sejour", id="j-read-as-i"),
        pytest.param("lnfo", "info", id="i-read-as-l"),
        pytest.param("disponibl", "disponible", id="a-letter-lost"),
        pytest.param("dlsp0nible", "disponible", id="two-shapes"),
        pytest.param("dattente", "attente", id="apostrophe-lost"),
    ],
)
def test_a_damaged_word_is_known_again(read: str, meant: str) -> None:
    vocabulary = Vocabulary(["etranger", "gouv", "covid", "sejour", "info", "disponible", "attente"])

    assert vocabulary.known(stem(read)) == meant


@pytest.mark.parametrize("other", ["indisponible", "livre", "infirme", "xyz", "chacun"])
def test_another_word_is_not_taken_for_a_damaged_one(other: str) -> None:
    """A known neighbour stands for itself; an unknown word that is too far stands for nothing."""
    vocabulary = Vocabulary(["disponible", "indisponible", "libre", "livre", "confirme", "infirme", "aucun"])

    assert vocabulary.known(other) in {other, None}


def test_a_word_between_two_known_words_stands_for_neither() -> None:
    assert Vocabulary(["fermer", "fermet"]).known("fermex") is None


@pytest.mark.parametrize(("a", "b", "distance"), [("", "abc", 3), ("chat", "chat", 0), ("chat", "chien", 3)])
def test_edits_counts_letters(a: str, b: str, distance: int) -> None:
    assert edits(a, b) == edits(b, a) == distance

"""Reading order: columns apart, wrapped lines together, nothing added or lost."""

from evidence_vault.ocr.lines import Line, around, paragraphs, text_of
from evidence_vault.values import Box, Word


def line(top: int, *words: tuple[str, int]) -> Line:
    """Words with the places where they begin, ten pixels a letter."""
    return Line(
        tuple(
            Word(text=text, box=Box(left=left, top=top, width=10 * len(text), height=20), confidence=90)
            for text, left in words
        )
    )


def test_a_menu_and_a_message_side_by_side_are_read_one_after_the_other() -> None:
    rows = [
        line(0, ("Accueil", 0), ("Votre", 400), ("session", 460)),
        line(30, ("Contact", 0), ("a", 400), ("expiré", 420)),
    ]

    assert text_of(paragraphs(rows)) == "Accueil\nContact\nVotre session\na expiré"


def test_lines_far_below_one_another_are_two_paragraphs() -> None:
    assert len(paragraphs([line(0, ("Titre", 0)), line(100, ("Texte", 0))])) == 2


def test_no_word_is_lost_or_changed() -> None:
    rows = [line(0, ("a", 0), ("b", 300)), line(10, ("c", 100)), line(500, ("d", 5))]

    arranged = [word for paragraph in paragraphs(rows) for found in paragraph for word in found.words]

    assert sorted(word.text for word in arranged) == ["a", "b", "c", "d"]
    assert {word for row in rows for word in row.words} == set(arranged)


def test_the_box_around_words_holds_each_of_them() -> None:
    words = line(7, ("un", 10), ("deux", 50)).words

    assert around(words) == Box(left=10, top=7, width=80, height=20)

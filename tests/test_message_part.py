"""Which part of a picture shows the message."""

from evidence_vault import values
from evidence_vault.exports.message_part import message_part


def box(left: int, top: int, width: int, height: int) -> values.Box:
    return values.Box(left=left, top=top, width=width, height=height)


def line(text: str, top: int, height: int = 12, left: int = 300) -> list[values.Word]:
    """Words side by side, six pixels a letter."""
    words = []
    for word in text.split():
        words.append(values.Word(text=word, box=box(left, top, 6 * len(word), height), confidence=90))
        left += 6 * len(word) + 6
    return words


class TestMessagePart:
    def test_the_message_and_not_the_tab(self) -> None:
        """Of two equal quotes the larger letters win: a browser's tab repeats the title of the page."""
        quotes = (
            ("502 Bad", box(40, 8, 50, 10)),
            ("502 Bad", box(300, 200, 120, 24)),
        )

        part = message_part(quotes, ())

        assert part is not None
        assert (part.box, part.quoted) == (box(300, 200, 120, 24), quotes[1:])

    def test_the_whole_sentence_is_shown(self) -> None:
        """Words before and after the quote on its line, and the line on which the sentence ends, are all inside."""
        first, second = line("Le service de prise de rendez-vous est actuellement", 200), line("en maintenance.", 222)
        sidebar = line("Associations", 200, left=20)
        quote = ("est actuellement", box(504, 200, 96, 12))

        found = message_part([quote], (*sidebar, *first, *second))

        assert found is not None
        assert found.words == (*first, *second)
        part = found.box
        for word in (*first, *second):
            assert part.left <= word.box.left
            assert word.box.left + word.box.width <= part.left + part.width
            assert part.top <= word.box.top < word.box.top + word.box.height <= part.top + part.height
        assert part.left > sidebar[0].box.left + sidebar[0].box.width

    def test_nothing_where_nothing_is_quoted(self) -> None:
        """Without a quote that has a place there is no message to cut out."""
        assert message_part([], line("Aucun créneau", 200)) is None

"""Key text of a reading: where it stands, how large its letters are, and which way up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from evidence_vault import kinds, values
from evidence_vault.exports.key_text import Key, Size, Turn, key_texts, turned
from evidence_vault.exports.letter_size import body_around, body_of

PICTURE = Size(1366, 768)


def box(left: int, top: int, width: int, height: int) -> values.Box:
    return values.Box(left=left, top=top, width=width, height=height)


def drawn(text: str, size: int, left: int = 300, top: int = 300) -> list[values.Word]:
    """The words of `text` set at `size`, boxed as their ink falls and one pixel more, as an engine does."""
    font = ImageFont.truetype("evidence_vault/exports/fonts/DejaVuSans.ttf", size)
    drawing = ImageDraw.Draw(Image.new("L", (10, 10)))
    words = []
    for word in text.split():
        ink = drawing.textbbox((left, top), word, font=font)
        edges = (round(ink[0]), round(ink[1]), round(ink[2] - ink[0]) + 1, round(ink[3] - ink[1]) + 1)
        words.append(values.Word(text=word, box=box(*edges), confidence=95))
        left += round(drawing.textlength(word + " ", font=font))
    return words


def around(words: list[values.Word]) -> values.Box:
    left, top = min(word.box.left for word in words), min(word.box.top for word in words)
    right = max(word.box.left + word.box.width for word in words)
    return box(left, top, right - left, max(word.box.top + word.box.height for word in words) - top)


def reading(*lines: list[values.Word], **fields: object) -> kinds.Reading:
    """A reading whose message is all of `lines`."""
    words = tuple(word for line in lines for word in line)
    quotes = tuple(
        values.Quote(phrase="x", text=" ".join(word.text for word in line), box=around(line)) for line in lines
    )
    return kinds.Reading(**{"words": words, "quotes": quotes, **fields})  # type: ignore[arg-type]


class TestSize:
    @pytest.mark.parametrize("size", [12, 16, 24, 48])
    @pytest.mark.parametrize(
        "text", ["Aucun créneau disponible", "aucune zone ne convenance", "LE SERVICE EST FERMÉ", "14:32 03/09/2026"]
    )
    def test_a_size_is_told_from_its_words(self, text: str, size: int) -> None:
        """Whatever letters a text is made of, its size is right within a seventh, in a face of taller letters."""
        found = body_of([drawn(text, size)])

        assert found is not None
        assert size * 0.88 <= found <= size * 1.15

    def test_the_smallest_line_counts(self) -> None:
        """A title does not lend its size to the line under it."""
        title, line = drawn("Aucun créneau disponible", 32), drawn("Veuillez réessayer plus tard", 14, top=350)

        assert body_of([title, line]) == body_of([line])

    def test_one_badly_cut_word_does_not_count(self) -> None:
        """A box one pixel high around a word is the engine's slip, and no letter size."""
        words = drawn("Aucun créneau disponible", 16)
        slip = values.Word(text="pour", box=box(700, 305, 40, 1), confidence=90)

        assert body_of([words, [slip]]) == body_of([words])

    @pytest.mark.parametrize("too_tall", [2, 3, 6])
    def test_boxes_as_tall_as_the_line_do_not_make_letters_large(self, too_tall: int) -> None:
        """On a blurred picture an engine gives all words one height, far above their letters: their width tells."""
        words = [
            kinds.replace(word, box=kinds.replace(word.box, height=16 * too_tall))  # type: ignore[type-var]
            for word in drawn("Code de sécurité invalide", 16)
        ]
        found = body_of([words])

        assert found is not None
        assert found <= 16 * 1.45  # the face is itself an eighth wider than Helvetica

    def test_marks_are_no_letters(self) -> None:
        """Without letters there is nothing to measure."""
        assert body_of([[values.Word(text="—", box=box(0, 0, 9, 2), confidence=90)]]) is None

    @given(st.integers(1, 5), st.integers(10, 60), st.integers(8, 60))
    def test_a_rectangle_alone_never_makes_letters_too_large(self, lines: int, letters: int, size: int) -> None:
        """Where only the rectangle of a text is known, on however many lines, its size is not overstated."""
        edges = box(0, 0, round(letters / lines * size * 0.5) + 1, round(size * (0.925 + 1.3 * (lines - 1))) + 1)

        assert body_around("a" * letters, edges) <= size * 1.1 + 1


class TestKeys:
    def test_the_message_comes_with_its_sentence_and_its_size(self) -> None:
        """The message is the quotes and the sentence around them; its size is that of the quotes."""
        words = drawn("Il n'existe plus de plage horaire libre.", 16)
        quote = values.Quote(phrase="x", text="plus de plage horaire", box=around(words[2:6]))

        (key,) = key_texts(kinds.Reading(words=tuple(words), quotes=(quote,)), PICTURE)

        assert (key.kind, key.phrases, key.turn) == ("message", ("plus de plage horaire",), 0)
        assert [len(line) for line in key.lines] == [7]
        assert key.box == around(words)

    def test_address_and_clock_are_found_among_the_words(self) -> None:
        """What is stated as text is placed where the words say it: the bar above, the clock in its corner."""
        address = drawn("https://www.rdv-prefecture.interieur.gouv.fr/rdvpref/", 14, 100, 30)
        time, date = drawn("14:32", 12, 1290, 735), drawn("03/09/2026", 12, 1290, 750)
        stated = {"address": address[0].text, "screen_clock": "14:32 03/09/2026"}

        found = {key.kind: key for key in key_texts(reading(address, time, date, quotes=(), **stated), PICTURE)}

        assert found["address"].box == address[0].box
        assert found["clock"].box == around([*time, *date])
        assert found["clock"].phrases == ("14:32", "03/09/2026")

    def test_where_the_reading_gives_a_place_the_words_there_count(self) -> None:
        """A time at the foot that says the same is not taken for the clock that was read at the upper edge."""
        title, time = drawn("14:32", 12, 600, 5), drawn("14:32", 12, 1290, 735)
        fact = values.Fact(fact="screen_clock", text="14:32", box=title[0].box, confidence=95)
        stated = {"quotes": (), "screen_clock": "14:32"}

        (placed,) = key_texts(reading(title, time, facts=(fact,), **stated), PICTURE)
        (looked_for,) = key_texts(reading(title, time, **stated), PICTURE)

        assert (placed.box, looked_for.box) == (title[0].box, time[0].box)

    def test_a_clock_that_stands_nowhere_is_left_out(self) -> None:
        """A time that no word at the edge says, or whose pieces stand far apart, is no key text."""
        middle, top = drawn("14:32", 12, 600, 300), drawn("03/09/2026", 12, 600, 5)

        assert key_texts(reading(middle, top, quotes=(), screen_clock="14:32 03/09/2026"), PICTURE) == ()

    def test_nothing_without_places(self) -> None:
        """A quote without a box, or a reading that was never made, gives no key text."""
        quote = values.Quote(phrase="x", text="Aucun créneau")

        assert key_texts(kinds.Reading(quotes=(quote,)), PICTURE) == ()
        assert key_texts(kinds.Reading(status="unavailable"), PICTURE) == ()

    def test_boxes_outside_the_picture_are_left_out(self) -> None:
        """A rectangle that is not on the picture cannot be printed."""
        quote = values.Quote(phrase="x", text="Aucun créneau", box=box(1300, 700, 200, 20))

        assert key_texts(kinds.Reading(quotes=(quote,)), PICTURE) == ()

    @pytest.mark.parametrize("turn", [90, 180, 270])
    def test_a_turned_picture_is_read_turned_back(self, turn: Turn) -> None:
        """The same page, turned, has the same key text once it is level again: same place, same size, same lines."""
        upright = reading(drawn("Aucun créneau disponible pour le", 24), drawn("moment, veuillez revenir", 24, top=340))
        (plain,) = key_texts(upright, PICTURE)

        (key,) = key_texts(put(upright, PICTURE, turn), PICTURE.turned(turn))

        assert key == Key(plain.kind, plain.phrases, plain.box, plain.lines, plain.body, turn)


def put(said: kinds.Reading, picture: Size, turn: Turn) -> kinds.Reading:
    """`said` of the picture as it stands before it is turned by `turn`."""
    back: Turn = {90: 270, 180: 180, 270: 90}[turn]  # type: ignore[assignment]
    words = tuple(
        values.Word(text=word.text, box=turned(word.box, picture, back), confidence=90) for word in said.words or ()
    )
    quotes = tuple(
        values.Quote(phrase=quote.phrase, text=quote.text, box=turned(quote.box, picture, back))
        for quote in said.quotes or ()
        if quote.box
    )
    return kinds.Reading(words=words, quotes=quotes)


@given(
    st.integers(0, 900), st.integers(0, 500), st.integers(1, 400), st.integers(1, 200), st.sampled_from([90, 180, 270])
)
def test_turning_and_turning_back(left: int, top: int, width: int, height: int, turn: Turn) -> None:
    """A rectangle that is turned all the way around is where it was."""
    back: Turn = {90: 270, 180: 180, 270: 90}[turn]  # type: ignore[assignment]
    edges = box(left, top, width, height)

    assert turned(turned(edges, PICTURE, turn), PICTURE.turned(turn), back) == edges

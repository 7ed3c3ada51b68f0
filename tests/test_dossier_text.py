import unicodedata

from hypothesis import given
from hypothesis import strategies as st
from reportlab.pdfbase.pdfmetrics import getFont

from evidence_vault.exports.dossier_fonts import NO_BREAK, Face, register, runs, width
from evidence_vault.exports.dossier_rtl import visual
from evidence_vault.exports.dossier_text import Line, french, lay

register()


def drawn(lines: list[Line]) -> str:
    return "\n".join("".join(run.text for run in line.runs) for line in lines)


def measured(line: Line, size: float) -> float:
    return size * sum(width(run.text, run.font) for run in line.runs)


class TestRuns:
    def test_plain_text_is_one_run(self) -> None:
        """Latin text with accents stays whole, in the face that was asked for."""
        (run,) = runs("Préfecture — œuvre, Ƙaɗuna, Nguyễn", Face.REGULAR)

        assert (Face.REGULAR.value, "Préfecture — œuvre, Ƙaɗuna, Nguyễn") == (run.font, run.text)

    def test_another_font_takes_over_where_the_first_has_no_glyph(self) -> None:
        """Armenian is not in the text face: only the Armenian letters change font."""
        before, foreign, after = runs("né à Երևան, en", Face.REGULAR)

        assert (Face.REGULAR.value, "né à ") == (before.font, before.text)
        assert (foreign.font, foreign.text) == ("DejaVuSans", "Երևան")
        assert (Face.REGULAR.value, ", en") == (after.font, after.text)

    def test_what_no_font_can_draw_is_spelled(self) -> None:
        """An ideograph or an emoji is printed as its code, never as an empty box."""
        assert "".join(run.text for run in runs("a中b🦦", Face.REGULAR)) == "a[U+4E2D]b[U+1F9A6]"

    def test_what_could_make_text_lie_is_shown(self) -> None:
        """Overrides of direction and control characters are printed as codes; joiners show nothing."""
        assert "".join(run.text for run in runs("x\u202ey\az\u200d", Face.REGULAR)) == "x[U+202E]y[U+0007]z"

    def test_decomposed_names_are_composed(self) -> None:
        """A file name from macOS is written with combining accents; a font draws the letter whole."""
        assert runs(unicodedata.normalize("NFD", "é"), Face.BOLD)[0].text == "é"

    @given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60), st.sampled_from(Face))
    def test_every_character_has_a_glyph_or_a_code(self, text: str, face: Face) -> None:
        """Whatever the text, each run is drawable by its font."""
        for run in runs(text.replace("\n", ""), face):
            assert all(ord(character) in getFont(run.font).face.charToGlyph for character in run.text)


class TestLay:
    def test_words_wrap_at_blanks(self) -> None:
        """Lines break between words and lose the blank there."""
        lines = lay([(Face.REGULAR, "un deux trois quatre")], 10, 45)

        assert drawn(lines) == "un deux\ntrois\nquatre"

    def test_a_word_may_change_face_without_breaking(self) -> None:
        """No line ends between two pieces where no blank stands."""
        (line,) = lay([(Face.BOLD, "Lisible"), (Face.REGULAR, " : oui")], 10, 400)

        assert [run.font for run in line.runs] == ["CharisSIL-Bold", "CharisSIL-Regular"]
        assert drawn([line]) == "Lisible : oui"

    def test_an_address_is_cut_after_a_separator(self) -> None:
        """A word too long for a line is cut, after a slash where there is one near."""
        first, *_ = lay([(Face.REGULAR, "https://www.example.org/reservation/demarche/4442/creneau/")], 10, 150)

        assert drawn([first]).endswith("/")

    def test_line_feeds_are_kept(self) -> None:
        """An empty line between two paragraphs stays an empty line."""
        assert drawn(lay([(Face.REGULAR, "a\n\nb")], 10, 100)) == "a\n\nb"

    @given(st.text(st.characters(codec="latin-1", categories=["L", "N", "P"]), max_size=200), st.floats(30, 300))
    def test_nothing_is_lost_and_nothing_sticks_out(self, text: str, room: float) -> None:
        """Whatever the words, all their letters are drawn, on lines no wider than the room."""
        lines = lay([(Face.REGULAR, text)], 10, room)

        assert "".join(run.text for line in lines for run in line.runs).replace(" ", "") == text.replace(" ", "")
        assert all(measured(line, 10) <= room + 0.01 for line in lines)

    @given(st.lists(st.text("abcdé/-.", min_size=1, max_size=40), max_size=30))
    def test_blanks_are_only_lost_at_line_ends(self, words: list[str]) -> None:
        """Joining the lines again with blanks gives the words back, but where a word was too long for a line."""
        lines = lay([(Face.REGULAR, " ".join(words))], 10, 400)

        assert " ".join(words) == drawn(lines).replace("\n", " ").strip()


class TestFrench:
    def test_no_break_before_high_punctuation(self) -> None:
        """The blanks of French typography do not break; others do."""
        assert f"Pièce n°{NO_BREAK}3{NO_BREAK}: «{NO_BREAK}oui{NO_BREAK}»{NO_BREAK}?" == french(
            "Pièce n° 3 : « oui » ?"
        )

    def test_dates_and_times_stay_whole(self) -> None:
        """A line ends before or after a time or a day of the month, never inside."""
        parts = french("le 1er mars 2026 à 9 h 05 min 07 s, 1366 × 768 pixels").split(" ")

        assert [part.replace(NO_BREAK, " ") for part in parts] == [
            "le", "1er mars", "2026", "à", "9 h 05 min 07 s,", "1366 × 768 pixels",
        ]  # fmt: skip


class TestVisual:
    def test_arabic_letters_join_and_run_from_right_to_left(self) -> None:
        """Mīm initial, ḥāʼ medial, mīm medial, dāl final, seen from the left."""
        assert visual("محمد") == "\ufeaa\ufee4\ufea4\ufee3"

    def test_lam_alef_is_one_sign(self) -> None:
        """The obligatory ligature takes the place of its two letters."""
        assert visual("لا") == "\ufefb"
        assert visual("بلا") == "\ufefc\ufe91"

    def test_hebrew_is_reversed_and_latin_is_not(self) -> None:
        """A right-to-left name inside a French sentence turns alone."""
        assert visual("M. שלום, né") == "M. םולש, né"

    def test_numbers_keep_their_direction(self) -> None:
        """Digits inside a right-to-left run are read from left to right; brackets face the other way."""
        assert visual("א (12 ב)") == "(ב 12) א"

    @given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x58F)))
    def test_left_to_right_text_is_untouched(self, text: str) -> None:
        """Where nothing runs from right to left nothing changes."""
        assert text == visual(text)

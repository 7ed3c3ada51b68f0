"""From pixels to lines in reading order: what is found, what is left out, and where the words are laid back."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ocr_pages import page
from PIL import Image, ImageDraw, ImageFont

from evidence_vault.ocr import looking, strips
from evidence_vault.ocr.engine import Engine, Look
from evidence_vault.ocr.lines import Line
from evidence_vault.ocr.looking import read_strips
from evidence_vault.ocr.order import by_rows, in_order
from evidence_vault.ocr.segments import Patch, marks_of, patches_of
from evidence_vault.ocr.sentences import told
from evidence_vault.ocr.sheet import LineSheet, Placed, Setting, line_sheets
from evidence_vault.ocr.strips import strips_of
from evidence_vault.values import Box, Word


def written(
    text: str = "Aucun créneau disponible", *, ink: int = 0, paper: int = 255, at: tuple[int, int] = (60, 50)
) -> Image.Image:
    """A page with one line of text."""
    page = Image.new("L", (640, 200), paper)
    ImageDraw.Draw(page).text(at, text, fill=ink, font=ImageFont.load_default(20))
    return page


def around(drawn: Image.Image) -> tuple[int, int, int, int]:
    """The rectangle of what is drawn on an otherwise even page."""
    paper = drawn.getpixel((0, 0))
    found = drawn.point([0 if level == paper else 255 for level in range(256)]).getbbox()
    assert found is not None
    return found


class TestFinding:
    @pytest.mark.parametrize(("ink", "paper"), [(0, 255), (255, 0), (120, 90), (230, 20)])
    def test_a_line_is_found_whatever_its_colours(self, ink: int, paper: int) -> None:
        drawn = written(ink=ink, paper=paper)
        left, top, right, bottom = around(drawn)

        [strip] = strips_of(patches_of(marks_of(drawn)))

        assert abs(strip.left - left) <= 2
        assert abs(strip.right - right) <= 2
        assert abs(strip.top - top) <= 2
        assert abs(strip.bottom - bottom) <= 2

    def test_a_frame_is_no_text(self) -> None:
        """The outline of a button does not swallow the word in it."""
        drawn = written("Suivant")
        left, top, right, bottom = around(drawn)
        ImageDraw.Draw(drawn).rectangle((left - 14, top - 10, right + 14, bottom + 10), outline=40)

        strips = strips_of(patches_of(marks_of(drawn)))

        assert [abs(strip.left - left) <= 3 and abs(strip.bottom - bottom) <= 3 for strip in strips] == [True]

    def test_the_rounded_end_of_a_field_is_no_part_of_the_text_in_it(self) -> None:
        drawn = written("rdv.val-de-brume.example/booking", ink=220, paper=20)
        left, top, right, bottom = around(drawn)
        ImageDraw.Draw(drawn).rounded_rectangle((left - 40, top - 32, right + 40, bottom + 32), 36, outline=60)

        strips = strips_of(patches_of(marks_of(drawn)))

        assert [abs(strip.left - left) <= 3 and abs(strip.bottom - bottom) <= 3 for strip in strips] == [True]

    def test_a_blank_page_has_nothing(self) -> None:
        assert strips_of(patches_of(marks_of(Image.new("L", (300, 200), 128)))) == []

    @pytest.mark.parametrize("size", [(1, 1), (1, 500), (500, 1), (3, 3)])
    def test_the_smallest_pictures(self, size: tuple[int, int]) -> None:
        assert strips_of(patches_of(marks_of(Image.new("L", size, 7)))) == []

    def test_two_columns_are_two_strips(self) -> None:
        drawn = written("Accueil des étrangers")
        ImageDraw.Draw(drawn).text((420, 50), "Vérification", fill=0, font=ImageFont.load_default(20))

        assert len(strips_of(patches_of(marks_of(drawn)))) == 2


@dataclass(frozen=True)
class Cell:
    """A rectangle with a name."""

    name: str
    left: int
    top: int
    right: int
    bottom: int


def cells(*rows: tuple[str, int, int, int]) -> list[Cell]:
    """Lines of text: name, left, top, width; each twelve pixels high."""
    return [Cell(name, left, top, left + width, top + 12) for name, left, top, width in rows]


class TestOrder:
    def test_a_menu_is_read_before_the_page_beside_it(self) -> None:
        layout = cells(("title", 0, 0, 600), *[(f"m{n}", 0, 60 + 17 * n, 90) for n in range(4)])
        layout += cells(*[(f"p{n}", 200, 64 + 40 * n, 300) for n in range(3)])

        assert [cell.name for cell in in_order(layout)] == ["title", "m0", "m1", "m2", "m3", "p0", "p1", "p2"]

    def test_what_stands_below_both_columns_is_read_last_though_it_begins_under_the_first(self) -> None:
        layout = cells(*[(f"m{n}", 0, 17 * n, 90) for n in range(4)], ("footer", 0, 200, 150))
        layout += cells(*[(f"p{n}", 200, 40 * n, 300) for n in range(3)])

        assert [cell.name for cell in in_order(layout)][-1] == "footer"

    @pytest.mark.parametrize("left", [0, 60, 110])
    def test_a_footer_near_two_columns_is_told_by_where_its_lines_begin(self, left: int) -> None:
        """At 60 it goes on with the column on the left."""
        layout = cells(*[(f"p{n}", 60, 23 * n, 200) for n in range(4)], *[(f"m{n}", 500, 17 * n, 90) for n in range(5)])

        read = [cell.name for cell in in_order([*layout, *cells(("footer", left, 120, 150))])]

        assert read.index("footer") == (4 if left == 60 else 9)

    def test_what_stands_below_everything_is_no_column_of_its_own(self) -> None:
        layout = cells(*[(f"p{n}", 400, 20 * n, 300) for n in range(4)], ("footer", 10, 120, 200))

        assert [cell.name for cell in in_order(layout)][-1] == "footer"

    def test_bars_are_read_row_by_row(self) -> None:
        layout = cells(("clock", 0, 5, 60), ("battery", 400, 3, 60), ("address", 30, 60, 300))

        assert [cell.name for cell in by_rows(layout)] == ["clock", "battery", "address"]
        assert by_rows([]) == []

    def test_a_table_is_read_row_by_row(self) -> None:
        layout = cells(
            *[(f"{column}{row}", left, 30 * row, 80) for row in range(3) for column, left in (("a", 0), ("b", 200))]
        )

        assert [cell.name for cell in in_order(layout)] == ["a0", "b0", "a1", "b1", "a2", "b2"]

    @settings(deadline=None)  # a timing is never a test
    @given(
        st.lists(
            st.tuples(st.integers(0, 900), st.integers(0, 900), st.integers(1, 300), st.integers(1, 60)), max_size=40
        )
    )
    def test_nothing_is_lost_or_doubled(self, boxes: list[tuple[int, int, int, int]]) -> None:
        layout = [
            Cell(str(n), left, top, left + width, top + height) for n, (left, top, width, height) in enumerate(boxes)
        ]

        assert sorted(cell.name for cell in in_order(layout)) == sorted(cell.name for cell in layout)


def test_a_page_of_marks_is_put_together_without_comparing_all_with_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Work is counted, not timed: the grain of a photo gives thousands of marks."""
    asked = 0
    welcome = strips._Strip.welcome

    def counted(strip: strips._Strip, patch: Patch) -> float | None:
        nonlocal asked
        asked += 1
        return welcome(strip, patch)

    monkeypatch.setattr(strips._Strip, "welcome", counted)
    marks = [Patch(40 * x, 40 * y, 40 * x + 9, 40 * y + 12) for x in range(60) for y in range(60)]

    strips.strips_of(marks)

    assert 0 < asked < 10 * len(marks)


class TestSheet:
    def test_words_are_laid_back_where_they_stood(self) -> None:
        drawn = written(ink=250, paper=30)
        left, top, right, bottom = around(drawn)
        strip = Patch(left, top, right, bottom)
        [sheet] = line_sheets(drawn, [(strip, Setting(34))])
        on_sheet = around(sheet.image)
        word = Word(
            text="x",
            box=Box(
                left=on_sheet[0], top=on_sheet[1], width=on_sheet[2] - on_sheet[0], height=on_sheet[3] - on_sheet[1]
            ),
            confidence=90,
        )

        [(origin, line)] = sheet.restore([Line((word,))])

        box = line.words[0].box
        assert origin is strip
        assert max(abs(box.left - left), abs(box.top - top)) <= 2
        assert max(abs(box.left + box.width - right), abs(box.top + box.height - bottom)) <= 3

    def test_light_text_becomes_dark(self) -> None:
        drawn = written(ink=250, paper=30)
        [sheet] = line_sheets(drawn, [(Patch(*around(drawn)), Setting(34))])

        levels = sheet.image.histogram()
        assert sum(levels[200:]) > sum(levels[:100]) > 0


class Scripted(Engine):
    """An engine that gives the looks that it was told to, one after the other."""

    looks: Iterator[Look]

    def look(self, *_: object, dark_on_white: bool = False) -> Look:
        return next(self.looks)


def seen(text: str, confidence: int) -> Look:
    word = Word(text=text, box=Box(left=40, top=30, width=200, height=30), confidence=confidence)
    return Look("read", (Line((word,)),))


class TestLooking:
    def read(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *looks: Look) -> tuple[str, list[str]]:
        monkeypatch.setattr(Scripted, "looks", iter(looks), raising=False)
        drawn, engine = written(), Scripted("tesseract", "0", "0")
        status, lines = read_strips(drawn, marks_of(drawn), engine, tmp_path, time.monotonic() + 60)
        return status, [line.text for line in lines]

    def test_a_sure_line_is_looked_at_once(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        assert self.read(monkeypatch, tmp_path, seen("disponible", 95)) == ("read", ["disponible"])

    def test_an_unsure_line_is_looked_at_again(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        """The surer of the two looks is kept, as it was read."""
        looks = seen("disponib1e", 40), seen("disponible", 91)
        assert self.read(monkeypatch, tmp_path, *looks) == ("read", ["disponible"])

        looks = seen("disponible", 79), seen("dlspon", 30)
        assert self.read(monkeypatch, tmp_path, *looks) == ("read", ["disponible"])

    @pytest.mark.parametrize(("text", "confidence"), [("disponible", 82), ("d1spon1b1e", 25), ("Q »", 60)])
    def test_the_engine_is_not_started_again_for_scraps_or_for_what_was_read(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str, confidence: int
    ) -> None:
        """A second look would fail here: there is none to give."""
        assert self.read(monkeypatch, tmp_path, seen(text, confidence))[0] == "read"

    def test_what_stands_in_a_bar_is_set_in_both_ways_at_once(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        """The address, of which the engine is never sure, costs no second start; the surer of its lines is kept."""
        bar, body = Patch(50, 2, 400, 30), Patch(50, 100, 400, 130)
        monkeypatch.setattr(looking, "strips_of", lambda _: [bar, body])
        asked: list[tuple[Patch, float]] = []

        def sheets(_: object, strips: Iterable[tuple[Patch, Setting]]) -> Iterator[LineSheet]:
            for strip, setting in strips:
                asked.append((strip, setting.height))
                yield LineSheet(Image.new("L", (1, 1)), (Placed(strip, strip.left, strip.top, 1, 0),))

        monkeypatch.setattr(looking, "line_sheets", sheets)

        found = self.read(
            monkeypatch, tmp_path, seen("exarnple.gouv", 50), seen("Complet", 95), seen("example.gouv", 60)
        )

        assert found == ("read", ["example.gouv", "Complet"])
        assert [strip for strip, _ in asked] == [bar, body, bar]
        assert asked[2][1] > asked[0][1] == asked[1][1]

    def test_what_is_no_word_is_left_out(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        assert self.read(monkeypatch, tmp_path, seen("«=", 12), seen("Le", 20)) == ("read", [])

    def test_a_line_read_twice_is_kept_once(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        """The legend of a frame makes strips of the lines in it, which are strips of their own."""
        rows = [Patch(50, 40, 400, 70), Patch(20, 38, 500, 72), Patch(50, 100, 400, 130)]
        monkeypatch.setattr(looking, "strips_of", lambda _: rows)

        def sheets(_: object, strips: Iterable[tuple[Patch, Setting]]) -> Iterator[LineSheet]:
            for strip, _ in strips:
                yield LineSheet(Image.new("L", (1, 1)), (Placed(strip, strip.left, strip.top, 1, 0),))

        monkeypatch.setattr(looking, "line_sheets", sheets)

        status, lines = self.read(
            monkeypatch, tmp_path, *(seen(text, 95) for text in ("Guichet 1", "| Guichet 1", "Guichet 1"))
        )

        assert (status, lines) == ("read", ["Guichet 1", "Guichet 1"])

    def test_a_failure_gives_no_text(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        assert self.read(monkeypatch, tmp_path, seen("disponib1e", 40), Look("timeout")) == ("timeout", [])


class TestSentences:
    BLANK = "\n"
    SENTENCE = "Rien ne peut être donné cette semaine."

    def test_a_sentence_is_something_told(self) -> None:
        assert told(page(5 * self.BLANK + self.SENTENCE), 1000)

    @pytest.mark.parametrize(
        "text",
        [
            "Accueil Démarches Étrangers Prendre rendez-vous ici",
            "Merci.",
            "Ce site utilise des cookies de mesure. En poursuivant votre visite, vous en acceptez l’usage.",
        ],
    )
    def test_menus_and_notices_tell_nothing(self, text: str) -> None:
        assert told(page(5 * self.BLANK + text), 1000) == []

    def test_the_bars_of_the_browser_are_not_the_page(self) -> None:
        assert told(page(self.SENTENCE), 1000) == []

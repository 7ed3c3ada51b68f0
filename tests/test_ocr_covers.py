"""Bars laid over lines of text are found; what pages draw themselves is not taken for them."""

import io

import pytest
from ocr_pages import ADDRESS, picture, png
from PIL import Image, ImageDraw

from evidence_vault.ocr.covers import covering_bars
from evidence_vault.ocr.lines import Line
from evidence_vault.ocr.reader import read_picture
from evidence_vault.values import Box, Word

ROWS = (ADDRESS, "Préfecture du Val-de-Brume", "Prendre un rendez-vous", "", "", "Choisissez un autre motif.")
LINES = [Line((Word(text="Préfecture", box=Box(left=40, top=90, width=120, height=22), confidence=95),))]
OVER_THE_MESSAGE = (40, 180, 420, 215)


def drawn(fill: str | None, place: tuple[int, int, int, int] = OVER_THE_MESSAGE, **more: str) -> Image.Image:
    page = picture(*ROWS)
    ImageDraw.Draw(page).rectangle(place, fill=fill, **more)
    return page


@pytest.mark.parametrize("fill", ["black", "red", "navy", "#c00000"])
def test_a_bar_over_a_line_is_found_where_it_is(fill: str) -> None:
    (bar,) = covering_bars(drawn(fill), LINES)

    assert abs(bar.left - 40) < 8
    assert abs(bar.top - 180) < 8
    assert abs(bar.width - 380) < 12
    assert abs(bar.height - 35) < 12


def test_a_bar_is_found_on_a_compressed_picture() -> None:
    file = io.BytesIO()
    drawn("black").save(file, "JPEG", quality=30)

    assert covering_bars(Image.open(file), LINES)


def test_a_button_holds_words_and_is_no_bar() -> None:
    page = drawn("navy")
    ImageDraw.Draw(page).text((60, 186), "Rechercher un créneau", fill="white", font_size=20)

    assert covering_bars(page, LINES) == []


@pytest.mark.parametrize("filled", [60, 300, 330])
def test_what_is_filled_of_a_gauge_and_its_rest_cover_nothing(filled: int) -> None:
    """Queues draw them as high as a line."""
    page = drawn("#b0b0b0", OVER_THE_MESSAGE)
    ImageDraw.Draw(page).rounded_rectangle((40, 180, 40 + filled, 215), radius=6, fill="navy")

    assert covering_bars(page, LINES) == []


def test_a_bar_beside_the_coloured_edge_of_a_notice_is_found() -> None:
    page = drawn("black")
    ImageDraw.Draw(page).rectangle((28, 140, 34, 260), fill="#0063cb")

    assert covering_bars(page, LINES)


@pytest.mark.parametrize(
    ("fill", "place"),
    [
        pytest.param("white", OVER_THE_MESSAGE, id="field"),
        pytest.param("#f4f4f4", OVER_THE_MESSAGE, id="pale field"),
        pytest.param("navy", (0, 180, 1000, 215), id="band"),
        pytest.param("navy", (40, 180, 420, 190), id="gauge"),
        pytest.param("black", (40, 180, 140, 215), id="word"),
        pytest.param("black", (40, 0, 420, 20), id="in the bars"),
    ],
)
def test_what_a_page_draws_is_no_bar(fill: str, place: tuple[int, int, int, int]) -> None:
    assert covering_bars(drawn(fill, place, outline="grey"), LINES) == []


def test_without_lines_nothing_is_said() -> None:
    assert covering_bars(drawn("black"), []) == []


def test_a_refusal_beside_a_bar_is_not_legible_and_says_why() -> None:
    page = picture(*ROWS[:3], "Aucun créneau disponible", "", "", "Choisissez un autre motif.")
    assert read_picture(png(page)).legible is True
    ImageDraw.Draw(page).rectangle((40, 225, 500, 290), fill="black")

    reading = read_picture(png(page))

    assert (reading.outcome, reading.legible) == ("no_slot", False)
    assert [reason.code for reason in reading.reasons or ()] == ["part_covered"]


def test_who_blackens_a_name_on_an_appointment_is_not_refused() -> None:
    page = picture(*ROWS[:2], "", "Votre rendez-vous est confirmé pour le lundi 8 mai 2023 à 10h20.", size=(1000, 420))
    ImageDraw.Draw(page).rectangle((40, 130, 420, 165), fill="black")

    reading = read_picture(png(page))

    assert covering_bars(page, LINES)
    assert (reading.outcome, reading.legible) == ("appointment_obtained", True)

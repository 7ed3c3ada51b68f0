"""The reader of figures: clocks as small as screenshots have them, and nothing where no clock stands."""

import random
from itertools import product

import numpy as np
import pytest
from ocr_pages import FONT
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from evaluation.figures import draw
from evidence_vault.ocr.figures import (
    GAP,
    OTHER,
    ROWS,
    SIGNS,
    WINDOW,
    FigureReader,
    dump,
    found_in,
    is_clock,
    line_of,
    load,
    windows_of,
)
from evidence_vault.ocr.segments import Patch

TEXTS = ("10:01", "20:14", "9:05", "23:59", "20/06/2024", "28.09.2023", "2026-11-30", "01/01/2031")
SHADES = ((255, 20), (16, 240), (48, 20), (170, 190))
"""Ink and paper; the last two are hardly to be seen."""


def shown(
    text: str, *, height: float = 10, ink: int = 255, paper: int = 20, blur: float = 0
) -> tuple[Image.Image, Patch]:
    """`text` on a bar, its figures so many pixels high, and the strip where it stands."""
    font = ImageFont.truetype(FONT, 44)
    left, top, right, bottom = font.getbbox(text, anchor="ls")
    large = Image.new("L", (int(right) + 120, 160), paper)
    ImageDraw.Draw(large).text((60, 100), text, font=font, fill=ink, anchor="ls")
    scale = height / -font.getbbox("0", anchor="ls")[1]
    small = large.resize((round(large.width * scale), round(large.height * scale)), Image.Resampling.LANCZOS)
    box = [round(edge * scale) for edge in (60 + left, 100 + top, 60 + right, 100 + bottom)]
    return small.filter(ImageFilter.GaussianBlur(blur)), Patch(*box)


def read(text: str, **how: float) -> str | None:
    word = load().read(*shown(text, **how))  # type: ignore[arg-type]  # numbers by name
    return word.text if word else None


@pytest.mark.parametrize(("text", "height"), list(product(TEXTS, (6, 8, 10, 14, 40))))
def test_times_and_dates_are_read_down_to_six_pixels(text: str, height: float) -> None:
    assert read(text, height=height) == text


@pytest.mark.parametrize(("text", "shades"), list(product(TEXTS, SHADES)))
def test_neither_colour_nor_contrast_matters(text: str, shades: tuple[int, int]) -> None:
    assert read(text, ink=shades[0], paper=shades[1]) == text


@pytest.mark.parametrize("text", TEXTS)
def test_a_little_blur_does_not_matter(text: str) -> None:
    assert read(text, blur=1) == text


@pytest.mark.parametrize(
    "text", ["Fichier", "FRA", "100 %", "Wi-Fi", "4G", "1234567", "10h01", "0:61", "31:14", "99/06/2024", "20/06/2024x"]
)
def test_what_is_no_clock_is_left_to_the_engine(text: str) -> None:
    assert read(text, height=12) is None


def test_the_word_stands_where_the_figures_stand() -> None:
    picture, strip = shown("20:14", height=12)
    wider = Patch(strip.left - 8, strip.top, strip.right + 8, strip.bottom)

    word = load().read(picture, wider)

    assert word is not None
    assert abs(word.box.left - strip.left) <= 3
    assert abs(word.box.left + word.box.width - strip.right) <= 3


@pytest.mark.parametrize("strip", [Patch(0, 0, 3, 1), Patch(0, 0, 60, 20), Patch(57, 17, 60, 18), Patch(10, 5, 40, 15)])
@pytest.mark.parametrize("level", [0, 128, 255])
def test_an_empty_strip_anywhere_in_a_picture_gives_nothing(strip: Patch, level: int) -> None:
    assert load().read(Image.new("L", (60, 20), level), strip) is None


def test_noise_gives_nothing() -> None:
    grain = np.random.default_rng(5)
    for _ in range(60):
        noise = Image.fromarray(grain.integers(0, 256, (20, 80), dtype=np.uint8))
        assert load().read(noise, Patch(5, 4, 75, 16)) is None


def test_a_sign_of_which_the_network_is_unsure_makes_it_silent() -> None:
    """A clock that is guessed contradicts the recorded time for nothing."""
    given = wrong = 0
    for seed in range(200):
        chance = random.Random(seed)
        text = f"{chance.randrange(24):02d}:{chance.randrange(60):02d}"
        found = read(text, height=chance.uniform(3, 5), blur=chance.uniform(0.5, 1.2))
        given += found is not None
        wrong += found not in {None, text}

    assert given < 150
    assert wrong <= 6


@pytest.mark.parametrize("text", ["0:00", "23:59", "07:05", "1/2/2024", "31.12.24", "2024-02-29"])
def test_forms_of_clocks(text: str) -> None:
    assert is_clock(text)


@pytest.mark.parametrize(
    "text", ["24:00", "12:60", "1:2", "32/01/2024", "01/13/2024", "01/02-2024", "12:3O", "", "2024"]
)
def test_forms_of_nothing(text: str) -> None:
    assert not is_clock(text)


def test_a_network_is_read_as_it_was_written() -> None:
    chance = np.random.default_rng(1)
    layers = [(chance.normal(size=(6, 4)), chance.normal(size=4)), (chance.normal(size=(4, 3)), chance.normal(size=3))]
    reader = FigureReader.of(dump(layers))

    for (weights, bias), (kept, moved) in zip(layers, reader.layers, strict=True):
        assert np.allclose(weights, kept, atol=np.abs(weights).max() / 127)
        assert np.allclose(bias, moved)
    assert np.allclose(reader.probabilities(np.ones((2, 6), np.float32)).sum(axis=1), 1)
    assert dump(layers) == dump(layers)


def test_what_is_no_network_is_refused() -> None:
    with pytest.raises(ValueError, match="pickle"):
        FigureReader.of(b"no archive")


def test_signs_take_the_columns_that_they_must() -> None:
    """« 6 » that looks like « 8 » at its edge is one sign, not two."""
    columns = np.full((20, OTHER + 1), 0.01, np.float32)
    columns[:, GAP] = 0.9
    columns[5:10, GAP], columns[5:10, SIGNS.index("6") + 1] = 0.05, 0.9
    columns[10:12, GAP], columns[10:12, SIGNS.index("8") + 1] = 0.3, 0.6

    assert [sign.text for sign in found_in(columns)] == ["6"]
    assert found_in(columns[:3]) == []


def test_learning_sees_lines_as_reading_does() -> None:
    drawn = draw(random.Random(3), [[FONT]])
    line, scale, _ = line_of(drawn.grey, drawn.strip)

    assert line.shape[0] == ROWS
    assert windows_of(line).shape == (line.shape[1] - WINDOW + 1, ROWS * WINDOW)
    assert scale > 0
    assert drawn.grey.width > drawn.strip.left

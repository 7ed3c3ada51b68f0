"""Whether every letter of two pictures agrees: another digit never passes, wherever it stands."""

import pytest
from pages import compressed, page
from PIL import Image, ImageDraw, ImageFont

from evidence_vault.capture.letters import letters_agree

FONT = ImageFont.load_default(12)


def lines(text: str, at: tuple[int, int], size: tuple[int, int] = (300, 700)) -> Image.Image:
    picture = Image.new("RGB", size, "white")
    ImageDraw.Draw(picture).text(at, text, "#999", FONT)
    return picture


@pytest.mark.parametrize("at", [(0, 0), (264, 0), (0, 686), (264, 686), (100, 240), (100, 246), (100, 250), (100, 256)])
def test_another_digit_anywhere(at: tuple[int, int]) -> None:
    """Pale digits are told apart in the corners and where strips meet."""
    assert letters_agree(lines("08:12", at), lines("08:12", at))
    assert not letters_agree(lines("08:12", at), lines("08:17", at))


def test_a_copy() -> None:
    """What a compression of ordinary quality changes is no other letter; what a strong one changes might be."""
    assert letters_agree(page(), compressed(page(), 85))
    assert not letters_agree(page(), compressed(page(), 30))


def test_nothing_to_see() -> None:
    """Pictures without letters agree, however small."""
    for size in ((1, 1), (3, 400), (400, 3)):
        assert letters_agree(Image.new("RGB", size, "white"), Image.new("RGB", size, (250, 250, 250)))

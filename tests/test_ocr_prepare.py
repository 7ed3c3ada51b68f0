"""Making a picture ready for the engine, and laying what was found back on the original."""

import pytest
from PIL import Image, ImageDraw

from evidence_vault.ocr.lines import Line
from evidence_vault.ocr.prepare import Sheet, scale_for, sheets, stand_out, turned_box
from evidence_vault.values import Box, Word


def marked(size: tuple[int, int], box: Box) -> Image.Image:
    """A white picture with one dark rectangle."""
    image = Image.new("RGB", size, "white")
    ImageDraw.Draw(image).rectangle(
        (box.left, box.top, box.left + box.width - 1, box.top + box.height - 1), fill="black"
    )
    return image


def ink(sheet: Sheet) -> Box:
    """Where the sheet is dark, in its own pixels."""
    found = sheet.image.point(lambda level: 255 if level < 128 else 0).getbbox()
    assert found
    return Box(left=found[0], top=found[1], width=found[2] - found[0], height=found[3] - found[1])


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
@pytest.mark.parametrize("enlarge", [1.0, 1.5])
def test_a_box_found_on_a_sheet_comes_back_to_its_place(turned: int, enlarge: float) -> None:
    """Whatever the picture was turned or enlarged by, within a pixel."""
    true = Box(left=210, top=60, width=30, height=12)
    (sheet,) = sheets(marked((400, 150), true), turned=turned, enlarge=enlarge)

    (line,) = sheet.restore([Line((Word(text="x", box=ink(sheet), confidence=90),))])

    for side in ("left", "top", "width", "height"):
        assert abs(getattr(line.box, side) - getattr(true, side)) <= 1


@pytest.mark.parametrize(("paper", "letters"), [("white", "black"), ("black", "white"), ("#0b1f33", "#c0c0c0")])
def test_letters_come_out_dark_on_white_whatever_the_colours(paper: str, letters: str) -> None:
    image = Image.new("L", (320, 160), paper)
    ImageDraw.Draw(image).rectangle((150, 70, 153, 90), fill=letters)

    ready = stand_out(image)

    assert ready.getpixel((20, 20)) == 255
    assert ready.getpixel((151, 80)) < 100


def test_a_very_tall_picture_is_cut_between_lines_of_text() -> None:
    """Every row is on exactly one sheet, no sheet is large, and no bar of ink is cut in two."""
    tall = Image.new("RGB", (300, 20_000), "white")
    draw = ImageDraw.Draw(tall)
    for top in range(0, 20_000, 50):
        draw.rectangle((20, top, 280, top + 29), fill="black")

    cut = list(sheets(tall))

    ends = [sheet.top + round(sheet.image.height / sheet.scale) for sheet in cut]
    assert [sheet.top for sheet in cut] == [0, *ends[:-1]]
    assert ends[-1] == 20_000
    assert all(sheet.image.width * sheet.image.height <= 9_100_000 for sheet in cut)
    assert all(sheet.top % 50 >= 30 for sheet in cut[1:])


@pytest.mark.parametrize(
    ("size", "least", "most"),
    [((480, 270), 3, 4), ((1366, 768), 1.5, 2), ((1080, 2400), 1, 1.5), ((3840, 2160), 1, 1), ((12000, 9000), 0, 0.4)],
)
def test_small_pictures_are_enlarged_and_huge_ones_reduced(size: tuple[int, int], least: float, most: float) -> None:
    assert least <= scale_for(*size) <= most


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_a_box_turns_with_its_picture(turned: int) -> None:
    picture = Image.new("L", (70, 40), 0)
    box = Box(left=10, top=4, width=20, height=6)
    picture.paste(255, (10, 4, 30, 10))

    found = turned_box(box, turned, picture.size)

    turned_picture = picture.rotate(turned, expand=True)
    assert turned_picture.getbbox() == (found.left, found.top, found.left + found.width, found.top + found.height)
    assert turned_box(found, (360 - turned) % 360, turned_picture.size) == box

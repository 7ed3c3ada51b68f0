"""Lines blurred out of a sharp picture: found, and nothing else is taken for one."""

from ocr_pages import picture
from PIL import Image, ImageDraw, ImageFilter

from evidence_vault.ocr.blurs import blurred_lines
from evidence_vault.ocr.lines import Line
from evidence_vault.values import Box, Word

ROWS = [
    "Prendre un rendez-vous en préfecture",
    "Étape 2 sur 6 : choix du guichet",
    "Carte de séjour temporaire, renouvellement",
    "Aucun créneau ne peut vous être proposé cette semaine",
    "Merci de vous reconnecter un autre jour",
    "Retour à l’accueil du portail",
]
SIZE = (1000, 420)
PITCH = round(22 * 2.2)


def place(row: int) -> tuple[int, int, int, int]:
    return 36, 36 + row * PITCH, 40 + 13 * len(ROWS[row]), 36 + row * PITCH + 34


def lines(*missing: int) -> list[Line]:
    """The rows as they are read, without those that are `missing`."""
    found = []
    for row, text in enumerate(ROWS):
        if row not in missing:
            left, top = 40, 44 + row * PITCH
            words = []
            for word in text.split():
                words.append(
                    Word(text=word, box=Box(left=left, top=top, width=13 * len(word), height=17), confidence=95)
                )
                left += 13 * (len(word) + 1)
            found.append(Line(tuple(words)))
    return found


def drawn() -> Image.Image:
    return picture(*ROWS, size=SIZE)


def blurred(row: int, radius: float = 7) -> Image.Image:
    image = drawn()
    left, top, right, bottom = place(row)
    box = (left - 12, top - 8, right + 12, bottom + 8)
    image.paste(image.crop(box).filter(ImageFilter.GaussianBlur(radius)), box[:2])
    return image


def test_a_line_blurred_out_of_a_sharp_page_is_found() -> None:
    found = blurred_lines(blurred(3).convert("L"), lines(3))

    left, top, right, bottom = place(3)
    assert found
    assert all(box.left < right and left < box.left + box.width for box in found)
    assert all(box.top < bottom and top < box.top + box.height for box in found)


def test_a_page_that_is_sharp_or_blurred_throughout_has_none() -> None:
    """A picture out of focus is judged by its softness; here only what differs from the rest is meant."""
    assert blurred_lines(drawn().convert("L"), lines()) == []
    assert blurred_lines(drawn().filter(ImageFilter.GaussianBlur(2)).convert("L"), lines()) == []


def test_rules_frames_and_shadows_are_no_lines_of_text() -> None:
    image = drawn()
    pen = ImageDraw.Draw(image)
    pen.rectangle((20, 20, 980, 330), outline="grey", width=2)
    for depth in range(8):
        pen.line((20, 340 + depth, 980, 340 + depth), fill=(200 + 7 * depth,) * 3)
        pen.line((20, 339 - depth, 980, 339 - depth), fill=(200 + 7 * depth,) * 3)

    assert blurred_lines(image.convert("L"), lines()) == []


def test_without_lines_to_compare_with_nothing_is_said() -> None:
    assert blurred_lines(blurred(3).convert("L"), lines(3)[:2]) == []
    assert blurred_lines(Image.new("L", (1, 1), 255), []) == []

"""Pages for the OCR tests: laid out as values, or drawn as pictures."""

import io
from importlib.resources import files

from PIL import Image, ImageDraw, ImageFont

from evidence_vault.ocr.lines import Line, Paragraph, paragraphs
from evidence_vault.values import Box, Word

FONT = str(files("evidence_vault.exports").joinpath("fonts", "DejaVuSans.ttf"))
HEADER = "RÉPUBLIQUE FRANÇAISE\n\nPréfecture du Val-de-Brume\n\nPrendre un rendez-vous\n\n"
ADDRESS = "www.val-de-brume.gouv.fr/booking/create/1"


def page(text: str) -> tuple[Paragraph, ...]:
    """Lay out `text` as if it had been read: one line a row, a blank line between paragraphs."""
    lines, top = [], 0
    for row in text.splitlines():
        words, left = [], 0
        for word in row.split():
            box = Box(left=left, top=top, width=10 * len(word), height=20)
            words.append(Word(text=word, box=box, confidence=95))
            left += 10 * len(word) + 8
        if words:
            lines.append(Line(tuple(words)))
        top += 30 if words else 60
    return paragraphs(lines)


def picture(*rows: str, size: tuple[int, int] = (1000, 420), points: int = 22, ink: str = "black") -> Image.Image:
    """Draw `rows` below one another on white, with a font that has the accents."""
    image = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(image)
    font = ImageFont.truetype(FONT, points)
    for number, row in enumerate(rows):
        draw.text((40, 40 + number * round(points * 2.2)), row, fill=ink, font=font)
    return image


def png(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()

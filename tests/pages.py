"""Drawn pages of a booking site, as screenshots of them are: one page with another clock, date, message or theme."""

import functools
import io
from typing import Any

from PIL import Image, ImageDraw, ImageFont

SIZE = (1366, 768)
CLOCK = (1250, 732, 1360, 764)
"""Where the clock stands, with its date."""


@functools.lru_cache(maxsize=64)
def page(clock: str = "08:12", message: str = "Aucun créneau disponible", *, dark: bool = False) -> Image.Image:
    """A page on a desktop of 1366 × 768, the clock in small grey letters at its lower right."""
    paper, ink, bar, grey = (
        ("#1e1e1e", "#eeeeee", "#303030", "#b0b0b0") if dark else ("#fff", "#222", "#e4e4ec", "#555")
    )
    picture = Image.new("RGB", SIZE, paper)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, 1366, 70), fill=bar)
    draw.rectangle((0, 728, 1366, 768), fill=bar)
    draw.text((160, 24), "https://www.rdv-prefecture.example.org/reservation/demarche/4442", ink, _font(16))
    draw.text((80, 110), "Prise de rendez-vous", "#000091" if not dark else "#8585f6", _font(34))
    for line in range(8):
        draw.text(
            (80, 180 + 26 * line),
            "La demande se fait en ligne, sur rendez-vous, aux heures ouvrées. " * 2,
            ink,
            _font(15),
        )
    draw.rectangle((80, 430, 1100, 520), outline="#ce0500", width=3)
    draw.text((100, 455), message, ink, _font(28))
    draw.rectangle((80, 560, 300, 610), fill="#000091")
    draw.text((120, 574), "Recommencer", "white", _font(18))
    draw.text((1270, 734), clock, grey, _font(12))
    draw.text((1270, 748), "12/03/2024", grey, _font(12))
    return picture


@functools.cache
def _font(size: int) -> Any:
    return ImageFont.load_default(size)


def encoded(picture: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    """The picture as a file."""
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def compressed(picture: Image.Image, quality: int) -> Image.Image:
    """The picture as it comes out of a JPEG."""
    with Image.open(io.BytesIO(encoded(picture, "JPEG", quality=quality))) as image:
        return image.convert("RGB")


def reduced(picture: Image.Image, scale: float) -> Image.Image:
    """The picture at another size, as a messaging service makes it."""
    size = (round(picture.width * scale), round(picture.height * scale))
    return picture.resize(size, Image.Resampling.LANCZOS)

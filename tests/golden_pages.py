"""Pictures of chosen pages as they should look, and how far a page may be from its picture.

The pages are those of one case in which nothing is random: keys, salts, times and screenshots are fixed. They are kept
small and coarse, so that another version of a renderer passes and a line that moved does not.
"""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2
from builders import START, BuiltCase, CaseBuilder, declared
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pages import encoded
from PIL import Image, ImageDraw, ImageFilter
from test_dossier import bookmarks, write
from test_short_documents import printed
from vectors.world import fixed

from evidence_vault import kinds
from evidence_vault.exports.checked import PageSigner

FOLDER = Path(__file__).parent / "data" / "golden"
DPI = 50
_SHADES = 16
"""A page takes a third of the place in so many shades of grey."""
_CHOSEN = {
    "cover": ("Page de garde", 0),
    "summary": ("Résumé", 0),
    "contents": ("Table des matières", 0),
    "calendar": ("Calendrier des tentatives", 0),
    "sheet": ("Tentative n°\u00a01", 0),
    "illegible": ("Tentative n°\u00a03", 1),
    "signatures": ("Déclaration et signatures", 0),
}
"""Pages of the dossier: how the bookmark begins that leads there, and how many pages further."""
SHORT = ("card", "justification")
NAMES = (*_CHOSEN, *SHORT)
_BLUR, _BLOCK = 1.0, 12
MOST_MEAN, MOST_LOCAL = 0.5, 4.0
"""How far a page may be, of 255 shades: on the whole, and in the block of 12 × 12 pixels that is farthest.

Two years of PDFium differ by 0.01 and 1.6; a line that moves by one pixel is 15 away.
"""


def screen(number: int) -> Image.Image:
    """A page of a booking site in bars and boxes: letters and compression have other bytes on other machines."""
    picture = Image.new("RGB", (683, 384), "white")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, 683, 34), "#e4e4ec")
    draw.rectangle((80, 12, 330, 20), "#555")
    draw.rectangle((40, 56, 220, 74), "#000091")
    for line in range(7):
        draw.rectangle((40, 92 + 16 * line, 420 + 25 * (line * 5 % 7), 98 + 16 * line), "#777")
    draw.rectangle((40, 226, 550, 270), outline="#ce0500", width=3)
    draw.rectangle((54, 242, 300 + 10 * number, 254), "#222")
    return picture


def case() -> BuiltCase:
    """Seven attempts over five weeks, one that cannot be read and one that found a slot, with steps and documents."""
    with fixed("golden"):
        builder = CaseBuilder(Ed25519PrivateKey.from_private_bytes(bytes(32)), "00112233445566778899aabbccddeeff")
        builder.open(
            request="renewal", title_held="Carte de résident", title_expiry="2026-06-30",
            on_r431_2_list=True, online_only=True, file_ready=True, prior_decision=False,
        )  # fmt: skip
        for number, day in enumerate((0, 3, 9, 16, 17, 24, 31)):
            at = START + dt.timedelta(days=day, hours=number)
            builder.clock = at + dt.timedelta(seconds=40)
            attempt = builder.attempt(at)
            shown = screen(number)
            exhibit = builder.exhibit(
                encoded(shown, "BMP"), *shown.size, attempt=attempt, media_type="image/bmp", name="capture.bmp"
            )
            builder.reading(exhibit, legible=number != 2)
            builder.outcome(attempt, {2: "unclassified", 6: "slots_offered"}.get(number, "no_slot"))
        builder.add(
            kinds.Step(step="registered_letter", recipient="Préfet", summary="Demande de rendez-vous.",
                       answer="Patientez.", answered_on="2026-03-20", occurred_at=declared(START))
        )  # fmt: skip
        builder.exhibit(b"contrat", None, None, document="contract", label="Contrat de travail", frames=None)
        return builder.built()


def pictures(folder: Path, **changes: object) -> dict[str, Image.Image]:
    """The chosen pages of the dossier and its two short documents; the PDFs are left in `folder`.

    `changes` replace what the dossier is told beside the case.
    """
    built = case()
    dossier = write(built, folder / "dossier.pdf", **{"page_signer": PageSigner("self_issued", 2), **changes})
    with pikepdf.open(dossier) as pdf:
        page_of = {title: page - 1 for _, title, page in bookmarks(pdf)}
    found = {
        name: drawn(dossier, next(page_of[title] for title in page_of if title.startswith(begins)) + further)
        for name, (begins, further) in _CHOSEN.items()
    }
    return found | {kind: drawn(printed(built, folder / f"{kind}.pdf", kind), 0) for kind in SHORT}


def drawn(pdf: Path, page: int) -> Image.Image:
    """One page, counted from 0, in few shades of grey."""
    with pypdfium2.PdfDocument(pdf) as document:
        image: Image.Image = document[page].render(scale=DPI / 72, grayscale=True).to_pil().convert("L")
    step = 255 / (_SHADES - 1)
    return image.point([round(round(shade / step) * step) for shade in range(256)])


def keep(image: Image.Image, path: Path) -> None:
    """Write a picture as small as PNG can."""
    image.quantize(_SHADES).save(path, optimize=True)


def kept(name: str) -> Image.Image:
    """How the page should look."""
    with Image.open(FOLDER / f"{name}.png") as image:
        return image.convert("L")


@dataclass(frozen=True)
class Difference:
    """How far one picture is from another."""

    mean: float
    local: float
    shown: Image.Image
    """What was expected, what was found, and where they differ, side by side."""

    @property
    def is_small(self) -> bool:
        return self.mean <= MOST_MEAN and self.local <= MOST_LOCAL


def difference(expected: Image.Image, found: Image.Image) -> Difference:
    """Compare two pictures, blurred a little: renderers set the edges of letters each in their own way."""
    width, height = max(expected.width, found.width), max(expected.height, found.height)
    both = [Image.new("L", (width, height), 255) for _ in range(2)]
    for sheet, image in zip(both, (expected, found), strict=True):
        sheet.paste(image)
    one, other = (np.asarray(sheet.filter(ImageFilter.GaussianBlur(_BLUR)), np.int16) for sheet in both)
    apart = np.abs(one - other)
    rows, columns = height // _BLOCK, width // _BLOCK
    blocks = apart[: rows * _BLOCK, : columns * _BLOCK].reshape(rows, _BLOCK, columns, _BLOCK).mean((1, 3))
    shown = Image.new("L", (3 * width, height))
    for place, image in enumerate((*both, Image.fromarray((255 - np.minimum(255, 4 * apart)).astype(np.uint8)))):
        shown.paste(image, (place * width, 0))
    return Difference(float(apart.mean()), float(blocks.max()), shown)

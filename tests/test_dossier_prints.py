"""Pictures on the pages of a dossier: whole, with what is enlarged, from one embedded image."""

import io
import re
from pathlib import Path

import pikepdf
import pytest
from builders import CaseBuilder
from PIL import Image, ImageDraw, ImageFont
from test_dossier import flat, images, poppler, rendered, shot, write
from verapdf import broken_rules

from evidence_vault import kinds, values
from evidence_vault.exports.archival import require_archival
from evidence_vault.exports.dossier import DossierInput, write_dossier
from evidence_vault.exports.key_text import Size, Turn, turned
from evidence_vault.exports.printed import PrintedPicture

FONT = "evidence_vault/exports/fonts/DejaVuSans.ttf"
MESSAGE = "Aucun créneau disponible pour le moment."


def page(width: int, height: int, size: int, *, ink: str = "black") -> tuple[bytes, kinds.Reading]:
    """A page that says `MESSAGE` at `size`, and what a perfect machine reads on it."""
    image = Image.new("RGB", (width, height), "white")
    drawing, font = ImageDraw.Draw(image), ImageFont.truetype(FONT, size)
    left, top, words = width // 4, height // 2, []
    for word in MESSAGE.split():
        drawing.text((left, top), word, fill=ink, font=font)
        edges = drawing.textbbox((left, top), word, font=font)
        box = values.Box(
            left=int(edges[0]),
            top=int(edges[1]),
            width=int(edges[2] - edges[0]) + 1,
            height=int(edges[3] - edges[1]) + 1,
        )
        words.append(values.Word(text=word, box=box, confidence=95))
        left += round(drawing.textlength(word + " ", font=font))
    data = io.BytesIO()
    image.save(data, "PNG")
    first, last = words[0].box, words[-1].box
    around = values.Box(left=first.left, top=first.top, width=last.left + last.width - first.left, height=first.height)
    quote = values.Quote(phrase="x", text=MESSAGE, box=around)
    return data.getvalue(), kinds.Reading(status="read", legible=True, words=tuple(words), quotes=(quote,))


def turn_back(data: bytes, reading: kinds.Reading, turn: Turn) -> tuple[bytes, kinds.Reading]:
    """The same page as it is before it is turned by `turn`, anticlockwise, to be read."""
    image = Image.open(io.BytesIO(data))
    size, back = Size(*image.size), {90: 270, 180: 180, 270: 90}[turn]
    out = io.BytesIO()
    image.rotate(back, expand=True).save(out, "PNG")
    words = tuple(kinds.replace(word, box=turned(word.box, size, back)) for word in reading.words or ())  # type: ignore[arg-type, type-var]
    quotes = tuple(kinds.replace(q, box=turned(q.box, size, back)) for q in reading.quotes or () if q.box)  # type: ignore[arg-type, type-var]
    return out.getvalue(), kinds.replace(reading, words=words, quotes=quotes)


def printed(path: Path, *shown: tuple[bytes, kinds.Reading]) -> tuple[PrintedPicture, ...]:
    """A dossier of one attempt for each picture, at `path`."""
    builder = CaseBuilder()
    builder.open()
    for data, reading in shown:
        width, height = Image.open(io.BytesIO(data)).size
        exhibit = builder.exhibit(data, width, height, attempt=builder.attempt())
        builder.add(kinds.replace(reading, exhibit=exhibit))
    case = builder.built()
    given = DossierInput(
        case=case.file,
        checkpoint=case.checkpoint,
        size=len(case.signed),
        root=case.root,
        public_key=case.public_key,
        original=case.originals.get,
        bundle=None,
        bundle_sha256=None,
        light=False,
        made_at=builder.clock,
    )
    return write_dossier(given, path)


@poppler
def test_the_message_of_a_desktop_screenshot_is_enlarged(tmp_path: Path) -> None:
    """Named and numbered beside the whole picture, at a size that the page states."""
    (found,) = printed(tmp_path / "dossier.pdf", page(1920, 1080, 16))
    (text,) = found.texts
    said = flat(tmp_path / "dossier.pdf")

    assert (found.choice, text.kind, text.phrases) == ("enlarged", "message", (MESSAGE,))
    assert text.points == pytest.approx(11)
    assert re.search(r"Agrandissement du message, × ?\d(,\d)?\b", said)
    assert "Le message est imprimé à 11 points environ, dans l’agrandissement." in said


@poppler
def test_what_is_large_enough_is_not_enlarged(tmp_path: Path) -> None:
    """A phone's message prints at 8 points in the whole picture; the page states the size all the same."""
    (found,) = printed(tmp_path / "dossier.pdf", page(720, 1500, 22))

    assert found.choice == "whole"
    assert "Agrandissement" not in flat(tmp_path / "dossier.pdf")
    assert f"Le message est imprimé à {int(found.texts[0].points)} points environ." in flat(tmp_path / "dossier.pdf")


@poppler
def test_no_size_is_said_without_a_message(tmp_path: Path) -> None:
    """A picture without a recognised message prints alone, and nothing is claimed of its text."""
    data, reading = page(1920, 1080, 16)
    (found,) = printed(tmp_path / "dossier.pdf", (data, kinds.replace(reading, quotes=())))

    assert (found.choice, found.texts) == ("whole", ())
    assert "Le message" not in flat(tmp_path / "dossier.pdf").split("Pièce n° 1 (")[1].split("SHA-256")[1][:120]


@poppler
@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_the_enlargement_shows_the_words_level(tmp_path: Path, turn: Turn) -> None:
    """Rendered, the rectangle named is full of the message and nothing else, whichever way the picture lies."""
    shown = page(1600, 900, 15)
    (found,) = printed(tmp_path / "dossier.pdf", turn_back(*shown, turn) if turn else shown)
    (spot,) = found.texts[0].spots

    assert spot.width > 8 * spot.height
    drawn = rendered(tmp_path / "dossier.pdf", spot.page).convert("L")
    left, bottom = round(spot.left) + 2, round(spot.bottom) + 2
    right, top = round(spot.left + spot.width) - 2, round(spot.bottom + spot.height) - 2
    part = drawn.crop((left, drawn.height - top, right, drawn.height - bottom))
    ink = part.point(lambda level: 255 if level < 128 else 0).getbbox()
    assert ink is not None
    assert ink[2] - ink[0] > 0.85 * part.width
    assert 0.3 * part.height < ink[3] - ink[1] < 0.95 * part.height
    # Upright and not upside down: more ink above the middle of the x-height than tails below the line.
    upper, lower = (part.crop(half).histogram() for half in halves(part.width, part.height))
    assert sum(upper[:128]) > sum(lower[:128])


def halves(width: int, height: int) -> tuple[tuple[int, int, int, int], tuple[int, int, int, int]]:
    """The fifth above the line of small letters, and the fifth under the line."""
    return (0, 0, width, height // 2), (0, height - height // 3, width, height)


def test_an_enlargement_embeds_nothing_more(tmp_path: Path) -> None:
    """The whole picture, its enlargement and the excerpt on the sheet are one image, its bytes those of the PNG."""
    shown = page(1920, 1080, 16)
    printed(tmp_path / "dossier.pdf", shown)

    with pikepdf.open(tmp_path / "dossier.pdf") as pdf:
        (image,) = images(pdf)
        assert (int(image.Width), int(image.Height)) == (1920, 1080)
        assert len(image.read_raw_bytes()) < len(shown[0])


@pytest.mark.needs("javac")
def test_enlargements_are_archival(tmp_path: Path) -> None:
    """Clipped, scaled and turned pictures are PDF/A-3b as before."""
    turned_page = turn_back(*page(1600, 900, 15), 90)
    printed(tmp_path / "dossier.pdf", page(1920, 1080, 16), turned_page, page(200, 80, 5), page(1920, 12000, 16))

    assert broken_rules(tmp_path / "dossier.pdf") == []
    require_archival(tmp_path / "dossier.pdf")


@poppler
def test_a_tiny_text_says_its_size(tmp_path: Path) -> None:
    """Letters of four pixels: as large as squares make them, which the page says, and never 8 points."""
    (found,) = printed(tmp_path / "dossier.pdf", page(400, 160, 3))

    assert found.texts[0].points < 8
    assert "Le message n’est imprimé qu’à" in flat(tmp_path / "dossier.pdf")
    assert "les pixels de l’image y sont visibles" in flat(tmp_path / "dossier.pdf")


def test_a_missing_original_is_told(tmp_path: Path) -> None:
    """An exhibit that could not be printed is among what was printed, with the reason."""
    case = CaseBuilder()
    case.open()
    made = shot()
    case.exhibit(made.data, made.width, made.height, attempt=case.attempt())
    built = case.built()
    given = {"case": built.file, "checkpoint": built.checkpoint, "size": 3, "root": built.root}
    rest = {"public_key": built.public_key, "bundle": None, "bundle_sha256": None, "light": False}
    dossier = DossierInput(**given, **rest, original=lambda _: None, made_at=case.clock)  # type: ignore[arg-type]

    (found,) = write_dossier(dossier, tmp_path / "dossier.pdf")

    assert (found.missing, found.pages, found.choice) == ("withheld", (), None)
    assert write(built, tmp_path / "again.pdf").is_file()

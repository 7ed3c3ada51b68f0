"""What a picture file is, told from its bytes: format, size, frames, and the times that it claims for itself."""

import io
import logging
import struct
import threading
import warnings
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from PIL import ExifTags, Image, ImageDraw

from evidence_vault.capture.containers import PNG, png_chunks, printable
from evidence_vault.capture.formats import formats_of, refuse_at_sight, unreadable
from evidence_vault.errors import InputFileError
from evidence_vault.values import Box, Indication

MAX_PIXELS = 120_000_000
"""Width times height beyond which a picture is refused from its header: half a gigabyte once decoded, and
a whole one while it is laid on white or turned upright."""

LARGE_PIXELS = 30_000_000
"""Width times height from which on a picture is read alone: several at once would multiply what one takes."""

MAX_PAGES = 500
"""Pages of a TIFF beyond which it is refused: Pillow counts them in a time that grows with their square."""

_MEDIA_TYPES = {
    "PNG": "image/png",
    "JPEG": "image/jpeg",
    "MPO": "image/jpeg",
    "WEBP": "image/webp",
    "GIF": "image/gif",
    "BMP": "image/bmp",
    "TIFF": "image/tiff",
    "AVIF": "image/avif",
    "HEIF": "image/heif",
}
_OLD_EXIF = (b"Raw profile type exif", b"XML:com.adobe.xmp")
"""Keywords of PNG texts in which Pillow finds EXIF, or the orientation that stands for it."""
_LONGEST_CLAIM = 100
"""Characters kept of a time that a file claims; the field is free text in PNG."""

# Only what EXIF calls the taking of the picture, then its last change; each with the field that holds its offset.
_EXIF_TIMES = (
    (ExifTags.Base.DateTimeOriginal, ExifTags.Base.OffsetTimeOriginal),
    (ExifTags.Base.DateTime, ExifTags.Base.OffsetTime),
)
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_ON_THE_SIDE = {_TURNS[orientation] for orientation in (5, 6, 7, 8)}

# Without a handler of its own, Pillow's log would reach the person's terminal.
logging.getLogger("PIL").addHandler(logging.NullHandler())
_warning_filters = threading.RLock()


@dataclass(frozen=True, slots=True)
class Picture:
    """What is known of a picture that was decoded whole."""

    media_type: str
    width: int
    """In pixels, upright: as `open_rgb` gives it, after the orientation that the file states."""
    height: int
    frames: int
    """1, or the number of frames of an animation or pages of a TIFF; only the first is read and printed."""
    indications: tuple[Indication, ...]
    """The times that the file claims for itself, in the words of the file."""


def inspect(data: bytes, name: str) -> Picture:
    """Say what picture `data` holds, having decoded all of its first frame.

    `name` is only for sentences: the content decides, never the extension. Raises `InputFileError` for what is
    empty, no picture, truncated or damaged, too large, or in a format that is not taken. Nothing is written, not
    even to a temporary file. The times found are claims of the file, and a picture that decodes may still have
    been altered.
    """
    with _decoded(data, name) as image:
        width, height = image.size[::-1] if _turn(image) in _ON_THE_SIDE else image.size
        return Picture(
            media_type=_MEDIA_TYPES[str(image.format)],
            width=width,
            height=height,
            # The other pictures of an MPO are previews and depth maps of the same photograph.
            frames=1 if image.format == "MPO" else getattr(image, "n_frames", 1),
            indications=(*_exif_times(image), *_png_times(image, data)),
        )


def open_rgb(data: bytes, name: str = "picture") -> Image.Image:
    """The first frame of `data` as a person sees it: upright, 8 bits a channel, RGB, on white where transparent.

    Refuses what `inspect` refuses, so the result has at most `MAX_PIXELS`. Colour profiles are not applied: this
    picture is for reading and printing, the evidence is the bytes.
    """
    flat, turn = _flat(data, name)
    return flat if turn is None else flat.transpose(turn)


def is_large(data: bytes) -> bool:
    """Whether the header of `data` states a picture of `LARGE_PIXELS` or more; False where it states none.

    Nothing is decoded, nothing is raised.
    """
    try:
        with _opened(data, "picture") as image:
            return image.width * image.height >= LARGE_PIXELS
    except Exception:  # noqa: BLE001  # as for the picture itself: nearly anything may be raised
        return False


def covered_png(data: bytes, boxes: Iterable[Box], name: str = "picture") -> bytes:
    """The picture as `open_rgb` gives it, in PNG without loss, its `boxes` painted black: nothing is left under them.

    Refuses what `inspect` refuses. The original stays as it is.
    """
    picture = open_rgb(data, name)
    drawing = ImageDraw.Draw(picture)
    for box in boxes:
        drawing.rectangle((box.left, box.top, box.left + box.width - 1, box.top + box.height - 1), fill="black")
    packed = io.BytesIO()
    picture.save(packed, "PNG", compress_level=6)
    return packed.getvalue()


def exif_fields(data: bytes, name: str = "picture") -> dict[int, object] | None:
    """The EXIF fields of a picture by tag, those of its taking included; None where they cannot be read.

    Values are as the file has them, of any type and length: claims, to be bounded by whoever shows them. The picture
    is not decoded, unless its format puts EXIF behind it. Nothing is raised.
    """
    try:
        if data.startswith(PNG) and not _has_exif(data):
            return {}
        with _opened(data, name) as image:
            return _fields(image)
    except Exception:  # noqa: BLE001  # as for the picture itself: nearly anything may be raised
        return None


@contextmanager
def _opened(data: bytes, name: str) -> Iterator[Image.Image]:
    """The picture in `data`, its header read; raises nearly anything."""
    refuse_at_sight(data, name)
    with _warning_filters, warnings.catch_warnings():  # the filters are one list for the whole process
        warnings.simplefilter("ignore")
        with Image.open(io.BytesIO(data), formats=formats_of(data)) as image:
            _refuse_bomb(image)
            yield image


@contextmanager
def _decoded(data: bytes, name: str) -> Iterator[Image.Image]:
    """The picture in `data`, its first frame decoded; every failure inside becomes a sentence about `name`."""
    try:
        with _opened(data, name) as image:
            _refuse_many_pages(image, name)
            if image.format == "PNG":
                deque(png_chunks(data), maxlen=0)
            image.load()
            yield image
    except InputFileError:
        raise
    except Image.DecompressionBombError as error:
        raise InputFileError(
            "{name} has more than {limit} million pixels, too many for a screenshot; it was not recorded. "
            "Send the original screenshot, or a smaller one.",
            name=name,
            limit=MAX_PIXELS // 1_000_000,
        ) from error
    except Exception as error:
        # A broken file makes Pillow raise nearly anything: OSError, SyntaxError, struct.error, KeyError …
        raise unreadable(data, name) from error


def _flat(data: bytes, name: str) -> tuple[Image.Image, Image.Transpose | None]:
    """The picture in RGB on white as it is stored, and how it is to be turned.

    Apart from the turning, so that what was decoded is let go of before a turned copy is made.
    """
    with _decoded(data, name) as image:
        turn = _turn(image)
        if image.mode.startswith("I") or image.mode == "F":
            return _eight_bits(image).convert("RGB"), turn
        if image.has_transparency_data:
            layer = image if image.mode == "RGBA" else image.convert("RGBA")
            page = Image.new("RGB", layer.size, "white")
            page.paste(layer, mask=layer.getchannel("A"))
            return page, turn
        return image.convert("RGB"), turn


def _refuse_bomb(image: Image.Image) -> None:
    """Pillow's own guard only warns at the sizes between its limit and twice that; ours is one number."""
    if image.width * image.height > MAX_PIXELS:
        raise Image.DecompressionBombError


def _refuse_many_pages(image: Image.Image, name: str) -> None:
    if image.format != "TIFF":
        return  # the others state the number, or are counted in one pass
    try:
        for page in range(1, MAX_PAGES + 1):
            image.seek(page)
    except EOFError:
        image.seek(0)
        return
    raise InputFileError(
        "{name} has more than {limit} pages, too many for a screenshot; it was not recorded. "
        "Save the page that matters as a picture of its own.",
        name=name,
        limit=MAX_PAGES,
    )


def _turn(image: Image.Image) -> Image.Transpose | None:
    """What brings the picture upright, after the orientation that the file states."""
    return _TURNS.get(_exif(image).get(ExifTags.Base.Orientation, 1))


def _eight_bits(image: Image.Image) -> Image.Image:
    """A grey picture of 16 bits or more brought down to 8, where a plain conversion would clip it to white."""
    wide = image.convert("I").convert("F") if image.mode != "F" else image
    extrema = wide.getextrema()
    highest = max(value for value in extrema if isinstance(value, float))
    scale = 1.0 if highest <= 255 else 255 / max(highest, 65535.0)
    return wide.point(lambda value: value * scale).convert("L")


def _exif(image: Image.Image) -> Image.Exif:
    """The EXIF fields; empty where they are unreadable, which says nothing against the picture."""
    try:
        return image.getexif()
    except Exception:  # noqa: BLE001  # as for the picture itself: nearly anything may be raised
        return Image.Exif()


def _has_exif(png: bytes) -> bool:
    """Whether a PNG may hold EXIF, in its own chunk or as the text that older programs write.

    Pillow looks for it behind the picture, and decodes that on the way: most of what a large dossier would cost.
    """
    return any(kind == b"eXIf" or body.startswith(_OLD_EXIF) for kind, body in png_chunks(png))


def _fields(image: Image.Image) -> dict[int, object]:
    """The EXIF fields of the picture and of its taking, by tag; raises nearly anything where they are broken."""
    exif = image.getexif()
    return {**exif, **exif.get_ifd(ExifTags.IFD.Exif)}


def _exif_times(image: Image.Image) -> Iterator[Indication]:
    try:
        fields = _fields(image)
    except Exception:  # noqa: BLE001  # the same
        return
    for tag, offset_tag in _EXIF_TIMES:
        moment, offset = (_claim(fields.get(item)) for item in (tag, offset_tag))
        if moment:
            yield Indication(source="exif", text=f"{moment} {offset}".rstrip())


def _png_times(image: Image.Image, data: bytes) -> Iterator[Indication]:
    """`Creation Time` as it is written, then the last change (tIME, in UTC). Dates of the file system are not taken."""
    if image.format != "PNG":
        return
    if created := _claim(getattr(image, "text", {}).get("Creation Time")):
        yield Indication(source="png", text=created)
    for kind, body in png_chunks(data):
        if kind == b"tIME" and len(body) == 7:
            year, month, day, hour, minute, second = struct.unpack(">HBBBBB", body)
            yield Indication(source="png", text=f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")


def _claim(value: object) -> str:
    """A time in the file's own words, made fit to be printed on one line."""
    return printable(value, _LONGEST_CLAIM) if isinstance(value, str) else ""

"""Traces that a picture bears of how it was made and sent on: each indicates something, none proves it.

What messaging services do to pictures changes without notice and is published by nobody who binds themselves to it.
So the sentences say what is seen in the file and where it is often seen, never that a service handled the file.
Names: those that the programs give by default, in English and French. Tables of a stated quality: ITU-T T.81, K.1,
scaled as libjpeg does. Sides to which services reduce pictures, and the loss of EXIF and tables on the way: the study
of files sent over WhatsApp by H. L. Risemberg (University of Colorado, 2020) and of Instagram by Z. Douglas (2018).
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from evidence_vault.messages import Message, Param, say

TRACES: Mapping[str, Message] = {
    "whatsapp_name": say("The name is of the form that WhatsApp gives to files it saves."),
    "telegram_name": say("The name is of the form that Telegram gives to files it saves."),
    "facebook_name": say("The name is of the form that Messenger or Facebook gives to files it saves."),
    "signal_name": say("The name is of the form that Signal gives to files it saves."),
    "screenshot_name": say("The name is of the form that phones and computers give to screenshots."),
    "without_exif": say("JPEG without any EXIF: cameras write one, messaging services and many programs take it away."),
    "jpeg_quality": say(
        "The JPEG tables are the standard ones at quality {quality}: the picture was encoded with loss."
    ),
    "progressive": say("Progressive JPEG: often written by websites and messaging services, hardly ever by cameras."),
    "longest_side": say(
        "The longest side is {pixels} pixels, a size to which messaging services reduce pictures; "
        "some screens have it too."
    ),
    "facebook_mark": say("The file carries the mark FBMD, which Facebook writes into pictures that pass through it."),
    "camera": say("The file names a camera and an exposure, as a photograph does."),
    "position": say("The EXIF holds a geographic position (GPS), not repeated here; it stays in the original file."),
    "screenshot_comment": say(
        "The file calls itself a screenshot in its EXIF comment, as an iPhone or a Mac writes it."
    ),
    "screenshot_software": say("The file names software that takes screenshots: {software}."),
    "screen_size": say("The picture is exactly as large as a common screen: {width} × {height} pixels."),
}


@dataclass(frozen=True, slots=True)
class Trace:
    """Something seen in a file that indicates how it was made or sent on, and proves nothing: a code of `TRACES`."""

    code: str
    params: Mapping[str, Param] = field(default_factory=dict)


def sentence(trace: Trace) -> Message:
    """The sentence for a trace."""
    return Message(TRACES[trace.code].text, trace.params)


_NAMES = (
    ("whatsapp_name", re.compile(r"(?:IMG|VID)-\d{8}-WA\d{4,}\b|WhatsApp[ _](?:Image|Bild)[ _]\d{4}-\d\d-\d\d", re.I)),
    ("telegram_name", re.compile(r"photo_\d{4}-\d\d-\d\d|photo_\d{6,}_[xyw]\b", re.I)),
    ("facebook_name", re.compile(r"received_\d{6,}|FB_IMG_\d{10,}|\d{6,}_\d{8,}_\d{8,}_[no]\b", re.I)),
    ("signal_name", re.compile(r"signal-\d{4}-\d\d-\d\d", re.I)),
    (
        "screenshot_name",
        re.compile(
            r"screen[ _-]?shots?(?:[ _-]|\b)|capture[ _-]d.?.?[ _-]?[eé]cran|screencapture-|capture du \d{4}-", re.I
        ),
    ),
)

# ITU-T T.81, table K.1; the order of its values does not matter here.
_LUMINANCE = (
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51,
    87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101,
    72, 92, 95, 98, 112, 100, 103, 99,
)  # fmt: skip

_SIDES = {800, 960, 1280, 1600, 2048}
"""Telegram and older WhatsApp 1280, WhatsApp 1600, Facebook 960 and 2048, thumbnails 800: as often reported."""

_SCREENS = {
    (1280, 720), (1280, 800), (1366, 768), (1440, 900), (1536, 864), (1600, 900), (1680, 1050), (1920, 1080),
    (1920, 1200), (2560, 1440), (2560, 1600), (2880, 1800), (3024, 1964), (3840, 2160),
    (720, 1280), (720, 1520), (720, 1600), (750, 1334), (828, 1792), (1080, 1920), (1080, 2160), (1080, 2280),
    (1080, 2340), (1080, 2400), (1080, 2408), (1125, 2436), (1170, 2532), (1179, 2556), (1206, 2622), (1242, 2208),
    (1242, 2688), (1284, 2778), (1290, 2796), (1320, 2868), (1440, 2560), (1440, 2960), (1440, 3040), (1440, 3120),
    (1440, 3200), (1536, 2048), (1620, 2160), (1640, 2360), (1668, 2388), (2048, 2732),
}  # fmt: skip
"""Width and height of screens that are or were sold in numbers; a picture turned on its side counts too."""

_SCREENSHOT_SOFTWARE = re.compile(
    r"^Android \S|screen ?shot|gnome-screenshot|spectacle|flameshot|greenshot|sharex|snipping tool|shutter|ksnip", re.I
)


def of_name(name: str) -> Iterator[Trace]:
    """Traces in the name of a file, which anybody can change."""
    composed = unicodedata.normalize("NFC", name)
    for code, pattern in _NAMES:
        if pattern.match(composed):
            yield Trace(code)
            return


def of_jpeg(tables: Sequence[int] | None, progressive: bool, has_exif: bool) -> Iterator[Trace]:
    """Traces in how a JPEG was encoded; `tables` is its luminance table, in any order."""
    if not has_exif:
        yield Trace("without_exif")
    if tables is not None and (quality := quality_of(tables)) is not None:
        yield Trace("jpeg_quality", {"quality": quality})
    if progressive:
        yield Trace("progressive")


def of_size(width: int, height: int, *, lossy: bool, camera: bool) -> Iterator[Trace]:
    """Traces in the size of a picture: of a screen where no camera is named, of a service where it is lossy too."""
    if camera:
        return
    if {(width, height), (height, width)} & _SCREENS:
        yield Trace("screen_size", {"width": width, "height": height})
    if lossy and max(width, height) in _SIDES:
        yield Trace("longest_side", {"pixels": max(width, height)})


def of_software(software: str) -> Iterator[Trace]:
    """A trace where the software that a file names is known to take screenshots."""
    if _SCREENSHOT_SOFTWARE.search(software):
        yield Trace("screenshot_software", {"software": software})


def quality_of(table: Sequence[int]) -> int | None:
    """The quality, 1 to 100, at which libjpeg makes this luminance table; None where it makes it at none."""
    wanted = sorted(table)
    return next((quality for quality in range(1, 101) if _scaled(quality) == wanted), None)


def _scaled(quality: int) -> list[int]:
    scale = 5000 // quality if quality < 50 else 200 - 2 * quality
    return sorted(min(max((value * scale + 50) // 100, 1), 255) for value in _LUMINANCE)

"""Where a picture file says it comes from: every claim it makes about itself, with the place it was found in.

Times, device and software in EXIF (CIPA DC-008), text and time of PNG (W3C PNG third edition, 11.3), XMP (ISO 16684-1),
JFIF (ITU-T T.871), GIF and JPEG comments, the times of boxes (ISO/IEC 14496-12, 8.2.2); whether a C2PA manifest is
present; and traces of screens, cameras and messaging services. All of it can be written, copied or taken away by
anybody: nothing here proves anything, and nothing here enters what is attested.

Metadata are hostile: what cannot be read within bounds is named in `unreadable`, and nothing is ever raised.
"""

import datetime as dt
import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from evidence_vault.capture import traces
from evidence_vault.capture.containers import PNG, boxes, jpeg_segments, png_chunks, printable
from evidence_vault.capture.credentials import Manifest, find_manifest
from evidence_vault.capture.pictures import exif_fields
from evidence_vault.capture.traces import Trace

Source: TypeAlias = Literal["name", "exif", "png", "xmp", "jfif", "comment", "container"]
"""Where in a file a claim stands."""

_LONGEST = 120
"""Characters kept of one claim."""
_MOST_CLAIMS = 40
_LONGEST_TEXT = 1 << 16
"""Bytes of a compressed text or of XMP that are looked at."""

_EXIF_TEXTS = {
    0x9003: ("DateTimeOriginal", 0x9011),
    0x9004: ("DateTimeDigitized", 0x9012),
    0x0132: ("DateTime", 0x9010),
    0x010F: ("Make", None),
    0x0110: ("Model", None),
    0x0131: ("Software", None),
    0x013C: ("HostComputer", None),
    0x010E: ("ImageDescription", None),
    0x9286: ("UserComment", None),
}
"""The fields that are told, each with the one that holds its offset to UTC."""
_EXPOSURE = {0x829A, 0x829D, 0x8827, 0x920A}
"""Exposure time, aperture, sensitivity, focal length: what only taking a photograph gives."""
_POSITION = 0x8825
_TIFF_C2PA = 0xCD41

_PNG_TEXTS = {"Creation Time", "Software", "Source", "Author", "Title", "Description", "Comment", "Warning"}
_PNG_XMP = "XML:com.adobe.xmp"

_XMP = ("xmp:CreatorTool", "xmp:CreateDate", "xmp:ModifyDate", "photoshop:DateCreated", "exif:DateTimeOriginal",
        "exif:UserComment", "tiff:Make", "tiff:Model", "Iptc4xmpExt:DigitalSourceType")  # fmt: skip
_XMP_BEGINS, _XMP_ENDS = b"<x:xmpmeta", b"</x:xmpmeta>"

_MAC_EPOCH = dt.datetime(1904, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class Claim:
    """Something that a file says of itself, in its own words made fit to be printed."""

    source: Source
    field: str
    """The name that the format gives it."""
    value: str


@dataclass(frozen=True, slots=True)
class Origin:
    """What a file says of where it comes from; all of it claimed, none of it proven."""

    claims: tuple[Claim, ...]
    manifest: Manifest | None
    """A C2PA manifest that is present and was not verified."""
    traces: tuple[Trace, ...]
    unreadable: tuple[Source, ...]
    """Places that hold something which could not be read."""


def origin_of(data: bytes, name: str, width: int | None = None, height: int | None = None) -> Origin:
    """What the bytes of a picture and the name of its file claim; `width` and `height` are those of the picture.

    Never raises: bytes that are no picture give what their name says, and little else.
    """
    gathered = _Gathered(data)
    fields = exif_fields(data, name)
    if fields is None:
        gathered.unreadable.append("exif")
        fields = {}
    exif = list(_of_exif(fields))
    found = [
        *([Claim("name", "name", shown)] if (shown := printable(name, _LONGEST)) else ()),
        *exif,
        *gathered.claims(),
    ]
    tagged = fields.get(_TIFF_C2PA)
    return Origin(
        claims=tuple(dict.fromkeys(found))[:_MOST_CLAIMS],
        manifest=find_manifest(data, tagged if isinstance(tagged, bytes) else None),
        traces=tuple(_traces(data, name, fields, found, gathered, (width, height))),
        unreadable=tuple(dict.fromkeys(gathered.unreadable)),
    )


def _of_exif(fields: dict[int, object]) -> Iterator[Claim]:
    for tag, (name, offset_tag) in _EXIF_TEXTS.items():
        value = _words(fields.get(tag))
        offset = _words(fields.get(offset_tag)) if value and offset_tag is not None else ""
        if value:
            yield Claim("exif", name, f"{value} {offset}".rstrip())


def _words(value: object) -> str:
    """A text field; a comment comes as bytes behind the eight that name its alphabet."""
    if isinstance(value, bytes):
        coding = {b"UNICODE\0": "utf-16", b"ASCII\0\0\0": "ascii"}.get(value[:8])
        body = value[8 : 8 + 8 * _LONGEST] if coding or value[:8] == bytes(8) else value[: 8 * _LONGEST]
        return printable(body.decode(coding or "utf-8", "replace").replace("\ufffd", ""), _LONGEST)
    return printable(value, _LONGEST) if isinstance(value, str) else ""


class _Gathered:
    """What the blocks of one file hold, gathered while they are walked."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.unreadable: list[Source] = []
        self.luminance: tuple[int, ...] | None = None
        self.progressive = False
        self.facebook = False

    def claims(self) -> list[Claim]:
        data = self._data
        found: list[Claim] = []
        if data.startswith(PNG):
            found.extend(self._of_png())
        else:
            if data.startswith(b"\xff\xd8"):
                found.extend(self._of_jpeg())
            elif data.startswith(b"GIF8"):
                found.extend(self._of_gif())
            elif data[4:8] == b"ftyp":
                found.extend(self._of_boxes())
            found.extend(self._of_xmp(data))
        return found

    def _of_png(self) -> Iterator[Claim]:
        try:
            for kind, body in png_chunks(self._data):
                if kind in {b"tEXt", b"iTXt", b"zTXt"}:
                    yield from self._of_text(kind, body)
                elif kind == b"tIME" and len(body) == 7:
                    year, month, day, hour, minute, second = struct.unpack(">HBBBBB", body)
                    text = f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"
                    yield Claim("png", "tIME", text)
        except ValueError:
            self.unreadable.append("png")

    def _of_text(self, kind: bytes, body: bytes) -> Iterator[Claim]:
        keyword, _, rest = body.partition(b"\0")
        name = keyword[:79].decode("latin-1")
        if name not in _PNG_TEXTS and name != _PNG_XMP and not name.startswith("date:"):
            return
        text = _inflated(kind, rest)
        if text is None:
            self.unreadable.append("xmp" if name == _PNG_XMP else "png")
        elif name == _PNG_XMP:
            yield from self._of_xmp(text)
        elif value := printable(text.decode("utf-8" if kind == b"iTXt" else "latin-1", "replace"), _LONGEST):
            yield Claim("png", printable(name, _LONGEST), value)

    def _of_jpeg(self) -> Iterator[Claim]:
        for marker, body in jpeg_segments(self._data):
            if marker == 0xE0 and body.startswith(b"JFIF\0") and len(body) >= 7:
                yield Claim("jfif", "JFIF", f"{body[5]}.{body[6]:02}")
            elif marker == 0xFE and (text := printable(body[: 8 * _LONGEST].decode("utf-8", "replace"), _LONGEST)):
                yield Claim("comment", "COM", text)
            elif marker == 0xED:
                self.facebook = self.facebook or b"FBMD" in body
            elif marker == 0xDB and self.luminance is None:
                self.luminance = _luminance(body)
            elif marker == 0xC2:
                self.progressive = True

    def _of_gif(self) -> Iterator[Claim]:
        """The first comment extension: blocks, each behind its length, up to an empty one."""
        at = self._data.find(b"\x21\xfe")
        if at < 0:
            return
        length = self._data[at + 2] if at + 2 < len(self._data) else 0
        text = self._data[at + 3 : at + 3 + length].decode("utf-8", "replace")
        if shown := printable(text, _LONGEST):
            yield Claim("comment", "Comment", shown)

    def _of_boxes(self) -> Iterator[Claim]:
        """Times of the movie header: pictures that move have one, most still ones have none."""
        for kind, start, end in boxes(self._data):
            if kind != b"moov":
                continue
            for inner, at, until in boxes(self._data, start, end):
                if inner == b"mvhd" and until - at >= 20:
                    form = ">QQ" if self._data[at] == 1 else ">II"
                    created, modified = struct.unpack_from(form, self._data, at + 4)
                    for name, seconds in (("creation_time", created), ("modification_time", modified)):
                        if moment := _since_1904(seconds):
                            yield Claim("container", name, moment)

    def _of_xmp(self, data: bytes) -> Iterator[Claim]:
        """Properties picked out of the packet as text: no XML is parsed, so no entity is ever expanded."""
        start = data.find(_XMP_BEGINS)
        if start < 0:
            return
        packet = data[start : start + _LONGEST_TEXT]
        if _XMP_ENDS not in packet:
            self.unreadable.append("xmp")
        text = packet.partition(_XMP_ENDS)[0].decode("utf-8", "replace")
        for name in _XMP:
            found = re.search(rf"\b{name}(?:=[\"']([^\"'<>]{{1,400}})|>\s{{0,40}}([^<]{{1,400}})<)", text)
            if found and (value := printable(found[1] or found[2], _LONGEST)):
                yield Claim("xmp", name, value)


def _inflated(kind: bytes, rest: bytes) -> bytes | None:
    """The text of a chunk behind its keyword, no more than `_LONGEST_TEXT` of it; None where it cannot be had."""
    if kind == b"tEXt":
        return rest[:_LONGEST_TEXT]
    compressed = kind == b"zTXt" or rest[:1] == b"\1"
    if kind == b"iTXt":
        # two flags, then a language and a translated keyword, each ended by a null
        parts = rest[2:].split(b"\0", 2)
        if len(parts) < 3:
            return None
        body = parts[2]
    else:
        body = rest[1:]
    if not compressed:
        return body[:_LONGEST_TEXT]
    try:
        return zlib.decompressobj().decompress(body, _LONGEST_TEXT)
    except zlib.error:
        return None


def _luminance(body: bytes) -> tuple[int, ...] | None:
    """The first quantisation table of a segment; None where it is not of 64 values of 8 bits."""
    return tuple(body[1:65]) if len(body) >= 65 and body[0] == 0 else None


def _since_1904(seconds: int) -> str | None:
    try:
        return (_MAC_EPOCH + dt.timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ") if seconds else None
    except OverflowError:
        return None


def _traces(
    data: bytes,
    name: str,
    fields: dict[int, object],
    claims: list[Claim],
    gathered: _Gathered,
    size: tuple[int | None, int | None],
) -> Iterator[Trace]:
    yield from traces.of_name(name)
    is_jpeg = data.startswith(b"\xff\xd8")
    camera = any(claim.field in {"Make", "Model"} for claim in claims if claim.source == "exif") and bool(
        _EXPOSURE & fields.keys()
    )
    if camera:
        yield Trace("camera")
    if _POSITION in fields:
        yield Trace("position")
    if any(claim.field.endswith("UserComment") and claim.value.lower() == "screenshot" for claim in claims):
        yield Trace("screenshot_comment")
    software = [claim.value for claim in claims if claim.field in {"Software", "xmp:CreatorTool"}]
    yield from (trace for named in dict.fromkeys(software) for trace in traces.of_software(named))
    if is_jpeg:
        yield from traces.of_jpeg(gathered.luminance, gathered.progressive, bool(fields))
    if gathered.facebook:
        yield Trace("facebook_mark")
    width, height = size
    if width and height:
        lossy = is_jpeg or data[8:12] == b"WEBP"
        yield from traces.of_size(width, height, lossy=lossy, camera=camera)

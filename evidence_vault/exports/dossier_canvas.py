"""A PDF written to disk while it is drawn: what a page holds leaves memory with the page.

reportlab keeps every page and picture until the end, then writes them all at once. Here streams go to the file as
soon as they are complete, and only their places are remembered.
"""

import datetime as dt
import hashlib
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import BinaryIO, Literal

from reportlab.pdfbase import pdfdoc
from reportlab.pdfgen.canvas import Canvas

from evidence_vault.exports.archival import Description, plain, srgb_profile, xmp
from evidence_vault.exports.dossier_fonts import Face
from evidence_vault.exports.dossier_pictures import Encoded

_CHUNK = 1 << 20
_TOTAL = "total"
_END_OF_STREAM = b"endstream\nendobj\n"
_PRINTED = 4
"""The annotation flag that prints; PDF/A wants it on every link."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that travels inside the PDF, as it is."""

    path: Path
    name: str
    media_type: str
    description: str


class _Catalog(pdfdoc.PDFCatalog):  # type: ignore[misc]  # reportlab ships no types
    __NoDefault__ = (*pdfdoc.PDFCatalog.__NoDefault__, "AF", "OutputIntents")


class _Written(pdfdoc.PDFObject):  # type: ignore[misc]  # the same
    """Stands for an object that is in the file already."""


class _Document(pdfdoc.PDFDocument):  # type: ignore[misc]  # the same
    """reportlab's document, except that streams are written when they are complete."""

    def __init__(self, file: BinaryIO, made_at: dt.datetime, identity: bytes) -> None:
        super().__init__(compression=1, invariant=1, pdfVersion=(1, 7), lang="fr-FR")
        self._file = file
        self._offset = 0
        self._made_at = made_at
        # Dates and identifier come from what is printed, so that the same case gives the same bytes.
        utc = made_at.astimezone(dt.UTC)
        self._timeStamp = SimpleNamespace(YMDhms=utc.timetuple()[:6], dhh=0, dmm=0)
        mark = hashlib.sha256(identity).hexdigest()[:32].encode()
        self._ID = b"[<" + mark + b"><" + mark + b">]"
        self.Catalog = self._catalog = _Catalog()
        self.Catalog.Pages = self.Pages
        self.Catalog.Lang = pdfdoc.PDFString("fr-FR")
        self.Catalog.Outlines = self.outline
        self._emit(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")

    def describe(self) -> None:
        """Declare PDF/A-3b: what the document says of itself, in XMP, and what its colours mean."""
        info = self.info
        for name in ("title", "author", "subject", "creator", "producer"):
            setattr(info, name, plain(getattr(info, name)))
        packet = xmp(Description(info.title, info.author, info.subject, info.creator, info.producer, self._made_at))
        names = {"Type": pdfdoc.PDFName("Metadata"), "Subtype": pdfdoc.PDFName("XML")}
        self.Catalog.Metadata = self.put("Metadata", pdfdoc.PDFStream(pdfdoc.PDFDictionary(names), packet))
        profile = pdfdoc.PDFStream(pdfdoc.PDFDictionary({"N": 3}), srgb_profile(), [pdfdoc.PDFZCompress])
        intent = {
            "Type": pdfdoc.PDFName("OutputIntent"),
            "S": pdfdoc.PDFName("GTS_PDFA1"),
            "OutputConditionIdentifier": pdfdoc.PDFString("sRGB"),
            "Info": pdfdoc.PDFString("sRGB IEC61966-2.1"),
            "DestOutputProfile": self.put("OutputProfile", profile),
        }
        self.Catalog.OutputIntents = pdfdoc.PDFArray([pdfdoc.PDFDictionary(intent)])

    def addPage(self, page: pdfdoc.PDFPage) -> None:  # noqa: N802  # reportlab's name
        contents = pdfdoc.PDFStream(content=page.stream, filters=[pdfdoc.PDFZCompress])
        page.Contents = self.put(f"Contents{self.pageCounter}", contents)
        page.stream = None
        page.Trans = None
        super().addPage(page)

    def put(self, name: str, stream: pdfdoc.PDFObject) -> pdfdoc.PDFObjectReference:
        """Write one object now; `name` stands for it from here on."""
        reference = self.Reference(stream, name)
        self._write(name)
        self.idToObject[name] = _Written()
        return reference

    def attach(self, attachment: Attachment, made_at: dt.datetime) -> None:
        """Write a file into the PDF as it is, piece by piece, and name it in the catalogue."""
        reference = self.Reference(_Written(), "AttachedFile")
        number, _ = self.idToObjectNumberAndVersion["AttachedFile"]
        size = attachment.path.stat().st_size
        stamp = pdfdoc.PDFString(made_at.astimezone(dt.UTC).strftime("D:%Y%m%d%H%M%SZ"))
        dictionary = pdfdoc.PDFDictionary(
            {
                "Type": pdfdoc.PDFName("EmbeddedFile"),
                "Subtype": "/"
                + attachment.media_type.replace("/", "#2F"),  # PDFName leaves the slash, which ends a name
                "Length": size,
                "Params": pdfdoc.PDFDictionary({"Size": size, "ModDate": stamp}),
            }
        )
        self.idToOffset["AttachedFile"] = self._offset
        self._emit(f"{number} 0 obj\n".encode() + dictionary.format(self) + b"\nstream\n")
        with attachment.path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                self._emit(chunk)
        self._emit(b"\nendstream\nendobj\n")
        name = pdfdoc.PDFString(attachment.name)
        specification = self.Reference(
            pdfdoc.PDFDictionary(
                {
                    "Type": pdfdoc.PDFName("Filespec"),
                    "F": name,
                    "UF": name,
                    "Desc": pdfdoc.PDFString(attachment.description),
                    "AFRelationship": pdfdoc.PDFName("Data"),
                    "EF": pdfdoc.PDFDictionary({"F": reference, "UF": reference}),
                }
            ),
            "AttachedFileSpecification",
        )
        files = pdfdoc.PDFDictionary({"Names": pdfdoc.PDFArray([name, specification])})
        self.Catalog.Names = pdfdoc.PDFDictionary({"EmbeddedFiles": files})
        self.Catalog.AF = pdfdoc.PDFArray([specification])

    def SaveToFile(self, filename: object, canvas: Canvas) -> None:  # noqa: ARG002, N802  # reportlab's signature
        self.describe()
        for font in self.delayedFonts:
            font.addObjects(self)
        catalog, info = self.Reference(self.Catalog), self.Reference(self.info)
        self.outline.prepare(self, canvas)
        number = 1
        while (name := self.numberToId.get(number)) is not None:  # writing an object may add others
            if not isinstance(self.idToObject[name], _Written):
                self._write(name)
            number += 1
        table = pdfdoc.PDFCrossReferenceTable()
        table.addsection(0, [self.numberToId[index] for index in range(1, number)])
        start = self._emit(table.format(self))
        trailer = pdfdoc.PDFTrailer(startxref=start, Size=number, Root=catalog, Info=info, ID=self._ID)
        self._emit(trailer.format(self))

    def _write(self, name: str) -> None:
        self.idToOffset[name] = self._offset
        data = pdfdoc.PDFIndirectObject(name, self.idToObject[name]).format(self)
        # reportlab puts no line end after a stream: PDF/A wants one that is not counted in its length.
        if data.endswith(_END_OF_STREAM):
            self._emit(data[: -len(_END_OF_STREAM)])
            data = b"\n" + _END_OF_STREAM
        self._emit(data)

    def _emit(self, data: bytes) -> int:
        start = self._offset
        self._file.write(data)
        self._offset += len(data)
        return start


class StreamedCanvas(Canvas):  # type: ignore[misc]  # the same
    """A canvas over `_Document`, with pictures by digest and page numbers that are not known yet."""

    def __init__(self, file: BinaryIO, pagesize: tuple[float, float], made_at: dt.datetime, identity: bytes) -> None:
        super().__init__("", pagesize=pagesize, pageCompression=1, invariant=1, initialFontName=Face.REGULAR.value)
        self._doc = _Document(file, made_at, identity)
        self._made_at = made_at
        self._page_of: dict[str, int] = {}
        self._asked: dict[str, tuple[str, float]] = {}
        self._turns: dict[str, int] = {}
        self.setViewerPreference("DisplayDocTitle", "true")
        self.showOutline()

    def mark(self, key: str, title: str | None = None, level: int = 0) -> None:
        """Make this place of the page the destination `key`, with a bookmark where a `title` is given."""
        self.bookmarkPage(key)
        self._page_of[key] = self.getPageNumber()
        if title is not None:
            self.addOutlineEntry(title, key, level, closed=level > 0)

    def lead(self, key: str, area: tuple[float, float, float, float]) -> None:
        """Let a click on `area` of this page lead to where `key` is marked."""
        self.linkRect("", key, area, relative=0, thickness=0, F=_PRINTED)

    def page_number(self, key: str, x: float, y: float, size: float, side: Literal["left", "right"] = "right") -> None:
        """Draw the number of the page where `key` will have been marked, with that side of it at `x`.

        For one key it is always the same side.
        """
        self._draw_later(f"page-{key}", side, x, y, size)

    def page_total(self, x: float, y: float, size: float) -> None:
        """Draw the number of pages, beginning at `x`."""
        self._draw_later(_TOTAL, "left", x, y, size)

    def _draw_later(self, form: str, side: str, x: float, y: float, size: float) -> None:
        self._asked[form] = (side, size)
        self.saveState()
        self.translate(x, y)
        self.doForm(form)
        self.restoreState()

    def holds(self, name: str) -> bool:
        """Whether the picture `name` is in the file already."""
        return name in self._turns

    def hold(self, name: str, picture: Encoded) -> None:
        """Write a picture to the file, to be drawn under `name` as often as it is needed."""
        self._turns[name] = picture.turn
        self._doc.put(self._doc.getXObjectName(name), _image_object(picture))

    def picture(self, name: str, x: float, y: float, width: float, height: float) -> None:
        """Draw the picture held as `name`, upright, over a rectangle."""
        self.saveState()
        self.transform(width, 0, 0, height, x, y)
        self.transform(*_UPRIGHT[self._turns[name]])
        self.doForm(name)
        self.restoreState()

    def attach(self, attachment: Attachment) -> None:
        """Carry a file inside the PDF."""
        self._doc.attach(attachment, self._made_at)

    def finish(self) -> None:
        """Draw the numbers that had to wait, and write all that is left."""
        total = self.getPageNumber() - 1
        for form, (side, size) in self._asked.items():
            number = str(total if form == _TOTAL else self._page_of[form.removeprefix("page-")])
            self.beginForm(form, -4 * size, -size, 4 * size, 2 * size)
            self.setFont(Face.REGULAR.value, size)
            (self.drawString if side == "left" else self.drawRightString)(0, 0, number)
            self.endForm()
        self._doc.SaveToFile(None, self)


# What brings the unit square of a stored picture upright, by the orientation of EXIF (TIFF 6.0, tag 274).
_UPRIGHT = {
    1: (1, 0, 0, 1, 0, 0),
    2: (-1, 0, 0, 1, 1, 0),
    3: (-1, 0, 0, -1, 1, 1),
    4: (1, 0, 0, -1, 0, 1),
    5: (0, -1, -1, 0, 1, 1),
    6: (0, -1, 1, 0, 0, 1),
    7: (0, 1, 1, 0, 0, 0),
    8: (0, 1, -1, 0, 1, 0),
}


def _image_object(picture: Encoded) -> pdfdoc.PDFStream:
    name = pdfdoc.PDFName
    entries: dict[str, object] = {
        "Type": name("XObject"),
        "Subtype": name("Image"),
        "Width": picture.width,
        "Height": picture.height,
        "BitsPerComponent": picture.bits,
        "ColorSpace": name(picture.colours),
        "Filter": name(picture.filter),
    }
    if picture.palette is not None:
        palette = pdfdoc.PDFString(picture.palette, enc="raw")
        last = len(picture.palette) // 3 - 1
        entries["ColorSpace"] = pdfdoc.PDFArray([name("Indexed"), name("DeviceRGB"), last, palette])
    if picture.filter == "FlateDecode":
        channels = {"DeviceGray": 1, "DeviceRGB": 3}[picture.colours] if picture.palette is None else 1
        # 15: each row names its own filter, exactly as PNG does.
        entries["DecodeParms"] = pdfdoc.PDFDictionary(
            {"Predictor": 15, "Colors": channels, "BitsPerComponent": picture.bits, "Columns": picture.width}
        )
    return pdfdoc.PDFStream(pdfdoc.PDFDictionary(entries), picture.data)

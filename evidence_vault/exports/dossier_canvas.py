"""A PDF written to disk while it is drawn: what a page holds leaves memory with the page.

reportlab keeps every page and picture until the end, then writes them all at once. Here streams go to the file as
soon as they are complete, and only their places are remembered.
"""

import datetime as dt
import hashlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import BinaryIO, Literal

from reportlab.pdfbase import pdfdoc
from reportlab.pdfgen.canvas import Canvas

from evidence_vault.exports.archival import Description, plain, srgb_profile, xmp
from evidence_vault.exports.dossier_fonts import Face
from evidence_vault.exports.dossier_pictures import Encoded
from evidence_vault.exports.dossier_tags import Tags

_CHUNK = 1 << 20
_TOTAL = "total"
_ARTIFACT = "/Artifact BMC"
"""Opens whatever is drawn until an element is: every mark on a page is one or the other."""
COLUMN_HEAD = pdfdoc.PDFDictionary({"O": pdfdoc.PDFName("Table"), "Scope": pdfdoc.PDFName("Column")})
"""The attribute by which a heading speaks for its column."""
LEADS = "Renvoi à une page de ce document"
"""What is said of a link of which nothing better is known."""
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
    __NoDefault__ = (*pdfdoc.PDFCatalog.__NoDefault__, "AF", "OutputIntents", "StructTreeRoot", "MarkInfo")


class _Written(pdfdoc.PDFObject):  # type: ignore[misc]  # the same
    """Stands for an object that is in the file already."""


_WRITTEN = _Written()


class _Link(pdfdoc.LinkAnnotation):  # type: ignore[misc]  # the same
    permitted = (*pdfdoc.LinkAnnotation.permitted, "StructParent")


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
        self.tags = Tags(self)
        self.Catalog.MarkInfo = pdfdoc.PDFDictionary({"Marked": "true"})
        self._emit(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")

    def describe(self) -> None:
        """Declare PDF/A-3a and PDF/UA-1: what the document says of itself, in XMP, and what its colours mean."""
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
        key = self.tags.key()
        page.__NoDefault__ = (*page.__NoDefault__, "StructParents", "Tabs")
        page.StructParents, page.Tabs = key, pdfdoc.PDFName("S")
        super().addPage(page)
        self.tags.page_ended(key)

    def reserve(self, name: str) -> pdfdoc.PDFObjectReference:
        """A number for an object that is still to come."""
        return self.Reference(_Written(), name)

    def fill(self, name: str, value: pdfdoc.PDFObject) -> None:
        """Write an object whose number was reserved."""
        self.idToObject[name] = value
        self._write(name)
        self.idToObject[name] = _WRITTEN

    def put(self, name: str, stream: pdfdoc.PDFObject) -> pdfdoc.PDFObjectReference:
        """Write one object now; `name` stands for it from here on."""
        reference = self.Reference(stream, name)
        self._write(name)
        self.idToObject[name] = _WRITTEN
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
        self.Catalog.StructTreeRoot = self.tags.finish()
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

    _drawing_forms = False
    _preamble: str

    def __init__(self, file: BinaryIO, pagesize: tuple[float, float], made_at: dt.datetime, identity: bytes) -> None:
        super().__init__("", pagesize=pagesize, pageCompression=1, invariant=1, initialFontName=Face.REGULAR.value)
        self._doc = _Document(file, made_at, identity)
        self._made_at = made_at
        self._page_of: dict[str, int] = {}
        self._asked: dict[str, tuple[str, float]] = {}
        self._turns: dict[str, int] = {}
        self._marked = False
        self._apart = False
        self.setViewerPreference("DisplayDocTitle", "true")
        self.showOutline()

    @contextmanager
    def element(self, kind: str, **entries: pdfdoc.PDFObject) -> Iterator[None]:
        """Put what is tagged meanwhile into an element of the structure."""
        self._doc.tags.begin(kind, entries)
        yield
        self._doc.tags.end()

    @contextmanager
    def leaf(self, kind: str, **entries: pdfdoc.PDFObject) -> Iterator[None]:
        """Put what is drawn meanwhile into an element of its own, unless it belongs to one already."""
        if self._marked or self._apart:
            yield
            return
        with self.element(kind, **entries):
            self._mark()
            yield
            self._unmark()

    def figure(self, described: str, area: tuple[float, float, float, float]) -> AbstractContextManager[None]:
        """Put what is drawn meanwhile into a figure, `described` in words for who cannot see it.

        `area` is its rectangle in points, lower left and upper right (ISO 32000-1, 14.8.5.4.3, asks for it).
        """
        box = pdfdoc.PDFArray([round(edge, 2) for edge in area])
        laid = pdfdoc.PDFDictionary({"O": pdfdoc.PDFName("Layout"), "BBox": box})
        return self.leaf("Figure", Alt=pdfdoc.PDFString(described), A=laid)

    @contextmanager
    def artifact(self, furniture: Literal["Header", "Footer"] | None = None) -> Iterator[None]:
        """Keep what is drawn meanwhile for the eye alone, whatever it would be elsewhere.

        What comes again at the edge of every page says which `furniture` it is (ISO 14289-1, 7.8).
        """
        self._apart = True
        if furniture is not None:
            self._code.append(f"EMC\n/Artifact <</Type /Pagination /Subtype /{furniture}>> BDC")
        yield
        if furniture is not None:
            self._code.append(f"EMC\n{_ARTIFACT}")
        self._apart = False

    @contextmanager
    def between_pages(self) -> Iterator[None]:
        """Leave the element being drawn while a page ends and another begins, and go on with it there."""
        marked = self._marked
        if marked:
            self._unmark()
        yield
        if marked:
            self._mark()

    def _mark(self) -> None:
        tags = self._doc.tags
        number = tags.mark(self.getPageNumber())
        self._code.append(f"EMC\n/{tags.current.kind} <</MCID {number}>> BDC")
        self._marked = True

    def _unmark(self) -> None:
        self._code.append(f"EMC\n{_ARTIFACT}")
        self._marked = False

    def _make_preamble(self) -> None:
        """What every page begins with; forms are drawn inside a page, and begin with nothing of it."""
        super()._make_preamble()
        if not self._drawing_forms:
            self._preamble = f"{_ARTIFACT}\n{self._preamble}"

    def showPage(self) -> None:  # noqa: N802  # reportlab's name
        """End the page."""
        self._code.append("EMC")
        super().showPage()

    def mark(self, key: str, title: str | None = None, level: int = 0) -> None:
        """Make this place of the page the destination `key`, with a bookmark where a `title` is given."""
        self.bookmarkPage(key)
        self._page_of[key] = self.getPageNumber()
        if title is not None:
            self.addOutlineEntry(title, key, level, closed=level > 0)

    def lead(self, key: str, area: tuple[float, float, float, float], said: str = LEADS) -> None:
        """Let a click on `area` of this page lead to where `key` is marked; `said` tells where that is."""
        tags = self._doc.tags
        structure = tags.key()
        name = f"Link{structure}"
        destination = self._bookmarkReference(key)
        link = _Link(area, said, destination, "[0 0 0]", F=_PRINTED, StructParent=structure)
        self._addAnnotation(link, name)
        annotation = self._doc.refAnnotation(name)
        if tags.current.kind == "Link":
            tags.annotate(self.getPageNumber(), annotation, structure)
        else:
            with self.element("Link"):
                tags.annotate(self.getPageNumber(), annotation, structure)

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
        self._drawing_forms = True
        self._make_preamble()
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

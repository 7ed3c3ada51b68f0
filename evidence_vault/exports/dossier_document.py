"""A PDF written to its file while it grows: of an object that is complete only its place stays in memory.

reportlab keeps every page and picture until the end, then writes them all at once, and remembers each object by a name.
Here pages, pictures and the structure go to the file as they come, most under a number alone.
"""

import datetime as dt
import hashlib
from array import array
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any, BinaryIO

from reportlab.pdfbase import pdfdoc

from evidence_vault.exports.archival import Description, plain, srgb_profile, xmp
from evidence_vault.exports.dossier_pictures import Encoded
from evidence_vault.exports.dossier_tags import Reference, Tags

_CHUNK = 1 << 20
_END_OF_STREAM = b"endstream"


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
    """Stands for an object that is in the file already, or is still to come."""


_WRITTEN = _Written()


class StreamedDocument(pdfdoc.PDFDocument):  # type: ignore[misc]  # the same
    """reportlab's document, except that objects are written when they are complete."""

    def __init__(self, file: BinaryIO, made_at: dt.datetime, identity: bytes) -> None:
        super().__init__(compression=1, invariant=1, pdfVersion=(1, 7), lang="fr-FR")
        self._file = file
        self._offset = 0
        self._places = array("Q", [0])
        """Where each object begins, by its number; 0 where it is not written yet."""
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

    def reserve(self) -> Reference:
        """A number for an object that is still to come."""
        self.objectcounter += 1
        return Reference(self.objectcounter)

    def fill(self, reference: Reference, value: pdfdoc.PDFObject) -> None:
        """Write the object whose number was reserved."""
        self._write(reference.number, value)

    def write(self, value: pdfdoc.PDFObject) -> Reference:
        """Write an object now."""
        reference = self.reserve()
        self.fill(reference, value)
        return reference

    def put(self, name: str, value: pdfdoc.PDFObject) -> pdfdoc.PDFObjectReference:
        """Write an object now; `name` stands for it from here on."""
        reference = self.Reference(value, name)
        self._write_named(name)
        return reference

    def expect(self, form: str) -> None:
        """Let pages name a form that is drawn later."""
        name = self.getXObjectName(form)
        if name not in self.idToObject:
            self.Reference(_Written(), name)

    def addForm(self, name: str, form: pdfdoc.PDFObject) -> None:  # noqa: N802  # reportlab's name
        expected = self.getXObjectName(name)
        if expected in self.idToObject:  # reportlab would take a number and leave it without an object
            self.idToObject[expected] = form
            self.inObject = None
        else:
            super().addForm(name, form)

    def addPage(self, page: pdfdoc.PDFPage) -> None:  # noqa: N802  # the same
        page.Contents = self.write(pdfdoc.PDFStream(content=page.stream, filters=[pdfdoc.PDFZCompress]))
        page.stream = None
        page.Trans = None
        key = self.tags.key()
        page.__NoDefault__ = (*page.__NoDefault__, "StructParents", "Tabs")
        page.StructParents, page.Tabs = key, pdfdoc.PDFName("S")
        name = self.thisPageName()
        super().addPage(page)
        self.tags.page_ended(key)
        self._write_named(name)
        self.Pages.pages[-1] = pdfdoc.PDFObjectReference(name)

    def attach(self, attachment: Attachment) -> None:
        """Write a file into the PDF as it is, piece by piece, and name it in the catalogue."""
        embedded = self.reserve()
        size = attachment.path.stat().st_size
        stamp = pdfdoc.PDFString(self._made_at.astimezone(dt.UTC).strftime("D:%Y%m%d%H%M%SZ"))
        dictionary = pdfdoc.PDFDictionary(
            {
                "Type": pdfdoc.PDFName("EmbeddedFile"),
                # PDFName leaves the slash, which ends a name
                "Subtype": "/" + attachment.media_type.replace("/", "#2F"),
                "Length": size,
                "Params": pdfdoc.PDFDictionary({"Size": size, "ModDate": stamp}),
            }
        )
        self._begin(embedded.number)
        self._emit(dictionary.format(self) + b"\nstream\n")
        with attachment.path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                self._emit(chunk)
        self._emit(b"\nendstream\nendobj\n")
        name = pdfdoc.PDFString(attachment.name)
        specification = self.write(
            pdfdoc.PDFDictionary(
                {
                    "Type": pdfdoc.PDFName("Filespec"),
                    "F": name,
                    "UF": name,
                    "Desc": pdfdoc.PDFString(attachment.description),
                    "AFRelationship": pdfdoc.PDFName("Data"),
                    "EF": pdfdoc.PDFDictionary({"F": embedded, "UF": embedded}),
                }
            )
        )
        files = pdfdoc.PDFDictionary({"Names": pdfdoc.PDFArray([name, specification])})
        self.Catalog.Names = pdfdoc.PDFDictionary({"EmbeddedFiles": files})
        self.Catalog.AF = pdfdoc.PDFArray([specification])

    def SaveToFile(self, filename: object, canvas: object) -> None:  # noqa: ARG002, N802  # reportlab's signature
        self.Catalog.StructTreeRoot = self.tags.finish()
        self._describe()
        for font in self.delayedFonts:
            font.addObjects(self)
        catalog, info = self.Reference(self.Catalog), self.Reference(self.info)
        self.outline.prepare(self, canvas)
        number = 0
        while (number := number + 1) <= self.objectcounter:  # writing an object may add others
            name = self.numberToId.get(number)
            if name is not None and not isinstance(self.idToObject[name], _Written):
                self._write_named(name)
        start = self._table()
        trailer = pdfdoc.PDFTrailer(startxref=start, Size=number, Root=catalog, Info=info, ID=self._ID)
        self._emit(trailer.format(self))

    def _describe(self) -> None:
        """Declare PDF/A-3a and PDF/UA-1: what the document says of itself, in XMP, and what its colours mean."""
        info = self.info
        for name in ("title", "author", "subject", "creator", "producer"):
            setattr(info, name, plain(getattr(info, name)))
        packet = xmp(Description(info.title, info.author, info.subject, info.creator, info.producer, self._made_at))
        names = {"Type": pdfdoc.PDFName("Metadata"), "Subtype": pdfdoc.PDFName("XML")}
        self.Catalog.Metadata = self.write(pdfdoc.PDFStream(pdfdoc.PDFDictionary(names), packet))
        profile = pdfdoc.PDFStream(pdfdoc.PDFDictionary({"N": 3}), srgb_profile(), [pdfdoc.PDFZCompress])
        intent = {
            "Type": pdfdoc.PDFName("OutputIntent"),
            "S": pdfdoc.PDFName("GTS_PDFA1"),
            "OutputConditionIdentifier": pdfdoc.PDFString("sRGB"),
            "Info": pdfdoc.PDFString("sRGB IEC61966-2.1"),
            "DestOutputProfile": self.write(profile),
        }
        self.Catalog.OutputIntents = pdfdoc.PDFArray([pdfdoc.PDFDictionary(intent)])

    def _table(self) -> int:
        """Write the table of places (ISO 32000-1, 7.5.4); returns where it begins."""
        start = self._emit(f"xref\n0 {len(self._places)}\n0000000000 65535 f \n".encode())
        for place in self._places[1:]:
            if not place:
                raise ValueError("an object was named and never written")
            self._emit(b"%010d 00000 n \n" % place)
        return start

    def _write_named(self, name: str) -> None:
        self._write(self.idToObjectNumberAndVersion[name][0], self.idToObject[name])
        self.idToObject[name] = _WRITTEN

    def _write(self, number: int, value: Any) -> None:
        data = pdfdoc.format(value, self, toplevel=1).rstrip(b"\n")
        self._begin(number)
        if data.endswith(_END_OF_STREAM):
            # reportlab puts no line end after a stream: PDF/A wants one that is not counted in its length.
            self._emit(data[: -len(_END_OF_STREAM)])
            data = b"\n" + _END_OF_STREAM
        self._emit(data + b"\nendobj\n")

    def _begin(self, number: int) -> None:
        """The object of this `number` begins here."""
        missing = number + 1 - len(self._places)
        if missing > 0:
            self._places.extend([0] * missing)
        self._places[number] = self._offset
        self._emit(b"%d 0 obj\n" % number)

    def _emit(self, data: bytes) -> int:
        start = self._offset
        self._file.write(data)
        self._offset += len(data)
        return start


def image_object(picture: Encoded) -> pdfdoc.PDFStream:
    """A picture as an object that pages draw."""
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

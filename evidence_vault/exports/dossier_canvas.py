"""What is drawn on the pages of a PDF that is written while it is drawn, each mark in its place of the structure."""

import datetime as dt
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import BinaryIO, Literal, TypeAlias

from reportlab.pdfbase import pdfdoc
from reportlab.pdfgen.canvas import Canvas

from evidence_vault.exports.dossier_document import Attachment, StreamedDocument, image_object
from evidence_vault.exports.dossier_fonts import Face
from evidence_vault.exports.dossier_pictures import Encoded
from evidence_vault.exports.dossier_tags import Reference

_TOTAL = "total"
_ARTIFACT = "/Artifact BMC"
"""Opens whatever is drawn until an element is: every mark on a page is one or the other."""
COLUMN_HEAD = pdfdoc.PDFDictionary({"O": pdfdoc.PDFName("Table"), "Scope": pdfdoc.PDFName("Column")})
"""The attribute by which a heading speaks for its column."""
LEADS = "Renvoi à une page de ce document"
"""What is said of a link of which nothing better is known."""
_PRINTED = 4
"""The annotation flag that prints; PDF/A wants it on every link."""


_Area: TypeAlias = tuple[float, float, float, float]


class _Link(pdfdoc.LinkAnnotation):  # type: ignore[misc]  # reportlab ships no types
    permitted = (*pdfdoc.LinkAnnotation.permitted, "StructParent")


class StreamedCanvas(Canvas):  # type: ignore[misc]  # the same
    """A canvas over `StreamedDocument`, with pictures by digest and page numbers that are not known yet."""

    _drawing_forms = False
    _preamble: str

    def __init__(self, file: BinaryIO, pagesize: tuple[float, float], made_at: dt.datetime, identity: bytes) -> None:
        super().__init__("", pagesize=pagesize, pageCompression=1, invariant=1, initialFontName=Face.REGULAR.value)
        self._doc = StreamedDocument(file, made_at, identity)
        self._page_of: dict[str, int] = {}
        self._asked: dict[str, tuple[str, float]] = {}
        self._turns: dict[str, int] = {}
        self._links: list[tuple[Reference, int, str, _Area, str]] = []
        """Links to pages that may be still to come: object, key of the structure, where they lead, stand, and say."""
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
        link = self._doc.reserve()
        self._links.append((link, structure, key, area, said))
        self._annotationrefs.append(link)
        if tags.current.kind == "Link":
            tags.annotate(self.getPageNumber(), link, structure)
        else:
            with self.element("Link"):
                tags.annotate(self.getPageNumber(), link, structure)

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
        self._doc.expect(form)
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
        self._doc.put(self._doc.getXObjectName(name), image_object(picture))

    def picture(self, name: str, x: float, y: float, width: float, height: float) -> None:
        """Draw the picture held as `name`, upright, over a rectangle."""
        self.saveState()
        self.transform(width, 0, 0, height, x, y)
        self.transform(*_UPRIGHT[self._turns[name]])
        self.doForm(name)
        self.restoreState()

    def attach(self, attachment: Attachment) -> None:
        """Carry a file inside the PDF."""
        self._doc.attach(attachment)

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
        for link, structure, key, area, said in self._links:
            page = pdfdoc.PDFObjectReference(f"Page{self._page_of[key]}")
            destination = pdfdoc.PDFArray([page, pdfdoc.PDFName("Fit")])
            self._doc.fill(link, _Link(area, said, destination, "[0 0 0]", F=_PRINTED, StructParent=structure))
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

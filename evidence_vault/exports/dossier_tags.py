"""The structure of a PDF for those who cannot see it (ISO 14289-1, PDF/UA): what each part is, in reading order.

An element is written to the file with the page on which it ends; what stays in memory is its place. Whatever is drawn
outside an element is an artifact: rules, grounds, headers and footers.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Protocol

from reportlab.pdfbase import pdfdoc


@dataclass(frozen=True, slots=True)
class Reference:
    """Another object of a PDF, by its number; reportlab prints what it does not know as `str` has it."""

    number: int

    def __str__(self) -> str:
        return f"{self.number} 0 R"


class Objects(Protocol):
    """The objects of a PDF that is being written."""

    def reserve(self) -> Reference:
        """A number for an object that is still to come."""

    def fill(self, reference: Reference, value: pdfdoc.PDFObject) -> None:
        """Write that object now."""

    def write(self, value: pdfdoc.PDFObject) -> Reference:
        """Write an object now."""


@dataclass
class Element:
    """A part of the structure while it is open: its kind (ISO 32000-1, 14.8.4) and what it holds so far."""

    kind: str
    itself: Reference
    parent: Reference
    entries: Mapping[str, pdfdoc.PDFObject]
    kids: list[pdfdoc.PDFObject | Reference | tuple[int, int]] = field(default_factory=list)
    """Elements and annotations, and content as its page and its number on it."""


class Tags:
    """The structure tree: elements opened and closed in reading order, and content of pages put into them."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self._ended: list[Element] = []
        self._content: list[Reference] = []
        self._parents: list[tuple[int, Reference]] = []
        self._keys = 0
        self._root = objects.reserve()
        self._open = [Element("Document", objects.reserve(), self._root, {})]

    @property
    def current(self) -> Element:
        """The innermost open element."""
        return self._open[-1]

    def begin(self, kind: str, entries: Mapping[str, pdfdoc.PDFObject]) -> None:
        """Open an element inside the current one."""
        itself = self._objects.reserve()
        self.current.kids.append(itself)
        self._open.append(Element(kind, itself, self.current.itself, entries))

    def end(self) -> None:
        """Close the current element; it is written when its last page is."""
        self._ended.append(self._open.pop())

    def mark(self, page: int) -> int:
        """The number under which content of `page`, the one being drawn, belongs to the current element."""
        number = len(self._content)
        self._content.append(self.current.itself)
        self.current.kids.append((page, number))
        return number

    def key(self) -> int:
        """A new key of the tree that leads from pages and annotations back to elements."""
        self._keys += 1
        return self._keys - 1

    def annotate(self, page: int, annotation: Reference, key: int) -> None:
        """Put an annotation of `page` into the current element."""
        entries = {"Type": pdfdoc.PDFName("OBJR"), "Pg": _page(page), "Obj": annotation}
        self.current.kids.append(pdfdoc.PDFDictionary(entries))
        self._parents.append((key, self.current.itself))

    def page_ended(self, key: int) -> None:
        """Write what ended on the page that was just added to the file; `key` is that of the page."""
        self._parents.append((key, self._objects.write(pdfdoc.PDFArray(self._content))))
        self._content = []
        for element in self._ended:
            self._write(element)
        self._ended = []

    def finish(self) -> Reference:
        """Write what is left, and return the root of the tree."""
        document = self._open.pop()
        for element in (*self._ended, document):
            self._write(element)
        numbers: list[object] = []
        for key, reference in sorted(self._parents, key=itemgetter(0)):
            numbers += [key, reference]
        tree = pdfdoc.PDFDictionary({"Nums": pdfdoc.PDFArray(numbers)})
        root = {
            "Type": pdfdoc.PDFName("StructTreeRoot"),
            "K": document.itself,
            "ParentTree": tree,
            "ParentTreeNextKey": self._keys,
        }
        self._objects.fill(self._root, pdfdoc.PDFDictionary(root))
        return self._root

    def _write(self, element: Element) -> None:
        entries: dict[str, object] = {
            "S": pdfdoc.PDFName(element.kind),
            "P": element.parent,
            **element.entries,
        }
        first = next((kid[0] for kid in element.kids if isinstance(kid, tuple)), None)
        if first is not None:
            entries["Pg"] = _page(first)
        if element.kids:
            entries["K"] = pdfdoc.PDFArray([_kid(kid, first) for kid in element.kids])
        self._objects.fill(element.itself, pdfdoc.PDFDictionary(entries))


def _kid(kid: pdfdoc.PDFObject | Reference | tuple[int, int], first: int | None) -> object:
    """Content of the element's own page is a number; of a later page it names that page."""
    if not isinstance(kid, tuple):
        return kid
    page, number = kid
    if page == first:
        return number
    return pdfdoc.PDFDictionary({"Type": pdfdoc.PDFName("MCR"), "Pg": _page(page), "MCID": number})


def _page(number: int) -> pdfdoc.PDFObjectReference:
    return pdfdoc.PDFObjectReference(f"Page{number}")

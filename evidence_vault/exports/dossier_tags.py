"""The structure of a PDF for those who cannot see it (ISO 14289-1, PDF/UA): what each part is, in reading order.

An element is written to the file with the page on which it ends; what stays in memory is its number. Whatever is drawn
outside an element is an artifact: rules, grounds, headers and footers.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from reportlab.pdfbase import pdfdoc

_ROOT, _DOCUMENT = "StructTreeRoot", "StructDocument"


class Objects(Protocol):
    """The objects of a PDF that is being written."""

    def reserve(self, name: str) -> pdfdoc.PDFObjectReference:
        """A number for an object that is still to come."""

    def fill(self, name: str, value: pdfdoc.PDFObject) -> None:
        """Write that object now."""


@dataclass
class Element:
    """A part of the structure while it is open: its kind (ISO 32000-1, 14.8.4) and what it holds so far."""

    kind: str
    name: str
    parent: str
    entries: Mapping[str, pdfdoc.PDFObject]
    kids: list[pdfdoc.PDFObject | int | tuple[int, int]] = field(default_factory=list)
    """Elements and annotations, and content as its page and its number on it."""


class Tags:
    """The structure tree: elements opened and closed in reading order, and content of pages put into them."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self._count = 0
        self._ended: list[Element] = []
        self._content: list[str] = []
        self._parents: list[tuple[int, str]] = []
        self._keys = 0
        self._root = objects.reserve(_ROOT)
        objects.reserve(_DOCUMENT)
        self._open = [Element("Document", _DOCUMENT, _ROOT, {})]

    @property
    def current(self) -> Element:
        """The innermost open element."""
        return self._open[-1]

    def begin(self, kind: str, entries: Mapping[str, pdfdoc.PDFObject]) -> None:
        """Open an element inside the current one."""
        self._count += 1
        name = f"Struct{self._count}"
        self.current.kids.append(self._objects.reserve(name))
        self._open.append(Element(kind, name, self.current.name, entries))

    def end(self) -> None:
        """Close the current element; it is written when its last page is."""
        self._ended.append(self._open.pop())

    def mark(self, page: int) -> int:
        """The number under which content of `page`, the one being drawn, belongs to the current element."""
        number = len(self._content)
        self._content.append(self.current.name)
        self.current.kids.append((page, number))
        return number

    def key(self) -> int:
        """A new key of the tree that leads from pages and annotations back to elements."""
        self._keys += 1
        return self._keys - 1

    def annotate(self, page: int, annotation: pdfdoc.PDFObjectReference, key: int) -> None:
        """Put an annotation of `page` into the current element."""
        entries = {"Type": pdfdoc.PDFName("OBJR"), "Pg": _page(page), "Obj": annotation}
        self.current.kids.append(pdfdoc.PDFDictionary(entries))
        self._parents.append((key, self.current.name))

    def page_ended(self, key: int) -> None:
        """Write what ended on the page that was just added to the file; `key` is that of the page."""
        name = f"StructParents{key}"
        self._objects.reserve(name)
        self._objects.fill(name, pdfdoc.PDFArray([pdfdoc.PDFObjectReference(one) for one in self._content]))
        self._parents.append((key, name))
        self._content = []
        for element in self._ended:
            self._write(element)
        self._ended = []

    def finish(self) -> pdfdoc.PDFObjectReference:
        """Write what is left, and return the root of the tree."""
        self._ended.append(self._open.pop())
        for element in self._ended:
            self._write(element)
        numbers: list[object] = []
        for key, name in sorted(self._parents):
            numbers += [key, pdfdoc.PDFObjectReference(name)]
        tree = pdfdoc.PDFDictionary({"Nums": pdfdoc.PDFArray(numbers)})
        root = {
            "Type": pdfdoc.PDFName("StructTreeRoot"),
            "K": pdfdoc.PDFObjectReference(_DOCUMENT),
            "ParentTree": tree,
            "ParentTreeNextKey": self._keys,
        }
        self._objects.fill(_ROOT, pdfdoc.PDFDictionary(root))
        return self._root

    def _write(self, element: Element) -> None:
        entries: dict[str, object] = {
            "S": pdfdoc.PDFName(element.kind),
            "P": pdfdoc.PDFObjectReference(element.parent),
            **element.entries,
        }
        first = next((kid[0] for kid in element.kids if isinstance(kid, tuple)), None)
        if first is not None:
            entries["Pg"] = _page(first)
        if element.kids:
            entries["K"] = pdfdoc.PDFArray([_kid(kid, first) for kid in element.kids])
        self._objects.fill(element.name, pdfdoc.PDFDictionary(entries))


def _kid(kid: pdfdoc.PDFObject | int | tuple[int, int], first: int | None) -> object:
    """Content of the element's own page is a number; of a later page it names that page."""
    if not isinstance(kid, tuple):
        return kid
    page, number = kid
    if page == first:
        return number
    return pdfdoc.PDFDictionary({"Type": pdfdoc.PDFName("MCR"), "Pg": _page(page), "MCID": number})


def _page(number: int) -> pdfdoc.PDFObjectReference:
    return pdfdoc.PDFObjectReference(f"Page{number}")

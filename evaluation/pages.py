"""The invented pages: what a site says, without any layout."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

LAYOUTS = (
    "ezpublish",
    "dsfr",
    "portal",
    "server_error",
    "browser_error",
    "queue",
    "interstitial",
    "form",
    "grid",
    "mail",
    "chat",
    "news",
    "search",
    "document",
    "dashboard",
)

CORE = frozenset(
    {
        "no_slot",
        "site_error",
        "captcha_failure",
        "session_expired",
        "maintenance",
        "waiting_room",
        "closed_until",
        "appointment_obtained",
        "login",
        "unrelated",
    }
)
"""The outcomes that a score of outcomes counts."""


@dataclass(frozen=True)
class Page:
    """One page in words: everything that it shows, and the answers that are right about it."""

    id: str
    outcome: str
    layout: str
    message: list[str]
    accept: list[str | None]
    """Answers that honest people may give; None where abstaining is right too."""
    detail: str = ""
    forbid: list[str] = field(default_factory=list)
    """Answers that would do harm."""
    url: str = ""
    title: str = ""
    site: str = ""
    tagline: str = ""
    nav: list[str] = field(default_factory=list)
    breadcrumbs: list[str] = field(default_factory=list)
    heading: str = ""
    before: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    buttons: list[str] = field(default_factory=list)
    footer: list[str] = field(default_factory=list)
    cookie: str = ""
    foreign: str = ""
    note: str = ""

    @property
    def host(self) -> str:
        """The host of the address, as a phone shows it."""
        return self.url.split("://", 1)[-1].split("/", 1)[0].removeprefix("www.")


def read(files: Iterable[Path]) -> list[Page]:
    """All pages of the files, in their order.

    Raises ValueError for an unknown layout, a page without a message, and an identifier used twice.
    """
    pages: list[Page] = []
    for file in files:
        pages += msgspec.json.decode(file.read_bytes(), type=list[Page])
    known: set[str] = set()
    for page in pages:
        if page.layout not in LAYOUTS:
            raise ValueError(f"page {page.id}: unknown layout {page.layout!r}")
        if not any(text.strip() for text in page.message):
            raise ValueError(f"page {page.id}: no message")
        if page.id in known:
            raise ValueError(f"page {page.id}: identifier used twice")
        known.add(page.id)
    return pages

"""Options that several commands share, and the cleaning of what is typed in them."""

import re
import unicodedata
from typing import Annotated, Any

import typer

from evidence_vault.commands.session import Session
from evidence_vault.errors import InvalidValueError, UsageError
from evidence_vault.words import Outcome

Url = Annotated[str | None, typer.Option(metavar="URL", help="Address of the page, as the browser shows it.")]
Platform = Annotated[str | None, typer.Option(metavar="NAME", help="Name of the platform or service.")]
StatedOutcome = Annotated[
    Outcome | None, typer.Option("--outcome", metavar="CODE", help="What came of it, as you saw it (see the README).")
]
OccurredAt = Annotated[
    str | None, typer.Option(metavar="TIME", help="When it took place, as 2026-09-07T08:12 (default: now).")
]
CorrectedTime = Annotated[
    str | None, typer.Option("--occurred-at", metavar="TIME", help="When it took place in fact, as 2026-09-07T08:12.")
]
EndedAt = Annotated[str | None, typer.Option(metavar="TIME", help="When it ended.")]
Reached = Annotated[
    str | None, typer.Option(metavar="TEXT", help="Which step of the site was reached, such as its title or number.")
]
Note = Annotated[str | None, typer.Option(metavar="TEXT", help="What the picture does not show.")]
Yes = Annotated[bool, typer.Option("--yes", help="Accept what is proposed without being asked.")]
Browser = Annotated[str | None, typer.Option(metavar="TEXT", help="Browser that was used, as you declare it.")]


_DIRECTIONS = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Signs that make text appear in another order than it is: a name could show as another name."""


def clean(text: str, what: str, *, lines: bool = False) -> str:
    """A typed name or text without blanks around it; empty texts and signs that cannot be printed are refused.

    Text may have several lines where `lines` says so. Line ends and tabs of other systems are made ours.
    """
    kept = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\t", " ").strip())
    allowed = {"\n"} if lines else set()
    hidden = {sign for sign in kept if unicodedata.category(sign) in {"Cc", "Cs"} or sign in _DIRECTIONS} - allowed
    if not kept or hidden:
        raise InvalidValueError(
            "The value of {what} is empty or holds signs that cannot be printed; nothing was recorded. Type it again.",
            what=what,
        )
    return kept


def optional(value: str | None, what: str, *, lines: bool = False) -> str | None:
    """`clean` for a value that may not have been given."""
    return clean(value, what, lines=lines) if value is not None else None


_REST = r"(?::\d+)?(?:[/?#]\S*)?"
_PAGE = re.compile(
    # Where no scheme is typed, as browsers hide it, only a dot in its name tells a host from a word.
    rf"https?://(?:\[[0-9a-f:.]+\]|[\w-]+(?:\.[\w-]+)*\.?){_REST}|[\w-]+(?:\.[\w-]+)+\.?{_REST}",
    re.IGNORECASE,
)


def page_address(value: str | None) -> str | None:
    """The address of a page on the web, with or without `https://`; anything else is refused.

    So is a user name or a password in it: what is recorded stays for ever, and is handed over.
    """
    address = optional(value, "--url")
    if address is None:
        return None
    host = re.split(r"[/?#\\]", re.sub(r"^\w+:[/\\]*", "", address), maxsplit=1)[0]
    if "@" in host:
        raise UsageError(
            "The address given with --url holds a user name or a password, which would be recorded for ever; nothing "
            "was recorded. Type it without what stands before the @."
        )
    if not _PAGE.fullmatch(address):
        raise UsageError(
            "--url is not the address of a web page: {text}. Nothing was recorded. Type it as the browser shows it, "
            "such as https://www.example.org/page or www.example.org/page.",
            text=address[:60],
        )
    return address


def operator_of(session: Session) -> dict[str, Any]:
    """Who operates the vault and in what capacity, as an attempt records it."""
    settings = session.vault().settings
    return {"operator": settings.operator, "capacity": settings.capacity}

"""Options that several commands share, and the cleaning of what is typed in them."""

import unicodedata
from typing import Annotated, Any

import typer

from evidence_vault.commands.session import Session
from evidence_vault.errors import InvalidValueError
from evidence_vault.words import Outcome

Url = Annotated[str | None, typer.Option(metavar="URL", help="Address of the page, as the browser shows it.")]
Platform = Annotated[str | None, typer.Option(metavar="NAME", help="Name of the platform or service.")]
StatedOutcome = Annotated[
    Outcome | None, typer.Option("--outcome", metavar="CODE", help="What came of it, as you saw it (see the README).")
]
OccurredAt = Annotated[
    str | None, typer.Option(metavar="TIME", help="When it took place, as 2026-09-07T08:12 (default: now).")
]
Note = Annotated[str | None, typer.Option(metavar="TEXT", help="What the picture does not show.")]
Yes = Annotated[bool, typer.Option("--yes", help="Accept what is proposed without being asked.")]
Browser = Annotated[str | None, typer.Option(metavar="TEXT", help="Browser that was used, as you declare it.")]


def clean(text: str, what: str) -> str:
    """A typed name or text without blanks around it; control characters and empty texts are refused."""
    kept = unicodedata.normalize("NFC", text.strip())
    if not kept or any(unicodedata.category(sign) in {"Cc", "Cs"} and sign != "\n" for sign in kept):
        raise InvalidValueError(
            "The value of {what} is empty or holds signs that cannot be printed; nothing was recorded. Type it again.",
            what=what,
        )
    return kept


def optional(value: str | None, what: str) -> str | None:
    """`clean` for a value that may not have been given."""
    return clean(value, what) if value is not None else None


def operator_of(session: Session) -> dict[str, Any]:
    """Who operates the vault and in what capacity, as an attempt records it."""
    settings = session.vault().settings
    return {"operator": settings.operator, "capacity": settings.capacity}

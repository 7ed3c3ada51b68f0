"""Tables, pairs and verdicts for a terminal; values in, something that rich can print out."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from evidence_vault.i18n import _, current, render
from evidence_vault.messages import Message, visible

STYLES = {"passed": "green", "failed": "bold red", "indeterminate": "yellow"}


def label(words: Mapping[str, Message], code: str | None) -> str:
    """What a code is called in the person's language; the code itself where it has no name."""
    if code is None:
        return ""
    return render(words[code]) if code in words else code


def table(headings: Sequence[str], rows: Iterable[Sequence[str | Text | None]]) -> RenderableType:
    """A plain table; cells are never read as markup, since they hold words of web pages and of file names."""
    made = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in headings:
        made.add_column(heading, overflow="fold")
    for row in rows:
        made.add_row(*(cell if isinstance(cell, Text) else Text(visible(cell or "")) for cell in row))
    return made


def pairs(told: Mapping[str, Any]) -> RenderableType:
    """One line per fact that is known."""
    made = Table(box=None, show_header=False, pad_edge=False)
    made.add_column(style="bold", no_wrap=True)
    made.add_column(overflow="fold")
    for name, value in told.items():
        if value not in (None, "", [], {}):
            made.add_row(Text(name), Text(visible(_plain(value))))
    return made


def stack(*parts: RenderableType) -> RenderableType:
    """Several things one below the other."""
    return Group(*parts)


def title(text: str) -> Text:
    """A heading."""
    return Text(visible(text), style="bold")


def item(text: str) -> Text:
    """One of several things, on lines of its own."""
    return Text(visible(f"- {text}"))


def verdict(code: str, text: str) -> Text:
    """A verdict in its colour; the word itself says it to those who see no colour."""
    return Text(visible(text), style=STYLES.get(code, ""))


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list | tuple):
        return ", ".join(_plain(item) for item in value)
    if isinstance(value, Mapping):
        colon, semicolon = (": ", "; ") if current() == "en" else ("\u00a0: ", "\u202f; ")
        return semicolon.join(f"{name}{colon}{_plain(item)}" for name, item in value.items() if item is not None)
    return str(value)

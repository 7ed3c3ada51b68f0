"""Write docs/commands.md: the help page of every command, in English and in French. `--check` only compares."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from evidence_vault import i18n
from evidence_vault.cli import app

PAGE = Path(__file__).parent.parent / "docs" / "commands.md"
LANGUAGES: tuple[i18n.Language, ...] = ("en", "fr")


def help_pages(language: i18n.Language) -> Iterator[tuple[str, str]]:
    """The name and the help page of the program and of each of its commands, as they are printed."""
    i18n.activate(language)
    root = typer.main.get_command(app)
    yield from _pages(root, "evidence-vault", None)


def _pages(command: Any, name: str, parent: Any) -> Iterator[tuple[str, str]]:
    context = command.context_class(command, info_name=name.rsplit(" ", 1)[-1], parent=parent)
    yield name, command.get_help(context)
    for child, found in getattr(command, "commands", {}).items():
        yield from _pages(found, f"{name} {child}", context)


def page() -> str:
    """The whole page."""
    french = dict(help_pages("fr"))
    parts = [
        "# Every command",
        "",
        "What `--help` prints, in English and in French. `python scripts/commands_page.py` writes it; a test compares.",
    ]
    for name, text in help_pages("en"):
        parts += ["", f"## `{name}`", "", "```text", text, "```", "", "```text", french[name], "```"]
    return "\n".join(parts) + "\n"


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit(0 if PAGE.read_text(encoding="utf-8") == page() else "docs/commands.md is out of date")
    PAGE.write_text(page(), encoding="utf-8")

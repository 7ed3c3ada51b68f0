"""French and English: which language, and the sentence in it."""

import gettext
import locale
import os
from collections.abc import Mapping
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Literal, TypeAlias

from evidence_vault.messages import Message, Param, visible

Language: TypeAlias = Literal["fr", "en"]

CATALOGUES = Path(__file__).parent / "locale"
_current: ContextVar[Language] = ContextVar("language", default="fr")


def preferred(environ: Mapping[str, str] = os.environ) -> Language:
    """The language of the person's locale; French where it is French or cannot be told."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environ.get(name):
            return "en" if value.lower().startswith("en") else "fr"
    # Elsewhere than on Windows, Python itself makes up an English locale where none is set.
    stated = locale.getlocale()[0] if os.name == "nt" else None
    return "en" if (stated or "").lower().startswith("en") else "fr"


def activate(language: Language) -> None:
    """Use `language` for everything shown from here on."""
    _current.set(language)


def current() -> Language:
    """The language in use."""
    return _current.get()


@cache
def _catalogue(language: Language) -> gettext.NullTranslations:
    return gettext.translation("messages", CATALOGUES, [language], fallback=True)


def translate(text: str, language: Language | None = None) -> str:
    """The sentence `text` in `language` (the one in use where None); English where the catalogue lacks it."""
    return _catalogue(language or current()).gettext(text) if text else ""


def render(message: Message, language: Language | None = None) -> str:
    """A message in `language`, its gaps filled."""
    return translate(message.text, language).format(
        **{name: _shown(value, language) for name, value in message.params.items()}
    )


def _shown(value: Param, language: Language | None) -> str | int:
    if isinstance(value, Message):
        return render(value, language)
    return visible(value) if isinstance(value, str) else value


def decimal(value: float, places: int = 2) -> str:
    """A number with so many decimals, with the sign before them that the language in use writes."""
    text = f"{value:.{places}f}"
    return text.replace(".", ",") if current() == "fr" else text


def _(text: str) -> str:
    """`translate` under the name that marks a text for extraction."""
    return translate(text)

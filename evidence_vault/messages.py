"""Sentences for people, kept as values until the edge of the program knows their language."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

Param: TypeAlias = "str | int | Message"
_HIDDEN = {"Cc", "Cf", "Zl", "Zp"}
_HARMLESS = {"\n", "\u200c", "\u200d"}  # a line end, and the joiners of Arabic letters and of emoji


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence in English with named gaps, translated only where it is shown.

    `text` is the key of the translation catalogues and a `str.format` template; `params` fills its gaps, with words,
    numbers or another message.
    Rooms that judge or refuse make messages; only the command line and the dossier choose a language.
    """

    text: str
    params: Mapping[str, Param] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text.format(**self.params)


def visible(text: str) -> str:
    """`text` with each sign that could command a terminal or turn the line around made a visible mark.

    File names and words of evidence come from anybody: one could wipe "FAILED" off the screen and draw "PASSED".
    """
    return "".join(
        "\ufffd" if unicodedata.category(sign) in _HIDDEN and sign not in _HARMLESS else sign for sign in text
    )


def say(text: str, /, **params: Param) -> Message:
    """Make a message; the name marks `text` for extraction into the catalogues."""
    return Message(text, params)

"""Sentences for people, kept as values until the edge of the program knows their language."""

from collections.abc import Mapping
from dataclasses import dataclass, field

Param = str | int


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence in English with named gaps, translated only where it is shown.

    `text` is the key of the translation catalogues and a `str.format` template; `params` fills its gaps.
    Rooms that judge or refuse make messages; only the command line and the dossier choose a language.
    """

    text: str
    params: Mapping[str, Param] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text.format(**self.params)


def say(text: str, /, **params: Param) -> Message:
    """Make a message; the name marks `text` for extraction into the catalogues."""
    return Message(text, params)

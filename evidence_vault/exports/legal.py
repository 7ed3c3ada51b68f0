"""The legal texts that may be printed: one dated data file, each block with its source."""

from functools import cache
from pathlib import Path
from typing import Literal

import msgspec


class LegalBlock(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text or a decision, quoted or summed up as its `nature` says."""

    id: str
    title: str
    nature: str
    text: str
    source: str
    stance: Literal["accepted", "refused"] | None = None
    """What became of the request, of decisions that speak of proofs of attempts."""


class LegalTexts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The state of the law as it was looked up on one day."""

    status: str
    notice: str
    blocks: tuple[LegalBlock, ...]


@cache
def legal_texts() -> LegalTexts:
    """Read `legal_fr.json`."""
    return msgspec.json.decode((Path(__file__).parent / "legal_fr.json").read_bytes(), type=LegalTexts)


def legal_block(name: str) -> LegalBlock:
    """The block of this id; `KeyError` where there is none."""
    return {block.id: block for block in legal_texts().blocks}[name]

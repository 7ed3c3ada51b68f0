"""The time-stamp authorities that can be asked, as one dated data file, and the roots that ship with the program."""

from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from evidence_vault.signing.tokens import Roots, read_certificates

_HERE = Path(__file__).parent


class Authority(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An authority, and where we know it from. Being on the list says nothing about its worth."""

    id: str
    name: str
    url: str
    kind: Literal["free", "eidas"]
    """"eidas": announced by its operator as qualified under eIDAS. That was not verified and must not be repeated as a
    fact: only a trusted list says it (`trusted_list`)."""
    country: str
    """Two letters of ISO 3166-1: where the operator is established."""
    default: bool
    """Whether it is asked where a person agrees to ask and names nobody."""
    roots: tuple[str, ...]
    """Files in `roots/` in which its tokens end; none if no package under a free licence carries its root, and then
    its tokens are untrusted until somebody gives the root."""
    note: str
    """For whoever edits the list; not shown to people."""
    provenance: str
    verified_live: bool
    """Whether a token of this address was ever received and judged by us."""


class _List(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    status: str
    authorities: tuple[Authority, ...]


@cache
def load_authorities() -> tuple[Authority, ...]:
    """Every authority of the list, in its order."""
    return msgspec.json.decode((_HERE / "authorities.json").read_bytes(), type=_List).authorities


def default_authorities() -> tuple[Authority, ...]:
    """The few that are asked where a person agrees and names nobody: different operators under different roots."""
    return tuple(each for each in load_authorities() if each.default)


@cache
def shipped_roots() -> Roots:
    """The roots that ship with the program: trusted because shipped, which a report says."""
    files = dict.fromkeys(name for each in load_authorities() for name in each.roots)
    found = (read_certificates((_HERE / "roots" / name).read_bytes()) for name in files)
    return Roots(tuple(certificate for certificates in found for certificate in certificates), shipped=True)

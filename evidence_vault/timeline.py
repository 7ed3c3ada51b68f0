"""Between which moments an entry was recorded, as far as third parties bound it (docs/format.md, "Intervals").

Lower bound of an entry: the newest token that an entry of the same or a smaller index names, since what names a token
is younger than the token. Upper bound: the earliest token over a checkpoint that covers the entry. Times that people,
files or the machine state are never mixed in.
"""

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal, TypeAlias

from evidence_vault.words import Protocol

Weight: TypeAlias = Literal["listed", "given_root", "shipped_root", "block", "when_received"]
"""What a bound rests on: a certificate on a trusted list that was given, a root that the verifier gave or that ships
with the program, a block of the Bitcoin chain, or what was judged when the token was received."""

BLOCK_TOLERANCE = dt.timedelta(hours=2)
"""A block states the time of its miner, which the network lets be up to two hours ahead."""


@dataclass(frozen=True, slots=True)
class Attestation:
    """A time attested by a third party over the first `size` entries, already judged."""

    protocol: Protocol
    source: str
    """Who attests it, in words."""
    weight: Weight
    size: int
    index: int
    """The entry that names it."""
    earliest: dt.datetime
    """The time stated, less its accuracy."""
    latest: dt.datetime
    """The time stated, plus its accuracy."""
    as_of: dt.date | None = None
    """The date of the trusted list, where `weight` is `listed`."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Not before the first, not after the second; None where nothing bounds it.

    Of equal bounds the one of the smaller index, or of the smaller checkpoint, stands.
    """

    not_before: Attestation | None = None
    not_after: Attestation | None = None

    def without_lower(self) -> "Interval":
        """The same without its lower bound: of what was seen before it was recorded, a token bounds only the end."""
        return Interval(None, self.not_after)


UNBOUNDED = Interval()


class Timeline:
    """The attestations of one ledger, asked about one entry after another in logarithmic time."""

    def __init__(self, attestations: Iterable[Attestation]) -> None:
        found = tuple(attestations)
        # A block bounds only from above: a proof is named while it is pending, before there is any block.
        lower = sorted((one for one in found if one.protocol == "rfc3161"), key=lambda one: one.index)
        self._named = [one.index for one in lower]
        self._newest: list[Attestation] = list(accumulate(lower, _newer))
        upper = sorted(found, key=lambda one: -one.size)
        self._covered = [-one.size for one in upper]
        self._first: list[Attestation] = list(accumulate(upper, _older))
        self.covered = max((one.size for one in found), default=0)
        """How many entries, from the first on, lie under an attested checkpoint."""

    def of_entry(self, index: int) -> Interval:
        """Between which moments the entry was recorded."""
        before = bisect_right(self._named, index)
        after = bisect_right(self._covered, -index - 1)
        return Interval(
            self._newest[before - 1] if before else None,
            self._first[after - 1] if after else None,
        )


def _newer(kept: Attestation, other: Attestation) -> Attestation:
    return other if other.earliest > kept.earliest else kept


def _older(kept: Attestation, other: Attestation) -> Attestation:
    return other if other.latest <= kept.latest else kept

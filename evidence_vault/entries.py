"""One entry of the ledger as bytes: the signed header, and the body that it commits to field by field.

The exact bytes, with worked examples, are in `docs/format.md`.
"""

import datetime as dt
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from evidence_vault import merkle
from evidence_vault.encoding import Json, canonical, decode, sha256

ENTRY_FORMAT = "evidence-vault/entry/1"
GENESIS = "0" * 64
"""What the first entry has for `previous`."""

SALT_BYTES = 16
"""128 bits: a short value, such as a phone number, cannot be found by trying them all."""

# One pattern is at once the strict parser and the proof that the bytes are canonical: keys in order, no blank,
# nothing that JSON could spell in two ways. Free text never enters a header, so it holds no personal data.
_HEADER = re.compile(
    rb'\{"body":"([0-9a-f]{64})","case":"([0-9a-f]{32})","format":"evidence-vault/entry/1",'
    rb'"index":(0|[1-9][0-9]{0,8}),"key":"([0-9a-f]{16})","kind":"([a-z]+(?:_[a-z]+)*)",'
    rb'"previous":"([0-9a-f]{64})","recorded_at":"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z)"\}'
)


@dataclass(frozen=True, slots=True)
class Header:
    """What is signed: the place of an entry in its ledger, and the digest of what it says."""

    body: str
    """Digest over the commitments of the body, in hexadecimal."""
    case: str
    """Random identifier of the case, 32 hexadecimal digits."""
    index: int
    """Place in the ledger, from 0; it never changes."""
    key: str
    """Identifier of the key that signs this header (`signing.public.key_id`)."""
    kind: str
    previous: str
    """`digest` of the header before, or `GENESIS`."""
    recorded_at: str
    """UTC, to the millisecond, read on the clock of the machine: a claim, not a proof."""

    def encode(self) -> bytes:
        """The bytes that are signed, and hashed into the chain and the tree."""
        return (
            f'{{"body":"{self.body}","case":"{self.case}","format":"{ENTRY_FORMAT}",'
            f'"index":{self.index},"key":"{self.key}","kind":"{self.kind}",'
            f'"previous":"{self.previous}","recorded_at":"{self.recorded_at}"}}'
        ).encode("ascii")


def parse_header(data: bytes) -> Header:
    """Read a header back; raise `ValueError` for any bytes that `Header.encode` would not write."""
    match = _HEADER.fullmatch(data)
    if match is None:
        raise ValueError("not an entry header of this format")
    body, case, index, key, kind, previous, recorded_at = match.groups()
    return Header(
        body.decode(),
        case.decode(),
        int(index),
        key.decode(),
        kind.decode(),
        previous.decode(),
        recorded_at.decode(),
    )


def chain_digest(header: bytes) -> str:
    """The digest that the next entry names as `previous`: the RFC 9162 leaf hash of the header, in hexadecimal."""
    return merkle.leaf_hash(header).hex()


def utc_text(moment: dt.datetime) -> str:
    """Write an aware `moment` as a header does: UTC, milliseconds, `Z`."""
    utc = moment.astimezone(dt.UTC)
    return utc.strftime("%Y-%m-%dT%H:%M:%S.") + f"{utc.microsecond // 1000:03d}Z"


def parse_utc(text: str) -> dt.datetime:
    """Read a moment that `utc_text` wrote; raise `ValueError` for an impossible date."""
    return dt.datetime.fromisoformat(text)


@dataclass(frozen=True, slots=True)
class Body:
    """What an entry says, each field committed with its own salt so that one can be withheld or erased.

    A disclosure is the canonical JSON array `[salt, name, value]`; its commitment is the SHA-256 of those bytes
    (the way of SD-JWT, RFC 9901). A withheld field leaves only its commitment.
    """

    disclosures: tuple[str, ...]
    withheld: tuple[str, ...] = ()

    def digest(self) -> str:
        """The digest that the header names: SHA-256 over the canonical array of the sorted commitments."""
        commitments = sorted([sha256(text.encode()) for text in self.disclosures] + list(self.withheld))
        return sha256(b'["' + b'","'.join(item.encode() for item in commitments) + b'"]' if commitments else b"[]")

    def fields(self) -> dict[str, Json]:
        """The disclosed fields; raise `ValueError` where one is malformed or named twice."""
        found: dict[str, Json] = {}
        for text in self.disclosures:
            match decode(text.encode()):
                case [str(salt), str(name), value] if len(salt) == 2 * SALT_BYTES and name not in found:
                    found[name] = value
                case _:
                    raise ValueError("malformed or repeated field")
        return found

    def without(self, names: Iterable[str]) -> "Body":
        """The same body with the fields `names` withheld; its digest does not change."""
        hidden = set(names)
        kept: list[str] = []
        withheld = list(self.withheld)
        for text in self.disclosures:
            match decode(text.encode()):
                case [_, str(name), _] if name in hidden:
                    withheld.append(sha256(text.encode()))
                case _:
                    kept.append(text)
        return Body(tuple(kept), tuple(withheld))

    def encode(self) -> bytes:
        """The canonical JSON in which a body is stored and exported."""
        return canonical({"disclosures": list(self.disclosures), "withheld": list(self.withheld)})


def seal(fields: Mapping[str, Json]) -> Body:
    """Commit to `fields`, each under a fresh random salt."""
    return Body(
        tuple(
            canonical([secrets.token_hex(SALT_BYTES), name, value]).decode() for name, value in sorted(fields.items())
        )
    )


def parse_body(data: bytes) -> Body:
    """Read a body back; raise `ValueError` for bytes that `Body.encode` would not write."""
    match decode(data):
        case {"disclosures": list(disclosures), "withheld": list(withheld), **rest} if not rest:
            if all(isinstance(item, str) for item in disclosures) and all(
                isinstance(item, str) and re.fullmatch("[0-9a-f]{64}", item) for item in withheld
            ):
                return Body(tuple(map(str, disclosures)), tuple(map(str, withheld)))
    raise ValueError("not an entry body of this format")


@dataclass(frozen=True, slots=True)
class SignedEntry:
    """One entry as it is stored: header bytes, Ed25519 signature over them, body bytes or None where withheld."""

    header: bytes
    signature: bytes
    body: bytes | None

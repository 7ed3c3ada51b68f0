"""One entry of the ledger as bytes: the signed header, and the body that it commits to field by field.

The exact bytes, with worked examples, are in `docs/format.md`.
"""

import datetime as dt
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypedDict

from evidence_vault import merkle
from evidence_vault.encoding import Json, canonical, decoder_of, encode, sha256

ENTRY_FORMAT = "evidence-vault/entry/1"
GENESIS = "0" * 64
"""What the first entry has for `previous`."""

SALT_BYTES = 16
"""128 bits: a short value, such as a phone number, cannot be found by trying them all."""

# One pattern is at once the strict parser and the proof that the bytes are canonical: keys in order, no blank,
# nothing that JSON could spell in two ways. Free text never enters a header, so it holds no personal data.
_HEADER = re.compile(
    r'\{"body":"([0-9a-f]{64})","case":"([0-9a-f]{32})","format":"evidence-vault/entry/1",'
    r'"index":(0|[1-9][0-9]{0,8}),"key":"([0-9a-f]{16})","kind":"([a-z]+(?:_[a-z]+)*)",'
    r'"previous":"([0-9a-f]{64})","recorded_at":"([0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{3}Z)"\}'
)
_SALT = re.compile(r"[0-9a-f]{32}")
_DIGEST = re.compile(r"[0-9a-f]{64}")


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
    match = _HEADER.fullmatch(data.decode("ascii"))
    if match is None:
        raise ValueError("not an entry header of this format")
    body, case, index, key, kind, previous, recorded_at = match.groups()
    return Header(body, case, int(index), key, kind, previous, recorded_at)


def chain_digest(header: bytes) -> str:
    """The digest that the next entry names as `previous`: the RFC 9162 leaf hash of the header, in hexadecimal."""
    return merkle.leaf_hash(header).hex()


def utc_text(moment: dt.datetime) -> str:
    """Write an aware `moment` as a header does: UTC, milliseconds, `Z`."""
    utc = moment.astimezone(dt.UTC)
    # Not strftime for the year: it writes that of a lying authority, 51 for instance, with fewer than four digits.
    return f"{utc.year:04d}-{utc:%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03d}Z"


def parse_utc(text: str) -> dt.datetime:
    """Read a moment that `utc_text` wrote; raise `ValueError` for an impossible date."""
    return dt.datetime.fromisoformat(text)


@dataclass(frozen=True, slots=True)
class Body:
    """What an entry says, each field committed with its own salt so that one can be withheld or erased.

    The commitment of a field is the SHA-256 of the canonical array `[salt, name, value]` (after SD-JWT, RFC 9901).
    Names stay visible: a body that committed to the same name twice could tell two readers two things.
    """

    disclosed: Mapping[str, tuple[str, Json]]
    """Salt and value of each disclosed field, by name."""
    withheld: Mapping[str, str] = field(default_factory=dict)
    """Commitment of each withheld field, by name."""

    def digest(self) -> str:
        """The digest that the header names: SHA-256 over the canonical object of the commitments by name."""
        return sha256(encode({**self.commitments(), **self.withheld}))

    def commitments(self) -> dict[str, str]:
        """The commitment of each disclosed field, by name: SHA-256 over its canonical array."""
        return {name: sha256(encode([salt, name, value])) for name, (salt, value) in self.disclosed.items()}

    def fields(self) -> dict[str, Json]:
        """The disclosed fields."""
        return {name: value for name, (_, value) in self.disclosed.items()}

    def without(self, names: Iterable[str]) -> "Body":
        """The same body with the fields `names` withheld; its digest does not change."""
        hidden = {name: self.disclosed[name] for name in names if name in self.disclosed}
        commitments = Body(hidden).commitments()
        kept = {name: told for name, told in self.disclosed.items() if name not in hidden}
        return Body(kept, {**self.withheld, **commitments})

    def encode(self) -> bytes:
        """The canonical JSON in which a body is stored and exported."""
        told: Json = {name: [salt, value] for name, (salt, value) in self.disclosed.items()}
        return canonical({"disclosed": told, "withheld": dict(self.withheld)})


def seal(fields: Mapping[str, Json]) -> Body:
    """Commit to `fields`, each under a fresh random salt."""
    return Body({name: (secrets.token_hex(SALT_BYTES), value) for name, value in fields.items()})


class _BodyForm(TypedDict):
    disclosed: dict[str, tuple[str, Any]]
    withheld: dict[str, str]


_decode_body = decoder_of(_BodyForm)


def parse_body(data: bytes) -> Body:
    """Read a body back; raise `ValueError` for bytes that `Body.encode` would not write."""
    try:
        read = _decode_body(data)
    except ValueError as error:
        raise ValueError("not an entry body of this format") from error
    disclosed, withheld = read["disclosed"], read["withheld"]
    if not disclosed.keys().isdisjoint(withheld):
        raise ValueError("a field is disclosed and withheld")
    if not all(_SALT.fullmatch(salt) for salt, _ in disclosed.values()):
        raise ValueError("malformed salt")
    if not all(map(_DIGEST.fullmatch, withheld.values())):
        raise ValueError("a commitment is not a digest")
    return Body(disclosed, withheld)


@dataclass(frozen=True, slots=True)
class SignedEntry:
    """One entry as it is stored: header bytes, Ed25519 signature over them, body bytes or None where withheld."""

    header: bytes
    signature: bytes
    body: bytes | None

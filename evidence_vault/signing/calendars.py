"""OpenTimestamps proofs, made: what is sent to calendars, and the proof that grows out of their answers. No network.

Writing and merging are done by otskit, which is an extra; every answer of a calendar and every proof passes our own
bounded reader (`signing.anchors`) before that library sees it, and what it writes passes it afterwards.
"""

import contextlib
import hashlib
import secrets
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from typing import TYPE_CHECKING

import msgspec

from evidence_vault.messages import say
from evidence_vault.signing.anchors import read_answer, read_proof
from evidence_vault.signing.blocks import UnreadableError

if TYPE_CHECKING:
    from otskit.proof import Detached

ACCEPT = "application/vnd.opentimestamps.v1"
MAX_ANSWER_BYTES = 10_000
"""What the first OpenTimestamps client accepts; a complete answer of today is under 3 kB."""
NO_EXTRA = say("OpenTimestamps needs an extra: install it with `pip install 'evidence-vault[ots]'`.")
_NONCE_BYTES = 16


class Calendar(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A public calendar: where digests are handed in, and the address by which it promises and is asked later."""

    id: str
    name: str
    operator: str
    submit: str
    address: str
    source: str


class _CalendarFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    looked_up: str
    note: str
    calendars: tuple[Calendar, ...]


@dataclass(frozen=True, slots=True)
class Commitment:
    """What is stamped, and the nonce that hides it: calendars only ever see `submitted`."""

    digest: bytes
    nonce: bytes

    @property
    def submitted(self) -> bytes:
        """The 32 bytes that a calendar is sent."""
        return hashlib.sha256(self.digest + self.nonce).digest()


@dataclass(frozen=True, slots=True)
class Promise:
    """A calendar's promise in a proof, and the message by which the calendar knows it."""

    calendar: str
    message: bytes

    @property
    def url(self) -> str:
        """Where the calendar is asked to keep it; it answers 404 until a block holds the message."""
        return f"{self.calendar.rstrip('/')}/timestamp/{self.message.hex()}"


@cache
def load_calendars() -> tuple[Calendar, ...]:
    """The public calendars that travel with the package, in the order in which they are asked."""
    data = files("evidence_vault.signing").joinpath("calendars.json").read_bytes()
    return msgspec.json.decode(data, type=_CalendarFile).calendars


def is_available() -> bool:
    """Whether proofs can be made here; where not, `NO_EXTRA` says what to do. Checking them needs nothing."""
    return find_spec("otskit") is not None


def commit(data: bytes) -> Commitment:
    """Prepare the file `data` for calendars: its SHA-256, and 16 random bytes that keep it from being recognised."""
    return Commitment(hashlib.sha256(data).digest(), secrets.token_bytes(_NONCE_BYTES))


def submit_url(calendar: str) -> str:
    """Where `Commitment.submitted` is sent with POST, as it is; the answer goes into `make_proof`."""
    return f"{calendar.rstrip('/')}/digest"


def make_proof(commitment: Commitment, answers: Sequence[bytes]) -> bytes:
    """The proof that begins at the file and goes on with what one or several calendars answered.

    Raises `UnreadableError` where an answer is malformed (`check_answer` tells which), too much, or where there is
    none. An answer that leads somewhere else in good form cannot be told from an honest one until a block is compared.
    """
    if not answers:
        raise UnreadableError(say("No calendar answered."))
    for answer in answers:
        check_answer(answer, commitment.submitted)
    from otskit.proof import stamp_digest

    with _refusals():
        return _write(stamp_digest(commitment.digest, nonce=commitment.nonce, bodies=answers))


def check_answer(answer: bytes, message: bytes) -> None:
    """Raise `UnreadableError` where a calendar's answer about `message` cannot be part of a proof."""
    if len(answer) > MAX_ANSWER_BYTES:
        raise UnreadableError(say("The calendar answers with more than {limit} bytes.", limit=MAX_ANSWER_BYTES))
    if not any(one.kind in {"pending", "bitcoin"} for one in read_answer(answer, message)):
        raise UnreadableError(say("The calendar neither promises anything nor names a Bitcoin block."))


def promises(proof: bytes, calendars: Collection[str]) -> tuple[Promise, ...]:
    """The promises in a proof that one of `calendars` made, given by the addresses where digests are handed in.

    The address of a promise is whatever the proof says: no other is ever to be contacted. Public calendars promise
    under another address than the one they take digests at; both are known. Raises `UnreadableError`.
    """
    listed = {address.rstrip("/") for address in calendars}
    listed |= {one.address for one in load_calendars() if one.submit in listed}
    _, attestations = read_proof(proof)
    found = {Promise(one.calendar, one.message): None for one in attestations if one.kind == "pending"}
    return tuple(one for one in found if one.calendar.rstrip("/") in listed)


def upgrade(proof: bytes, promise: Promise, answer: bytes) -> bytes:
    """The proof with what the calendar answered in the place of its promise; raises `UnreadableError`.

    Promises of other calendars stay. An answer that merely promises again leaves a proof that is still pending.
    """
    check_answer(answer, promise.message)
    if promise not in promises(proof, [promise.calendar]):
        raise UnreadableError(say("The proof holds no such promise."))
    from otskit.proof import parse, replace_pending

    with _refusals():
        return _write(replace_pending(parse(proof), promise.message, answer, uri=promise.calendar))


@contextlib.contextmanager
def _refusals() -> Iterator[None]:
    """What the library refuses where our reader did not, such as the payload of an attestation that only it knows."""
    try:
        yield
    except UnreadableError:
        raise
    except ValueError as error:
        raise UnreadableError(say("The answer of the calendar is malformed.")) from error


def _write(proof: "Detached") -> bytes:
    from otskit.proof import serialize

    written = serialize(proof)
    read_proof(written)  # nothing is kept that our own reader refuses
    return written

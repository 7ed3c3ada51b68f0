"""OpenTimestamps proofs, read and judged: a second anchor in time that depends on no authority.

A proof leads from the digest of a file, by steps that add bytes or hash, to messages; a message is promised by a
calendar, or stands as the Merkle root in the header of a Bitcoin block. Proofs are hostile: this reader never recurses,
keeps the messages of one path only, and knows just the steps that calendars use. Making proofs is another room
(`signing.calendars`); checking them needs no extra and no network.
"""

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from evidence_vault.messages import Message, say
from evidence_vault.signing.blocks import MAX_HEIGHT, UnreadableError, block_time, is_sound, merkle_root

AnchorState: TypeAlias = Literal["confirmed", "unchecked", "pending", "unknown", "invalid", "unverifiable"]

MAGIC = b"\x00OpenTimestamps\x00\x00Proof\x00\xbf\x89\xe2\xe8\x84\xe8\x92\x94"
VERSION = 1
MAX_PROOF_BYTES = 65_536
"""Proofs of four calendars, complete, are some 8 kB."""
MAX_DEPTH = 256
"""Steps from the file to a message, as in the first OpenTimestamps library; real proofs need some hundred."""
MAX_MESSAGE_BYTES = 4096
"""The same library's limit for what a step takes or gives."""
MAX_PAYLOAD_BYTES = 8192
MAX_ADDRESS_BYTES = 1000
MAX_ATTESTATIONS = 100

_ATTESTATION, _SHA256, _APPEND, _PREPEND, _FORK = 0x00, 0x08, 0xF0, 0xF1, 0xFF
# Steps that the format knows and calendars do not take: weak or needless, each a way to make a small file costly.
_FOREIGN_STEPS = {0x02: "SHA-1", 0x03: "RIPEMD-160", 0x67: "Keccak-256", 0xF2: "reverse", 0xF3: "hexlify"}
_PENDING, _BITCOIN = bytes.fromhex("83dfe30d2ef90c8e"), bytes.fromhex("0588960d73d71901")
# No sign that could turn an address into another request.
_ADDRESS_SIGNS = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._/:")


@dataclass(frozen=True, slots=True)
class Attestation:
    """What is said of one message: promised by a calendar, the root of a block, or something that is not known here."""

    kind: Literal["pending", "bitcoin", "unknown"]
    message: bytes
    calendar: str = ""
    """Address of the calendar that promises."""
    height: int = 0
    """Height of the Bitcoin block."""


@dataclass(frozen=True, slots=True)
class AnchorJudgement:
    """What a proof is worth, why, and the block that it leads to."""

    state: AnchorState
    reason: Message
    height: int | None = None
    time: dt.datetime | None = None
    """The time in the header of that block, which binds to within about two hours; only where confirmed."""


def judge_anchor(proof: bytes, data: bytes, headers: Mapping[int, bytes]) -> AnchorJudgement:
    """Judge a proof about the file `data` with the block headers that the verifier trusts; never raise.

    *confirmed*: `data` leads to the Merkle root of a supplied header whose hash meets its own target. That rests on
    where the header came from: no chain of headers is followed, and a header of low difficulty can be made by anybody.
    One confirmed block is enough: what another calendar says wrongly takes nothing from it.
    *unchecked*: it leads to a block whose header was not supplied, or supplied unsound. *pending*: calendars promise.
    *unknown*: other kinds of attestation only. *invalid*: about other bytes. *unverifiable*: it cannot be read, or
    only by steps that are not accepted here, or the supplied header has another root: the calendar erred or lied, and
    that must not make an honest ledger fail.
    """
    try:
        digest, attestations = read_proof(proof)
    except UnreadableError as error:
        return AnchorJudgement("unverifiable", error.message)
    if digest != hashlib.sha256(data).digest():
        return AnchorJudgement("invalid", say("The proof is about other bytes than this checkpoint."))
    blocks = sorted((one for one in attestations if one.kind == "bitcoin"), key=lambda one: one.height)
    sound = [(one, headers[one.height]) for one in blocks if is_sound(headers.get(one.height, b""))]
    confirmed = [(block_time(header), one.height) for one, header in sound if merkle_root(header) == one.message]
    if confirmed:
        time, height = min(confirmed)
        return AnchorJudgement(
            "confirmed", say("Bitcoin block {height} contains this checkpoint.", height=height), height, time
        )
    if sound:
        height = sound[0][0].height
        return AnchorJudgement(
            "unverifiable",
            say("The header of Bitcoin block {height} does not contain this checkpoint.", height=height),
            height,
        )
    if blocks:
        return _unchecked(blocks[0].height, supplied=blocks[0].height in headers)
    calendars = sorted({one.calendar for one in attestations if one.kind == "pending"})
    if calendars:
        return AnchorJudgement(
            "pending",
            say(
                "A calendar promises to anchor this checkpoint: {calendar}. This proves no date yet.",
                calendar=calendars[0],
            ),
        )
    return AnchorJudgement("unknown", say("The proof holds only attestations of kinds that are not known here."))


def _unchecked(height: int, *, supplied: bool) -> AnchorJudgement:
    if supplied:
        reason = say("What was supplied for Bitcoin block {height} is not the header of a block.", height=height)
    else:
        reason = say("The proof leads to Bitcoin block {height}, whose header was not supplied.", height=height)
    return AnchorJudgement("unchecked", reason, height)


def heights(proof: bytes) -> tuple[int, ...]:
    """The Bitcoin blocks that a proof leads to, whose headers its judgement needs; none where it cannot be read."""
    try:
        _, attestations = read_proof(proof)
    except UnreadableError:
        return ()
    return tuple(sorted({one.height for one in attestations if one.kind == "bitcoin"}))


def read_proof(proof: bytes) -> tuple[bytes, tuple[Attestation, ...]]:
    """The SHA-256 that a proof is about, and every attestation in it; raise `UnreadableError`."""
    if len(proof) > MAX_PROOF_BYTES:
        raise UnreadableError(say("The proof is larger than {limit} bytes.", limit=MAX_PROOF_BYTES))
    if not proof.startswith(MAGIC):
        raise UnreadableError(say("This is not an OpenTimestamps proof."))
    reader = _Reader(proof, len(MAGIC))
    version = reader.number()
    if version != VERSION:
        raise UnreadableError(say("The proof is of version {version}, which is not known here.", version=version))
    kind = reader.byte()
    if kind in _FOREIGN_STEPS:
        raise UnreadableError(
            say("The proof names its file by {name}, which is not accepted.", name=_FOREIGN_STEPS[kind])
        )
    if kind != _SHA256:
        raise reader.damaged()
    digest = reader.take(hashlib.sha256().digest_size)
    return digest, tuple(_attestations(reader, digest))


def read_answer(answer: bytes, message: bytes) -> tuple[Attestation, ...]:
    """What a calendar answers about `message`: the end of a proof, without its beginning; raise `UnreadableError`."""
    if len(answer) > MAX_PROOF_BYTES:
        raise UnreadableError(say("The proof is larger than {limit} bytes.", limit=MAX_PROOF_BYTES))
    return tuple(_attestations(_Reader(answer, 0), message))


class _Reader:
    """Bytes taken one after the other, each refusal with its place."""

    def __init__(self, data: bytes, place: int) -> None:
        self.data = data
        self.place = place

    def damaged(self) -> UnreadableError:
        return UnreadableError(say("The proof is damaged at byte {place}.", place=self.place))

    def byte(self) -> int:
        return self.take(1)[0]

    def take(self, count: int) -> bytes:
        part = self.data[self.place : self.place + count]
        if len(part) < count:
            raise self.damaged()
        self.place += count
        return part

    def number(self) -> int:
        """Seven bits a byte, the lowest first, in its only spelling and below 2^63."""
        value = 0
        for shift in range(0, 63, 7):
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                if byte == 0 and shift:
                    break
                return value
        raise self.damaged()

    def string(self, limit: int) -> bytes:
        length = self.number()
        if length > limit:
            raise self.damaged()
        return self.take(length)

    def at_end(self) -> bool:
        return self.place == len(self.data)


@dataclass(slots=True)
class _Open:
    """A message of which more may be said, how many steps led to it, and what was said: nothing stands twice."""

    message: bytes
    depth: int
    said: set[bytes] = field(default_factory=set)


def _attestations(reader: _Reader, message: bytes) -> Iterator[Attestation]:
    """Walk the tree beneath a message, with a list of open messages instead of recursion."""
    count = 0
    waiting = [_Open(message, 0)]
    while waiting:
        here = waiting.pop()
        tag = reader.byte()
        if tag == _FORK:  # something follows, and then more about this same message
            waiting.append(here)
            tag = reader.byte()
        start = reader.place - 1
        if tag == _ATTESTATION:
            count += 1
            found = _attestation(reader, here.message)
            if count > MAX_ATTESTATIONS:
                raise reader.damaged()
            yield found
        else:
            result = _step(reader, tag, here.message)
            if here.depth == MAX_DEPTH:
                raise UnreadableError(say("The proof is more than {limit} steps deep.", limit=MAX_DEPTH))
            waiting.append(_Open(result, here.depth + 1))
        spelled = reader.data[start : reader.place]
        if spelled in here.said:
            raise reader.damaged()
        here.said.add(spelled)
    if not reader.at_end():
        raise reader.damaged()


def _step(reader: _Reader, tag: int, message: bytes) -> bytes:
    if tag == _SHA256:
        return hashlib.sha256(message).digest()
    if tag in _FOREIGN_STEPS:
        raise UnreadableError(say("The proof takes a step by {name}, which is not accepted.", name=_FOREIGN_STEPS[tag]))
    if tag not in {_APPEND, _PREPEND}:
        raise reader.damaged()
    added = reader.string(MAX_MESSAGE_BYTES - len(message))
    if not added:
        raise reader.damaged()
    return message + added if tag == _APPEND else added + message


def _attestation(reader: _Reader, message: bytes) -> Attestation:
    tag = reader.take(8)
    payload = _Reader(reader.string(MAX_PAYLOAD_BYTES), 0)
    if tag not in {_PENDING, _BITCOIN}:
        return Attestation("unknown", message)
    try:
        if tag == _PENDING:
            address = payload.string(MAX_ADDRESS_BYTES)
            made = Attestation("pending", message, calendar=address.decode("ascii", "replace"))
            good = bool(address) and _ADDRESS_SIGNS.issuperset(address)
        else:
            made = Attestation("bitcoin", message, height=payload.number())
            good = made.height <= MAX_HEIGHT
    except UnreadableError:
        raise reader.damaged() from None
    if not good or not payload.at_end():
        raise reader.damaged()
    return made

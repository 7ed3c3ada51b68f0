"""Checkpoints: a tree head written as a C2SP signed note, which existing witnesses and tools can read and cosign.

Formats: C2SP `signed-note` and `tlog-checkpoint`. No private key is held here: the caller signs the text.
"""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass

_ED25519 = b"\x01"
MAX_NOTE_BYTES = 16_384
"""A checkpoint with a handful of cosignatures is well under 2 kB; anything larger is not one of ours."""

# C2SP signed-note: the separator is an em dash (U+2014) and a blank.
_SIGNATURE_LINE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})")
_SIZE = re.compile(r"0|[1-9][0-9]{0,8}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A tree head: the root over the first `size` entries of the ledger named `origin`."""

    origin: str
    size: int
    root: bytes

    def text(self) -> bytes:
        """The bytes that are signed: three lines, each ended by a line feed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode('ascii')}\n".encode()


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One signature line of a note: who claims to sign, which key, and the signature."""

    name: str
    key_hash: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A checkpoint read back from a note, with its signatures still to be checked."""

    checkpoint: Checkpoint
    text: bytes
    signatures: tuple[NoteSignature, ...]

    def signature_by(self, public_key: bytes) -> bytes | None:
        """The signature that claims to be made with `public_key` under the name of the ledger, or None."""
        wanted = key_hash(self.checkpoint.origin, public_key)
        for line in self.signatures:
            if line.name == self.checkpoint.origin and line.key_hash == wanted:
                return line.signature
        return None

    def stamped_bytes(self, public_key: bytes) -> bytes | None:
        """The note as its ledger wrote it, without cosignatures: the bytes that time stamps are about.

        None where it bears no signature line of `public_key`. Witnesses may add lines later; these bytes never change.
        """
        signature = self.signature_by(public_key)
        return None if signature is None else write_note(self.checkpoint, public_key, signature)


def origin_of(case: str) -> str:
    """The name of a case's ledger in its checkpoints: random, so that it tells nothing about a person."""
    return f"evidence-vault.invalid/{case}"


def key_hash(name: str, public_key: bytes) -> bytes:
    """The four bytes by which a note points to a key (C2SP signed-note, "Signatures")."""
    return hashlib.sha256(name.encode() + b"\n" + _ED25519 + public_key).digest()[:4]


def write_note(checkpoint: Checkpoint, public_key: bytes, signature: bytes) -> bytes:
    """The note: the text, an empty line, and the signature line of the ledger's own key."""
    blob = base64.b64encode(key_hash(checkpoint.origin, public_key) + signature).decode("ascii")
    return checkpoint.text() + f"\n— {checkpoint.origin} {blob}\n".encode()


def parse_note(data: bytes) -> SignedCheckpoint:
    """Read a note strictly; raise `ValueError` where it is malformed. No signature is checked here.

    Signature lines of unknown keys are kept: the specification asks readers to bear with them.
    """
    if len(data) > MAX_NOTE_BYTES:
        raise ValueError("note is too long")
    text, separator, tail = data.decode("utf-8").rpartition("\n\n")
    lines = text.split("\n")
    if not separator or len(lines) != 3 or not tail.endswith("\n"):
        raise ValueError("not a checkpoint of three lines followed by signatures")
    origin, size, encoded_root = lines
    root = _decode_exactly(encoded_root)
    if not origin or not _SIZE.fullmatch(size) or len(root) != hashlib.sha256().digest_size:
        raise ValueError("not a checkpoint")
    signatures = tuple(_parse_signature(line) for line in tail[:-1].split("\n"))
    return SignedCheckpoint(Checkpoint(origin, int(size), root), f"{text}\n".encode(), signatures)


def as_written(data: bytes) -> bytes:
    """The note that was sent, out of a file that a mail program or an editor saved it in.

    These end lines as Windows does, put a byte order mark first, and add or drop empty lines at either end; none of it
    is part of what was signed. Raises `ValueError` where what is left is no note. Files in a bundle never came that
    way: for them there is `parse_note` alone.
    """
    if len(data) > MAX_NOTE_BYTES:
        raise ValueError("note is too long")
    note = data.decode("utf-8-sig").replace("\r\n", "\n").strip("\n").encode() + b"\n"
    parse_note(note)
    return note


def _parse_signature(line: str) -> NoteSignature:
    match = _SIGNATURE_LINE.fullmatch(line)
    if match is None:
        raise ValueError("malformed signature line")
    blob = _decode_exactly(match[2])
    if len(blob) <= 4:
        raise ValueError("signature is too short")
    return NoteSignature(match[1], blob[:4], blob[4:])


def _decode_exactly(text: str) -> bytes:
    """Decode base64, refusing spellings that decode to the same bytes as the right one."""
    try:
        data = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("malformed base64") from error
    if base64.b64encode(data).decode("ascii") != text:
        raise ValueError("base64 is not in its only form")
    return data

"""Canonical JSON (RFC 8785, restricted) and digests: one value, one sequence of bytes."""

import hashlib
from typing import TypeAlias, cast

import msgspec

from evidence_vault.errors import InvalidValueError

Json: TypeAlias = bool | int | str | list["Json"] | dict[str, "Json"] | None

MAX_INTEGER = 2**53 - 1
"""The largest integer that every JSON reader keeps exact (RFC 8785, section 3.2.2.3)."""

_encoder = msgspec.json.Encoder(order="sorted")
_decoder = msgspec.json.Decoder()


def canonical(value: Json) -> bytes:
    """Encode `value` as the only bytes that stand for it.

    The result is RFC 8785 for the values allowed here: no floating-point number, keys in ASCII, integers that
    every reader keeps exact, well-formed Unicode. Anything else raises `InvalidValueError`, because two programs
    could write it in two ways.
    """
    _refuse_ambiguous(value)
    try:
        return _encoder.encode(value)
    except UnicodeEncodeError as error:
        raise InvalidValueError(
            "This text holds characters that cannot be written down faithfully; "
            "nothing was recorded. Type it again without them."
        ) from error


def decode(data: bytes) -> Json:
    """Decode JSON whose bytes are canonical; raise `ValueError` for any other bytes.

    Duplicate keys, floating-point numbers, blanks between tokens and every other spelling of the same value are
    refused: decoding and encoding again must give the same bytes.
    """
    value = cast(Json, _decoder.decode(data))
    _require_plain(value)
    if _encoder.encode(value) != data:
        raise ValueError("not canonical JSON")
    return value


def sha256(data: bytes) -> str:
    """The SHA-256 digest of `data`, as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def _refuse_ambiguous(value: Json) -> None:
    try:
        _require_plain(value)
    except ValueError as error:
        raise InvalidValueError(
            "A value cannot be recorded without ambiguity ({detail}); nothing was recorded.", detail=str(error)
        ) from error


def _require_plain(value: Json) -> None:
    """Raise `ValueError` for what RFC 8785 encoders do not all write alike."""
    if value is None or isinstance(value, str | bool):
        return
    if isinstance(value, int):
        if not -MAX_INTEGER <= value <= MAX_INTEGER:
            raise ValueError("integer out of range")
    elif isinstance(value, list | tuple):  # a tuple is written as an array
        for item in value:
            _require_plain(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            # RFC 8785 sorts keys by UTF-16 code units, msgspec by code points: in ASCII the two agree.
            if not key.isascii():
                raise ValueError("key is not ASCII")
            _require_plain(item)
    else:
        raise ValueError(f"{type(value).__name__} is not allowed")  # noqa: TRY004  # one class for every refusal

"""Canonical JSON (RFC 8785, restricted) and digests: one value, one sequence of bytes."""

import hashlib
import re
from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar

import msgspec

from evidence_vault.errors import InvalidValueError

Json: TypeAlias = bool | int | str | list["Json"] | dict[str, "Json"] | None
_T = TypeVar("_T")

MAX_INTEGER = 2**53 - 1
"""The largest integer that every JSON reader keeps exact (RFC 8785, section 3.2.2.3)."""

_encoder = msgspec.json.Encoder(order="sorted")


def _refuse_float(text: str) -> float:
    raise ValueError(f"{text} has a fraction or an exponent")


_decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(float_hook=_refuse_float)

_DIGITS = bytes(0x30 if chr(byte).isdecimal() and byte < 0x80 else 0x20 for byte in range(256))
_LONG = b"0" * 16
"""Fifteen digits stay below 2^53."""
_BETWEEN_NAMES = bytes(byte for byte in range(0x80) if byte not in b'":')
_FOREIGN_NAME = re.compile(rb"""[\x80-\xff]:*":""")


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


encode: Callable[[Json], bytes] = _encoder.encode
"""`canonical` for a value that was decoded here or is known to be plain: nothing is checked again."""


def decode(data: bytes) -> Json:
    """Decode JSON whose bytes are canonical; raise `ValueError` for any other bytes.

    Duplicate keys, floating-point numbers, blanks between tokens and every other spelling of the same value are
    refused: decoding and encoding again must give the same bytes.
    """
    value: Json = _decode(_decoder, data)
    return value


def decoder_of(form: type[_T]) -> Callable[[bytes], _T]:
    """`decode` for values of one `form` (a `TypedDict`); values of any other are refused too."""
    decoder = msgspec.json.Decoder(form, float_hook=_refuse_float)
    return lambda data: _decode(decoder, data)


def _decode(decoder: msgspec.json.Decoder[_T], data: bytes) -> _T:
    try:
        value = decoder.decode(data)
        if not _is_plain(data):
            _require_plain(value)
        # A form passes over what it does not name; it is missing here, and so are the blanks and the second spellings.
        if _encoder.encode(value) != data:
            raise ValueError("not canonical JSON")
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    return value


def _is_plain(data: bytes) -> bool:
    """Whether canonical bytes without fractions hold nothing ambiguous, told without a walk that costs a signature.

    A name ends in `":` and a text does not; without a backslash no quotation mark stands inside either. So where no
    byte beyond ASCII comes before such an end, every name is ASCII. False says nothing: then the value is walked.
    """
    if b"\\" in data or _LONG in data.translate(_DIGITS):
        return False
    return data.isascii() or not _FOREIGN_NAME.search(data.translate(None, _BETWEEN_NAMES))


def sha256(data: bytes) -> str:
    """The SHA-256 digest of `data`, as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def _refuse_ambiguous(value: object) -> None:
    try:
        _require_plain(value)
    except ValueError as error:
        raise InvalidValueError(
            "A value cannot be recorded without ambiguity ({detail}); nothing was recorded.", detail=str(error)
        ) from error


def _require_plain(value: object) -> None:
    """Raise `ValueError` for what RFC 8785 encoders do not all write alike."""
    pending: list[Any] = [value]
    for item in pending:  # it grows while it is walked: a loop takes any depth, and half the time of a recursion
        if isinstance(item, str) or item is None:
            continue
        if isinstance(item, int):
            if not -MAX_INTEGER <= item <= MAX_INTEGER:
                raise ValueError("integer out of range")
        elif isinstance(item, (list, tuple)):  # a tuple is written as an array
            pending.extend(item)
        elif isinstance(item, dict):
            for key in item:
                # RFC 8785 sorts keys by UTF-16 code units, msgspec by code points: in ASCII the two agree.
                if not key.isascii():
                    raise ValueError("key is not ASCII")
            pending.extend(item.values())
        else:
            raise ValueError(f"{type(item).__name__} is not allowed")  # noqa: TRY004  # one class for every refusal

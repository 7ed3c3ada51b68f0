"""Canonical JSON: one value, one sequence of bytes, and nothing else is read back."""

import hashlib
import json

import msgspec
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from evidence_vault.encoding import MAX_INTEGER, canonical, decode, sha256
from evidence_vault.errors import InvalidValueError

texts = st.text(st.characters(exclude_categories=["Cs"]))
keys = st.text(st.characters(max_codepoint=127))
scalars = st.none() | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | texts
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=5) | st.dictionaries(keys, inner, max_size=5), max_leaves=20
)


@given(values)
def test_same_bytes_as_an_independent_encoder(value) -> None:
    """For every value allowed here, the bytes are those of RFC 8785 as another program writes them."""
    assert rfc8785.dumps(value) == canonical(value)


@given(values)
def test_read_back(value) -> None:
    """What was written is read back as it was."""
    assert value == decode(canonical(value))


@pytest.mark.parametrize(
    ("value", "detail"),
    [
        pytest.param(1.5, "float", id="float"),
        pytest.param({"a": [1.0]}, "float", id="float-inside"),
        pytest.param(MAX_INTEGER + 1, "integer", id="integer-too-large"),
        pytest.param(-MAX_INTEGER - 1, "integer", id="integer-too-small"),
        pytest.param({"prénom": "Awa"}, "ASCII", id="key-not-ascii"),
        pytest.param([{"\U0001f600": 1}], "ASCII", id="key-outside-the-basic-plane"),
        pytest.param(b"raw", "bytes", id="bytes"),
        pytest.param({"a": {1, 2}}, "set", id="set"),
    ],
)
def test_ambiguous_values_are_refused(value, detail) -> None:
    """What two programs could write in two ways is not written at all."""
    with pytest.raises(InvalidValueError, match=detail):
        canonical(value)


@pytest.mark.parametrize("text", ["\ud800", "a\udfffb"])
def test_broken_unicode_is_refused(text: str) -> None:
    """Half a character, as some file names hold, has no bytes that stand for it."""
    with pytest.raises(InvalidValueError, match="faithfully"):
        canonical({"name": text})


@pytest.mark.parametrize("limit", [MAX_INTEGER, -MAX_INTEGER, 0])
def test_the_largest_integers(limit: int) -> None:
    """The bounds themselves are allowed, and exact."""
    assert str(limit).encode() == canonical(limit)
    assert limit == decode(canonical(limit))


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b'{"a": 1}', id="blank"),
        pytest.param(b'{"a":1}\n', id="line-feed-at-the-end"),
        pytest.param(b'\xef\xbb\xbf{"a":1}', id="byte-order-mark"),
        pytest.param(b'{"b":1,"a":2}', id="keys-out-of-order"),
        pytest.param(b'{"a":1,"a":1}', id="key-twice"),
        pytest.param(b'{"a":1,"a":2}', id="key-twice-with-another-value"),
        pytest.param(b"1.0", id="float"),
        pytest.param(b"1e2", id="exponent"),
        pytest.param(b"-0", id="negative-zero"),
        pytest.param(b"01", id="leading-zero"),
        pytest.param(b"+1", id="plus-sign"),
        pytest.param(b"9007199254740992", id="integer-too-large"),
        pytest.param(b"123456789012345678901234567890", id="integer-far-too-large"),
        pytest.param(b'"\\u0061"', id="needless-escape"),
        pytest.param(b'"\\/"', id="escaped-slash"),
        pytest.param(b'"\\u00e9"', id="escaped-letter"),
        pytest.param(b'"\\u000A"', id="upper-case-escape"),
        pytest.param(b'"\\ud800"', id="half-a-surrogate-pair"),
        pytest.param(b'"\\ud83d\\ude00"', id="escaped-surrogate-pair"),
        pytest.param(b'"\xe9"', id="not-utf-8"),
        pytest.param(b'"\xed\xa0\x80"', id="surrogate-in-utf-8"),
        pytest.param(b'"\x01"', id="bare-control-character"),
        pytest.param('{"é":1}'.encode(), id="key-not-ascii"),
        pytest.param(b"[1,]", id="comma-at-the-end"),
        pytest.param(b"[1", id="truncated"),
        pytest.param(b"1 2", id="two-values"),
        pytest.param(b"NaN", id="nan"),
        pytest.param(b"Infinity", id="infinity"),
        pytest.param(b"", id="nothing"),
    ],
)
def test_every_other_spelling_is_refused(data: bytes) -> None:
    """Only the canonical bytes of a value are read: no second spelling can carry the same meaning."""
    with pytest.raises(ValueError):  # noqa: PT011  # many decoders' words, one meaning
        decode(data)


@given(values, st.sampled_from([{"indent": 1}, {"separators": (", ", ": ")}, {"ensure_ascii": True}]))
def test_what_other_programs_write_is_read_only_if_canonical(value, style) -> None:
    """Another program's JSON is read exactly when its bytes are the canonical ones."""
    data = json.dumps(value, **style).encode()

    if data == canonical(value):
        assert value == decode(data)
    else:
        with pytest.raises(ValueError):  # noqa: PT011
            decode(data)


anything = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**17), 10**17) | st.text(alphabet='aé":\\\u4e00, 0', max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(alphabet='aé":\\\u4e00, 0', max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(anything)
def test_what_is_told_from_the_bytes_is_what_a_walk_finds(value) -> None:
    """Names beyond ASCII and integers beyond 2^53 are refused wherever they stand, whatever is near them."""
    data = msgspec.json.encode(value, order="sorted")

    def plain(item: object) -> bool:
        if isinstance(item, dict):
            return all(name.isascii() and plain(inner) for name, inner in item.items())
        if isinstance(item, list):
            return all(map(plain, item))
        return not isinstance(item, int) or abs(item) <= MAX_INTEGER

    if plain(value):
        assert value == decode(data)
    else:
        with pytest.raises(ValueError):  # noqa: PT011
            decode(data)


def test_sha256() -> None:
    """The digest is the one that `sha256sum` prints."""
    # $ printf abc | sha256sum
    assert sha256(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert sha256(b"") == hashlib.sha256().hexdigest()

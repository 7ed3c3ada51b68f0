"""Checkpoints as C2SP signed notes: written in the shape that other tools read, and read back strictly."""

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_vault.signing.keys import Signer
from evidence_vault.signing.note import (
    MAX_NOTE_BYTES,
    Checkpoint,
    as_written,
    key_hash,
    origin_of,
    parse_note,
    write_note,
)
from evidence_vault.signing.public import is_valid, load_public

SIGNER = Signer.generate()
HEAD = Checkpoint(origin_of("0123456789abcdef" * 2), 12, bytes(range(32)))
NOTE = write_note(HEAD, SIGNER.public_key, SIGNER.sign(HEAD.text()))
ROOT = base64.b64encode(HEAD.root)
SIGNATURE_LINE = NOTE.split(b"\n")[4]


def other_last_character(encoded: bytes) -> bytes:
    """Base64 that decodes to the same bytes but has other bits where none count."""
    body = encoded.rstrip(b"=")
    alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    changed = alphabet[alphabet.index(body[-1:]) + 1 :][:1]
    other = body[:-1] + changed + b"=" * (len(encoded) - len(body))
    assert base64.b64decode(other) == base64.b64decode(encoded)
    return other


def test_shape() -> None:
    """Origin, size, root, an empty line, and an em dash, a name, and four bytes of key hash before the signature."""
    origin, size, root, empty, line, end = NOTE.decode().split("\n")
    dash, name, blob = line.split(" ")
    decoded = base64.b64decode(blob)

    assert (origin, size) == ("evidence-vault.invalid/0123456789abcdef0123456789abcdef", "12")
    assert bytes(range(32)) == base64.b64decode(root)
    assert ("", "—", origin, "") == (empty, dash, name, end)
    assert hashlib.sha256(origin.encode() + b"\n\x01" + SIGNER.public_key).digest()[:4] == decoded[:4]
    assert is_valid(load_public(SIGNER.public_key), decoded[4:], f"{origin}\n{size}\n{root}\n".encode())


@given(
    origin=st.from_regex(r"[a-z.]{1,20}/[0-9a-f]{1,32}", fullmatch=True),
    size=st.integers(0, 999_999_999),
    root=st.binary(min_size=32, max_size=32),
)
def test_read_back(origin: str, size: int, root: bytes) -> None:
    """A note is read back as it was written, with the bytes that were signed and the signature over them."""
    head = Checkpoint(origin, size, root)

    read = parse_note(write_note(head, SIGNER.public_key, SIGNER.sign(head.text())))

    assert head == read.checkpoint
    assert head.text() == read.text
    assert SIGNER.sign(head.text()) == read.signature_by(SIGNER.public_key)


def test_another_key_has_no_signature_here() -> None:
    """A signature is found by the key's own hash and the ledger's own name."""
    assert parse_note(NOTE).signature_by(Signer.generate().public_key) is None


def test_a_signature_under_another_name_is_not_the_ledgers() -> None:
    """Our key under a name that is not the origin is somebody else's line."""
    other = Checkpoint("another.invalid/1", HEAD.size, HEAD.root)
    blob = base64.b64encode(key_hash(other.origin, SIGNER.public_key) + SIGNER.sign(HEAD.text())).decode()
    note = HEAD.text() + f"\n— {other.origin} {blob}\n".encode()

    assert parse_note(note).signature_by(SIGNER.public_key) is None


def test_unknown_signatures_are_borne_with() -> None:
    """Lines of witnesses and lines that nobody knows, before and after ours, are kept and do no harm."""
    grease = f"— grease.invalid/x {base64.b64encode(bytes(4) + b'anything at all').decode()}\n".encode()
    text, _, ours = NOTE.partition(b"\n\n")

    read = parse_note(text + b"\n\n" + grease + ours + grease)

    assert len(read.signatures) == 3
    assert SIGNER.sign(HEAD.text()) == read.signature_by(SIGNER.public_key)
    assert HEAD.text() == read.text


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(HEAD.text(), id="no-signature"),
        pytest.param(HEAD.text() + b"\n", id="no-signature-line"),
        pytest.param(NOTE[:-1], id="no-line-feed-at-the-end"),
        pytest.param(NOTE + b"\n", id="empty-line-at-the-end"),
        pytest.param(NOTE + b"more\n", id="text-after-the-signature"),
        pytest.param(NOTE.replace(b"\n", b"\r\n"), id="crlf"),
        pytest.param(NOTE.replace(b"\n12\n", b"\n12\r\n"), id="one-crlf"),
        pytest.param(NOTE.replace(b"\n\n", b"\nextension\n\n"), id="extra-line"),
        pytest.param(b"\n" + NOTE, id="empty-line-first"),
        pytest.param(NOTE.replace(b"\n12\n", b"\n"), id="line-missing"),
        pytest.param(NOTE.replace(HEAD.origin.encode() + b"\n12", b"\n12"), id="empty-origin"),
        pytest.param(NOTE.replace(b"\n12\n", b"\n012\n"), id="leading-zero"),
        pytest.param(NOTE.replace(b"\n12\n", b"\n-1\n"), id="negative-size"),
        pytest.param(NOTE.replace(b"\n12\n", b"\n+12\n"), id="plus-sign"),
        pytest.param(NOTE.replace(b"\n12\n", b"\n 12\n"), id="blank-before-size"),
        pytest.param(NOTE.replace(b"\n12\n", b"\n12.0\n"), id="float-size"),
        pytest.param(NOTE.replace(b"\n12\n", b"\n1000000000\n"), id="size-too-large"),
        pytest.param(NOTE.replace(b"\n12\n", "\n١٢\n".encode()), id="arabic-digits"),
        pytest.param(NOTE.replace(ROOT, base64.b64encode(bytes(31))), id="root-too-short"),
        pytest.param(NOTE.replace(ROOT, base64.b64encode(bytes(33))), id="root-too-long"),
        pytest.param(NOTE.replace(ROOT, bytes(32).hex().encode()), id="root-in-hexadecimal"),
        pytest.param(NOTE.replace(ROOT, ROOT.rstrip(b"=")), id="padding-missing"),
        pytest.param(NOTE.replace(ROOT, other_last_character(ROOT)), id="root-with-stray-bits"),
        pytest.param(NOTE.replace(ROOT, ROOT[:10] + b"\xe9" + ROOT[11:]), id="not-utf-8"),
        pytest.param(NOTE.replace("—".encode(), b"-"), id="hyphen-for-dash"),
        pytest.param(NOTE.replace("— ".encode(), "—  ".encode()), id="two-blanks"),
        pytest.param(NOTE.replace("— ".encode(), "—\t".encode()), id="tab"),
        pytest.param(NOTE[:-1] + b" \n", id="blank-after-the-signature"),
        pytest.param(NOTE[:-5] + b"====\n", id="padding-instead-of-signature"),
        pytest.param(NOTE[:-3] + b"!=\n", id="not-base64"),
        pytest.param(HEAD.text() + "\n— name AAAAAA==\n".encode(), id="key-hash-alone"),
        pytest.param(NOTE + (b"x" * 70 + b"\n") * (MAX_NOTE_BYTES // 71 + 1), id="oversize"),
        pytest.param(NOTE + (SIGNATURE_LINE + b"\n") * (MAX_NOTE_BYTES // len(SIGNATURE_LINE)), id="oversize-but-neat"),
    ],
)
def test_every_other_shape_is_refused(data: bytes) -> None:
    """What other readers might take for the same note is refused."""
    assert data != NOTE

    with pytest.raises(ValueError):  # noqa: PT011
        parse_note(data)


@pytest.mark.parametrize(
    "saved",
    [
        pytest.param(NOTE, id="as-it-was-sent"),
        pytest.param(NOTE.replace(b"\n", b"\r\n"), id="crlf"),
        pytest.param(b"\xef\xbb\xbf" + NOTE, id="byte-order-mark"),
        pytest.param(b"\xef\xbb\xbf" + NOTE.replace(b"\n", b"\r\n") + b"\r\n", id="notepad"),
        pytest.param(NOTE[:-1], id="no-line-feed-at-the-end"),
        pytest.param(b"\n" + NOTE + b"\n\n", id="empty-lines-around"),
    ],
)
def test_as_written(saved: bytes) -> None:
    """What a mail program or an editor made of a note is the note that was sent, to the byte."""
    assert as_written(saved) == NOTE


@pytest.mark.parametrize(
    "saved",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"".join(b"> " + line for line in NOTE.splitlines(keepends=True)), id="quoted"),
        pytest.param(NOTE.replace(b"\n", b"\r"), id="cr"),
        pytest.param(NOTE.replace(b"\n\n", b"\n\n\n"), id="empty-line-within"),
        pytest.param(NOTE.replace(b"\n12\n", b"\n12 \n"), id="blank-within"),
        pytest.param(NOTE.decode().encode("utf-16"), id="utf-16"),
        pytest.param(b"\xff\xd8\xff\xe0" + bytes(100), id="jpeg"),
        pytest.param(b"\n" * (MAX_NOTE_BYTES + 1), id="oversize"),
    ],
)
def test_no_note(saved: bytes) -> None:
    """What is none, or whose very lines were changed, is refused."""
    with pytest.raises(ValueError):  # noqa: PT011
        as_written(saved)


def test_signature_in_another_spelling() -> None:
    """A signature line whose base64 has stray bits is refused: a note has one spelling."""
    blob = base64.b64encode(bytes(4) + bytes(64))  # 68 bytes: two bits of the last digit do not count
    with pytest.raises(ValueError, match="only form"):
        parse_note(HEAD.text() + b"\n" + "— name ".encode() + other_last_character(blob) + b"\n")


@pytest.mark.parametrize("place", range(0, len(NOTE), 3))
def test_one_bit_changed(place: int) -> None:
    """No changed bit leaves a note that opens as this ledger's with the same head."""
    data = NOTE[:place] + bytes([NOTE[place] ^ 1]) + NOTE[place + 1 :]

    try:
        read = parse_note(data)
    except ValueError:
        return
    signature = read.signature_by(SIGNER.public_key)
    assert signature is None or not is_valid(load_public(SIGNER.public_key), signature, read.text)

"""Bitcoin block headers: what one says, and the ways in which a verifier gets one. Pure functions over bytes.

A header is believed because of where the verifier took it from: their own node, or explorers that they trust. Nothing
here follows the chain of headers (this is no SPV).
"""

import datetime as dt
import hashlib
import re

from evidence_vault.messages import Message, say

HEADER_BYTES = 80
MAX_HEIGHT = 2**31 - 1
MAX_ANSWER_BYTES = 1024
"""What an explorer answers is 160 digits at most."""

# The easiest target of any network (that of the test network "regtest"): more than this is no proof of work at all.
_EASIEST_TARGET = 0x7FFFFF << 232
_LINE = re.compile(r"([0-9]{1,10})[ \t]+([0-9a-fA-F]{160})")
_BLOCK_HASH = re.compile(r"[0-9a-f]{64}")
_HEADER = re.compile(r"[0-9a-fA-F]{160}")


class UnreadableError(ValueError):
    """Bytes that are not what they were taken for; `message` says so to a person."""

    def __init__(self, message: Message) -> None:
        self.message = message
        super().__init__(str(message))


def merkle_root(header: bytes) -> bytes:
    """The root over the block's transactions, in the order of its bytes in the header (explorers print it reversed)."""
    return header[36:68]


def block_time(header: bytes) -> dt.datetime:
    """When the miner says that it made the block; the network tolerates an error of about two hours."""
    return dt.datetime.fromtimestamp(int.from_bytes(header[68:72], "little"), dt.UTC)


def block_hash(header: bytes) -> str:
    """The name of the block, as nodes and explorers print it."""
    return hashlib.sha256(hashlib.sha256(header).digest()).digest()[::-1].hex()


def is_sound(header: bytes) -> bool:
    """Whether these are 80 bytes whose hash meets the target that they themselves declare.

    It shows that some work was done, at a difficulty chosen by whoever made the header: not that Bitcoin accepted it.
    """
    if len(header) != HEADER_BYTES:
        return False
    bits = int.from_bytes(header[72:76], "little")
    exponent, mantissa = bits >> 24, bits & 0x7FFFFF
    if bits & 0x800000:  # a negative number, which no hash is below
        return False
    target = mantissa >> 8 * (3 - exponent) if exponent <= 3 else mantissa << 8 * (exponent - 3)
    return int(block_hash(header), 16) <= target <= _EASIEST_TARGET


def read_headers(data: bytes) -> dict[int, bytes]:
    """Read a verifier's own file: on each line a height, blanks, and the header in hexadecimal; `#` begins a comment.

    `bitcoin-cli getblockheader HASH false` prints such a header. Raises `UnreadableError` at the first line that is
    something else, that is no sound header, or that gives a second header for one height.
    """
    found: dict[int, bytes] = {}
    for number, line in enumerate(data.decode("utf-8", "replace").splitlines(), start=1):
        text = line.partition("#")[0].strip()
        if not text:
            continue
        match = _LINE.fullmatch(text)
        header = bytes.fromhex(match[2]) if match else b""
        if match is None or int(match[1]) > MAX_HEIGHT or not is_sound(header):
            raise UnreadableError(
                say("Line {number} is not the height of a block followed by its header.", number=number)
            )
        if found.setdefault(int(match[1]), header) != header:
            raise UnreadableError(say("Line {number} gives a second header for one height.", number=number))
    return found


def block_hash_url(explorer: str, height: int) -> str:
    """Where an explorer that speaks Esplora's language names the block of a height."""
    return f"{explorer.rstrip('/')}/block-height/{height}"


def read_block_hash(answer: bytes) -> str:
    """The name that it answers; raise `UnreadableError` where it is none."""
    text = answer.decode("ascii", "replace").strip()
    if not _BLOCK_HASH.fullmatch(text):
        raise UnreadableError(say("The explorer does not answer with the hash of a block."))
    return text


def header_url(explorer: str, name: str) -> str:
    """Where the same explorer gives the header of the block of that name."""
    return f"{explorer.rstrip('/')}/block/{name}/header"


def read_header(answer: bytes, name: str) -> bytes:
    """The header that it answers; raise `UnreadableError` where that is not the header of the block named."""
    text = answer.decode("ascii", "replace").strip()
    header = bytes.fromhex(text) if _HEADER.fullmatch(text) else b""
    if not is_sound(header) or block_hash(header) != name:
        raise UnreadableError(say("The explorer does not answer with the header of the block that it named."))
    return header

"""A calendar, its blockchain and an explorer on loopback: honest, or one of several liars.

The proofs are written here byte by byte, without the program's own reader or the library that it uses. The blocks
are those of a chain of our own with the difficulty of Bitcoin's "regtest": about two hashes each.
"""

import hashlib
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Literal, Self

Mode = Literal["honest", "garbage", "html", "other", "huge", "slow", "error", "redirect", "empty"]

MAGIC = bytes.fromhex("004f70656e54696d657374616d7073000050726f6f6600bf89e2e884e89294")
FORK, SHA256 = b"\xff", b"\x08"
EASY_BITS = 0x207FFFFF
FIRST_HEIGHT = 800_000
FIRST_TIME = 1_767_225_600  # 2026-01-01T00:00:00Z


def number(value: int) -> bytes:
    """Seven bits a byte, the lowest first."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def string(data: bytes) -> bytes:
    return number(len(data)) + data


def append(data: bytes) -> bytes:
    return b"\xf0" + string(data)


def prepend(data: bytes) -> bytes:
    return b"\xf1" + string(data)


def pending(address: str) -> bytes:
    return b"\x00" + bytes.fromhex("83dfe30d2ef90c8e") + string(string(address.encode()))


def bitcoin(height: int) -> bytes:
    return b"\x00" + bytes.fromhex("0588960d73d71901") + string(number(height))


def unknown(payload: bytes = b"whatever") -> bytes:
    return b"\x00" + b"\x01" * 8 + string(payload)


def proof(data: bytes, rest: bytes) -> bytes:
    """A whole proof about `data`, of which `rest` is all that follows the digest."""
    return MAGIC + b"\x01" + SHA256 + sha256(data) + rest


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def header(root: bytes, time: int = FIRST_TIME, bits: int = EASY_BITS, *, sound: bool = True) -> bytes:
    """A block header over `root`, its nonce sought until its hash meets the target (or, unsound, misses it)."""
    target = (bits & 0x7FFFFF) << 8 * ((bits >> 24) - 3)
    start = (2).to_bytes(4, "little") + bytes(32) + root + time.to_bytes(4, "little") + bits.to_bytes(4, "little")
    for nonce in range(2**32):
        made = start + nonce.to_bytes(4, "little")
        if (int.from_bytes(sha256(sha256(made)), "little") <= target) is sound:
            return made
    raise AssertionError("no nonce was found")


def name_of(block: bytes) -> str:
    return sha256(sha256(block))[::-1].hex()


def merkle(leaves: list[bytes]) -> tuple[bytes, list[bytes]]:
    """The root over messages of 32 bytes, and for each the steps that lead to it."""
    if len(leaves) == 1:
        return leaves[0], [b""]
    half = len(leaves) // 2
    (left, left_steps), (right, right_steps) = merkle(leaves[:half]), merkle(leaves[half:])
    up, down = append(right) + SHA256, prepend(left) + SHA256
    return sha256(left + right), [*(steps + up for steps in left_steps), *(steps + down for steps in right_steps)]


@dataclass
class CalendarServer:
    """`with CalendarServer() as calendar:` serves `calendar.url` until the end of the block.

    `POST /digest` and `GET /timestamp/<message>` are the calendar's; `GET /block-height/<height>` and
    `GET /block/<hash>/header` the explorer's. A promise is kept once `mine()` was called.
    """

    mode: Mode = "honest"
    submitted: list[bytes] = field(default_factory=list)
    blocks: dict[int, bytes] = field(default_factory=dict)
    """Headers by height, as a verifier's own node would give them."""
    asked: list[str] = field(default_factory=list)
    """Paths that were asked for, in order."""
    _waiting: list[bytes] = field(default_factory=list)
    _complete: dict[bytes, bytes] = field(default_factory=dict)
    _over: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        calendar = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                digest = self.rfile.read(int(self.headers["Content-Length"]))
                calendar.asked.append(self.path)
                calendar.answer(self, *calendar.take(self.path, digest))

            def do_GET(self) -> None:
                calendar.asked.append(self.path)
                calendar.answer(self, *calendar.give(self.path))

            def log_message(self, *_: object) -> None:
                """Say nothing on stderr."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = False
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def take(self, path: str, digest: bytes) -> tuple[int, bytes]:
        """A digest handed in, answered with the message that it became and the promise."""
        if path != "/digest" or len(digest) != 32:
            return 400, b"no digest"
        self.submitted.append(digest)
        if self.mode == "other":
            digest = sha256(b"somebody else's")
        neighbour, moment, mark = sha256(self.url.encode() + digest), b"\x69\x55\xb9\x00", b"\x00" * 8
        message = moment + sha256(digest + neighbour) + mark
        self._waiting.append(message)
        return 200, append(neighbour) + SHA256 + prepend(moment) + append(mark) + pending(self.url)

    def give(self, path: str) -> tuple[int, bytes]:
        """What is known of a message, a height or a block."""
        _, what, which, *more = path.split("/")
        blocks = {name_of(block): block for block in self.blocks.values()}
        match what:
            case "timestamp" if self.mode == "other" and self._complete:
                return 200, next(iter(self._complete.values()))
            case "timestamp" if bytes.fromhex(which) in self._complete:
                return 200, self._complete[bytes.fromhex(which)]
            case "timestamp":
                return 404, b"Pending confirmation in Bitcoin blockchain"
            case "block-height" if int(which) in self.blocks:
                return 200, name_of(self.blocks[int(which)]).encode()
            case "block" if which in blocks and more == ["header"]:
                return 200, blocks[which].hex().encode()
            case _:
                return 404, b"not found"

    def mine(self) -> int:
        """Put everything that waits into one new block; return its height."""
        height = FIRST_HEIGHT + len(self.blocks)
        before, after = b"\x01\x00\x00\x00 transaction ", b" rest of it"
        leaves = [sha256(sha256(before + sha256(message) + after)) for message in self._waiting]
        root, ways = merkle(leaves) if leaves else (bytes(32), [])
        for message, way in zip(self._waiting, ways, strict=True):
            start = SHA256 + prepend(before) + append(after) + SHA256 + SHA256
            self._complete[message] = start + way + bitcoin(height)
        self._waiting.clear()
        self.blocks[height] = header(root, FIRST_TIME + 600 * len(self.blocks))
        return height

    def answer(self, to: BaseHTTPRequestHandler, status: int, body: bytes) -> None:
        """Send an answer as this calendar's character has it."""
        headers = {}
        match self.mode:
            case "garbage":
                body = bytes(range(1, 200))
            case "html":
                body = b"<!doctype html><title>It works!</title>"
            case "huge":
                body = append(bytes(1000)) * 5000 + pending(self.url)
            case "slow":
                self._over.wait()
                return
            case "error":
                status, body = 500, b"Internal error"
            case "redirect":
                status, body, headers = 302, b"", {"Location": f"{self.url}/elsewhere"}
            case "empty":
                body = b""
            case _:
                pass
        to.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            to.send_header(name, value)
        to.end_headers()
        try:
            to.wfile.write(body)
        except OSError:
            return  # the other side had enough

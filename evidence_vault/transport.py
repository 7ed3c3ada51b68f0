"""One question to a web server, and the only room that opens a network connection.

A server may be slow, down, lying or hostile: the whole exchange has one deadline, an answer has a largest size, and
nothing is followed. What was received is bytes from a stranger.
"""

import base64
import functools
import http.client
import io
import queue
import socket
import ssl
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evidence_vault import __version__
from evidence_vault.messages import Message, say, visible

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_CHUNK_BYTES = 65_536
_LONGEST_HOST = 100  # signs of a name that are shown: the longest that DNS knows is 253, and it may be hostile


class FetchError(Exception):
    """No answer that can be used; `message` says why, and never holds a password.

    `status` is the HTTP status, where a server went as far as giving one.
    """

    def __init__(self, message: Message, status: int | None = None) -> None:
        self.message = message
        self.status = status
        super().__init__(str(message))


@dataclass(frozen=True, slots=True)
class Target:
    """An address, taken apart: what is asked, which server is named to people, and the proof of who asks."""

    url: str
    server: str
    authorization: str | None


class _Deadline:
    """The one moment by which everything must be over, however little each step takes."""

    def __init__(self, seconds: float) -> None:
        self.end = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds until then, never zero; raise `TimeoutError` once it has passed."""
        seconds = self.end - time.monotonic()
        if seconds <= 0:
            raise TimeoutError
        return seconds


def fetch(
    url: str,
    *,
    data: bytes | None = None,
    content_type: str | None = None,
    accept: str | None = None,
    timeout: float,
    limit: int,
) -> bytes:
    """Ask `url` once, with POST if there is `data`, and return the body of the answer 200; else raise `FetchError`.

    Name, connection, TLS, question and answer together take at most `timeout` seconds, and at most `limit` bytes are
    accepted. Redirects are reported, never followed. A proxy of the environment is used as `urllib` would. The user
    and password of an address are sent to its server alone.
    """
    target = read_address(url)
    headers = {
        "User-Agent": f"evidence-vault/{__version__}",
        "Content-Type": content_type,
        "Accept": accept,
        "Authorization": target.authorization,
    }
    kept = {name: value for name, value in headers.items() if value is not None}
    try:
        request = urllib.request.Request(target.url, data, kept)  # noqa: S310  # read_address lets http(s) alone pass
        return _exchange(request, target.server, timeout, limit)
    except FetchError:
        raise
    except Exception as error:  # noqa: BLE001  # whatever a server provokes in the client, the question has failed
        cause = error.reason if isinstance(error, urllib.error.URLError) else error
        raise FetchError(_explain(cause, target.server, timeout)) from None  # a chained error could hold the address


def read_address(url: str) -> Target:
    """Take an address apart; raise `FetchError` where it is none of http or https."""
    refused = FetchError(say("This is not an address of the form https://host/path."))
    try:
        parts = urllib.parse.urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise refused from None
    if parts.scheme not in {"http", "https"} or not host or not url.isascii() or not url.isprintable() or " " in url:
        raise refused
    place = parts.netloc.rpartition("@")[2]
    authorization = None
    if parts.username is not None:
        pair = f"{urllib.parse.unquote(parts.username)}:{urllib.parse.unquote(parts.password or '')}"
        authorization = f"Basic {base64.b64encode(pair.encode()).decode('ascii')}"
    server = visible(host[:_LONGEST_HOST]) + (f":{port}" if port else "")
    return Target(parts._replace(netloc=place, fragment="").geturl(), server, authorization)


def _exchange(request: urllib.request.Request, server: str, timeout: float, limit: int) -> bytes:
    opener = urllib.request.OpenerDirector()  # bare: follows nothing, opens no file, raises on no status
    opener.addheaders = []
    opener.add_handler(urllib.request.ProxyHandler())
    opener.add_handler(_Handler(_Deadline(timeout)))
    answer = opener.open(request, timeout=timeout)
    assert isinstance(answer, http.client.HTTPResponse)
    with answer:
        if 300 <= answer.status < 400:
            raise FetchError(
                say("{server} points to another address, which is not followed.", server=server), answer.status
            )
        if answer.status != 200:
            raise FetchError(
                say("{server} answers with the error {status}.", server=server, status=answer.status), answer.status
            )
        return _read_body(answer, server, limit)


def _read_body(answer: http.client.HTTPResponse, server: str, limit: int) -> bytes:
    body = bytearray()
    while part := answer.read(min(_CHUNK_BYTES, limit + 1 - len(body))):
        body += part
        if len(body) > limit:
            raise FetchError(say("{server} answers with more than {limit} bytes.", server=server, limit=limit), 200)
    if answer.length:  # fewer bytes than were announced
        raise http.client.IncompleteRead(bytes(body), answer.length)
    return bytes(body)


class _Handler(urllib.request.AbstractHTTPHandler):
    """Opens http and https with one deadline over all that happens."""

    def __init__(self, deadline: _Deadline) -> None:
        super().__init__()
        self._deadline = deadline

    def http_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(functools.partial(_Plain, deadline=self._deadline), request)

    def https_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        connection = functools.partial(_Secure, deadline=self._deadline, context=ssl.create_default_context())
        return self.do_open(connection, request)

    def unknown_open(self, _: urllib.request.Request) -> http.client.HTTPResponse:
        """Called for the scheme of a proxy that is neither http nor https."""
        raise FetchError(say("The proxy of this computer is of a kind that is not supported."))

    http_request = https_request = urllib.request.AbstractHTTPHandler.do_request_


class _Plain(http.client.HTTPConnection):
    """A connection whose every step ends by the deadline."""

    def __init__(self, host: str, *, timeout: float, deadline: _Deadline) -> None:
        super().__init__(host, timeout=timeout)
        _bound(self, deadline)


class _Secure(http.client.HTTPSConnection):
    """The same under TLS; a handshake has the time that is left when it begins."""

    def __init__(self, host: str, *, timeout: float, deadline: _Deadline, context: ssl.SSLContext) -> None:
        super().__init__(host, timeout=timeout, context=context)
        _bound(self, deadline)


def _bound(connection: http.client.HTTPConnection, deadline: _Deadline) -> None:
    """Make a connection and its answers heed the deadline.

    The standard library only bounds each wait. Its two seams are attributes that it calls for the socket and for the
    answer; the tests with slow servers hang if a later Python closes them.
    """

    def connect(address: tuple[str, int], *_: object) -> socket.socket:
        return _connect(*address, deadline)

    def response(sock: socket.socket, debuglevel: int = 0, method: str | None = None) -> http.client.HTTPResponse:
        made = http.client.HTTPResponse(sock, debuglevel, method)
        made.fp = io.BufferedReader(_Timed(made.fp.detach(), sock, deadline))
        return made

    vars(connection).update(_create_connection=connect, response_class=response)


class _Timed(io.RawIOBase):
    """What a socket receives, each time within what is left of the deadline."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket, deadline: _Deadline) -> None:
        self._raw, self._sock, self._deadline = raw, sock, deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int | None:
        self._sock.settimeout(self._deadline.left())
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


def _connect(host: str, port: int, deadline: _Deadline) -> socket.socket:
    """The first address of the host that accepts, each of the others left its share of the time."""
    addresses = _resolve(host, port, deadline)
    refusal = OSError()
    for place, (family, kind, protocol, _, address) in enumerate(addresses):
        sock = socket.socket(family, kind, protocol)
        try:
            sock.settimeout(deadline.left() / (len(addresses) - place))
            sock.connect(address)
            sock.settimeout(deadline.left())
        except OSError as error:
            sock.close()
            refusal = error
        else:
            return sock
    raise refusal


_Address = tuple[socket.AddressFamily, socket.SocketKind, int, str, tuple[str, int] | tuple[str, int, int, int]]


def _resolve(host: str, port: int, deadline: _Deadline) -> list[_Address]:
    """The addresses of a host: looked up in a thread, because the system's look-up has no deadline of its own."""
    found: queue.SimpleQueue[list[_Address] | Exception] = queue.SimpleQueue()

    def look_up() -> None:
        try:
            found.put(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))  # type: ignore[arg-type]  # IPv4 and IPv6
        except Exception as error:  # noqa: BLE001  # handed to the one who waits
            found.put(error)

    threading.Thread(target=look_up, daemon=True).start()
    try:
        answer = found.get(timeout=deadline.left())
    except queue.Empty:
        raise TimeoutError from None
    if isinstance(answer, Exception):
        raise answer
    return answer


def _explain(error: object, server: str, timeout: float) -> Message:
    """The sentence for what went wrong; the words of the error itself come from the server or the system."""
    if isinstance(error, TimeoutError):
        return say("{server} did not answer within {seconds} s.", server=server, seconds=f"{timeout:g}")
    if isinstance(error, ssl.SSLCertVerificationError):
        return say("{server} does not prove who it is: its TLS certificate is refused.", server=server)
    if isinstance(error, ssl.SSLError):
        return say("No secure connection to {server} can be made.", server=server)
    if isinstance(error, socket.gaierror | UnicodeError):
        return say("{server} cannot be found. Is this computer online?", server=server)
    if isinstance(error, ConnectionRefusedError):
        return say("{server} refuses the connection.", server=server)
    if isinstance(error, http.client.IncompleteRead | ConnectionError):
        return say("{server} broke off its answer.", server=server)
    if isinstance(error, http.client.HTTPException):
        return say("{server} does not answer as a web server does.", server=server)
    return say("{server} cannot be reached. Is this computer online?", server=server)

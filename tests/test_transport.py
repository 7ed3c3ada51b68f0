"""The one room that opens connections, against servers on loopback that misbehave in every way we could think of."""

import base64
import contextlib
import os
import queue
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from evidence_vault import __version__
from evidence_vault.transport import FetchError, fetch, read_address

SOON = 30.0  # a limit that a healthy loopback never meets
SHORT = 0.3
Talk = Callable[["Call"], None]


class Call:
    """One connection as the server sees it, and the event that says that the test is over."""

    def __init__(self, sock: socket.socket, over: threading.Event) -> None:
        self.sock = sock
        self.over = over

    def request(self) -> bytes:
        """The head of a request, with as much of its body as it announces."""
        data = b""
        while b"\r\n\r\n" not in data:
            data += self.sock.recv(65_536)
        head, _, body = data.partition(b"\r\n\r\n")
        announced = [line.split(b":")[1] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
        while announced and len(body) < int(announced[0]):
            body += self.sock.recv(65_536)
        return head + b"\r\n\r\n" + body

    def say(self, data: bytes) -> None:
        self.sock.sendall(data)

    def dribble(self, before: bytes, one: bytes) -> None:
        """Never stop, and never be silent for long: each wait for the next byte is short."""
        self.say(before)
        while not self.over.wait(0.02):
            self.say(one)


def answer(body: bytes = b"", status: str = "200 OK", headers: str = "") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{headers}\r\n".encode() + body


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)


@pytest.fixture
def serve() -> Iterator[Callable[..., str]]:
    """Starts servers: `serve(talk)` answers each connection with `talk` and returns its `host:port`."""
    over = threading.Event()
    with contextlib.ExitStack() as stack:

        def start(talk: Talk, context: ssl.SSLContext | None = None) -> str:
            listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))

            def run() -> None:
                while True:
                    try:
                        sock = listener.accept()[0]
                    except OSError:
                        return
                    if over.is_set():
                        sock.close()
                        return
                    with contextlib.suppress(OSError), sock:
                        if context is None:
                            talk(Call(sock, over))
                        else:
                            with context.wrap_socket(sock, server_side=True) as secure:
                                talk(Call(secure, over))

            thread = threading.Thread(target=run)
            thread.start()
            stack.callback(thread.join)
            place = listener.getsockname()
            stack.callback(lambda: socket.create_connection(place).close())  # wakes the one who waits for a caller
            stack.callback(over.set)
            return f"127.0.0.1:{place[1]}"

        yield start


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for localhost that nobody signed but itself, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-nodes", "-days", "2"),
            *("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"),
            *("-keyout", "key.pem", "-out", "cert.pem"),
        ],
        cwd=folder,
        check=True,
        capture_output=True,
    )
    return folder / "cert.pem", folder / "key.pem"


def server_context(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    return context


def refused(url: str, *, timeout: float = SOON, limit: int = 10_000) -> FetchError:
    with pytest.raises(FetchError) as caught:
        fetch(url, timeout=timeout, limit=limit)
    return caught.value


def test_a_question_and_its_answer(serve: Callable[..., str]) -> None:
    """Bytes are sent with POST under the types asked for, under the program's own name, and the body comes back."""
    heard: list[bytes] = []

    def talk(call: Call) -> None:
        heard.append(call.request())
        call.say(answer(bytes(range(256))))

    place = serve(talk)

    got = fetch(
        f"http://{place}/tsa?a=b#part",
        data=b"\x30\x00\xff",
        content_type="application/timestamp-query",
        accept="application/timestamp-reply",
        timeout=SOON,
        limit=256,
    )

    assert got == bytes(range(256))
    head, _, body = heard[0].partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines)
    assert (first, body) == ("POST /tsa?a=b HTTP/1.1", b"\x30\x00\xff")
    assert headers["user-agent"] == f"evidence-vault/{__version__}"
    assert headers["content-type"] == "application/timestamp-query"
    assert headers["accept"] == "application/timestamp-reply"
    assert headers["host"] == place
    assert "authorization" not in headers


def test_without_data_the_question_is_a_get(serve: Callable[..., str]) -> None:
    """An address alone is asked with GET, and an answer in pieces, or that ends with the connection, is whole."""
    heard: list[bytes] = []

    def talk(call: Call) -> None:
        heard.append(call.request())
        if len(heard) == 1:
            call.say(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
        else:
            call.say(b"HTTP/1.0 200 OK\r\n\r\nabcde")

    place = serve(talk)

    assert fetch(f"http://{place}", timeout=SOON, limit=5) == b"abcde"
    assert fetch(f"http://{place}", timeout=SOON, limit=5) == b"abcde"
    assert heard[0].startswith(b"GET / HTTP/1.1\r\n")


def test_the_password_of_an_address_goes_to_its_server_alone(serve: Callable[..., str]) -> None:
    """User and password become Basic authorization, decoded; no message ever repeats them."""
    heard: list[bytes] = []

    def talk(call: Call) -> None:
        heard.append(call.request())
        call.say(answer(status="401 Unauthorized"))

    place = serve(talk)

    error = refused(f"http://Awa:s%40cret@{place}/private/way")

    expected = base64.b64encode(b"Awa:s@cret")
    assert b"\r\nAuthorization: Basic " + expected + b"\r\n" in heard[0]
    assert heard[0].startswith(b"GET /private/way ")
    assert b"Awa" not in heard[0]
    assert str(error) == f"{place} answers with the error 401."
    assert error.status == 401
    assert error.__cause__ is None


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("", id="nothing"),
        pytest.param("ftp://127.0.0.1/x", id="ftp"),
        pytest.param("file:///etc/passwd", id="file"),
        pytest.param("data:text/plain,x", id="data"),
        pytest.param("127.0.0.1/x", id="no-scheme"),
        pytest.param("http:///x", id="no-host"),
        pytest.param("http://user:secret@/x", id="password-without-host"),
        pytest.param("http://127.0.0.1:port/", id="port-of-letters"),
        pytest.param("http://127.0.0.1:70000/", id="port-too-large"),
        pytest.param("http://[::1/", id="bracket"),
        pytest.param("http://127.0.0.1/a b", id="blank"),
        pytest.param("http://127.0.0.1/a\r\nX: y", id="header-injected"),
        pytest.param("http://127.0.0.1/\x00", id="zero"),
        pytest.param("http://127.0.0.1/é", id="not-ascii"),
        pytest.param("http://secret:\ud800@127.0.0.1/", id="surrogate"),
    ],
)
def test_what_is_no_web_address(url: str) -> None:
    """Anything but http and https, well spelled, is refused before a connection is opened."""
    error = refused(url)

    assert str(error) == "This is not an address of the form https://host/path."
    assert error.status is None


def test_the_name_shown_is_harmless() -> None:
    """The server named to a person is short, and never the password, the path or the question."""
    target = read_address("https://user:secret@Example.org:8443/path?question#part")

    assert target.server == "example.org:8443"
    assert target.url == "https://Example.org:8443/path?question"
    assert len(read_address(f"https://{'a' * 5000}.invalid/").server) == 100


def test_a_closed_port() -> None:
    """Nobody listens: said so."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    assert str(refused(f"http://user:secret@127.0.0.1:{port}/")) == f"127.0.0.1:{port} refuses the connection."


def test_a_name_that_does_not_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that no resolver knows, and one that cannot be written in DNS."""

    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    assert str(refused(f"http://{'a' * 64}.invalid/")).endswith("cannot be found. Is this computer online?")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert str(refused("https://tsa.invalid/x")) == "tsa.invalid cannot be found. Is this computer online?"


def test_a_resolver_that_never_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """The deadline holds while a name is being looked up, which the system itself would let take minutes."""
    over = threading.Event()

    def stuck(*_: object, **__: object) -> None:
        over.wait()
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", stuck)
    try:
        assert str(refused("http://tsa.invalid/", timeout=SHORT)) == "tsa.invalid did not answer within 0.3 s."
    finally:
        over.set()


def test_the_second_address_of_a_name(serve: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the first address of a name refuses, the next is tried."""
    place = serve(lambda call: (call.request(), call.say(answer(b"here")))[1])
    port = int(place.split(":")[1])
    with socket.create_server(("127.0.0.1", 0)) as listener:
        closed = listener.getsockname()[1]
    both = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", closed)),
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port)),
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: both)

    assert fetch("http://two.invalid/", timeout=SOON, limit=10) == b"here"


def test_a_connection_reset(serve: Callable[..., str]) -> None:
    """A server that hangs up before, or in the middle of, its answer."""
    place = serve(lambda call: (call.request(), None)[1])
    assert str(refused(f"http://{place}/")) == f"{place} broke off its answer."

    place = serve(lambda call: (call.request(), call.say(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"))[1])
    assert str(refused(f"http://{place}/")) == f"{place} broke off its answer."

    def reset(call: Call) -> None:
        call.request()
        call.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")

    place = serve(reset)
    assert str(refused(f"http://{place}/")) == f"{place} broke off its answer."


@pytest.mark.parametrize("status", ["500 Oops", "404 Not Found", "503", "204 No Content", "206 Partial Content"])
def test_another_status(serve: Callable[..., str], status: str) -> None:
    """Only 200 is an answer; any other status is told, with its number for whoever asked."""
    place = serve(lambda call: (call.request(), call.say(answer(status=status)))[1])

    error = refused(f"http://{place}/")

    assert (str(error), error.status) == (f"{place} answers with the error {status[:3]}.", int(status[:3]))


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"])
def test_a_redirect_is_not_followed(serve: Callable[..., str], status: str) -> None:
    """The place pointed to is never asked, nor is it named."""
    asked: list[bytes] = []
    other = serve(lambda call: asked.append(call.request()))
    place = serve(
        lambda call: (call.request(), call.say(answer(status=status, headers=f"Location: http://{other}/x\r\n")))[1]
    )

    error = refused(f"http://{place}/")

    assert str(error) == f"{place} points to another address, which is not followed."
    assert error.status == int(status[:3])
    assert asked == []


@pytest.mark.parametrize("announced", [True, False], ids=["announced", "unannounced"])
def test_an_answer_too_large(serve: Callable[..., str], announced: bool) -> None:
    """Sixty megabytes where ten thousand bytes are the limit: no more than the limit is taken in."""
    sent: list[int] = []

    def talk(call: Call) -> None:
        call.request()
        length = b"Content-Length: 67108864\r\n" if announced else b""
        call.say(b"HTTP/1.1 200 OK\r\n" + length + b"\r\n")
        for _ in range(4096):
            call.say(bytes(16_384))
            sent.append(16_384)

    place = serve(talk)

    assert str(refused(f"http://{place}/")) == f"{place} answers with more than 10000 bytes."
    assert sum(sent) < 67_108_864


def test_exactly_the_limit(serve: Callable[..., str]) -> None:
    """As many bytes as allowed are taken; one more is not."""
    place = serve(lambda call: (call.request(), call.say(answer(bytes(1000))))[1])

    assert fetch(f"http://{place}/", timeout=SOON, limit=1000) == bytes(1000)
    assert str(refused(f"http://{place}/", limit=999)) == f"{place} answers with more than 999 bytes."


@pytest.mark.parametrize(
    ("before", "one"),
    [
        pytest.param(b"", b"H", id="status-line"),
        pytest.param(b"HTTP/1.1 200 OK\r\n", b"x", id="header"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n", b"x", id="body"),
        pytest.param(b"HTTP/1.1 200 OK\r\n\r\n", b"x", id="body-without-length"),
        pytest.param(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n", id="chunks"),
        pytest.param(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", b"A: b\r\n", id="trailers"),
        pytest.param(b"", b"HTTP/1.1 100 Continue\r\n\r\n", id="continue-for-ever"),
    ],
)
def test_a_server_that_dribbles(serve: Callable[..., str], before: bytes, one: bytes) -> None:
    """Slow loris: a little at a time, for ever, is cut at the one deadline, wherever the answer stands."""
    place = serve(lambda call: (call.request(), call.dribble(before, one))[1])

    assert str(refused(f"http://{place}/", timeout=SHORT)) == f"{place} did not answer within 0.3 s."


def test_a_server_that_never_answers(serve: Callable[..., str]) -> None:
    """Silence, under http and where a TLS handshake is awaited."""
    place = serve(lambda call: call.over.wait() and None)

    assert str(refused(f"http://{place}/", timeout=SHORT)) == f"{place} did not answer within 0.3 s."
    place = serve(lambda call: call.over.wait() and None)
    assert str(refused(f"https://{place}/", timeout=SHORT)) == f"{place} did not answer within 0.3 s."


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        pytest.param(b"SSH-2.0-OpenSSH\r\n", "does not answer as a web server does.", id="ssh"),
        pytest.param(b"HTTP/1.1 abc OK\r\n\r\n", "does not answer as a web server does.", id="status-of-letters"),
        pytest.param(b"HTTP/9.9 200 OK\r\n\r\n", "does not answer as a web server does.", id="version"),
        pytest.param(b"HTTP/1.1 200 " + b"x" * 70_000, "does not answer as a web server does.", id="long-line"),
        pytest.param(
            b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200 + b"\r\n", "does not answer as a web server does.", id="headers"
        ),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "broke off its answer.", id="chunk-garbage"
        ),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffff\r\nx", "broke off its answer.", id="chunk"
        ),
    ],
)
def test_a_server_that_speaks_something_else(serve: Callable[..., str], said: bytes, sentence: str) -> None:
    """What is no HTTP is a sentence, whatever it is, and never a traceback."""
    place = serve(lambda call: (call.request(), call.say(said))[1])

    assert str(refused(f"http://{place}/")) == f"{place} {sentence}"


@pytest.mark.needs("openssl")
def test_tls_with_a_certificate_that_is_trusted(
    serve: Callable[..., str], certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Https works with the system's store of certificates, here replaced by one that holds the test's own."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    place = serve(lambda call: (call.request(), call.say(answer(b"safe")))[1], server_context(certificate))

    assert fetch(f"https://{place}/", timeout=SOON, limit=10) == b"safe"


@pytest.mark.needs("openssl")
def test_tls_with_a_certificate_that_nobody_vouches_for(
    serve: Callable[..., str], certificate: tuple[Path, Path]
) -> None:
    """A self-signed certificate is refused before anything is asked, and http behind https is told apart."""
    asked: list[bytes] = []
    place = serve(lambda call: asked.append(call.request()), server_context(certificate))

    error = refused(f"https://user:secret@{place}/")
    assert str(error) == f"{place} does not prove who it is: its TLS certificate is refused."
    assert asked == []

    plain = serve(lambda call: call.say(b"HTTP/1.1 400 Bad Request\r\n\r\n"))
    assert str(refused(f"https://{plain}/")) == f"No secure connection to {plain} can be made."


def test_a_proxy_of_the_environment(serve: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the environment names a proxy, it is asked instead; one that dribbles is cut at the deadline too."""
    heard: queue.SimpleQueue[bytes] = queue.SimpleQueue()  # a busy machine may hear after the deadline

    def talk(call: Call) -> None:
        request = call.request()
        heard.put(request)
        if request.startswith(b"CONNECT"):
            call.dribble(b"HTTP/1.1 200 OK\r\n", b"A: b\r\n")
        else:
            call.say(answer(b"through"))

    proxy = serve(talk)
    monkeypatch.setenv("http_proxy", f"http://{proxy}")
    monkeypatch.setenv("https_proxy", f"http://{proxy}")

    assert fetch("http://tsa.invalid/x", timeout=SOON, limit=10) == b"through"
    assert heard.get(timeout=30).startswith(b"GET http://tsa.invalid/x HTTP/1.1\r\n")
    sentence = str(refused("https://tsa.invalid/x", timeout=SHORT))
    assert sentence == "tsa.invalid did not answer within 0.3 s."
    assert heard.get(timeout=30).startswith(b"CONNECT tsa.invalid:443 ")


def test_a_proxy_that_refuses(serve: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy that lets nobody through leaves the server out of reach."""
    proxy = serve(lambda call: (call.request(), call.say(answer(status="403 Forbidden")))[1])
    monkeypatch.setenv("https_proxy", f"http://user:secret@{proxy}")

    assert str(refused("https://tsa.invalid/")) == "tsa.invalid cannot be reached. Is this computer online?"


def test_no_time_at_all(serve: Callable[..., str]) -> None:
    """A deadline that is over before anything began is a time-out like another."""
    place = serve(Call.request)

    assert str(refused(f"http://{place}/", timeout=0.0)) == f"{place} did not answer within 0 s."


def test_a_proxy_that_is_not_supported(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy of another kind is named as the obstacle."""
    monkeypatch.setenv("http_proxy", "socks5://127.0.0.1:1080")

    assert str(refused("http://tsa.invalid/")) == "The proxy of this computer is of a kind that is not supported."

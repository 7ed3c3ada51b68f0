"""A time-stamp authority for tests: honest over real `openssl ts`, or false in one chosen point over loopback HTTP.

`Authority.create` makes keys and certificates in memory. `stamp` builds a token in Python, with the freedom to set its
time and to corrupt any part; `reply` has openssl make one now; `serving` answers requests over HTTP.
"""

import contextlib
import datetime as dt
import hashlib
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from evidence_vault.signing.tokens import Roots

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
BEGAN = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
ENDED = dt.datetime(2040, 1, 1, tzinfo=dt.UTC)
STAMPED = dt.datetime(2026, 3, 2, 8, 15, 30, tzinfo=dt.UTC)
"""The time of a token where a test does not care."""
POLICY = "1.2.3.4.1"

SHA1, SHA256, SHA384, SHA512 = "1.3.14.3.2.26", *(f"2.16.840.1.101.3.4.2.{number}" for number in (1, 2, 3))
_DIGESTS = {"sha1": SHA1, "sha256": SHA256, "sha384": SHA384, "sha512": SHA512}
_HASHES = {
    "sha1": hashes.SHA1(),  # some tests sign as nobody should
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
_ECDSA = {
    "sha1": "1.2.840.10045.4.1",
    "sha256": "1.2.840.10045.4.3.2",
    "sha384": "1.2.840.10045.4.3.3",
    "sha512": "1.2.840.10045.4.3.4",
}
_RSA = "1.2.840.113549.1.1.1"
_TST_INFO = "1.2.840.113549.1.9.16.1.4"
_CMS = "1.2.840.113549.1.9"


def tlv(tag: int, *parts: bytes) -> bytes:
    """One element of DER."""
    content = b"".join(parts)
    size = len(content)
    if size < 128:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content


def sequence(*parts: bytes) -> bytes:
    return tlv(0x30, *parts)


def integer(value: int) -> bytes:
    return tlv(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))


def oid(dotted: str) -> bytes:
    first, second, *others = map(int, dotted.split("."))
    encoded = bytearray()
    for arc in (40 * first + second, *others):
        groups = [arc & 0x7F]
        while arc := arc >> 7:
            groups.insert(0, arc & 0x7F | 0x80)
        encoded += bytes(groups)
    return tlv(0x06, bytes(encoded))


def algorithm(dotted: str, *, null: bool = True) -> bytes:
    return sequence(oid(dotted), tlv(0x05) if null else b"")


def generalized(moment: dt.datetime) -> bytes:
    fraction = f".{moment.microsecond:06}".rstrip("0") if moment.microsecond else ""
    return tlv(0x18, f"{moment:%Y%m%d%H%M%S}{fraction}Z".encode("ascii"))


def attribute(kind: str, *values: bytes) -> bytes:
    return sequence(oid(kind), tlv(0x31, *values))


@cache
def private_key(kind: str, role: str) -> Key:
    """A key of one kind for one role; made once, because an RSA key takes a while."""
    if kind == "rsa":
        return rsa.generate_private_key(65537, 2048)
    return ec.generate_private_key({"p256": ec.SECP256R1(), "p384": ec.SECP384R1()}[kind])


def certificate(
    subject: str,
    key: Key,
    issuer: "tuple[x509.Certificate, Key] | None" = None,
    *,
    authority: bool = False,
    purposes: Sequence[x509.ObjectIdentifier] | None = (),
    critical: bool = True,
    usage: dict[str, bool] | None = None,
    began: dt.datetime = BEGAN,
    ended: dt.datetime = ENDED,
    serial: int | None = None,
) -> x509.Certificate:
    """A certificate for `key`, issued by itself where no issuer is given."""
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "FR"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Horloge d’essai"),
            x509.NameAttribute(NameOID.COMMON_NAME, subject),
        ]
    )
    granted = dict.fromkeys(
        (
            *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement"),
            *("key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
        ),
        False,
    )
    granted |= usage or ({"key_cert_sign": True, "crl_sign": True} if authority else {"digital_signature": True})
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer[0].subject if issuer else name)
        .public_key(key.public_key())
        .serial_number(serial or x509.random_serial_number())
        .not_valid_before(began)
        .not_valid_after(ended)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**granted), critical=True)
    )
    if purposes:
        builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), critical=critical)
    signing = issuer[1] if issuer else key
    steady = isinstance(signing, ec.EllipticCurvePrivateKey) or None  # the same bytes for the same key: test vectors
    return builder.sign(signing, hashes.SHA256(), ecdsa_deterministic=steady)


def der(found: x509.Certificate) -> bytes:
    return found.public_bytes(Encoding.DER)


def pem(*found: x509.Certificate) -> bytes:
    return b"".join(each.public_bytes(Encoding.PEM) for each in found)


@dataclass(frozen=True)
class Asked:
    """What a request asks, as far as an answer needs it."""

    imprint: bytes
    """The whole MessageImprint, DER."""
    nonce: bytes
    """The whole INTEGER, DER; empty if there is none."""
    certificates: bool

    @classmethod
    def read(cls, request: bytes) -> "Asked":
        """Read a TimeStampReq as our product makes it: short lengths only."""
        position, parts = 2, []
        while position < len(request):
            end = position + 2 + request[position + 1]
            parts.append(request[position:end])
            position = end
        nonces = [part for part in parts[2:] if part[0] == 0x02]
        return cls(parts[1], nonces[0] if nonces else b"", b"\x01\x01\xff" in parts)


@dataclass(frozen=True)
class Authority:
    """A root, perhaps a certificate between, and the certificate that stamps."""

    kind: str
    key: Key
    signer: x509.Certificate
    between: tuple[x509.Certificate, ...]
    root: x509.Certificate

    @classmethod
    def create(
        cls,
        kind: str = "p256",
        *,
        intermediate: bool = False,
        name: str = "Horodatage",
        purposes: Sequence[x509.ObjectIdentifier] | None = (ExtendedKeyUsageOID.TIME_STAMPING,),
        critical: bool = True,
        usage: dict[str, bool] | None = None,
        began: dt.datetime = BEGAN,
        ended: dt.datetime = ENDED,
    ) -> "Authority":
        """An authority of `kind` "rsa" (2048 bits), "p256" or "p384"; the dates are those of the signer."""
        root_key, key = private_key(kind, f"root of {name}"), private_key(kind, f"signer of {name}")
        root = certificate(f"{name} racine", root_key, authority=True)
        above = (root, root_key)
        between: tuple[x509.Certificate, ...] = ()
        if intermediate:
            middle_key = private_key(kind, f"between of {name}")
            middle = certificate(f"{name} intermédiaire", middle_key, above, authority=True)
            above, between = (middle, middle_key), (middle,)
        signer = certificate(
            name, key, above, purposes=purposes, critical=critical, usage=usage, began=began, ended=ended
        )
        return cls(kind, key, signer, between, root)

    @property
    def root_pem(self) -> bytes:
        """The root, as openssl takes it for `-CAfile`."""
        return pem(self.root)

    @property
    def roots(self) -> Roots:
        """Trust in this authority."""
        return Roots((der(self.root),))

    def stamp(
        self,
        data: bytes,
        request: bytes | None = None,
        *,
        gen_time: dt.datetime = STAMPED,
        digest: str = "sha256",
        imprint: bytes | None = None,
        nonce: int | None = None,
        accuracy: tuple[int, int, int] | None = (1, 500, 0),
        serial: int = 4711,
        policy: str = POLICY,
        version: int = 1,
        status: int = 0,
        certificates: Sequence[x509.Certificate] | None = None,
        in_order: bool = True,
        pointers: Sequence[int] = (2,),
        pointed: x509.Certificate | None = None,
        named: x509.Certificate | None = None,
        key: Key | None = None,
        signed_digest: str | None = None,
        shown_time: dt.datetime | None = None,
        signatures: int = 1,
        content_kind: str = _TST_INFO,
        named_in_token: x509.Name | None = None,
        pointed_chain: bool = False,
        extra: Sequence[bytes] = (),
    ) -> bytes:
        """A TimeStampResp over `data`, honest but for what is said otherwise.

        `imprint`, `nonce`: instead of those asked for · `accuracy`: seconds, milli-, microseconds · `certificates`,
        `in_order`: what is enclosed, and whether sorted as DER asks · `pointers`: versions of the signing-certificate
        attribute, about `pointed` · `named`: the certificate that the signature names · `key`: what signs ·
        `shown_time`: put in after signing · `signatures`: how many · `content_kind`: in the signed attribute ·
        `named_in_token`: the authority's name in the claim · `pointed_chain`: point to the certificates between too ·
        `extra`: more signed attributes.
        """
        asked = Asked.read(request) if request else None
        if asked and imprint is None and digest == "sha256":
            shown = asked.imprint
        else:
            shown = sequence(algorithm(_DIGESTS[digest]), tlv(0x04, imprint or hashlib.new(digest, data).digest()))
        answered = integer(nonce) if nonce is not None else (asked.nonce if asked else b"")

        def claim(moment: dt.datetime) -> bytes:
            units = zip((0x02, 0x80, 0x81), accuracy or (), strict=False)
            about = sequence(*(tlv(tag, integer(value)[2:]) for tag, value in units if value)) if accuracy else b""
            name = tlv(0xA0, tlv(0xA4, named_in_token.public_bytes())) if named_in_token else b""
            parts = (integer(version), oid(policy), shown, integer(serial), generalized(moment), about, answered, name)
            return sequence(*parts)

        said = claim(gen_time)
        signing = signed_digest or ("sha384" if self.kind == "p384" else "sha256")
        chosen, pointed_to = named or self.signer, pointed or self.signer
        attributes = [
            attribute(f"{_CMS}.3", oid(content_kind)),
            attribute(f"{_CMS}.4", tlv(0x04, hashlib.new(signing, said).digest())),
            *(_pointer(number, pointed_to, *(self.between if pointed_chain else ())) for number in pointers),
            *extra,
        ]
        content = b"".join(sorted(attributes))
        secret = key or self.key
        to_sign = tlv(0x31, content)
        if isinstance(secret, rsa.RSAPrivateKey):
            how, signature = algorithm(_RSA), secret.sign(to_sign, padding.PKCS1v15(), _HASHES[signing])
        else:
            how = algorithm(_ECDSA[signing], null=False)
            signature = secret.sign(to_sign, ec.ECDSA(_HASHES[signing], deterministic_signing=True))
        signer_info = sequence(
            integer(1),
            sequence(chosen.issuer.public_bytes(), integer(chosen.serial_number)),
            algorithm(_DIGESTS[signing]),
            tlv(0xA0, content),
            how,
            tlv(0x04, signature),
        )
        enclosed = [der(each) for each in ((self.signer, *self.between) if certificates is None else certificates)]
        if in_order:
            enclosed.sort()
        token = sequence(
            oid("1.2.840.113549.1.7.2"),
            tlv(
                0xA0,
                sequence(
                    integer(3),
                    tlv(0x31, algorithm(_DIGESTS[signing])),
                    sequence(oid(_TST_INFO), tlv(0xA0, tlv(0x04, claim(shown_time) if shown_time else said))),
                    tlv(0xA0, *enclosed) if enclosed else b"",
                    tlv(0x31, *[signer_info] * signatures),
                ),
            ),
        )
        return sequence(sequence(integer(status)), token if status in {0, 1} else b"")

    def refuse(self, status: int = 2) -> bytes:
        """The answer that grants nothing."""
        return self.stamp(b"", status=status)

    def reply(self, request: bytes, folder: Path, **options: str) -> bytes:
        """What real `openssl ts` answers now; `folder` is its own, `options` go into its configuration."""
        config = folder / "ts.cnf"
        if not config.exists():
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "serial").write_text("01\n", "ascii")
            (folder / "signer.pem").write_bytes(pem(self.signer))
            (folder / "chain.pem").write_bytes(pem(*self.between) if self.between else pem(self.root))
            (folder / "key.pem").write_bytes(self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
            chosen = {
                "serial": f"{folder}/serial",
                "signer_cert": f"{folder}/signer.pem",
                "certs": f"{folder}/chain.pem",
                "signer_key": f"{folder}/key.pem",
                "signer_digest": "sha384" if self.kind == "p384" else "sha256",
                "default_policy": POLICY,
                "digests": "sha256, sha384, sha512",
                "accuracy": "secs:1, millisecs:500",
                "tsa_name": "yes",
                "ess_cert_id_chain": "no",
                "ess_cert_id_alg": "sha256",
            } | options
            lines = ["[tsa]", "default_tsa = here", "[here]", *(f"{name} = {value}" for name, value in chosen.items())]
            config.write_text("\n".join([*lines, ""]), "ascii")
        query, answer = folder / "request.tsq", folder / "answer.tsr"
        query.write_bytes(request)
        subprocess.run(
            ["openssl", "ts", "-reply", "-config", config, "-queryfile", query, "-out", answer],
            check=True,
            capture_output=True,
        )
        return answer.read_bytes()

    def respond(self, request: bytes, how: str = "honest", *, gen_time: dt.datetime = STAMPED) -> bytes:
        """The body of an answer to `request`, honest or in one of the ways of `MISBEHAVIOURS`."""
        return MISBEHAVIOURS[how](self, request) if how != "honest" else self.stamp(b"", request, gen_time=gen_time)

    @contextlib.contextmanager
    def serving(self, how: str = "honest", *, folder: Path | None = None) -> Iterator["Served"]:
        """Serve over loopback HTTP while the context lasts; with a `folder`, honest answers come from real openssl."""
        served = Served(self, how, folder)
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(served))
        server.daemon_threads = True
        served.url = f"http://127.0.0.1:{server.server_address[1]}/tsa"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield served
        finally:
            served.release.set()
            server.shutdown()
            thread.join()
            server.server_close()


def _pointer(number: int, *about: x509.Certificate) -> bytes:
    """The attribute signing-certificate (RFC 2634) or signing-certificate-v2 (RFC 5035)."""
    digests = [hashlib.new("sha1" if number == 1 else "sha256", der(each)).digest() for each in about]
    kind = f"{_CMS}.16.2.12" if number == 1 else f"{_CMS}.16.2.47"
    return attribute(kind, sequence(sequence(*(sequence(tlv(0x04, digest)) for digest in digests))))


def twin_of(authority: Authority) -> x509.Certificate:
    """Somebody else's certificate, with the names and the serial number of the authority's."""
    key = private_key(authority.kind, "spoofer")
    return certificate(
        authority.signer.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value,  # type: ignore[arg-type]
        key,
        ((authority.between or (authority.root,))[0], key),
        purposes=[ExtendedKeyUsageOID.TIME_STAMPING],
        serial=authority.signer.serial_number,
    )


def _spoofed(authority: Authority, request: bytes) -> bytes:
    """Signed by somebody else under the name of the authority, whose own certificate the signature points to."""
    twin, key = twin_of(authority), private_key(authority.kind, "spoofer")
    return authority.stamp(b"", request, key=key, certificates=[twin, authority.signer, *authority.between])


def _pointing_elsewhere(authority: Authority, request: bytes) -> bytes:
    """Signed by somebody else, pointing to that certificate, with only the authority's own certificate enclosed."""
    key = private_key(authority.kind, "spoofer")
    return authority.stamp(b"", request, key=key, pointed=twin_of(authority))


def _twin(authority: Authority, request: bytes) -> bytes:
    """Signed by somebody else who copied every name: all agrees but the chain."""
    twin, key = twin_of(authority), private_key(authority.kind, "spoofer")
    return authority.stamp(
        b"", request, key=key, pointed=twin, certificates=[twin, authority.signer, *authority.between]
    )


MISBEHAVIOURS: dict[str, Callable[[Authority, bytes], bytes]] = {
    "html": lambda _authority, _request: b"<!DOCTYPE html>\n<html><body>Service indisponible</body></html>\n",
    "empty": lambda _authority, _request: b"",
    # No web page begins so, whatever the request.
    "garbage": lambda _authority, request: b"\xff" + hashlib.sha512(request).digest() * 20,
    "truncated": lambda authority, request: authority.stamp(b"", request)[:-40],
    "huge": lambda _authority, _request: bytes(10 * 1024 * 1024),
    "refusal": lambda authority, _request: authority.refuse(),
    "wrong_nonce": lambda authority, request: authority.stamp(b"", request, nonce=1),
    "other_bytes": lambda authority, request: authority.stamp(b"", request, imprint=hashlib.sha256(b"other").digest()),
    "no_certificates": lambda authority, request: authority.stamp(b"", request, certificates=[]),
    "injected_certificates": lambda authority, request: authority.stamp(
        b"",
        request,
        certificates=[authority.signer, *authority.between, certificate("Inconnu", private_key("p256", "unknown"))],
    ),
    "spoofed": _spoofed,
    "pointing_elsewhere": _pointing_elsewhere,
    "twin": _twin,
    "wrong_signature": lambda authority, request: authority.stamp(
        b"", request, key=private_key(authority.kind, "another")
    ),
    "moved_time": lambda authority, request: authority.stamp(b"", request, shown_time=STAMPED - dt.timedelta(days=90)),
    "past": lambda authority, request: authority.stamp(b"", request, gen_time=BEGAN - dt.timedelta(days=1)),
    "future": lambda authority, request: authority.stamp(b"", request, gen_time=ENDED + dt.timedelta(days=1)),
}
"""Bodies that an authority must not send, by name."""


@dataclass
class Served:
    """An authority over HTTP: set `how` at any time; `release` lets go of an answer that is being held back.

    Beside the names of `MISBEHAVIOURS`, `how` may be "redirect", "error", "silent" (nothing at all is sent until
    release), "drip" (one byte now and then, for ever) or "late" (honest, once released).
    """

    authority: Authority
    how: str
    folder: Path | None = None
    gen_time: dt.datetime = STAMPED
    """The time of honest answers that are made in Python."""
    url: str = ""
    requests: list[bytes] = field(default_factory=list)
    release: threading.Event = field(default_factory=threading.Event)
    asked: threading.Event = field(default_factory=threading.Event)
    """Set as soon as a request has arrived."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def body(self, request: bytes) -> bytes:
        if self.how in MISBEHAVIOURS:
            return self.authority.respond(request, self.how)
        if self.folder is None:
            return self.authority.respond(request, gen_time=self.gen_time)
        with self.lock:  # openssl keeps its serial number in a file
            return self.authority.reply(request, self.folder)


def _handler(served: Served) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            served.requests.append(request)
            served.asked.set()
            if served.how in {"silent", "late"}:
                served.release.wait()
            if served.how == "silent":
                return
            if served.how == "redirect":
                self.send_response(302)
                self.send_header("Location", served.url)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            body = served.body(request)
            self.send_response(500 if served.how == "error" else 200)
            kind = "text/html" if served.how == "html" else "application/timestamp-reply"
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with contextlib.suppress(OSError):  # the client may well have hung up
                if served.how == "drip":
                    for byte in body:
                        self.wfile.write(bytes((byte,)))
                        self.wfile.flush()
                        if served.release.wait(0.02):
                            return
                self.wfile.write(body)

        def do_GET(self) -> None:
            self.send_error(405)

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002  # the name is the base class's
            """Nothing: a test says what it wants to know."""

    return Handler

"""A small PDF by hand, in the one plain form that dossiers have, signed and changed, with nothing left to chance."""

import hashlib
import re
from collections.abc import Mapping, Sequence

import tsa
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from vectors.world import MORNING, authorities, fixed

CATALOG, PAGES, PAGE, CONTENT, FILE, STREAM, FORM, FIELD, SIGNATURE = range(1, 10)
ARCHIVE = "archive-de-preuve.zip"
ROOM = 3000
"""Bytes kept for a signature."""
_DATA, _CMS = "1.2.840.113549.1.7.1", "1.2.840.113549.1.9"
_ECDSA = "1.2.840.10045.4.3.2"
_START = re.compile(rb"startxref\n([0-9]+)\n%%EOF\n\Z")
_PLACE = "%-10d %-10d %-10d"


def stream(data: bytes, entries: str = "") -> bytes:
    return f"<< /Length {len(data)} {entries}>>\nstream\n".encode() + data + b"\nendstream"


def page(contents: int, annotations: Sequence[int] = ()) -> bytes:
    shown = f" /Annots [{' '.join(f'{each} 0 R' for each in annotations)}]" if annotations else ""
    return (
        f"<< /Type /Page /Parent {PAGES} 0 R /MediaBox [0 0 595 842] /Resources << >>"
        f" /Contents {contents} 0 R{shown} >>"
    ).encode()


def pages(*numbers: int) -> bytes:
    return f"<< /Type /Pages /Kids [{' '.join(f'{each} 0 R' for each in numbers)}] /Count {len(numbers)} >>".encode()


def catalog(files: Mapping[str, int], more: str = "") -> bytes:
    named = " ".join(f"({name}) {number} 0 R" for name, number in files.items())
    listed = " ".join(f"{number} 0 R" for number in files.values())
    return (
        f"<< /Type /Catalog /Pages {PAGES} 0 R /Names << /EmbeddedFiles << /Names [{named}] >> >> /AF [{listed}]"
        f"{more} >>"
    ).encode()


def file(name: str, stream_number: int, other: int | None = None) -> bytes:
    """A file specification; `other` is a second stream under UF, as a forger writes it."""
    return (
        f"<< /Type /Filespec /F ({name}) /UF ({name}) /AFRelationship /Data"
        f" /EF << /F {stream_number} 0 R /UF {other or stream_number} 0 R >> >>"
    ).encode()


def drawn(shade: int) -> bytes:
    """What a page shows: a grey square."""
    return stream(f"0.{shade} g 50 50 100 100 re f".encode())


def unsigned(bundle: bytes, **changed: bytes) -> bytes:
    """One page and the archive; `changed` replaces an object, by its name in lower case."""
    objects = {
        CATALOG: catalog({ARCHIVE: FILE}),
        PAGES: pages(PAGE),
        PAGE: page(CONTENT),
        CONTENT: drawn(5),
        FILE: file(ARCHIVE, STREAM),
        STREAM: stream(bundle, "/Type /EmbeddedFile /Subtype /application#2Fzip "),
    }
    names = {"catalog": CATALOG, "file": FILE, "pages": PAGES, "stream": STREAM}
    objects |= {names[name]: value for name, value in changed.items()}
    return updated(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", objects)


def updated(data: bytes, objects: Mapping[int, bytes]) -> bytes:
    """`data` with objects added or replaced after its end: what anybody can do without touching what is there."""
    before = _START.search(data)
    sizes = [int(each) for each in re.findall(rb"/Size ([0-9]+)", data)]
    out = bytearray(data)
    table = "" if before else "0 1\n0000000000 65535 f \n"
    for number, content in sorted(objects.items()):
        table += f"{number} 1\n{len(out):010d} 00000 n \n"
        out += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
    size = max([*sizes, *(number + 1 for number in objects)])
    previous = f" /Prev {before[1].decode()}" if before else ""
    start = len(out)
    out += f"xref\n{table}trailer\n<< /Size {size} /Root {CATALOG} 0 R{previous} >>\n".encode()
    return bytes(out + f"startxref\n{start}\n%%EOF\n".encode())


def identity(name: str = "Awa Diallo") -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    """The certificate and the key of whoever signs pages."""
    with fixed(f"identity {name}"):
        key = tsa.private_key("p256", f"pages of {name}")
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        return tsa.certificate(name, key), key


def cms(
    digest: bytes,
    who: tuple[x509.Certificate, ec.EllipticCurvePrivateKey],
    *,
    pointed: x509.Certificate | None = None,
    points: bool = True,
    signers: int = 1,
    stamped: bool = False,
) -> bytes:
    """A detached signature; what may be wrong with it: the certificate pointed to, no pointer at all, two signers."""
    certificate, key = who
    attributes = [
        tsa.attribute(f"{_CMS}.3", tsa.oid(_DATA)),
        tsa.attribute(f"{_CMS}.4", tsa.tlv(0x04, digest)),
    ]
    if points:
        about = hashlib.sha256(tsa.der(pointed or certificate)).digest()
        named = tsa.sequence(tsa.sequence(tsa.sequence(tsa.tlv(0x04, about))))
        attributes.append(tsa.attribute(f"{_CMS}.16.2.47", named))
    content = b"".join(sorted(attributes))
    value = key.sign(tsa.tlv(0x31, content), ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
    unsigned_part = b""
    if stamped:
        response = authorities()["p256"].stamp(value, gen_time=MORNING)
        token = tsa.attribute(f"{_CMS}.16.2.14", response[-(len(response) - _token_start(response)) :])
        unsigned_part = tsa.tlv(0xA1, token)
    signer = tsa.sequence(
        tsa.integer(1),
        tsa.sequence(certificate.issuer.public_bytes(), tsa.integer(certificate.serial_number)),
        tsa.algorithm(tsa.SHA256, null=False),
        tsa.tlv(0xA0, content),
        tsa.algorithm(_ECDSA, null=False),
        tsa.tlv(0x04, value),
        unsigned_part,
    )
    return tsa.sequence(
        tsa.oid("1.2.840.113549.1.7.2"),
        tsa.tlv(
            0xA0,
            tsa.sequence(
                tsa.integer(1),
                tsa.tlv(0x31, tsa.algorithm(tsa.SHA256, null=False)),
                tsa.sequence(tsa.oid(_DATA)),
                tsa.tlv(0xA0, tsa.der(certificate)),
                tsa.tlv(0x31, *[signer] * signers),
            ),
        ),
    )


def _token_start(response: bytes) -> int:
    """Where the token stands in a response that grants it: after two heads and the status."""
    head = 2 if response[1] < 0x80 else 2 + (response[1] & 0x7F)
    return head + 2 + response[head + 1]


def signed(
    data: bytes,
    who: tuple[x509.Certificate, ec.EllipticCurvePrivateKey] | None = None,
    *,
    files: Mapping[str, int] | None = None,
    number: int = SIGNATURE,
    fields: Sequence[int] = (FIELD,),
    kind: str = "ETSI.CAdES.detached",
    left_out: int = 0,
    after: bytes = b"",
    **false: object,
) -> bytes:
    """`data` signed in an update of its own.

    What may be wrong: `kind`, the SubFilter · `left_out`, bytes beside the signature that it does not cover · `after`,
    what stands behind the signature in its room · `false`, as in `cms`.
    """
    placed = _with_room(data, files or {ARCHIVE: FILE}, kind, number, fields)
    start = placed.index(b"/Contents <", len(data)) + len(b"/Contents ")
    end = start + 2 * ROOM + 2
    covered = _ranged(placed, start - left_out, end)
    digest = hashlib.sha256(covered[: start - left_out] + covered[end:]).digest()
    return _filled(covered, start, cms(digest, who or identity(), **false), after)  # type: ignore[arg-type]


def archived(data: bytes, *, changed: Mapping[int, bytes] | None = None, about: bytes | None = None) -> bytes:
    """A signed document under a time stamp over all of it, as long-term archiving adds it."""
    number, field = SIGNATURE + 2, FIELD + 2
    placed = _with_room(data, {ARCHIVE: FILE}, "ETSI.RFC3161", number, (FIELD, field), changed)
    start = placed.index(b"/Contents <", len(data)) + len(b"/Contents ")
    end = start + 2 * ROOM + 2
    covered = _ranged(placed, start, end)
    response = authorities()["p256"].stamp(about or covered[:start] + covered[end:], gen_time=MORNING)
    return _filled(covered, start, response[_token_start(response) :], b"")


def _with_room(
    data: bytes,
    files: Mapping[str, int],
    kind: str,
    number: int,
    fields: Sequence[int],
    changed: Mapping[int, bytes] | None = None,
) -> bytes:
    stamp = kind == "ETSI.RFC3161"
    about = "/DocTimeStamp" if stamp else "/Sig"
    value = (
        f"<< /Type {about} /Filter /Adobe.PPKLite /SubFilter /{kind} /ByteRange [0 {' ' * 32}]"
        f" /Contents <{'0' * 2 * ROOM}>{'' if stamp else ' /M (D:20260302091500Z)'} >>"
    )
    field = fields[-1]
    widget = (
        f"<< /FT /Sig /T (Signature {field}) /Type /Annot /Subtype /Widget /F 132 /Rect [0 0 0 0] /P {PAGE} 0 R"
        f" /V {number} 0 R >>"
    )
    form = f"<< /Fields [{' '.join(f'{each} 0 R' for each in fields)}] /SigFlags 3 >>"
    return updated(
        data,
        {
            CATALOG: catalog(files, f" /AcroForm {FORM} 0 R"),
            PAGE: page(CONTENT, fields),
            FORM: form.encode(),
            field: widget.encode(),
            number: value.encode(),
            **(changed or {}),
        },
    )


def _ranged(data: bytes, start: int, end: int) -> bytes:
    """Say which ranges are covered: all but from `start` to `end`."""
    place = data.rindex(b"/ByteRange [0 ", 0, end) + len(b"/ByteRange [0 ")
    ranges = (_PLACE % (start, end, len(data) - end)).encode()
    return data[:place] + ranges + data[place + len(ranges) :]


def _filled(data: bytes, start: int, signature: bytes, after: bytes) -> bytes:
    room = (signature + after).hex().ljust(2 * ROOM, "0").encode()
    assert len(room) == 2 * ROOM
    return data[: start + 1] + room + data[start + 1 + len(room) :]

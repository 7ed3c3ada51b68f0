"""From a forgery to the bytes of a bundle, in the order and the manner of the program, whatever is wrong with it."""

import base64
import io
import zipfile

from forgery import Forgery
from test_bundle import Archive

from evidence_vault.encoding import canonical, sha256
from evidence_vault.entries import parse_header
from evidence_vault.exports.bundle import BODIES, GUIDE, HEADERS, MANIFEST, PAGE, SIGNATURES, SUMS
from evidence_vault.signing.note import parse_note
from evidence_vault.signing.public import key_id, to_pem

PAGE_TEXT = b"<!doctype html><title>Not the real page: nothing in a bundle depends on it</title>\n"
GUIDE_TEXT = "# Vérifier sans nous\n\nExemple.\n".encode()


def archive_of(forgery: Forgery, case: str) -> Archive:
    """The members of the bundle that carries this evidence."""
    members = [
        (
            MANIFEST,
            canonical(
                {
                    "case": _case_of(forgery) or case,
                    "exhibits": "left_out" if forgery.left_out else "enclosed",
                    "format": "evidence-vault/bundle/1",
                    "program": "evidence-vault test vectors",
                    "size": len(forgery.entries),
                }
            ),
        ),
        (HEADERS, b"".join(entry.header + b"\n" for entry in forgery.entries)),
        (SIGNATURES, b"".join(base64.b64encode(entry.signature) + b"\n" for entry in forgery.entries)),
        (BODIES, b"".join((b"null" if entry.body is None else entry.body) + b"\n" for entry in forgery.entries)),
    ]
    for number, note in enumerate(forgery.checkpoints):
        try:
            size = parse_note(note).checkpoint.size
        except ValueError:
            size = 900 + number
        members.append((f"checkpoints/{size:09d}.note", note))
    for digest, proof in forgery.proofs.items():
        form = "ots" if proof.response.startswith(b"\0OpenTimestamps") else "tsr"
        members.append((f"timestamps/{digest}.{form}", proof.response))
        if proof.request is not None:
            members.append((f"timestamps/{digest}.tsq", proof.request))
    members += [(f"keys/{key_id(key)}.pem", to_pem(key)) for key in forgery.keys]
    members += [(GUIDE, GUIDE_TEXT), (PAGE, PAGE_TEXT)]
    for digest, data in forgery.exhibits.items():
        extension = "png" if data.startswith(b"\x89PNG") else "txt"
        members.append((f"exhibits/{digest}.{extension}", data))
    members.append((SUMS, b""))
    return Archive(members)


def _case_of(forgery: Forgery) -> str | None:
    try:
        return parse_header(forgery.entries[0].header).case
    except (ValueError, IndexError):
        return None


def pack(archive: Archive) -> bytes:
    """The zip of an archive: deflated but for its exhibits, as the program writes it."""
    if archive.repair_sums and SUMS in dict(archive.members):
        sums = [f"{sha256(data)}  {name}\n" for name, data in archive.members if name != SUMS]
        archive[SUMS] = "".join(sums).encode()
    file = io.BytesIO()
    file.write(archive.before)
    with zipfile.ZipFile(file, "a" if archive.before else "w") as packed:
        for name, data in archive.members:
            info = zipfile.ZipInfo(name)
            info.external_attr = 0o644 << 16
            info.create_system = 3
            info.compress_type = zipfile.ZIP_STORED if name.startswith("exhibits/") else zipfile.ZIP_DEFLATED
            if name in archive.dressed:
                archive.dressed[name](info)
            packed.writestr(info, data)
    return file.getvalue()


def is_same(old: bytes, new: bytes) -> bool:
    """Whether two files are the same but for the work of the compressor, which differs from one library to the next."""
    if old == new:
        return True
    try:
        return _skeleton(old) == _skeleton(new)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError):
        return False


def _skeleton(data: bytes) -> list[object]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [
            (
                *(info.orig_filename, info.compress_type, info.external_attr, info.flag_bits, info.CRC, info.extra),
                info.header_offset if number == 0 else None,
                archive.open(info).read(),
            )
            for number, info in enumerate(archive.infolist())
        ] + [archive.comment]

"""Which picture files are taken, told by their first bytes, and the sentences for those that are not."""

from importlib import import_module

from PIL import features

from evidence_vault.capture.containers import PNG
from evidence_vault.errors import InputFileError

_FORMATS = ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "AVIF"]
_BEGINNINGS = (PNG, b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_AVIF_BRANDS = {b"avif", b"avis"}
_NOT_TAKEN = (
    (b"%PDF", "PDF"),
    (b"PK\x03\x04", "ZIP"),
    (b"<svg", "SVG"),
    (b"<?xml", "XML"),
    (b"<!DOCTYPE", "HTML"),
    (b"<!doctype", "HTML"),
    (b"<html", "HTML"),
    (b"8BPS", "Photoshop"),
    (b"\0\0\x01\0", "ICO"),
    (b"\xff\x0a", "JPEG XL"),
    (b"\0\0\0\x0cJXL ", "JPEG XL"),
    (b"\0\0\0\x0cjP  ", "JPEG 2000"),
)


def may_be_picture(beginning: bytes) -> bool:
    """Whether a file that begins so (16 bytes are enough) claims to be in a format that is taken.

    It is a first sorting of folders: only `inspect` says whether there is a picture.
    """
    webp = beginning[:4] == b"RIFF" and beginning[8:12] == b"WEBP"
    return beginning.startswith(_BEGINNINGS) or webp or _brand(beginning) in _HEIC_BRANDS | _AVIF_BRANDS


def formats_of(data: bytes) -> list[str]:
    """The formats to try; Pillow knows of HEIC only once its plugin is registered."""
    return [*_FORMATS, "HEIF"] if _brand(data) in _HEIC_BRANDS else _FORMATS


def refuse_at_sight(data: bytes, name: str) -> None:
    """Raise `InputFileError` with a sentence about `name` where its first bytes say that it is not taken."""
    if not data:
        raise InputFileError(
            "{name} is empty (0 bytes); it was not recorded. Copy it again from the device where it was taken.",
            name=name,
        )
    for beginning, kind in _NOT_TAKEN:
        if data[:64].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(beginning) or data.startswith(beginning):
            raise InputFileError(
                "{name} is a file of type {kind}, which is not taken as a screenshot; it was not recorded. "
                "Accepted: PNG, JPEG, WebP, GIF, BMP, TIFF, HEIC and AVIF. Save the picture as PNG or JPEG.",
                name=name,
                kind=kind,
            )
    brand = _brand(data)
    if brand in _HEIC_BRANDS and not _heic_is_readable():
        raise InputFileError(
            "{name} is a HEIC picture, which needs one more component; it was not recorded. Run "
            "`pip install 'evidence-vault[heic]'`, or convert the picture to JPEG or PNG on the phone, then try again.",
            name=name,
        )
    if brand in _AVIF_BRANDS and not features.check("avif"):
        raise InputFileError(
            "{name} is an AVIF picture, which this computer cannot read; it was not recorded. "
            "Convert it to PNG or JPEG, then try again.",
            name=name,
        )


def unreadable(data: bytes, name: str) -> InputFileError:
    """What to say of a file that could not be decoded."""
    if may_be_picture(data):
        return InputFileError(
            "{name} is damaged or incomplete and cannot be shown whole; it was not recorded. "
            "Copy it again from the device where it was taken.",
            name=name,
        )
    return InputFileError(
        "{name} is not a picture; it was not recorded. Accepted: PNG, JPEG, WebP, GIF, BMP, TIFF, HEIC and AVIF.",
        name=name,
    )


def _brand(data: bytes) -> bytes:
    """The four bytes by which HEIC and AVIF files name themselves; empty for every other file."""
    return data[8:12] if data[4:8] == b"ftyp" else b""


def _heic_is_readable() -> bool:
    """Whether the optional plugin is installed; it is then made known to Pillow."""
    try:
        import_module("pi_heif").register_heif_opener()
    except ImportError:
        return False
    return True

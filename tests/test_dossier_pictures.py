import io
import struct
import zlib

import pytest
from PIL import Image

from evidence_vault.errors import InputFileError
from evidence_vault.exports.dossier_pictures import encode


def picture(mode: str = "RGB", size: tuple[int, int] = (40, 30)) -> Image.Image:
    """Red on the left, blue on the right, so that every turn shows."""
    image = Image.new("RGB", size, "red")
    image.paste("blue", (size[0] // 2, 0, size[0], size[1]))
    return image.convert(mode)


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    data = io.BytesIO()
    image.save(data, kind, **options)
    return data.getvalue()


def rows_of(data: bytes) -> bytes:
    """The compressed rows of a PNG, found by a second reading of the format."""
    position, rows = 8, b""
    while position < len(data):
        length, kind = struct.unpack_from(">I4s", data, position)
        rows += data[position + 8 : position + 8 + length] if kind == b"IDAT" else b""
        position += length + 12
    return rows


@pytest.mark.parametrize(
    ("mode", "colours"), [("RGB", "DeviceRGB"), ("L", "DeviceGray"), ("P", "DeviceRGB"), ("1", "DeviceGray")]
)
def test_png_rows_pass_through(mode: str, colours: str) -> None:
    """The compressed rows of a plain PNG are taken as they are, palette and single bits included."""
    data = saved(picture(mode), "PNG")

    encoded = encode(data)

    assert rows_of(data) == encoded.data
    assert (40, 30, colours, "FlateDecode") == (encoded.width, encoded.height, encoded.colours, encoded.filter)
    assert (mode == "P") == (encoded.palette is not None)


def test_transparency_is_laid_on_white() -> None:
    """What a person sees on a page is what is printed: transparent parts are white."""
    image = picture("RGBA")
    image.putpixel((0, 0), (0, 0, 0, 0))

    encoded = encode(saved(image, "PNG"))

    rows = zlib.decompress(encoded.data)
    assert (encoded.colours, encoded.bits) == ("DeviceRGB", 8)
    assert len(rows) == 30 * (1 + 3 * 40)
    # The first row of a PNG may be filtered by difference, which leaves its first pixel as it is.
    assert rows[1:4] == b"\xff\xff\xff"


@pytest.mark.parametrize("data", [
    saved(Image.new("I;16", (40, 30), 30000), "PNG"),
    saved(picture("P"), "PNG", transparency=0),
    saved(picture("P"), "GIF", save_all=True, append_images=[picture("P").rotate(180)]),
    saved(picture(), "WEBP", lossless=True),
    saved(picture(), "BMP"),
    saved(picture("CMYK"), "TIFF"),
], ids=["16 bits", "transparent colour", "animated GIF", "WebP", "BMP", "CMYK TIFF"])  # fmt: skip
def test_the_rest_is_decoded_once(data: bytes) -> None:
    """What a PDF cannot hold as it is becomes lossless RGB of the same size; of an animation, the first frame."""
    encoded = encode(data)

    assert (
        encoded.width, encoded.height, encoded.bits, encoded.colours, encoded.filter
    ) == (40, 30, 8, "DeviceRGB", "FlateDecode")  # fmt: skip
    assert len(zlib.decompress(encoded.data)) == 30 * (1 + 3 * 40)


def test_jpeg_passes_through_without_its_metadata() -> None:
    """The coded picture is the very same bytes; where it was taken, and by whom, stays out of the page."""
    exif = Image.Exif()
    exif[0x010E] = "at home"
    data = saved(picture(), "JPEG", exif=exif, comment=b"private")

    encoded = encode(data)

    scan = data.index(b"\xff\xda")
    assert encoded.filter == "DCTDecode"
    assert encoded.data.endswith(data[scan:])
    assert b"at home" in data
    assert b"at home" not in encoded.data
    assert b"private" not in encoded.data
    assert Image.open(io.BytesIO(encoded.data)).size == (40, 30)


def test_a_turned_jpeg_keeps_its_turn() -> None:
    """The orientation of EXIF is kept beside the untouched bytes, to be applied when the picture is drawn."""
    exif = Image.Exif()
    exif[0x0112] = 6

    assert encode(saved(picture(), "JPEG", exif=exif)).turn == 6
    assert encode(saved(picture(), "JPEG")).turn == 1


def test_cmyk_jpeg_is_decoded() -> None:
    """Inks have no meaning of their own in an archive; Adobe's, which count from white, come out right."""
    encoded = encode(saved(picture("CMYK"), "JPEG", quality=100))

    assert (encoded.colours, encoded.filter) == ("DeviceRGB", "FlateDecode")
    rows = zlib.decompress(encoded.data)
    assert rows[1] > 200
    assert rows[3] < 50


def test_progressive_jpeg_passes_through() -> None:
    """Progressive pictures, as phones send them, are read by every PDF reader."""
    data = saved(picture(), "JPEG", progressive=True)

    assert encode(data).filter == "DCTDecode"


def test_interlaced_png_is_decoded() -> None:
    """Rows of an interlaced PNG come in seven passes, which a PDF cannot hold."""
    rows = b"".join(
        b"\0" + b"\xff\0\0" * -(-(4 - left) // step) for left, top, step, down in PASSES for _ in range(top, 4, down)
        if left < 4
    )  # fmt: skip
    data = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in (
            (b"IHDR", struct.pack(">IIBBBBB", 4, 4, 8, 2, 0, 0, 1)),
            (b"IDAT", zlib.compress(rows)),
            (b"IEND", b""),
        )
    )

    encoded = encode(data)

    assert rows_of(data) != encoded.data
    assert len(zlib.decompress(encoded.data)) == 4 * (1 + 3 * 4)


PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
"""Adam7: first column, first row, step across, step down."""


@pytest.mark.parametrize("data", [b"", b"\xff\xd8\xff\xe0 cut", b"no picture", saved(picture("RGBA"), "PNG")[:60]])
def test_what_cannot_be_decoded_is_refused(data: bytes) -> None:
    """A sentence for the person, whatever the decoder raised."""
    with pytest.raises(InputFileError):
        encode(data)

"""What is told, and refused, of the bytes of a picture."""

import base64
import io
import random
import struct
import warnings
import zlib
from collections.abc import Callable

import pytest
from PIL import ExifTags, Image, PngImagePlugin, TiffImagePlugin, features

from evidence_vault.capture import formats
from evidence_vault.capture.formats import may_be_picture
from evidence_vault.capture.pictures import LARGE_PIXELS, MAX_PAGES, MAX_PIXELS, inspect, is_large, open_rgb
from evidence_vault.errors import InputFileError
from evidence_vault.values import Indication

WHITE, BLACK, NAVY = (255, 255, 255), (0, 0, 0), (0, 0, 128)

FORMATS = {
    "PNG": "image/png",
    "JPEG": "image/jpeg",
    "WEBP": "image/webp",
    "GIF": "image/gif",
    "BMP": "image/bmp",
    "TIFF": "image/tiff",
    "AVIF": "image/avif",
}

# 64 × 48, left half navy, right half white, EXIF DateTime 2026:09:07 08:12:33; written with pillow-heif 1.x, because
# pi-heif only reads.
HEIC = base64.b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAb5tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAADRpbG9jAAAA"
    "AERAAAIAAQAAAAAB4gABAAAAAAAAAJEAAgAAAAACcwABAAAAAAAAADgAAAA4aWluZgAAAAAAAgAAABVpbmZlAgAAAAABAABodmMxAAAAABVpbmZl"
    "AgAAAQACAABFeGlmAAAAAA5waXRtAAAAAAABAAAA/WlwcnAAAADdaXBjbwAAAHZodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH/"
    "/wNwAAADAJAAAAMAAAMAHroCQGEAAQAqQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbq5Ka5uAhoMCAAAAMDIAAAAwAhYgABAAZEAcFzwIkAAAATY29s"
    "cm5jbHgAAQANAAaAAAAAFGlzcGUAAAAAAAAAQAAAAEAAAAAoY2xhcAAAAEAAAAABAAAAMAAAAAEAAAAAAAAAAv////AAAAACAAAAEHBpeGkAAAAA"
    "AwgICAAAABhpcG1hAAAAAAAAAAEAAQWBAgMFhAAAABppcmVmAAAAAAAAAA5jZHNjAAIAAQABAAAA0W1kYXQAAACNKAGvE4D1J4E///IGUV/4EGr+"
    "41zEq39zEJf/UWyLsc3iSU4RE5yxv+LueCFypOugCDtRZnEknRSZe+T4CGPu4dJznWUlIDEBIVTzuCeiXPiKA3743hewLD96Ir8VzeonCivXIT/j"
    "TAY3qvnvh8lK+Bm9OBT2iPQVpIzMA8W7J3dyBxOZaMkZZeK0u0zmAAAABkV4aWYAAE1NACoAAAAIAAEBMgACAAAAFAAAABoAAAAAMjAyNjowOTow"
    "NyAwODoxMjozMwA="
)


def encoded(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def noise(width: int = 60, height: int = 40) -> Image.Image:
    return Image.effect_noise((width, height), 80).convert("RGB")


def png_chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_with_header(width: int, height: int) -> bytes:
    """A PNG that announces a size and holds next to nothing."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + png_chunk(b"IHDR", header)
        + png_chunk(b"IDAT", zlib.compress(b""))
        + png_chunk(b"IEND", b"")
    )


def tiff_of_pages(count: int) -> bytes:
    """A TIFF whose pages all show the same white pixel: 114 bytes for each."""
    fields = (256, 1), (257, 1), (258, 8), (259, 1), (262, 1), (273, 8), (277, 1), (278, 1), (279, 1)
    page = struct.pack("<H", len(fields)) + b"".join(struct.pack("<HHIHxx", tag, 3, 1, value) for tag, value in fields)
    size, start = len(page) + 4, 10
    pages = (page + struct.pack("<I", start + size * number if number < count else 0) for number in range(1, count + 1))
    return b"II*\0" + struct.pack("<I", start) + b"\xff\0" + b"".join(pages)


def refusal(data: bytes, name: str = "shot.png") -> str:
    with pytest.raises(InputFileError) as caught:
        inspect(data, name)
    with pytest.raises(InputFileError):
        open_rgb(data)
    return str(caught.value)


class TestAccepted:
    @pytest.mark.parametrize("kind", FORMATS)
    def test_formats(self, kind: str) -> None:
        """Each format of the list is told from the content, whatever the extension says."""
        if kind == "AVIF" and not features.check("avif"):
            pytest.skip("this Pillow was built without AVIF")
        picture = inspect(encoded(noise(), kind), "holiday.txt")

        assert (FORMATS[kind], 60, 40, 1, ()) == (
            picture.media_type,
            picture.width,
            picture.height,
            picture.frames,
            picture.indications,
        )

    @pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "TIFF"])
    def test_animation(self, kind: str) -> None:
        """An animation is accepted, its frames are counted, its first frame is the one that is read."""
        frames = [Image.new("RGB", (20, 10), colour) for colour in ("navy", "white", "red")]
        data = encoded(frames[0], kind, save_all=True, append_images=frames[1:])

        assert inspect(data, "moving").frames == 3
        assert open_rgb(data).getpixel((5, 5)) == pytest.approx(NAVY, abs=3)

    def test_photograph_with_a_preview_is_one_picture(self) -> None:
        """A JPEG that holds further pictures for the phone's own use (MPO) is a JPEG of one frame."""
        data = encoded(noise(), "MPO", save_all=True, append_images=[noise(30, 20)])
        picture = inspect(data, "photo.jpg")

        assert (picture.media_type, picture.frames, picture.width) == ("image/jpeg", 1, 60)

    def test_bytes_after_the_end(self) -> None:
        """Phones leave bytes behind the end of a cropped PNG; the picture before them is whole."""
        assert inspect(encoded(noise()) + b"left over", "cropped.png").width == 60

    def test_heic(self) -> None:
        """With its plugin installed, a HEIC picture is read like any other."""
        pytest.importorskip("pi_heif", reason="pi-heif is not installed: pip install '.[heic]'")
        picture = inspect(HEIC, "IMG_0042.HEIC")

        assert (picture.media_type, picture.width, picture.height) == ("image/heif", 64, 48)
        assert (Indication(source="exif", text="2026:09:07 08:12:33"),) == picture.indications
        assert open_rgb(HEIC).getpixel((5, 5)) == pytest.approx(NAVY, abs=3)

    def test_warnings_of_pillow_stay_inside(self) -> None:
        """What Pillow warns of, such as a broken EXIF block, neither reaches the person nor refuses the picture."""
        broken = b"Exif\0\0II*\0\x08\0\0\0\x02\0\x12\x01\x03\0\xff\xff\xff\xff\xff\xff\xff\xff"
        data = encoded(noise(), "JPEG", exif=broken)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            picture = inspect(data, "photo.jpg")
            open_rgb(data)

        assert caught == []
        assert picture.indications == ()


class TestRefused:
    def test_empty(self) -> None:
        """Zero bytes are named as such."""
        assert "0 bytes" in refusal(b"")

    def test_no_picture(self) -> None:
        """Text is no picture; the sentence lists what is accepted and bears any name safely."""
        sentence = refusal(b"hello", "note {limit}.png")

        assert "note {limit}.png is not a picture" in sentence
        assert "HEIC" in sentence

    @pytest.mark.parametrize(
        ("beginning", "kind"),
        [(b"%PDF-1.7\n", "PDF"), (b"\xef\xbb\xbf <svg xmlns=", "SVG"), (b"8BPS\0\1", "Photoshop"), (b"PK\3\4", "ZIP")],
    )
    def test_other_formats(self, beginning: bytes, kind: str) -> None:
        """A known format that is not taken is called by its name."""
        assert f"type {kind}" in refusal(beginning + bytes(100))

    @pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "BMP", "TIFF"])
    @pytest.mark.parametrize("lost", [1, 2, 12, 0.1, 0.5, 0.9])
    def test_truncated(self, kind: str, lost: float) -> None:
        """A file that lost its end is refused, were it one byte.

        The noise is always the same: of one JPEG in fifty that lacks but the marker of its end, every pixel is there.
        """
        same = random.Random(1).randbytes(60 * 40 * 3)
        data = encoded(Image.frombytes("RGB", (60, 40), same), kind)
        kept = len(data) - (lost if isinstance(lost, int) else int(len(data) * lost))

        assert "damaged or incomplete" in refusal(data[:kept])

    def test_truncated_progressive_jpeg(self) -> None:
        """A progressive JPEG looks whole from its first scan on; it is refused all the same."""
        data = encoded(noise(200, 100), "JPEG", progressive=True)

        assert "damaged or incomplete" in refusal(data[: len(data) * 3 // 4])

    def test_flipped_bit_in_png(self) -> None:
        """Every chunk of a PNG carries its own check, which must hold."""
        data = bytearray(encoded(noise()))
        data[data.index(b"IDAT") + 40] ^= 1

        assert "damaged or incomplete" in refusal(bytes(data))

    @pytest.mark.parametrize("side", [30_000, 11_000])
    def test_bomb(self, side: int) -> None:
        """A huge picture is refused from its header, before Pillow's own limit and beyond it."""
        assert side * side > MAX_PIXELS
        assert f"more than {MAX_PIXELS // 1_000_000} million pixels" in refusal(png_with_header(side, side))

    def test_largest_size_is_not_a_bomb(self) -> None:
        """At the limit itself it is the missing content that is refused, not the size."""
        assert "damaged" in refusal(png_with_header(MAX_PIXELS // 10_000, 10_000))

    @pytest.mark.parametrize("pages", [MAX_PAGES, MAX_PAGES + 1, 20_000])
    def test_pages(self, monkeypatch: pytest.MonkeyPatch, pages: int) -> None:
        """The pages of a TIFF are counted up to the limit, and a file that goes on after it is refused unread."""
        sought: list[int] = []
        seek = TiffImagePlugin.TiffImageFile.seek
        monkeypatch.setattr(
            TiffImagePlugin.TiffImageFile, "seek", lambda image, page: (sought.append(page), seek(image, page))
        )
        data = tiff_of_pages(pages)

        if pages <= MAX_PAGES:
            assert inspect(data, "scan.tiff").frames == pages
        else:
            assert f"scan.tiff has more than {MAX_PAGES} pages" in refusal(data, "scan.tiff")
        assert max(sought) <= MAX_PAGES
        assert len(sought) <= 2 * (MAX_PAGES + 2)  # once to inspect, once to open

    def test_heic_without_plugin(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Without its plugin, a HEIC picture is refused with the two ways out."""

        def absent(name: str) -> object:
            raise ImportError(name)

        monkeypatch.setattr(formats, "import_module", absent)
        sentence = refusal(HEIC)

        assert "evidence-vault[heic]" in sentence
        assert "convert" in sentence

    def test_avif_without_codec(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Where Pillow was built without AVIF, the sentence says to convert."""
        monkeypatch.setattr(features, "check", lambda _: False)

        assert "AVIF" in refusal(b"\0\0\0\x1cftypavif" + bytes(50))


class TestRgb:
    def test_transparency_is_white_paper(self) -> None:
        """Where a picture is transparent, the page behind it is white, not black."""
        image = Image.new("RGBA", (10, 10), (0, 0, 0, 0))
        image.putpixel((3, 3), (*NAVY, 255))
        shown = open_rgb(encoded(image))

        assert (shown.mode, shown.getpixel((0, 0)), shown.getpixel((3, 3))) == ("RGB", WHITE, NAVY)

    @pytest.mark.parametrize("kind", ["PNG", "GIF"])
    def test_palette_with_transparency(self, kind: str) -> None:
        """A transparent entry of a palette is white too; the others keep their colours."""
        image = Image.new("P", (10, 10), 0)
        image.putpalette([200, 0, 0, 0, 0, 128])
        image.putpixel((3, 3), 1)
        shown = open_rgb(encoded(image, kind, transparency=0))

        assert (shown.getpixel((0, 0)), shown.getpixel((3, 3))) == (WHITE, NAVY)

    def test_sixteen_bits(self) -> None:
        """A grey of 16 bits keeps its shades, where a plain conversion gives white from 256 on."""
        image = Image.new("I;16", (3, 1))
        for x, value in enumerate((0, 32_896, 65_535)):
            image.putpixel((x, 0), value)
        shown = open_rgb(encoded(image))

        assert [shown.getpixel((x, 0)) for x in range(3)] == [BLACK, (128, 128, 128), WHITE]

    @pytest.mark.parametrize("mode", ["I", "F"])
    def test_wide_shades_of_eight_bits(self, mode: str) -> None:
        """A wide pixel format that only holds 0 to 255 is taken as it is."""
        shown = open_rgb(encoded(Image.new(mode, (2, 2), 200), "TIFF"))

        assert shown.getpixel((0, 0)) == (200, 200, 200)

    def test_cmyk(self) -> None:
        """A JPEG for print is shown in its colours, not in their negative."""
        shown = open_rgb(encoded(Image.new("CMYK", (16, 16), (255, 255, 0, 0)), "JPEG", quality=95))

        assert shown.getpixel((8, 8)) == pytest.approx((0, 0, 255), abs=4)

    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
    @pytest.mark.parametrize("orientation", range(1, 9))
    def test_orientation(self, kind: str, orientation: int) -> None:
        """A picture stored turned or mirrored is shown upright, and its size is that of the upright picture."""
        upright = Image.new("RGB", (60, 40), "white")
        upright.paste("navy", (0, 0, 30, 20))
        undo = {
            1: None,
            2: Image.Transpose.FLIP_LEFT_RIGHT,
            3: Image.Transpose.ROTATE_180,
            4: Image.Transpose.FLIP_TOP_BOTTOM,
            5: Image.Transpose.TRANSPOSE,
            6: Image.Transpose.ROTATE_90,
            7: Image.Transpose.TRANSVERSE,
            8: Image.Transpose.ROTATE_270,
        }[orientation]
        exif = Image.Exif()
        exif[ExifTags.Base.Orientation] = orientation
        data = encoded(upright if undo is None else upright.transpose(undo), kind, exif=exif)
        picture, shown = inspect(data, "turned"), open_rgb(data)

        assert (60, 40) == (picture.width, picture.height) == shown.size
        assert shown.getpixel((8, 8)) == pytest.approx(NAVY, abs=12)
        assert shown.getpixel((50, 30)) == pytest.approx(WHITE, abs=12)

    def test_the_size_costs_no_second_picture(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """What a picture measures upright is told without turning it: a large one would be in memory twice."""
        exif = Image.Exif()
        exif[ExifTags.Base.Orientation] = 6
        data = encoded(noise(60, 40), exif=exif)

        def refused(*_: object) -> None:
            raise AssertionError("turned")

        monkeypatch.setattr(Image.Image, "transpose", refused)
        picture = inspect(data, "turned.png")

        assert (picture.width, picture.height) == (40, 60)

    def test_only_the_header_says_what_is_large(self) -> None:
        """Whether a picture is to be read alone is known before it is decoded; what is no picture is not large."""
        side = LARGE_PIXELS // 5000

        assert is_large(png_with_header(side, 5000))
        assert not is_large(png_with_header(side - 1, 5000))
        assert not any(is_large(data) for data in (b"", b"hello", png_with_header(30_000, 30_000)))


class TestIndications:
    def test_exif_times_in_order(self) -> None:
        """The taking comes before the last change, each with its offset where the file gives one."""
        exif = Image.Exif()
        exif[ExifTags.Base.DateTime] = "2026:09:08 10:00:00"
        exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "2026:09:07 08:12:33"
        exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.OffsetTimeOriginal] = "+02:00"

        assert (
            Indication(source="exif", text="2026:09:07 08:12:33 +02:00"),
            Indication(source="exif", text="2026:09:08 10:00:00"),
        ) == inspect(encoded(noise(), "JPEG", exif=exif), "photo.jpg").indications

    @pytest.mark.parametrize("add", [PngImagePlugin.PngInfo.add_text, PngImagePlugin.PngInfo.add_itxt])
    def test_png_times(self, add: Callable[..., None]) -> None:
        """`Creation Time` is quoted; the time of last change is read as UTC, which it is by definition."""
        about = PngImagePlugin.PngInfo()
        add(about, "Creation Time", "lun. 07 sept. 2026 08:12:33")
        add(about, "date:create", "2020-01-01T00:00:00")
        about.add(b"tIME", struct.pack(">HBBBBB", 2026, 9, 7, 6, 12, 40))

        assert (
            Indication(source="png", text="lun. 07 sept. 2026 08:12:33"),
            Indication(source="png", text="2026-09-07T06:12:40Z"),
        ) == inspect(encoded(noise(), pnginfo=about), "shot.png").indications

    def test_claims_are_bounded_and_printable(self) -> None:
        """A file cannot put control characters or a page of text into the record through a time field."""
        about = PngImagePlugin.PngInfo()
        about.add_text("Creation Time", "2026\x1b[31m\n" + "9" * 5000)
        (indication,) = inspect(encoded(noise(), pnginfo=about), "shot.png").indications

        assert indication.text.startswith("2026[31m9")
        assert len(indication.text) == 100


def test_first_sorting() -> None:
    """The first bytes are enough to sort a folder: every accepted format passes, other files do not."""
    assert all(may_be_picture(encoded(noise(), kind)[:16]) for kind in FORMATS if kind != "AVIF")
    assert may_be_picture(HEIC[:16])
    assert not any(may_be_picture(data) for data in (b"", b"%PDF-1.7", b"hello", b"RIFF\0\0\0\0WAVEfmt ", b"\0" * 16))

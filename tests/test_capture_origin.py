"""What a file says of where it comes from: claims with their places, traces that prove nothing, hostile metadata."""

import io
import struct
import tracemalloc
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image, PngImagePlugin

from evidence_vault.capture import formats, traces
from evidence_vault.capture.containers import jpeg_segments, png_chunks
from evidence_vault.capture.credentials import Manifest, find_manifest
from evidence_vault.capture.origin import Claim, Origin, origin_of
from evidence_vault.i18n import translate
from tests.test_capture_pictures import HEIC

LABEL = "urn:c2pa:1f3c:acme"
XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF><rdf:Description xmp:CreatorTool="GIMP 2.10">'
    b"<xmp:CreateDate>2024-03-12T14:07:33+01:00</xmp:CreateDate></rdf:Description></rdf:RDF></x:xmpmeta>"
)


def encoded(kind: str = "PNG", size: tuple[int, int] = (48, 32), **options: Any) -> bytes:
    file = io.BytesIO()
    Image.radial_gradient("L").resize(size).convert("RGB").save(file, kind, **options)
    return file.getvalue()


def with_segment(data: bytes, marker: int, body: bytes) -> bytes:
    """A JPEG with one more segment behind its beginning."""
    return data[:2] + struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body + data[2:]


def with_chunk(data: bytes, kind: bytes, body: bytes) -> bytes:
    """A PNG with one more chunk behind its header."""
    chunk = struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    return data[:33] + chunk + data[33:]


def box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", len(body) + 8, kind) + body


def superbox(kind: bytes, label: str, *inside: bytes) -> bytes:
    description = kind + bytes.fromhex("00110010800000AA00389B71") + b"\x03" + label.encode() + b"\0"
    return box(b"jumb", box(b"jumd", description) + b"".join(inside))


def store(claim: bytes | None = b"\xa1\x6fclaim_generator\x68acme 1.0", label: str = LABEL) -> bytes:
    """A C2PA manifest store with one manifest and one claim in CBOR."""
    inside = [superbox(b"c2cl", "c2pa.claim", box(b"cbor", claim))] if claim is not None else []
    return superbox(b"c2pa", "c2pa", superbox(b"c2ma", label, *inside))


def app11(found: bytes, step: int = 60_000) -> list[bytes]:
    """The segments in which a JPEG holds a JUMBF box: each repeats its header (ISO 19566-5, D.2)."""
    parts = [found[at : at + step] for at in range(0, len(found), step)]
    return [
        b"JP" + struct.pack(">HI", 7, number) + (b"" if number == 1 else found[:8]) + part
        for number, part in enumerate(parts, start=1)
    ]


def fields(origin: Origin, source: str) -> dict[str, str]:
    return {claim.field: claim.value for claim in origin.claims if claim.source == source}


def codes(data: bytes, name: str = "x", width: int | None = None, height: int | None = None) -> set[str]:
    return {trace.code for trace in origin_of(data, name, width, height).traces}


def photo(**also: Any) -> bytes:
    exif = Image.Exif()
    exif[ExifTags.Base.Make], exif[ExifTags.Base.Model] = "samsung", "SM-A536B"
    inner = exif.get_ifd(ExifTags.IFD.Exif)
    inner[ExifTags.Base.DateTimeOriginal] = "2024:03:12 14:07:33"
    inner[ExifTags.Base.OffsetTimeOriginal] = "+01:00"
    inner[ExifTags.Base.ExposureTime] = 0.01
    return encoded("JPEG", exif=exif, **also)


class TestClaims:
    def test_exif(self) -> None:
        """Times come with their offset, device and software with their names."""
        exif = Image.Exif()
        exif[ExifTags.Base.Software] = "Android UP1A.231005.007"
        exif[ExifTags.Base.DateTime] = "2024:03:12 14:07:34"
        exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.UserComment] = b"ASCII\0\0\0Screenshot"

        assert fields(origin_of(photo(), "a.jpg"), "exif") == {
            "DateTimeOriginal": "2024:03:12 14:07:33 +01:00",
            "Make": "samsung",
            "Model": "SM-A536B",
        }
        for kind in ("PNG", "WEBP"):
            assert fields(origin_of(encoded(kind, exif=exif), "a"), "exif") == {
                "DateTime": "2024:03:12 14:07:34",
                "Software": "Android UP1A.231005.007",
                "UserComment": "Screenshot",
            }

    @pytest.mark.parametrize("compressed", [False, True])
    def test_png(self, compressed: bool) -> None:
        """Texts of a PNG are told under their keywords, deflated or not, and its time of last change in UTC."""
        about = PngImagePlugin.PngInfo()
        about.add_text("Software", "gnome-screenshot", zip=compressed)
        about.add_itxt("Creation Time", "mar. 12 mars 2024 14:07:33", zip=compressed)
        about.add_itxt("XML:com.adobe.xmp", XMP.decode(), zip=compressed)
        about.add(b"tIME", struct.pack(">HBBBBB", 2024, 3, 12, 13, 7, 40))
        origin = origin_of(encoded(pnginfo=about), "Capture.png")

        assert fields(origin, "png") == {
            "Software": "gnome-screenshot",
            "Creation Time": "mar. 12 mars 2024 14:07:33",
            "tIME": "2024-03-12T13:07:40Z",
        }
        assert fields(origin, "xmp") == {
            "xmp:CreatorTool": "GIMP 2.10",
            "xmp:CreateDate": "2024-03-12T14:07:33+01:00",
        }
        assert "screenshot_software" in {trace.code for trace in origin.traces}

    def test_jpeg(self) -> None:
        """JFIF, a comment and XMP are told; the same claim made twice is told once."""
        data = with_segment(encoded("JPEG", comment="made by hand"), 0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP)
        origin = origin_of(with_segment(data, 0xFE, b"made by hand"), "a.jpg")

        assert origin.claims[:2] == (Claim("name", "name", "a.jpg"), Claim("comment", "COM", "made by hand"))
        assert fields(origin, "jfif") == {"JFIF": "1.01"}
        assert fields(origin, "xmp")["xmp:CreatorTool"] == "GIMP 2.10"
        assert len(origin.claims) == 5

    def test_gif(self) -> None:
        """The comment of a GIF is told."""
        assert fields(origin_of(encoded("GIF", comment=b"made by hand"), "a.gif"), "comment") == {
            "Comment": "made by hand"
        }

    @pytest.mark.parametrize(("version", "form"), [(0, ">II"), (1, ">QQ")])
    def test_times_of_boxes(self, version: int, form: str) -> None:
        """The times of a movie header count from 1904; zero says nothing, and one beyond the calendar neither."""
        header = bytes([version, 0, 0, 0])
        told = header + struct.pack(form, 3_793_093_653, 0) + bytes(20)
        data = box(b"ftyp", b"heic") + box(b"moov", box(b"mvhd", told))

        assert fields(origin_of(data, "a.heic"), "container") == {"creation_time": "2024-03-12T13:07:33Z"}
        if version:
            far = header + struct.pack(form, 2**63, 2**63) + bytes(20)
            assert not fields(origin_of(box(b"ftyp", b"heic") + box(b"moov", box(b"mvhd", far)), "a"), "container")

    def test_heic(self) -> None:
        """With its plugin the EXIF of a HEIC is read."""
        pytest.importorskip("pi_heif", reason="pi-heif is not installed: pip install '.[heic]'")

        assert fields(origin_of(HEIC, "IMG_0042.HEIC"), "exif") == {"DateTime": "2026:09:07 08:12:33"}

    def test_heic_without_plugin(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Without it, the EXIF is called unreadable and the rest is told."""

        def absent(name: str) -> object:
            raise ImportError(name)

        monkeypatch.setattr(formats, "import_module", absent)
        origin = origin_of(HEIC, "IMG_0042.HEIC")

        assert (origin.unreadable, fields(origin, "name")) == (("exif",), {"name": "IMG_0042.HEIC"})

    def test_nothing(self) -> None:
        """A plain picture claims nothing but its name."""
        assert origin_of(encoded(), "a.png") == Origin((Claim("name", "name", "a.png"),), None, (), ())


class TestManifest:
    @pytest.mark.parametrize("step", [60_000, 100])
    def test_jpeg(self, step: int) -> None:
        """A manifest in APP11 is found, in one segment or in several, with its label and generator."""
        data = encoded("JPEG")
        for part in reversed(app11(store(), step)):
            data = with_segment(data, 0xEB, part)

        assert find_manifest(data) == Manifest(LABEL, "acme 1.0", 1)
        assert origin_of(data, "a.jpg").manifest == Manifest(LABEL, "acme 1.0", 1)

    @pytest.mark.parametrize(
        "wrapped",
        [
            lambda found: with_chunk(encoded("PNG"), b"caBX", found),
            lambda found: b"RIFF\0\0\0\0WEBP" + b"C2PA" + struct.pack("<I", len(found)) + found,
            lambda found: (
                box(b"ftyp", b"heicmif1")
                + box(b"uuid", bytes.fromhex("d8fec3d61b0e483c92975828877ec481") + bytes(4) + b"manifest\0"
                      + bytes(8) + found)
            ),
        ],
        ids=["png", "webp", "boxes"],
    )  # fmt: skip
    def test_other_formats(self, wrapped: Callable[[bytes], bytes]) -> None:
        """PNG has a chunk for it, WebP too, HEIC and AVIF a box."""
        assert find_manifest(wrapped(store())) == Manifest(LABEL, "acme 1.0", 1)

    def test_tiff_and_gif(self) -> None:
        """In a TIFF it is the content of a field; in a GIF it is only said to be there."""
        assert find_manifest(b"II*\0", store()) == Manifest(LABEL, "acme 1.0", 1)
        assert find_manifest(b"GIF89a\x21\xff\x0bC2PA_GIF\x01\0\0") == Manifest(None, None, 0)

    @pytest.mark.parametrize(
        ("claim", "generator"),
        [
            (b"\xa1\x74claim_generator_info\xa2\x64name\x64acme\x67version\x632.0", "acme 2.0"),
            (b"\xa1\x74claim_generator_info\x81\xa1\x64name\x64acme", "acme"),
            (b"\xbf\x6fclaim_generator\x7f\x62ac\x62me\xff\xff", "acme"),
            (b"\xa2\x61a\xf9\x3c\x00\x6fclaim_generator\xc0\x64acme", "acme"),
            (b"\xa1\x6fclaim_generator\x0a", None),
            (b"\x83\x01\x02\x03", None),
        ],
    )
    def test_generators(self, claim: bytes, generator: str | None) -> None:
        """The generator is read in each of the forms that the specification has had."""
        assert find_manifest(b"II*\0", store(claim)) == Manifest(LABEL, generator, 1)

    @pytest.mark.parametrize(
        "claim", [b"\x81" * 50_000, b"\x9f" * 50_000, b"\xbb" + b"\xff" * 8, b"\x5b" + b"\xff" * 8, b"", b"\x1c"]
    )
    def test_hostile_claim(self, claim: bytes) -> None:
        """A claim that nests without end, promises more than there is, or is cut short is present and unreadable."""
        assert find_manifest(b"II*\0", store(claim)) == Manifest(None, None, 0)

    def test_other_jumbf(self) -> None:
        """JUMBF that is no C2PA store is not taken for one."""
        found = superbox(b"json", "other")

        assert find_manifest(with_segment(encoded("JPEG"), 0xEB, app11(found)[0])) is None
        assert find_manifest(encoded("JPEG")) is None


class TestTraces:
    @pytest.mark.parametrize(
        ("name", "code"),
        [
            ("IMG-20240312-WA0007.jpg", "whatsapp_name"),
            ("WhatsApp Image 2024-03-12 at 14.07.33.jpeg", "whatsapp_name"),
            ("photo_2024-03-12_14-07-33.jpg", "telegram_name"),
            ("received_1234567890123456.jpeg", "facebook_name"),
            ("FB_IMG_1710248853000.jpg", "facebook_name"),
            ("signal-2024-03-12-140733.jpg", "signal_name"),
            ("Screenshot_20240312-140733.png", "screenshot_name"),
            ("Screen Shot 2024-03-12 at 14.07.33.png", "screenshot_name"),
            ("Capture d’écran 2024-03-12 à 14.07.33.png", "screenshot_name"),
            ("Capture d’e\u0301cran 2024-03-12 a\u0300 14.07.33.png", "screenshot_name"),
            ("capture.png", None),
            ("IMG_20240312_140733.jpg", None),
            ("screenshotter-manual.png", None),
        ],
    )
    def test_names(self, name: str, code: str | None) -> None:
        """Names that messaging services and systems give are told by their form; others are not."""
        assert [trace.code for trace in traces.of_name(name)] == ([code] if code else [])

    @pytest.mark.parametrize("quality", range(5, 101, 5))
    def test_quality(self, quality: int) -> None:
        """The quality of the standard tables is told exactly."""
        tables = [body for marker, body in jpeg_segments(encoded("JPEG", quality=quality)) if marker == 0xDB]

        assert traces.quality_of(tables[0][1:65]) == quality

    def test_other_tables(self) -> None:
        """Tables of another maker have no such quality."""
        assert traces.quality_of([3] * 64) is None

    def test_sent_on(self) -> None:
        """A picture as a messaging service leaves it bears several traces at once."""
        data = with_segment(encoded("JPEG", quality=80, progressive=True), 0xED, b"Photoshop 3.0\0..FBMD01000")

        assert codes(data, "IMG-20240312-WA0007.jpg", 720, 1600) == {
            "whatsapp_name", "without_exif", "jpeg_quality", "progressive", "longest_side", "facebook_mark",
            "screen_size",
        }  # fmt: skip

    def test_photograph(self) -> None:
        """A camera with an exposure is told; its sizes are then those of a sensor."""
        assert "camera" in codes(photo(), "a.jpg", 1600, 1200)
        assert not {"longest_side", "without_exif", "screen_size"} & codes(photo(), "a.jpg", 1600, 900)

    def test_recompressed(self) -> None:
        """A photograph that is encoded again without its metadata, as services do, loses every claim but its name."""
        with Image.open(io.BytesIO(photo())) as original:
            file = io.BytesIO()
            original.save(file, "JPEG", quality=72)
        origin = origin_of(file.getvalue(), "IMG-20240312-WA0007.jpg")

        assert {claim.source for claim in origin.claims} == {"name", "jfif"}
        assert [trace.code for trace in origin.traces] == ["whatsapp_name", "without_exif", "jpeg_quality"]
        assert origin.traces[-1].params == {"quality": 72}

    def test_position(self) -> None:
        """That a file says where it was made is told; where, is not repeated."""
        exif = Image.Exif()
        exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (48.0, 51.0, 24.0)
        origin = origin_of(encoded("JPEG", exif=exif), "a.jpg")

        assert "position" in {trace.code for trace in origin.traces}
        assert not any("48" in claim.value for claim in origin.claims)

    def test_screenshot(self) -> None:
        """A PNG as large as a screen, and software or a comment that says so, indicate a screenshot."""
        exif = Image.Exif()
        exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.UserComment] = b"ASCII\0\0\0Screenshot"
        exif[ExifTags.Base.Software] = "Android UP1A.231005.007"

        assert codes(encoded(exif=exif), "a.png", 1179, 2556) == {
            "screen_size", "screenshot_comment", "screenshot_software",
        }  # fmt: skip
        assert codes(encoded(), "a.png", 1178, 2556) == set()
        assert codes(encoded(), "a.png", 1600, 1201) == set()

    @pytest.mark.parametrize("code", traces.TRACES)
    def test_sentences_are_translated(self, code: str) -> None:
        """Every trace has a sentence in French, as the dossier prints it."""
        assert translate(traces.TRACES[code].text, "fr") != traces.TRACES[code].text


class TestHostile:
    def test_bomb_in_text(self) -> None:
        """A text that expands a thousand times is cut, and costs no more than what is kept of it."""
        bomb = b"Comment\0\1\0\0\0" + zlib.compress(b"a" * 100_000_000)
        (claim,) = (
            claim for claim in origin_of(with_chunk(encoded(), b"iTXt", bomb), "a").claims if claim.source == "png"
        )

        assert claim.value == "a" * 120

    @pytest.mark.parametrize(
        ("kind", "body"),
        [
            (b"zTXt", b"Comment\0\0not deflated"),
            (b"iTXt", b"Comment\0\1\0"),
            (b"iTXt", b"Comment\0\1\0fr\0Commentaire\0not deflated"),
        ],
    )
    def test_broken_text(self, kind: bytes, body: bytes) -> None:
        """A text that cannot be unpacked is called unreadable."""
        assert origin_of(with_chunk(encoded(), kind, body), "a").unreadable[-1:] == ("png",)

    def test_endless_xmp(self) -> None:
        """XMP without an end is looked at as far as the bound, and called unreadable."""
        xmp = XMP.replace(b"</x:xmpmeta>", b" " * 1_000_000)
        origin = origin_of(encoded("GIF") + xmp, "a.gif")

        assert origin.unreadable == ("xmp",)
        assert fields(origin, "xmp")["xmp:CreatorTool"] == "GIMP 2.10"

    def test_no_entity_is_expanded(self) -> None:
        """XMP is read as text: a document type with entities in entities is just more text."""
        laughs = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>' + XMP.replace(b"GIMP 2.10", b"&b;")

        assert fields(origin_of(encoded("GIF") + laughs, "a.gif"), "xmp")["xmp:CreatorTool"] == "&b;"

    def test_claims_are_bounded_and_printable(self) -> None:
        """Neither control characters, nor pages of text, nor thousands of claims get through."""
        about = PngImagePlugin.PngInfo()
        for number in range(1000):
            about.add_text(f"date:{number}", f"\x1b[31m{number}\n" + "9" * 5000)
        origin = origin_of(encoded(pnginfo=about), "a\u202eb.png")

        assert len(origin.claims) == 40
        assert all(claim.value.isprintable() and len(claim.value) <= 120 for claim in origin.claims)

    @pytest.mark.parametrize("hidden", ["\u202e", "\u2066", "\u200f", "\x1b]0;", "\x00", "\r\n", "\u200b"])
    def test_nothing_hidden_in_software(self, hidden: str) -> None:
        """What turns text round, moves a cursor or ends a line is taken out of what a file calls its software."""
        about = PngImagePlugin.PngInfo()
        about.add_itxt("Software", f"GIMP{hidden}2.10")
        (value,) = fields(origin_of(encoded(pnginfo=about), "a.png"), "png").values()

        assert value.startswith("GIMP")
        assert value.isprintable()
        assert hidden not in value

    @pytest.mark.parametrize("when", ["9999:99:99 99:99:99", "0000:00:00 00:00:00", "1601:01:01 00:00:00", "yesterday"])
    def test_absurd_dates(self, when: str) -> None:
        """A date that cannot be is told as the file has it: it is a claim, and nothing is reckoned from it."""
        exif = Image.Exif()
        exif[ExifTags.Base.DateTime] = when
        data = encoded("JPEG", exif=exif)
        absurd = with_chunk(encoded(), b"tIME", b"\xff" * 7)

        assert fields(origin_of(data, "a.jpg"), "exif") == {"DateTime": when}
        assert fields(origin_of(absurd, "a.png"), "png") == {"tIME": "65535-255-255T255:255:255Z"}

    def test_one_value_for_thousands_of_fields(self) -> None:
        """EXIF whose fields all point to one large value is read in the memory of that value."""
        size, count = 1 << 20, 5_000
        entries = b"".join(struct.pack("<HHII", 0x100 + at, 2, size, 14 + 12 * count) for at in range(count))
        exif = b"II*\0" + struct.pack("<IH", 8, count) + entries + bytes(4) + b"9" * size
        data = with_chunk(encoded(), b"eXIf", exif)
        tracemalloc.start()
        origin = origin_of(data, "a.png")
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()

        assert all(len(claim.value) <= 120 for claim in origin.claims)
        assert peak < 20 * size

    @pytest.mark.parametrize("kind", [b"tEXt", b"iTXt", b"zTXt"])
    def test_huge_chunk(self, kind: bytes) -> None:
        """Of a text of many megabytes the beginning is kept."""
        text = b"x" * 20_000_000
        rest = {b"tEXt": text, b"iTXt": bytes(4) + text, b"zTXt": b"\0" + zlib.compress(text)}[kind]
        data = with_chunk(encoded(), kind, b"Comment\0" + rest)

        assert fields(origin_of(data, "a.png"), "png") == {"Comment": "x" * 120}

    def test_too_many_blocks(self) -> None:
        """A file of empty blocks is given up, not walked to its end."""
        empty = struct.pack(">I", 0) + b"teXt" + struct.pack(">I", zlib.crc32(b"teXt"))
        data = encoded()
        many = data[:33] + empty * 200_001 + data[33:]
        with pytest.raises(ValueError, match="more chunks"):
            list(png_chunks(many))
        assert len(list(jpeg_segments(b"\xff\xd8" + b"\xff\xfe\0\2" * 50_000))) == 10_000

    @settings(max_examples=150, deadline=None)
    @given(st.data())
    def test_nothing_is_raised(self, data: st.DataObject) -> None:
        """Whatever is cut off, put in or overwritten, the answer is an origin."""
        jpeg = with_segment(photo(comment="x"), 0xEB, app11(store())[0])
        png = with_chunk(with_chunk(encoded(exif=Image.Exif()), b"caBX", store()), b"iTXt", b"Comment\0\1\0\0\0x")
        boxes = box(b"ftyp", b"heic") + box(b"moov", box(b"mvhd", bytes(40)))
        original = data.draw(st.sampled_from([jpeg, png, encoded("GIF", comment=b"x"), encoded("WEBP"), boxes, HEIC]))
        at = data.draw(st.integers(0, len(original)))
        until = data.draw(st.integers(at, len(original)))
        changed = original[:at] + data.draw(st.binary(max_size=60)) + original[until:]

        assert isinstance(origin_of(changed, data.draw(st.text(max_size=40))), Origin)

    @settings(max_examples=200, deadline=None)
    @given(st.binary(max_size=400), st.binary(max_size=40))
    def test_any_store(self, inside: bytes, claim: bytes) -> None:
        """Whatever a manifest store holds, it is a manifest that is present."""
        for found in (inside, store(claim), superbox(b"c2pa", "c2pa", inside)):
            assert isinstance(find_manifest(b"II*\0", found), Manifest)

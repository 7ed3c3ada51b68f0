"""Every dossier is PDF/A-3a and PDF/UA-1: veraPDF, the reference validator, is asked about each."""

import datetime as dt
import io
import zipfile
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from builders import CaseBuilder, Shot, declared, make_case
from papers import unsigned
from PIL import Image, ImageChops, ImageCms
from test_dossier import shot, write
from verapdf import broken_rules

from evidence_vault import kinds, values
from evidence_vault.errors import ExportError
from evidence_vault.exports.archival import Description, require_archival, srgb_profile, xmp

pytestmark = pytest.mark.needs("javac")


def conforms(path: Path) -> None:
    """veraPDF approves the file as PDF/A-3a and PDF/UA-1, and the validator of the product as PDF/A-3."""
    assert broken_rules(path) == []
    require_archival(path)


def icc_jpeg() -> Shot:
    """A photograph with a colour profile of its own."""
    data = io.BytesIO()
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    Image.open(io.BytesIO(shot().data)).save(data, "JPEG", icc_profile=profile)
    return Shot(data.getvalue(), 1366, 768, "image/jpeg", "photo.jpg")


def deep_png() -> Shot:
    """A grey scan of sixteen bits."""
    data = io.BytesIO()
    Image.new("I;16", (400, 300), 30000).save(data, "PNG")
    return Shot(data.getvalue(), 400, 300)


class TestDossiers:
    @pytest.mark.parametrize("light", [False, True])
    def test_with_its_archive(self, tmp_path: Path, light: bool) -> None:
        """The archive is a file of another kind, which only part 3 of the standard lets in."""
        archive = tmp_path / "bundle.zip"
        with zipfile.ZipFile(archive, "w") as made:
            made.writestr("exhibits/x", b"x" * 100_000)

        case = make_case(6, [shot(), shot(legible=False, number=1)])
        conforms(write(case, tmp_path / "dossier.pdf", bundle=archive, bundle_sha256="0" * 64, light=light))

    @pytest.mark.parametrize("name", [
        "محمد", "דוד כהן", "Amina 😀 Bâ", "Wang 王 Li", "Жукова Анна", "x\u202eemorhC", "Ἀθηνᾶ", "Nguyễn Thị Ngọc Hà",
        "Zoë <b>&amp; Ñandú</b> & fils", "a\u0301\u0300\u0323\u200d", "fi ﬁ ﬂ \ufffd \ufeff", "A" * 300,
    ])  # fmt: skip
    def test_any_name(self, tmp_path: Path, name: str) -> None:
        """Right to left, joined, accented, or beyond our fonts: on the page, in the description, in the bookmarks."""
        case = make_case(1, applicant=name, operator=name, procedure=name, prefecture=name)

        conforms(write(case, tmp_path / "dossier.pdf"))

    @pytest.mark.parametrize("picture", [
        shot(mode="RGBA"), shot(mode="P"), shot(mode="L"), shot(mode="1"), shot(mode="LA"),
        shot(mode="CMYK", kind="JPEG"), shot(mode="L", kind="JPEG"), shot(kind="WEBP"), shot(mode="CMYK", kind="TIFF"),
        shot(mode="P", kind="GIF"), deep_png(), icc_jpeg(), shot(1080, 7400), shot(1, 1),
        Shot(b"\x89PNG\r\n\x1a\n broken, but just as it was recorded", 100, 100),
    ], ids=[
        "alpha", "palette", "grey", "one-bit", "grey-alpha", "cmyk-jpeg", "grey-jpeg", "webp", "cmyk-tiff", "gif",
        "sixteen-bits", "jpeg-with-profile", "tall", "one-pixel", "broken",
    ])  # fmt: skip
    def test_any_picture(self, tmp_path: Path, picture: Shot) -> None:
        """Whatever the format, its colours are those of the screen that the file describes."""
        conforms(write(make_case(1, [picture]), tmp_path / "dossier.pdf"))

    def test_many_pages(self, tmp_path: Path) -> None:
        """Months, bookmarks, links, charts, an excerpt, long readings, steps and documents."""
        builder = CaseBuilder()
        builder.open()
        moment = builder.clock
        for number in range(40):
            attempt = builder.attempt(moment)
            made = shot(number=number)
            exhibit = builder.exhibit(made.data, made.width, made.height, attempt=attempt)
            box = values.Box(left=170, top=380, width=300, height=20)
            builder.reading(
                exhibit,
                text="\n".join(
                    f"ligne lue {line}: \u2713 \u26a0 \x07 œuvre" for line in range(150 if number == 3 else 9)
                ),
                quotes=(values.Quote(phrase="full", text="Aucun créneau", box=box),),
            )
            builder.outcome(attempt)
            moment += dt.timedelta(days=5, hours=3)
        step = builder.add(
            kinds.Step(step="email", occurred_at=declared(moment), recipient="Préfecture", summary="é" * 500)
        )
        builder.exhibit(b"%PDF-1.4", None, None, step=step, document="letter", name="lettre.pdf", frames=None)

        conforms(write(builder.built(), tmp_path / "dossier.pdf"))

    def test_no_attempt(self, tmp_path: Path) -> None:
        """A case that was just opened."""
        conforms(write(make_case(0), tmp_path / "dossier.pdf"))


class TestDeclared:
    def test_the_description_agrees_with_itself(self, tmp_path: Path) -> None:
        """Title, author, dates and programs are the same in both places where a PDF says them."""
        path = write(make_case(1, applicant="Zoë <Ñ> & fils"), tmp_path / "dossier.pdf")

        with pikepdf.open(path) as pdf, pdf.open_metadata() as described:
            assert described["dc:title"] == str(pdf.docinfo.Title)
            assert "Zoë <Ñ> & fils" in described["dc:title"]
            assert described["dc:creator"] == [str(pdf.docinfo.Author)]
            assert described["dc:description"] == str(pdf.docinfo.Subject)
            assert described["pdf:Producer"] == str(pdf.docinfo.Producer)
            assert described["xmp:CreatorTool"] == str(pdf.docinfo.Creator)
            assert described["xmp:CreateDate"] == described["xmp:MetadataDate"] == "2026-11-24T09:30:00Z"
            assert described.pdfa_status == "3A"

    def test_what_xml_cannot_hold_is_replaced(self) -> None:
        """A control character in a name does not break the description."""
        packet = xmp(Description("a\x01b", "\x1f", "", "c", "d", dt.datetime(2026, 1, 1, tzinfo=dt.UTC)))

        assert "a\ufffdb".encode() in packet
        assert b"\x01" not in packet

    def test_the_profile_is_srgb(self) -> None:
        """The colours that we describe are those of every screen: a second program finds hardly any difference."""
        ours = ImageCms.ImageCmsProfile(io.BytesIO(srgb_profile()))
        noise = Image.merge("RGB", [Image.effect_noise((64, 64), 90) for _ in range(3)])

        seen = ImageCms.profileToProfile(noise, ours, ImageCms.createProfile("sRGB"))

        assert seen is not None
        assert all(most <= 1 for _, most in ImageChops.difference(noise, seen).getextrema())


class TestRefused:
    @pytest.mark.parametrize(
        "spoil",
        [
            lambda pdf: pdf.Root.__delitem__("/OutputIntents"),
            lambda pdf: pdf.Root.__delitem__("/Metadata"),
            lambda pdf: pdf.Root.__setitem__("/OpenAction", pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="1")),
        ],
        ids=["no-colours", "no-description", "a-script"],
    )
    def test_a_file_that_does_not_conform(self, tmp_path: Path, spoil: Any) -> None:
        """What the standard forbids is told with its reason, and never kept silently."""
        path = tmp_path / "dossier.pdf"
        with pikepdf.open(io.BytesIO(unsigned())) as pdf:
            spoil(pdf)
            pdf.save(path)

        with pytest.raises(ExportError, match="not a valid PDF/A-3 archive"):
            require_archival(path)
        assert broken_rules(path)

    def test_the_validators_see_a_difference(self, tmp_path: Path) -> None:
        """A PDF that never tried fails, so that an empty list of broken rules means something."""
        path = tmp_path / "plain.pdf"
        with pikepdf.new() as pdf:
            pdf.add_blank_page()
            pdf.save(path)

        assert any("6.6.2.1" in rule for rule in broken_rules(path))

import datetime as dt
import hashlib
import io
import re
import shutil
import subprocess
import unicodedata
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from builders import BuiltCase, CaseBuilder, Shot, declared, make_case
from PIL import Image, ImageDraw
from stamped_case import StampedBuilder
from tsa import Authority

from evidence_vault import kinds, values
from evidence_vault.errors import ExportError
from evidence_vault.exports.checked import PageSigner
from evidence_vault.exports.dossier import DossierInput, write_dossier
from evidence_vault.exports.dossier_case import Earlier
from evidence_vault.exports.dossier_words import FINDINGS
from evidence_vault.exports.legal import legal_texts
from evidence_vault.reasons import REASONS
from evidence_vault.rejudging import judged_again
from evidence_vault.signing.tokens import Roots

MADE_AT = dt.datetime(2026, 11, 24, 9, 30, tzinfo=dt.UTC)

poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext (poppler) is not installed")


def shot(
    width: int = 1366, height: int = 768, mode: str = "RGB", kind: str = "PNG", *, name: str = "capture.png",
    legible: bool = True, number: int = 0, **options: Any,
) -> Shot:  # fmt: skip
    """A drawn screenshot; `number` makes its bytes its own."""
    image = Image.new("RGB", (width, height), "white")
    drawing = ImageDraw.Draw(image)
    drawing.rectangle((0, 0, width, height // 10), "navy")
    drawing.text((width // 8, height // 2), f"Aucun créneau disponible {number}", "black")
    data = io.BytesIO()
    image.convert(mode).save(data, kind, **options)
    return Shot(data.getvalue(), width, height, f"image/{kind.lower()}", name, legible)


def write(case: BuiltCase, out: Path, /, **changes: Any) -> Path:
    given: dict[str, Any] = {
        "case": case.file,
        "checkpoint": case.checkpoint,
        "size": len(case.signed),
        "root": case.root,
        "public_key": case.public_key,
        "original": case.originals.get,
        "bundle": None,
        "bundle_sha256": None,
        "light": False,
        "made_at": MADE_AT,
    }
    heard = changes.pop("progress", lambda _done, _all: None)
    write_dossier(DossierInput(**{**given, **changes}), out, heard)
    return out


def texts(pdf: Path) -> list[str]:
    """The text of each page, with single ordinary blanks."""
    drawn = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, check=True).stdout.decode()
    return [re.sub(r"[ \u00a0]+", " ", page) for page in drawn.split("\f")[:-1]]


def flat(pdf: Path) -> str:
    """All the text in one line, as it is read."""
    drawn = subprocess.run(["pdftotext", "-raw", str(pdf), "-"], capture_output=True, check=True).stdout.decode()
    return re.sub(r"\s+", " ", drawn.replace("\u00a0", " "))


def chapter(pdf: Path, title: str) -> str:
    """The text of the page to which the bookmark `title` leads, as it is laid out."""
    with pikepdf.open(pdf) as found:
        (page,) = [page for _, named, page in bookmarks(found) if named == title]
    return texts(pdf)[page - 1]


def bookmarks(pdf: pikepdf.Pdf) -> Iterator[tuple[int, str, int]]:
    """Level, title and page (from 1) of every bookmark."""
    pages = {page.objgen: number for number, page in enumerate(pdf.pages, start=1)}

    def walk(items: Any, level: int) -> Iterator[tuple[int, str, int]]:
        for item in items:
            yield level, item.title, pages[item.destination[0].objgen]
            yield from walk(item.children, level + 1)

    with pdf.open_outline() as outline:
        yield from walk(outline.root, 0)


@pytest.fixture(scope="module")
def six(tmp_path_factory: pytest.TempPathFactory) -> tuple[BuiltCase, Path]:
    """Six attempts over three weeks, the third one illegible, with their dossier."""
    shots = [[shot(number=number, legible=number != 2)] for number in range(6)]
    case = make_case(6, lambda number: shots[number], capacity="delegate", operator="M. Kerv")
    return case, write(case, tmp_path_factory.mktemp("six") / "dossier.pdf")


@poppler
class TestPages:
    def test_cover_says_who_what_when_and_by_whom(self, six: tuple[BuiltCase, Path]) -> None:
        """Everything that identifies the dossier is on its first page, the missing attestation included."""
        case, pdf = six

        cover = texts(pdf)[0]

        for words in (
            "Dossier de preuve", "des tentatives de connexion", "Awa Diallo", "12 avril 1990", "Sénégal",
            "Seine-Saint-Denis",
            "Admission exceptionnelle au séjour (première demande)", "M. Kerv, en qualité de délégué",
            "Relevé d’une partie", "tenu pour elle par un délégué", case.root,
            "6 tentatives, du 2 mars 2026 au 18 mars 2026", "5 sur 6, selon la lecture automatique",
            f"{len(case.signed)} inscriptions",
            "aucune à ce jour (aucune contremarque de temps)", "Fuseau horaire Europe/Paris, sauf mention contraire",
            "aucun tiers n’a vérifié les faits",
        ):  # fmt: skip
            assert words in cover

    def test_every_page_is_numbered(self, six: tuple[BuiltCase, Path]) -> None:
        """Page x of y, the short name of the case and the size of the ledger stand at the foot of every page."""
        case, pdf = six
        pages = texts(pdf)

        for number, page in enumerate(pages, start=1):
            assert f"page {number} / {len(pages)}" in page
            assert f"dossier {case.file.id[:8]}" in page
            assert f"registre de {len(case.signed)} inscriptions" in page

    def test_table_of_contents_names_the_right_pages(self, six: tuple[BuiltCase, Path]) -> None:
        """Each line of the table of contents gives the page where its title stands."""
        _, pdf = six
        pages = texts(pdf)
        lines = re.findall(r"^ *(\S.*?) (\d+)$", chapter(pdf, "Table des matières"), re.MULTILINE)

        assert {"Synthèse", "Chronologie", "Glossaire", "Ce que ce dossier ne prouve pas"} < {
            title for title, _ in lines
        }
        for title, number in lines:
            expected = "Tentative n° 1 " if ":" in title or title.startswith("Relevés") else title
            if not title.startswith("Annexe"):
                assert expected in pages[int(number) - 1]

    def test_synthesis_gives_the_counts(self, six: tuple[BuiltCase, Path]) -> None:
        """The counts are those of the case, and they say by whom the times were given."""
        _, pdf = six
        page = re.sub(r"\s+", " ", chapter(pdf, "Synthèse"))

        assert "sont comptés deux fois, dans le fuseau horaire du dossier (Europe/Paris)" in page
        assert "Comptés d’après les heures déclarées" in page
        assert "Bornés par des tiers" in page
        assert "aucune borne à ce jour" in page
        assert "Jours distincts 6" in page
        assert "Semaines distinctes 3" in page
        assert "Durée 16 jours entre la première et la dernière" in page
        assert "Plus long intervalle 4 jours entre deux jours de tentative qui se suivent" in page
        assert "6, dont 5 lisibles" in page
        assert "Tentatives inscrites 0 au moment même, selon l’opérateur ; 6 après coup" in page
        assert "indiqués, confirmés ou corrigés par une personne : 6 sur 6" in page

    def test_calendar_shows_every_week(self, six: tuple[BuiltCase, Path]) -> None:
        """Weeks are ISO weeks; the illegible attempt, left unclassified, has another sign."""
        _, pdf = six
        page, _, _ = chapter(pdf, "Calendrier des tentatives").partition("Semaines et heures")

        assert re.findall(r"^ *(S\d\d) · 2026", page, re.MULTILINE) == ["S10", "S11", "S12"]
        assert len(re.findall("■ ?1", page)) == 5
        assert len(re.findall("○ ?1", page)) == 1

    def test_sheet_holds_what_is_known_of_an_attempt(self, six: tuple[BuiltCase, Path]) -> None:
        """One sheet says who, where, when, with what result, on what machine, and where it stands in the ledger."""
        case, pdf = six
        view = case.file.chronological()[0]
        sheet = re.sub(r"\s+", " ", next(page for page in texts(pdf) if "Tentative n° 1 —" in page))

        for words in (
            "Relevé de tentative de connexion (établi par l’usager)", "lundi 2 mars 2026 à 9 h 14",
            "(heure déclarée)",
            "indiquée par l’opérateur", "pas de borne inférieure : l’opérateur a lui-même indiqué l’heure",
            "Demandeur Awa Diallo, naissance le 12 avril 1990 ; nationalité : Sénégal",
            "Pas après non attesté à ce jour : aucune contremarque admise ici ne couvre encore cette inscription",
            "Indications, non attestées Heure déclarée lundi 2 mars 2026 à 9 h 14",
            "Aucun créneau disponible — confirmé par l’opérateur",
            "d’après les mots lus : « Aucun créneau disponible »",
            "Mesuré Système : Debian GNU/Linux 12", "Déclaré Navigateur : Firefox 128", "Inconnu Écran",
            view.exhibits[0].exhibit.sha256, view.entry.digest, view.entry.header.previous,
            "Lecture automatique (OCR), non corrigée, sans les marques où aucun mot n’a été reconnu — l’image prévaut",
            "tesseract 5.3.0, fra (fast), psm 11",
            "2026-03-02 08:14:41.000 UTC", "inscrite moins d’une minute après l’heure déclarée",
            "inscrite par l’opérateur, qui a lui-même indiqué l’heure",
            "Fin de la connexion non indiquée", "Étape atteinte non indiquée",
            f"ligne {view.entry.index + 1} de ledger/signatures.txt",
        ):  # fmt: skip
            assert words in sheet

    def test_how_far_an_attempt_got_is_printed(self, tmp_path: Path) -> None:
        """When it ended and which step it reached, in the operator's words."""
        builder = CaseBuilder()
        builder.open()
        ended = declared(builder.clock + dt.timedelta(minutes=6), confirmed_by="flag")
        builder.outcome(builder.attempt(ended_at=ended, reached="étape 3 : choix du créneau"))
        text = flat(write(builder.built(), tmp_path / "dossier.pdf"))

        assert "Fin de la connexion 2 mars 2026 à 9 h 20" in text
        assert "Étape atteinte étape 3 : choix du créneau" in text

    def test_illegible_is_said_on_its_sheet_and_on_its_picture(self, six: tuple[BuiltCase, Path]) -> None:
        """An illegible screenshot is printed all the same, and marked wherever it appears."""
        _, pdf = six
        marked = [page for page in texts(pdf) if "NON LISIBLE" in page]

        assert len(marked) == 2
        assert all("Pièce n° 3" in page for page in marked)

    def test_says_what_it_does_not_prove(self, six: tuple[BuiltCase, Path]) -> None:
        """The limits are on a page of their own; forbidden names appear only where they are denied."""
        _, pdf = six
        text = flat(pdf)

        assert "n’est ni un constat, ni un procès-verbal, ni un accusé de réception" in text
        assert "ne prolonge aucun titre" in text
        assert_claims_nothing(text)

    def test_law_is_quoted_word_for_word(self, six: tuple[BuiltCase, Path]) -> None:
        """Every block of the data file is printed whole, under the day on which it was looked up."""
        text = flat(six[1])

        assert "État du droit relevé le 23 novembre 2026" in text
        for block in legal_texts().blocks:
            if block.id not in {"R431-5", "R311-9"}:
                assert block.title in text
                assert re.sub(r"\s+", " ", block.text) in text

    def test_texts_on_renewals_are_printed_for_renewals(self, six: tuple[BuiltCase, Path], tmp_path: Path) -> None:
        """Who asks for a first permit is not told the periods of another."""
        builder = CaseBuilder()
        builder.open(request="renewal", title_held="Carte de résident", title_expiry="2026-06-30")
        renewal = flat(write(builder.built(), tmp_path / "dossier.pdf"))

        for block in legal_texts().blocks:
            if block.id in {"R431-5", "R311-9"}:
                assert re.sub(r"\s+", " ", block.text) in renewal
                assert block.title not in flat(six[1])

    def test_what_no_machine_read_is_not_called_illegible(self, tmp_path: Path) -> None:
        """A picture that was imported without reading may be as legible as any."""
        builder = CaseBuilder()
        builder.open()
        picture = shot()
        attempt = builder.attempt()
        builder.exhibit(picture.data, picture.width, picture.height, attempt=attempt)
        text = flat(write(builder.built(), tmp_path / "dossier.pdf", original=builder.built().originals.get))

        assert "0 sur 1, selon la lecture automatique (1 non lue)" in text
        assert "1, dont 0 lisible ; 1 non lue par la machine" in text


class TestFile:
    def test_bookmarks_lead_to_sections_months_and_attempts(self, six: tuple[BuiltCase, Path]) -> None:
        """The bookmarks follow the table of contents, down to each attempt."""
        with pikepdf.open(six[1]) as pdf:
            found = list(bookmarks(pdf))

        assert [title for level, title, _ in found if level == 0][:5] == [
            "Page de garde",
            "Résumé",
            "Table des matières",
            "Faits en regard des conditions de l’article L.\u00a0521-3",
            "Synthèse",
        ]
        assert [title for level, title, _ in found if level == 1] == ["Mars 2026"]
        attempts = [(title, page) for level, title, page in found if level == 2]
        assert len(attempts) == 6
        assert attempts[0][0].startswith("Tentative n°\u00a01 — lundi 2\u00a0mars 2026")
        assert sorted(page for _, page in attempts) == [page for _, page in attempts]

    def test_every_font_is_embedded(self, six: tuple[BuiltCase, Path]) -> None:
        """A court's reader has no font of ours: each travels in the file."""
        with pikepdf.open(six[1]) as pdf:
            fonts = [obj for obj in pdf.objects if isinstance(obj, pikepdf.Dictionary) and obj.get("/Type") == "/Font"]

            assert {str(font.BaseFont).split("+")[1] for font in fonts} >= {
                "CharisSIL",
                "CharisSIL-Bold",
                "LiberationMono",
            }
            assert all("/FontFile2" in font.FontDescriptor for font in fonts)

    def test_language_and_title_are_stated(self, six: tuple[BuiltCase, Path]) -> None:
        """Screen readers speak French, and windows show the title rather than the file's name."""
        with pikepdf.open(six[1]) as pdf:
            assert pdf.Root.Lang == "fr-FR"
            assert pdf.Root.ViewerPreferences.DisplayDocTitle
            assert str(pdf.docinfo.Title) == "Dossier de preuve des tentatives de connexion — Awa Diallo"

    def test_archive_travels_inside_byte_for_byte(self, tmp_path: Path) -> None:
        """The archive is attached as it is, under its own name, as data of the document."""
        archive = tmp_path / "bundle.zip"
        with zipfile.ZipFile(archive, "w") as made:
            made.writestr("SHA256SUMS", b"x" * 3_000_000)
        case = make_case(1)
        digest = hashlib.sha256(archive.read_bytes()).hexdigest()

        out = write(case, tmp_path / "dossier.pdf", bundle=archive, bundle_sha256=digest)

        with pikepdf.open(out) as pdf:
            assert list(pdf.attachments) == ["archive-de-preuve.zip"]
            kept = pdf.attachments["archive-de-preuve.zip"]
            assert kept.get_file().read_bytes() == archive.read_bytes()
            assert kept.get_file().mime_type == "application/zip"
            assert pdf.Root.AF[0].AFRelationship == "/Data"

    def test_same_case_same_bytes(self, tmp_path: Path) -> None:
        """Two dossiers of one state are one file; a later day makes another."""
        case = make_case(3, [shot()])

        first, second = (write(case, tmp_path / name).read_bytes() for name in ("a.pdf", "b.pdf"))
        later = write(case, tmp_path / "c.pdf", made_at=MADE_AT + dt.timedelta(days=1)).read_bytes()

        assert first == second
        assert first != later

    @pytest.mark.skipif(shutil.which("qpdf") is None, reason="qpdf is not installed")
    def test_syntax_is_sound(self, six: tuple[BuiltCase, Path]) -> None:
        """A program that is not ours finds nothing to say against the file."""
        done = subprocess.run(["qpdf", "--check", str(six[1])], capture_output=True, check=False)

        assert (done.returncode, done.stderr) == (0, b"")

    def test_progress_counts_attempts(self, tmp_path: Path) -> None:
        """The caller hears of every attempt printed."""
        case = make_case(3)
        heard: list[tuple[int, int]] = []
        write(case, tmp_path / "dossier.pdf", progress=lambda done, total: heard.append((done, total)))

        assert heard == [(1, 3), (2, 3), (3, 3)]


class TestPictures:
    def test_a_picture_is_in_the_file_once(self, tmp_path: Path) -> None:
        """A screenshot handed in for three attempts is stored once."""
        with pikepdf.open(write(make_case(3, [shot()]), tmp_path / "dossier.pdf")) as pdf:
            assert len(images(pdf)) == 1

    def test_a_desktop_screenshot_gets_a_landscape_page(self, tmp_path: Path) -> None:
        """Wide pictures turn the sheet; a phone's do not."""
        case = make_case(2, [shot(1920, 1080), shot(1080, 2400)])

        with pikepdf.open(write(case, tmp_path / "dossier.pdf")) as pdf:
            turned = [page for page in pdf.pages if page.mediabox[2] > page.mediabox[3]]

        assert len(turned) == 1

    @poppler
    def test_a_tall_picture_is_cut_into_overlapping_views(self, tmp_path: Path) -> None:
        """A whole-page capture stays readable: several views, numbered, each repeating the end of the one before."""
        pages = texts(write(make_case(1, [shot(1080, 7400)]), tmp_path / "dossier.pdf"))
        views = [match for page in pages for match in re.findall(r"vue (\d+) sur (\d+)", page)]

        assert views == [("1", "4"), ("2", "4"), ("3", "4"), ("4", "4")]

    @poppler
    @pytest.mark.parametrize(("width", "height"), [(3, 4000), (12000, 20), (1, 1), (16, 60000)])
    def test_extreme_shapes_are_printed(self, tmp_path: Path, width: int, height: int) -> None:
        """Whatever the shape, the picture is printed on a bounded number of pages."""
        pages = texts(write(make_case(1, [shot(width, height)]), tmp_path / "dossier.pdf"))

        assert 1 <= sum("Pièce n° 1 (tentative n° 1" in page for page in pages) <= 32

    @pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="pdftoppm (poppler) is not installed")
    @pytest.mark.parametrize("turn", range(1, 9))
    def test_turned_photographs_stand_upright(self, tmp_path: Path, turn: int) -> None:
        """Eight orientations of the same picture all print like the upright one: blue band on top."""
        upright = Image.open(io.BytesIO(shot(400, 600).data))
        exif = Image.Exif()
        exif[0x0112] = turn
        data = io.BytesIO()
        stored = upright.transpose(BACK[turn]) if turn in BACK else upright
        stored.save(data, "JPEG", exif=exif)
        case = make_case(1, [Shot(data.getvalue(), 400, 600, "image/jpeg", "photo.jpg")])

        out = write(case, tmp_path / "dossier.pdf")
        number = next(place for place, page in enumerate(texts(out), start=1) if "photo.jpg — 400 × 600" in page)

        page = rendered(out, number)

        # The picture is 400 points wide, in the middle of a sheet of 595 rendered at one pixel a point.
        band = [y for y in range(page.height) if is_navy(page.getpixel((300, y)))]
        across = [x for x in range(page.width) if is_navy(page.getpixel((x, band[len(band) // 2])))]
        assert 50 < len(band) < 70
        assert 390 < len(across) < 410

    @pytest.mark.parametrize("picture", [
        shot(mode="RGBA"), shot(mode="P"), shot(mode="L"), shot(mode="CMYK", kind="JPEG"), shot(kind="WEBP"),
        shot(mode="P", kind="GIF", save_all=True, append_images=[Image.new("P", (1366, 768))]),
    ], ids=["alpha", "palette", "grey", "CMYK", "WebP", "animated"])  # fmt: skip
    def test_every_kind_of_picture_is_printed(self, tmp_path: Path, picture: Shot) -> None:
        """Whatever the format, one image of the right size is in the file."""
        with pikepdf.open(write(make_case(1, [picture]), tmp_path / "dossier.pdf")) as pdf:
            (image,) = images(pdf)

            assert (int(image.Width), int(image.Height)) == (1366, 768)

    @poppler
    def test_an_excerpt_shows_the_words_that_count(self, tmp_path: Path) -> None:
        """Where the machine says where it read the message, that part is enlarged on the sheet."""
        builder = CaseBuilder()
        builder.open()
        attempt = builder.attempt()
        made = shot()
        exhibit = builder.exhibit(made.data, made.width, made.height, attempt=attempt)
        box = values.Box(left=170, top=380, width=300, height=20)
        builder.reading(exhibit, quotes=(values.Quote(phrase="full", text="Aucun créneau", box=box),))

        assert "Extrait de la pièce n° 1, agrandi" in flat(write(builder.built(), tmp_path / "dossier.pdf"))

    def test_findings_and_no_advice(self, tmp_path: Path) -> None:
        """The reasons of legibility are printed as findings; « refaites la capture » is said to the person alone."""
        text = flat(write(make_case(1, [shot(legible=False)]), tmp_path / "dossier.pdf"))

        assert set(FINDINGS) == set(REASONS)
        assert "NON LISIBLE (appréciation de la machine) : l’image est floue" in text
        assert "Faites une vraie capture" not in text

    def test_an_altered_original_stops_the_dossier(self, tmp_path: Path) -> None:
        """A picture that is not the one recorded is never printed in its place."""
        case = make_case(1, [shot()])
        (digest,) = case.originals

        with pytest.raises(ExportError, match=digest):
            write(case, tmp_path / "dossier.pdf", original=lambda _: case.originals[digest] + b"\0")

    @poppler
    def test_a_missing_original_is_said(self, tmp_path: Path) -> None:
        """An exhibit whose bytes were erased leaves its description, and a sentence in place of the picture."""
        text = flat(write(make_case(1, [shot()]), tmp_path / "dossier.pdf", original=lambda _: None))

        assert "L’image d’origine n’est plus conservée" in text

    @poppler
    def test_bytes_that_are_no_picture_are_said(self, tmp_path: Path) -> None:
        """A file recorded as a picture that cannot be decoded does not stop the dossier."""
        case = make_case(1, [Shot(b"\x89PNG\r\n\x1a\n broken, but just as it was recorded", 100, 100)])

        assert "n’a pas pu être décodée" in flat(write(case, tmp_path / "dossier.pdf"))


@pytest.fixture(scope="module")
def clock() -> Authority:
    return Authority.create(name="Horloge une")


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two attempts: what the first picture shows agrees with what is recorded, what the second shows does not."""
    builder = CaseBuilder()
    builder.open()
    facts = (
        ("09:12 02/03/2026", 96, "www.rdv.example.org/rdvpref/", 88),
        ("07:02 02/03/2026", 96, "rdv.autre.example.org/", 41),
    )
    for number, (clock, sure, address, less_sure) in enumerate(facts):
        attempt = builder.attempt()
        exhibit = builder.exhibit(shot(number=number).data, 1366, 768, attempt=attempt)
        box = values.Box(left=1270, top=740, width=80, height=20)
        builder.reading(
            exhibit,
            facts=(
                values.Fact(fact="screen_clock", text=clock, box=box, confidence=sure),
                values.Fact(fact="address", text=address, box=box, confidence=less_sure),
            ),
        )
        builder.outcome(attempt)
        builder.clock += dt.timedelta(minutes=1)
    return write(builder.built(), tmp_path_factory.mktemp("shown") / "dossier.pdf")


@poppler
class TestShownBeside:
    TITLE = "Ce que montrent les captures, en regard de ce qui est inscrit"

    def test_both_values_stand_side_by_side(self, shown: Path) -> None:
        """What the picture shows, what the ledger says with its entry, and that nothing contradicts."""
        sheet, read = sheet_of(shown, 1), flat(shown)

        assert self.TITLE in sheet
        for words in (
            "Horloge affichée : « 09:12 02/03/2026 » (pièce n° 1, confiance annoncée : 96 %)",
            "heure déclarée : 2 mars 2026 à 9 h 14 (inscription n° 1)",
            "Adresse affichée : « www.rdv.example.org/rdvpref/ » (pièce n° 1",
            "Rien ici ne contredit ce qui est inscrit.",
        ):
            assert words in read
        assert "Contradiction" not in sheet

    def test_a_contradiction_is_said_with_its_possible_causes(self, shown: Path) -> None:
        """A sure one as such, a doubtful one as something to be checked; neither accuses anybody."""
        read = flat(shown)

        assert "Contradiction :" in sheet_of(shown, 2)
        for words in (
            "Contradiction : l’horloge affichée et l’heure déclarée diffèrent de plus de 5 minutes.",
            "Causes possibles : une horloge mal lue par la machine, ou mal réglée. L’image prévaut.",
            "À vérifier : le site affiché ne semble pas être le site déclaré.",
            "Lecture peu sûre (confiance annoncée : 41 %).",
        ):
            assert words in read

    def test_a_sheet_without_facts_has_no_such_table(self, six: tuple[BuiltCase, Path]) -> None:
        """Where a machine read nothing of the kind, nothing is said, rather than that all agrees."""
        assert self.TITLE not in flat(six[1])


@pytest.fixture(scope="module")
def stamped(clock: Authority, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two live attempts a week apart, each between two tokens; an import under a token; an attempt that waits."""
    builder = StampedBuilder()
    builder.open()
    builder.stamp(clock)
    for day in (2, 9):
        builder.clock = dt.datetime(2026, 3, day, 8, 14, 30, tzinfo=dt.UTC)
        attempt = builder.live()
        builder.reading(
            builder.exhibit(
                shot().data + bytes([day]), 1366, 768, attempt=attempt,
                indications=(values.Indication(source="exif", text="2026:03:02 09:12:44"),),
            ),
            screen_clock="09:13",
        )  # fmt: skip
        builder.clock = builder.clock.replace(minute=15, second=0, microsecond=250_000)
        builder.stamp(clock)
    builder.attempt(dt.datetime(2026, 2, 1, 10, tzinfo=dt.UTC), origin="import", environment=None)
    builder.stamp(clock)
    builder.clock += dt.timedelta(days=1)
    builder.attempt()
    case, given = builder.printed(clock, shipped=True)
    out = tmp_path_factory.mktemp("stamped") / "dossier.pdf"
    return write(case, out, original=lambda _: None, **given)


@poppler
class TestAttested:
    def test_every_sheet_states_the_interval(self, stamped: Path, six: tuple[BuiltCase, Path]) -> None:
        """Attested or not, no attempt is printed without its two bounds, apart from what merely indicates a time."""
        for pdf, attempts in ((stamped, 4), (six[1], 6)):
            for number in range(1, attempts + 1):
                assert re.search(
                    "Intervalle attesté par des tiers Pas avant .+ Pas après .+ Indications, non attestées Heure",
                    sheet_of(pdf, number),
                )

    def test_a_live_attempt_lies_between_two_tokens(self, stamped: Path) -> None:
        """Each bound says when, by whom, named where, on what it rests; the lower one, whose word it takes."""
        sheet = sheet_of(stamped, 2)

        assert (
            "Pas avant lundi 2 mars 2026 à 9 h 13 min 59 s (Europe/Paris), soit 2026-03-02 08:13:59 UTC — Horloge une, "
            "Horloge d’essai, FR (contremarque nommée par l’inscription n° 1 ; racine livrée avec le logiciel ; non "
            "vérifiée comme qualifiée). Cette borne suppose, comme l’opérateur le dit, que la tentative a été inscrite "
            "sur-le-champ."
        ) in sheet
        assert "Pas après lundi 2 mars 2026 à 9 h 15 min 02 s (Europe/Paris), soit 2026-03-02 08:15:02 UTC" in sheet
        assert "nommée par l’inscription n° 5 ;" in sheet

    def test_bounds_are_rounded_outwards(self, stamped: Path) -> None:
        """A token at 15 min 0.25 s, good to 1.5 s, bounds from 14 min 58 s and to 15 min 2 s: never too narrow."""
        assert "Pas après lundi 2 mars 2026 à 9 h 15 min 02 s" in sheet_of(stamped, 2)
        assert "Pas avant lundi 2 mars 2026 à 9 h 14 min 58 s" in sheet_of(stamped, 3)

    def test_an_import_has_no_lower_bound(self, stamped: Path) -> None:
        """What was seen before it was recorded is only bounded from above."""
        sheet = sheet_of(stamped, 1)

        assert "Pas avant pas de borne inférieure : tentative importée après coup" in sheet
        assert "Pas après lundi 9 mars 2026 à 9 h 15 min 05 s" in sheet

    def test_what_waits_is_said(self, stamped: Path) -> None:
        """An attempt after the last token has no upper bound, and its time given by hand no lower one."""
        sheet = sheet_of(stamped, 4)

        assert "Pas après non attesté à ce jour" in sheet
        assert "Pas avant pas de borne inférieure : l’opérateur a lui-même indiqué l’heure" in sheet

    def test_indications_stand_apart(self, stamped: Path) -> None:
        """What files, screens and the machine's clock say comes under a heading that denies it is attested."""
        _, indicated = sheet_of(stamped, 2).split("Indications, non attestées")
        told, _ = indicated.split("Résultat Résultat retenu")

        for words in (
            "Heure déclarée lundi 2 mars 2026 à 9 h 14", "horloge de l’appareil au moment de l’enregistrement",
            "Heure d’enregistrement 2 mars 2026 à 9 h 14 min 30 s", "« 2026:03:02 09:12:44 » (métadonnées EXIF",
            "Horloge visible à l’écran « 09:13 » (lue par la machine",
        ):  # fmt: skip
            assert words in told

    def test_no_heading_states_a_naked_time(self, stamped: Path) -> None:
        """Bookmarks, headings and captions that name a time say that it is declared."""
        with pikepdf.open(stamped) as pdf:
            titles = [title.replace("\u00a0", " ") for _, title, _ in bookmarks(pdf)]
        timed = [title for title in titles if re.search(r"\d h \d\d", title)]

        assert len(timed) == 4
        assert all(title.endswith("(heure déclarée)") for title in timed)
        assert "Relevés des tentatives, par mois déclaré" in chapter(stamped, "Table des matières")

    def test_synthesis_and_chronology_count_twice(self, stamped: Path) -> None:
        """Days, weeks and span, as declared and then as far as third parties bound them."""
        pages = [re.sub(r"\s+", " ", page) for page in texts(stamped)]
        synthesis = re.sub(r"\s+", " ", chapter(stamped, "Synthèse"))
        line = next(page for page in pages if "D’après les tiers" in page)

        assert "Jours distincts 4" in synthesis
        assert "3 sur 4 : elle existait à une heure attestée (« pas après »)" in synthesis
        assert "Bornées des deux côtés 2 sur 4" in synthesis
        assert "au moins 2 jours" not in synthesis
        assert "Durée au moins" not in synthesis
        assert "D’après les heures déclarées : 4 jours distincts" in line
        assert (
            "D’après les tiers : inscription de 3 tentatives attestée ; et, si elles ont été inscrites sur-le-champ "
            "comme l’opérateur le dit, au moins 1 jour distinct, 1 semaine distincte."
        ) in line
        assert "pas avant le 02/03/2026 à 9 h 13 min 59 s pas après le 02/03/2026 à 9 h 15 min 02 s" in flat(stamped)

    def test_cover_says_by_whom_and_what_waits(self, stamped: Path) -> None:
        """The first page names the authorities, the first and last time, and how many entries wait."""
        cover = re.sub(r"\s+", " ", texts(stamped)[0])

        assert "4 contremarques de temps valides : Horloge une, Horloge d’essai, FR" in cover
        assert "la première le 02/03/2026 à 9 h 14 min 01 s, la dernière le 09/03/2026 à 9 h 15 min 03 s" in cover
        assert "2 inscriptions, qu’aucune contremarque admise ici ne couvre à ce jour" in cover

    def test_the_fullest_cover_is_one_page(self, clock: Authority, tmp_path: Path) -> None:
        """Every field of the case, four authorities and proofs that wait leave room for the box of its limits."""
        authorities = [clock, *(Authority.create(name=f"Service d’horodatage de la Chambre n° {n}") for n in range(3))]
        builder = StampedBuilder()
        builder.open(
            operator="Association d’aide aux étrangers de Seine-Saint-Denis, antenne nord", capacity="helper",
            agdref="9312345678", phone="+33 6 39 98 00 00", title_held="Carte de séjour vie privée et familiale",
            title_expiry="2026-05-01", on_r431_2_list=True,
            procedure="Renouvellement de la carte de séjour temporaire mention vie privée et familiale",
        )  # fmt: skip
        for authority in authorities:
            builder.stamp(authority)
        builder.anchor()
        builder.stamp(Authority.create(name="Inconnue"), trusted=False)
        builder.add(kinds.ExportMade(export="dossier", size=2, root="0" * 64, sha256="1" * 64))
        for outcome in ("no_slot", "site_error", "slots_offered"):
            builder.outcome(builder.live(), outcome)
        case, given = builder.printed(*authorities)

        cover, summary, contents, *_ = texts(write(case, tmp_path / "dossier.pdf", **given))

        assert "et 1 autre autorité" in re.sub(r"\s+", " ", cover)
        assert "Ses limites sont exposées" in cover
        assert "Résumé" in summary
        assert "Table des matières" in contents

    def test_every_proof_is_in_the_annex_with_its_state(self, clock: Authority, tmp_path: Path) -> None:
        """Valid, untrusted, unreadable, pending and replaced are five different words; what does not count says so."""
        builder = StampedBuilder()
        builder.open()
        builder.stamp(clock)
        builder.stamp(Authority.create("p384", name="Inconnue"), trusted=False)
        builder.stamp(clock, spoil=True)
        pending = builder.anchor()
        builder.anchor(b"grown", status="unchecked", replaces=pending)
        builder.anchor()
        case, given = builder.printed(clock)

        out = write(case, tmp_path / "dossier.pdf", **given)
        annex = flat(out).split("Annexe : contremarques de temps")[-1]

        for words in (
            "n° 1 n° 0 RFC 3161", "valide ; racine choisie par celui qui tient le registre, non livrée avec le",
            "à ± 1,5 s près, selon l’autorité", "d’une autorité non reconnue ici", "(affirmée, non retenue)",
            "reçue, non vérifiable", "remplacée par une preuve plus complète", "en attente : promesse d’un calendrier",
            "désigne un bloc Bitcoin, non contrôlé ici",
        ):  # fmt: skip
            assert words in annex
        cover = re.sub(r"\s+", " ", texts(out)[0])
        assert "Autres preuves reçues 5, qui ne comptent pas ici" in cover
        assert "OpenTimestamps 1 preuve (désigne un bloc Bitcoin, non contrôlé ici) ; 1 preuve (en attente" in cover

    def test_proofs_of_which_none_counts(self, clock: Authority, tmp_path: Path) -> None:
        """A token that was valid when it came, under roots that are not believed here, attests nothing."""
        builder = StampedBuilder()
        builder.open()
        builder.live()
        builder.stamp(clock)
        case, given = builder.printed()

        text = flat(write(case, tmp_path / "dossier.pdf", **given))

        assert "aucune à ce jour (1 preuve reçue, mais non comptée ici)" in text
        assert "valide à la réception ; sa racine n’est ni livrée avec le logiciel ni indiquée pour ce dossier" in text
        assert "Pas après non attesté à ce jour" in text

    def test_many_proofs_are_summed_up(self, clock: Authority, tmp_path: Path) -> None:
        """A long list shrinks to the first and the last of each authority, with their number."""
        builder = StampedBuilder()
        builder.open()
        for _ in range(40):
            builder.stamp(clock)
        case, given = builder.printed(clock)

        annex = flat(write(case, tmp_path / "dossier.pdf", **given)).split("Annexe : contremarques de temps")[-1]

        assert annex.count("selon l’autorité") == 2
        assert "40 preuves en tout" in annex
        assert "40 preuves : valide ; racine choisie par celui qui tient le registre" in annex

    def test_steps_and_documents_are_bounded_from_above(self, clock: Authority, tmp_path: Path) -> None:
        """A letter and a document were recorded no later than the first token over them."""
        builder = StampedBuilder()
        builder.open()
        builder.add(kinds.Step(step="letter", occurred_at=declared(builder.clock), summary="Demande"))
        builder.exhibit(b"%PDF-1.4", None, None, document="title", frames=None)
        builder.stamp(clock)
        case, given = builder.printed(clock)

        text = flat(write(case, tmp_path / "dossier.pdf", **given))

        assert text.count("Attesté : pas après lundi 2 mars 2026 à 9 h 14 min 05 s") == 2
        assert "Démarche n° 1 — Lettre Heure déclarée lundi 2 mars 2026 à 9 h 14" in text
        assert "Source de cette heure indiquée par l’opérateur" in text

    def test_a_step_whose_date_nobody_gave_has_none(self, tmp_path: Path) -> None:
        """The clock at the moment of recording is not the time at which a letter was sent."""
        builder = CaseBuilder()
        builder.open()
        builder.add(kinds.Step(step="letter", occurred_at=declared(builder.clock, source="now"), summary="Demande"))

        text = flat(write(builder.built(), tmp_path / "dossier.pdf"))

        assert (
            "Démarche n° 1 — Lettre Date de la démarche non indiquée (inscrite le 2 mars 2026 à 9 h 14, à l’horloge de "
            "l’appareil)"
        ) in text
        assert "après l’heure déclarée" not in text

    def test_limits_fit_what_was_attested(self, stamped: Path, six: tuple[BuiltCase, Path]) -> None:
        """Each residual risk is printed, with the words that fit a case with tokens or without."""
        with_tokens, without = (flat(pdf) for pdf in (stamped, six[1]))

        for text in (with_tokens, without):
            for title in (
                "L’intégrité n’est pas l’authenticité.", "La clé n’est pas une identité.",
                "L’ordre n’est pas la complétude.", "Les heures déclarées ne sont pas attestées.",
                "Une contremarque prouve une existence, pas un fait.",
                "La borne inférieure repose sur la parole de l’opérateur.",
                "Une autorité d’horodatage peut se tromper, ou mentir.",
                "Une preuve OpenTimestamps ne vaut que par le bloc qu’elle désigne.",
                "La fin du registre peut ne pas être attestée.", "Une capture ne dit pas qui l’a faite.",
                "Une page peut être modifiée avant d’être capturée.", "aucun autre registre n’existe",
                "Les pages de ce PDF ne sont pas signées",
            ):  # fmt: skip
                assert title in text
        assert "Celui qui détient la clé peut tout refaire." in without
        assert "n’exclut qu’une réécriture faite après lui" in without
        assert "jusqu’à sa première contremarque (ici, au plus tard le 02/03/2026 à 9 h 14 min 03 s)" in with_tokens
        assert "À ce jour, 2 inscriptions ne sont couvertes par aucune contremarque admise ici." in with_tokens
        assert "Aucune autorité n’a été vérifiée ici comme qualifiée." in with_tokens

    def test_a_root_of_the_keepers_choice_is_believed_by_nobody_else(self, clock: Authority, tmp_path: Path) -> None:
        """Whoever runs the authority dates as they like: its tokens count apart, and take nothing off the risk."""
        builder = StampedBuilder()
        builder.open()
        builder.stamp(clock)
        builder.live()
        builder.stamp(clock)
        case, given = builder.printed(clock)

        out = write(case, tmp_path / "dossier.pdf", **given)
        text, pages = flat(out), [re.sub(r"\s+", " ", page) for page in texts(out)]

        counted = "2 contremarques de temps, valides sous une racine choisie par celui qui tient le registre : Horloge"
        assert counted in pages[0]
        assert counted in re.sub(r"\s+", " ", chapter(out, "Synthèse"))
        assert "contremarques de temps valides" not in text
        assert "racine choisie par celui qui tient le registre, non livrée avec le logiciel ; non vérifiée" in text
        assert "D’après les tiers, sous une racine choisie par celui qui tient le registre : inscription de 1" in text
        assert "Celui qui détient la clé peut tout refaire." in text
        assert (
            "peut être la sienne : il pourrait alors tout refaire, à toute date. Elle ne vaut que si le lecteur" in text
        )

    def test_roots_of_two_worths_are_counted_apart(self, clock: Authority, tmp_path: Path) -> None:
        """Tokens under shipped roots are counted first; one under a root of the keeper's choice lends them nothing."""
        own = Authority.create(name="Maison")
        builder = StampedBuilder()
        builder.open()
        builder.stamp(clock)
        builder.stamp(own)
        built = builder.built()
        shipped = Roots(clock.roots.certificates, shipped=True)
        attestations = judged_again(builder.evidence, (shipped, own.roots))

        out = write(built, tmp_path / "dossier.pdf", attestations=attestations)
        cover, text = re.sub(r"\s+", " ", texts(out)[0]), flat(out)

        assert "1 contremarque de temps valide : Horloge une" in cover
        assert "1 contremarque de temps, valide sous une racine choisie par celui qui tient le registre : Mais" in cover
        assert "Ce que des tiers n’attestent pas encore peut être refait." in text
        assert "peut être la sienne : il pourrait" in text

    def test_claims_nothing_that_third_parties_do_not(self, stamped: Path) -> None:
        """With tokens too, forbidden names appear only where they are denied."""
        assert_claims_nothing(flat(stamped))

    def test_a_self_issued_certificate_is_said_to_prove_nobody(self, tmp_path: Path) -> None:
        """Where the pages will be signed, the dossier says by whose certificate, and what that does not prove."""
        out = write(make_case(1), tmp_path / "dossier.pdf", page_signer=PageSigner("self_issued", 2))

        assert "rattache les pages au registre, qui le nomme, et ne prouve l’identité de personne" in flat(out)


@poppler
class TestCases:
    def test_no_attempt_at_all(self, tmp_path: Path) -> None:
        """A case that was just opened gives a dossier that says so."""
        text = flat(write(make_case(0), tmp_path / "dossier.pdf"))

        assert "Aucune tentative n’a été relevée dans ce registre" in text
        assert "0 tentative" in text
        assert "Relevés des tentatives" not in text

    def test_attempts_without_screenshot(self, tmp_path: Path) -> None:
        """A failed capture is still an attempt, and counted apart."""
        text = flat(write(make_case(2), tmp_path / "dossier.pdf"))

        assert text.count("Aucune capture d’écran n’est jointe à cette tentative") == 2
        assert "Sans capture 2 tentatives" in text
        assert "Captures lisibles aucune capture" in text
        assert "Captures d’écran aucune" in text

    def test_the_clock_of_the_machine_is_not_attested(self, tmp_path: Path) -> None:
        """The clock that the machine showed is spelled out, and said to be its own; what is no time stays as it is."""
        for value, shown in (("2026-11-26T00:17:13.412000Z", "26 novembre 2026 à 0 h 17 min 13 s UTC"), ("x", "x")):
            builder = CaseBuilder()
            builder.open()
            builder.attempt(environment=(values.EnvironmentItem(name="clock", basis="measured", value=value),))

            text = flat(write(builder.built(), tmp_path / "dossier.pdf"))

            assert f"Horloge de l’appareil (non attestée) : {shown} " in text

    def test_what_is_not_known_agrees_with_its_label(self, tmp_path: Path) -> None:
        """A case of which little was said is printed without a wrong gender, and signed on a dotted line."""
        empty = ("applicant", "born", "birthplace", "nationality", "prefecture", "procedure", "operator")
        text = flat(write(make_case(1, capacity="helper", **dict.fromkeys(empty)), tmp_path / "dossier.pdf"))

        assert "Nationalité sans indication" in text
        assert "Préfecture sans indication" in text
        assert "non renseigné" not in text
        assert "Je soussigné(e), sans" not in text

    def test_the_declaration_confirms_no_more_than_was_confirmed(self, six: tuple[BuiltCase, Path]) -> None:
        """Whoever signs vouches for the attempts, not for what a machine proposed."""
        text = flat(six[1])

        assert (
            "déclare avoir fait, ou fait faire pour moi, les tentatives et démarches relatées dans ce dossier." in text
        )
        assert "ne porte pas sur les résultats et les heures marqués « non confirmé », proposés par la machine" in text

    def test_attempt_without_a_time(self, tmp_path: Path) -> None:
        """What nobody dated comes last, under its own heading, and is missing from the calendar by name."""
        builder = CaseBuilder()
        builder.open()
        builder.attempt(occurred_at=None)
        text = flat(write(builder.built(), tmp_path / "dossier.pdf"))

        assert "Tentative n° 1 — heure non déclarée" in text
        assert "Aucune tentative datée" in text

    def test_long_silences_are_one_row(self, tmp_path: Path) -> None:
        """Ten weeks without an attempt are said in one row of the calendar."""
        text = flat(write(make_case(2, every=dt.timedelta(weeks=11)), tmp_path / "dossier.pdf"))

        assert "10 semaines sans tentative relevée, du 9 mars 2026 au 17 mai 2026" in text

    def test_long_cases_go_over_pages(self, tmp_path: Path) -> None:
        """Tables begin their headings again on each page."""
        pages = texts(write(make_case(90, every=dt.timedelta(days=5)), tmp_path / "dossier.pdf"))

        assert sum("Semaine Lundi" in page for page in pages) > 1
        assert sum("Plateforme et adresse" in page for page in pages) > 1

    @pytest.mark.parametrize(("name", "shown"), [
        ("Zoë <b>&amp; Ñandú</b> & fils", "Zoë <b>&amp; Ñandú</b> & fils"),
        ("Amina 😀 Bâ", "Amina [U+1F600] Bâ"),
        ("Wang 王 Li", "Wang [U+738B] Li"),
        ("Жукова Анна", "Жукова Анна"),
        ("x\u202eemorhC", "x[U+202E]emorhC"),
        ("A" * 300, "A" * 40),
    ])  # fmt: skip
    def test_names_are_printed_as_they_are(self, tmp_path: Path, name: str, shown: str) -> None:
        """No name is taken for markup, breaks the page, or turns into boxes."""
        assert shown in flat(write(make_case(1, applicant=name, operator=name), tmp_path / "dossier.pdf"))

    def test_right_to_left_names_are_joined(self, tmp_path: Path) -> None:
        """An Arabic name is printed in joined letters; a reader of the file finds the name again."""
        cover = texts(write(make_case(1, applicant="محمد"), tmp_path / "dossier.pdf"))[0]

        assert "\ufee3\ufea4\ufee4\ufeaa" in cover
        assert "محمد" in unicodedata.normalize("NFKC", cover)

    def test_steps_and_documents(self, tmp_path: Path) -> None:
        """Steps come with their answer, or say that none came; documents with their digest."""
        builder = CaseBuilder()
        builder.open()
        step = builder.add(
            kinds.Step(
                step="registered_letter", occurred_at=declared(builder.clock), recipient="Préfecture",
                reference="1A 200 123", summary="Demande de rendez-vous",
            )
        )  # fmt: skip
        builder.exhibit(b"%PDF-1.4", None, None, step=step, document="letter", name="lettre.pdf", frames=None)
        title = builder.exhibit(b"%PDF-1.4 title", None, None, document="title", label="Récépissé", frames=None)
        builder.add(kinds.Correction(target=step, field="answer", value="Refus de guichet", reason="reçu depuis"))
        case = builder.built()

        text = flat(write(case, tmp_path / "dossier.pdf"))

        assert "Démarche n° 1 — Lettre recommandée" in text
        assert "1A 200 123" in text
        assert "aucune réponse inscrite à ce jour" in text
        assert "Refus de guichet — motif : reçu depuis" in text
        assert "Titre de séjour — Récépissé" in text
        assert case.file.entries[title].digest in text

    def test_corrections_stand_beside_what_they_correct(self, tmp_path: Path) -> None:
        """The outcome retained is the corrected one; what the machine proposed stays on the sheet."""
        builder = CaseBuilder()
        builder.open()
        attempt = builder.attempt()
        made = shot()
        builder.reading(builder.exhibit(made.data, made.width, made.height, attempt=attempt))
        builder.outcome(attempt, "no_slot", confirmed_by="none")
        builder.add(kinds.Correction(target=attempt, field="outcome", value="site_error", reason="page d’erreur"))

        text = flat(write(builder.built(), tmp_path / "dossier.pdf"))

        assert "Résultat retenu Erreur ou refus du site" in text
        assert "Proposé par la machine Aucun créneau disponible" in text
        assert "Résultat Erreur ou refus du site — motif : page d’erreur" in text
        assert "avant correction Aucun créneau disponible, non confirmé par une personne" in text

    def test_a_screenshot_handed_in_again_is_said_and_counted_once(self, tmp_path: Path) -> None:
        """The second attempt names the one that produced the file; it is printed once and is no second capture."""
        builder = CaseBuilder()
        builder.open()
        first = builder.attempt()
        made = shot()
        exhibit = builder.exhibit(made.data, made.width, made.height, attempt=first)
        builder.reading(exhibit)
        builder.clock += dt.timedelta(days=9)
        builder.attempt(reuses=(exhibit,))

        out = write(builder.built(), tmp_path / "dossier.pdf")
        text = flat(out)

        assert "capture déjà produite pour la tentative n° 1 ; le même fichier a été remis de nouveau" in text
        assert "Captures d’écran 1, dont 1 lisible " in text
        assert "Avec capture lisible 1 tentative " in text
        assert "Avec une capture déjà produite 1 tentative" in text
        assert sum("capture.png — 1366 × 768 pixels" in page for page in texts(out)) == 1

    def test_who_made_the_record_is_said_as_it_is(self, tmp_path: Path) -> None:
        """A sheet made by a helper does not claim to be made by the applicant, who may sign beside the helper."""
        builder = CaseBuilder()
        builder.open(operator="M. Kerv", capacity="helper")
        builder.attempt(operator="M. Kerv", capacity="helper")

        text = flat(write(builder.built(), tmp_path / "dossier.pdf"))

        assert "Relevé de tentative de connexion (établi pour l’usager par un aidant)" in text
        assert "établi par l’usager)" not in text
        assert "Je soussigné(e), M. Kerv, en qualité d’aidant, déclare avoir tenu ce registre" in text

    def test_an_imported_attempt_has_no_environment(self, tmp_path: Path) -> None:
        """Nothing is known of the machine that made an imported screenshot, and the sheet says so."""
        builder = CaseBuilder()
        builder.open()
        builder.attempt(origin="import", environment=None)

        assert "non relevé : tentative importée" in flat(write(builder.built(), tmp_path / "dossier.pdf"))

    def test_no_time_of_day_where_only_the_day_is_known(self, tmp_path: Path) -> None:
        """A day is printed as a day, and counted as one whose hour is not known."""
        builder = CaseBuilder()
        builder.open()
        builder.attempt(occurred_at=declared(builder.clock, precision="day"))

        text = flat(write(builder.built(), tmp_path / "dossier.pdf"))

        assert "Tentative n° 1 — lundi 2 mars 2026, heure inconnue" in text
        assert "Jour déclaré sans l’heure 1 tentative" in text
        assert "Nombre de tentatives par heure" not in text

    def test_the_earlier_dossier_is_named(self, tmp_path: Path) -> None:
        """A dossier says which one it extends, so that the two can be compared."""
        earlier = Earlier(index=2, size=2, root="0" * 64, consistency=(b"\x01" * 32,))
        pdf = write(make_case(2), tmp_path / "dossier.pdf", earlier=earlier)

        assert "établi à 2 inscriptions (inscription n° 2 du registre), que celui-ci étend" in flat(pdf)
        assert "01" * 32 in flat(pdf)

    def test_long_readings_do_not_spill_over_a_few_lines(self, tmp_path: Path) -> None:
        """A reading that does not fit on its sheet is printed after the sheets, and the sheet gives the page."""
        builder = CaseBuilder()
        builder.open()
        attempt = builder.attempt()
        made = shot()
        exhibit = builder.exhibit(made.data, made.width, made.height, attempt=attempt)
        builder.reading(exhibit, text="\n".join(f"ligne lue {number} sur la page" for number in range(300)))

        pages = texts(write(builder.built(), tmp_path / "dossier.pdf"))

        (named,) = (
            int(found[1])
            for page in pages
            if (found := re.search(r"imprimée après les relevés, à la page : (\d+)$", page, re.MULTILINE))
        )
        assert "Lectures automatiques plus longues que leur relevé" in pages[named - 1]
        assert "ligne lue 299" in " ".join(pages[named - 1 :])

    def test_a_light_dossier_says_so(self, tmp_path: Path) -> None:
        """Where the originals travel apart, the annex says so and how to check one."""
        archive = tmp_path / "bundle.zip"
        archive.write_bytes(b"PK")
        text = flat(write(make_case(1), tmp_path / "dossier.pdf", light=True, bundle=archive, bundle_sha256="0" * 64))

        assert "Elle ne contient pas les originaux des pièces" in text


DENIED = (
    "n’est pas qualifiée", "non qualifié", "non vérifiée comme qualifiée", "n’a été vérifiée ici comme qualifiée",
    "aucune n’est dite qualifiée",
)  # fmt: skip
"""The only sentences in which the word may stand: each denies it."""


def assert_claims_nothing(text: str) -> None:
    """Forbidden names appear only where they are denied."""
    for name in ("constat", "procès-verbal", "accusé de réception"):
        assert text.lower().count(name) == len(re.findall(f"n’est pas un {name}|ni un {name}", text)) > 0
    assert text.lower().count("qualifié") == sum(text.count(words) for words in DENIED) > 0
    assert "certifié" not in text.lower()


def sheet_of(pdf: Path, number: int) -> str:
    """The sheet of one attempt, in one line as it is laid out."""
    page = next(page for page in texts(pdf) if f"Tentative n° {number} —" in page)
    return re.sub(r"\s+", " ", page)


def images(pdf: pikepdf.Pdf) -> list[pikepdf.Object]:
    return [obj for obj in pdf.objects if isinstance(obj, pikepdf.Stream) and obj.get("/Subtype") == "/Image"]


def rendered(pdf: Path, number: int) -> Image.Image:
    """One page at one pixel a point."""
    command = ["pdftoppm", "-r", "72", "-f", str(number), "-l", str(number), "-png", str(pdf)]
    return Image.open(io.BytesIO(subprocess.run(command, capture_output=True, check=True).stdout)).convert("RGB")


def is_navy(pixel: object) -> bool:
    red, green, blue = pixel  # type: ignore[misc]
    return bool(red < 60 and green < 60 and blue > 90)


BACK = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
"""What turns an upright picture into the stored one, by EXIF orientation."""

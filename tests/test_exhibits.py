"""The folder of exhibits: names, numbers, inventory, stamps; and every rule broken on purpose and found."""

import csv
import datetime as dt
import hashlib
import io
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from builders import START, BuiltCase, CaseBuilder, Shot, declared, make_case
from cli_runner import Cli, prepared
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from test_dossier import MADE_AT, poppler, shot
from verapdf import broken_rules

from evidence_vault import kinds
from evidence_vault.errors import ExportError, StorageError
from evidence_vault.exports.carried_pages import stamped
from evidence_vault.exports.dossier_case import DossierInput
from evidence_vault.exports.exhibit_files import Filed, Filing, write_exhibits
from evidence_vault.exports.exhibit_names import LONGEST, NUMBER, faults, file_name
from evidence_vault.exports.inventory import CSV, PDF, read_csv
from evidence_vault.exports.rendering import page_texts
from evidence_vault.folder_check import RULES, check_folder
from evidence_vault.i18n import render

LIMIT = 32_000_000


def filed(case: BuiltCase, folder: Path, filing: Filing = Filing()) -> Filed:  # noqa: B008  # a frozen value
    folder.mkdir()
    dossier = DossierInput(
        case=case.file, checkpoint=case.checkpoint, size=len(case.signed), root=case.root,
        public_key=case.public_key, original=case.originals.get, bundle=None, bundle_sha256=None, light=True,
        made_at=MADE_AT,
    )  # fmt: skip
    return write_exhibits(dossier, folder, filing)


def verdicts(folder: Path, limit: int = LIMIT) -> dict[str, str]:
    return {found.rule: found.state for found in check_folder(folder, limit)}


def all_passed(folder: Path) -> bool:
    return set(verdicts(folder).values()) == {"passed"}


def a_pdf(pages: int = 2) -> bytes:
    made, data = pikepdf.new(), io.BytesIO()
    for _ in range(pages):
        made.add_blank_page(page_size=(595, 842))
    made.save(data)
    return data.getvalue()


def mixed_case(*, shots: int = 4) -> BuiltCase:
    """Screenshots of two months, one handed in twice, a step with a PDF, a text, a file of no known kind."""
    builder = CaseBuilder()
    builder.open(applicant="Awa Diallo")
    first = 0
    for number in range(shots):
        attempt = builder.attempt(START + dt.timedelta(days=17 * number))
        picture = shot(number=number)
        first = builder.exhibit(picture.data, picture.width, picture.height, attempt=attempt)
        builder.reading(first)
        builder.outcome(attempt)
    builder.attempt(START + dt.timedelta(days=90), reuses=(first,))
    step = builder.add(kinds.Step(step="registered_letter", recipient="Préfet", occurred_at=declared(START)))
    builder.exhibit(
        a_pdf(), None, None, step=step, document="letter", name="lettre.pdf", media_type="application/pdf", frames=None
    )
    builder.exhibit(b"Madame,\nMonsieur", None, None, document="email", name="courriel.txt", media_type="text/plain")
    builder.exhibit(b"\x00\x01", None, None, document="other", name="x.bin", media_type="application/octet-stream")
    return builder.built()


def noise(number: int) -> Shot:
    image, data = Image.effect_noise((400, 300), 90 + number).convert("RGB"), io.BytesIO()
    image.save(data, "WEBP", quality=10)
    return Shot(data.getvalue(), 400, 300, "image/webp", "capture.webp")


def one_document(data: bytes, media_type: str = "application/pdf") -> BuiltCase:
    builder = CaseBuilder()
    builder.open()
    builder.exhibit(data, None, None, document="letter", name="l.pdf", media_type=media_type, frames=None)
    return builder.built()


def texts_of(case: BuiltCase, folder: Path) -> tuple[str, ...]:
    """The pages of the one file of a case, as text, their blanks made one."""
    (line,) = filed(case, folder).listed
    texts = page_texts(folder / line.file)
    assert texts is not None
    assert all_passed(folder)
    return tuple(re.sub(r"\s+", " ", text) for text in texts)


class TestNames:
    @given(st.text(max_size=200), st.text(max_size=120), st.integers(1, 99_999))
    def test_always_keep_the_rules(self, label: str, prefix: str, number: int) -> None:
        """Whatever people type, in any alphabet: number first, 80 signs, letters, digits, `-` and `_` alone."""
        name = file_name(number, label, prefix=prefix)

        assert faults(name) == ()
        assert (match := NUMBER.match(name)) is not None
        assert int(match["number"]) == number
        assert len(name) <= LONGEST

    @pytest.mark.parametrize(
        ("label", "name"),
        [
            ("Capture d’écran, 7 h : 50 % / réponse & suite", "02_Capture-d-ecran-7-h-50-reponse-suite.pdf"),
            ("Œuvre", "02_OEuvre.pdf"),
            ("محمد", "02_Piece.pdf"),
            ("mot " * 40, "02_" + "-".join(["mot"] * 18) + ".pdf"),
        ],
    )
    def test_are_made_of_labels(self, label: str, name: str) -> None:
        """Accents go, words stay; a long label is cut after a word."""
        assert file_name(2, label) == name

    @pytest.mark.parametrize(
        ("name", "broken"),
        [
            ("piece.pdf", ("number",)),
            ("01_é.pdf", ("signs",)),
            ("01_a b.pdf", ("signs",)),
            ("01_a.b.pdf", ("signs",)),
            ("01_50%.pdf", ("signs",)),
            (f"01_{'a' * 80}.pdf", ("length",)),
            ("01-a.pdf", ()),
        ],
    )
    def test_faults_are_told_apart(self, name: str, broken: tuple[str, ...]) -> None:
        assert faults(name) == broken


class TestFolder:
    @pytest.mark.parametrize("series", [False, True])
    def test_keeps_every_rule(self, tmp_path: Path, *, series: bool) -> None:
        """Each exhibit once, in files numbered without a gap, listed with their digests, stamped on every page."""
        case = mixed_case()
        done = filed(case, tmp_path / "out", Filing(series=series, first=4, prefix="Diallo"))

        assert all_passed(tmp_path / "out")
        assert [line.index for line in done.listed] == [view.entry.index for view in case.file.exhibits]
        assert {line.original for line in done.listed} == set(case.originals)
        numbers = sorted({int(line.called.partition("-")[0]) for line in done.listed})
        assert numbers == list(range(4, 4 + (5 if series else 7)))
        assert all(re.match(r"\d\d_Diallo_", line.file) for line in done.listed)

    def test_inventory_is_the_folder(self, tmp_path: Path) -> None:
        """The table names each file with its true size and digest, and reads back as it was."""
        done = filed(mixed_case(), tmp_path / "out")
        read = read_csv((tmp_path / "out" / CSV).read_bytes())

        assert read == done.listed
        for line in read:
            data = (tmp_path / "out" / line.file).read_bytes()
            assert (len(data), hashlib.sha256(data).hexdigest()) == (line.size, line.sha256)

    @poppler
    def test_inventory_for_people(self, tmp_path: Path) -> None:
        """Every number, label and file name stands in the PDF too."""
        done = filed(mixed_case(), tmp_path / "out")
        command = ["pdftotext", "-raw", str(tmp_path / "out" / PDF), "-"]
        text = re.sub(r"\s+", "", subprocess.run(command, capture_output=True, check=True).stdout.decode())

        for line in done.listed:
            assert re.sub(r"\s+", "", f"n°{line.called}") in text
            assert line.file in text

    def test_numbers_are_those_of_the_dossier(self, tmp_path: Path) -> None:
        """One file an exhibit: number 1 of the folder is exhibit 1 of the dossier, and so on."""
        case = mixed_case()
        done = filed(case, tmp_path / "out")

        assert [int(line.called) for line in done.listed] == list(range(1, len(case.file.exhibits) + 1))

    @poppler
    def test_pages_of_a_pdf_are_carried_and_stamped(self, tmp_path: Path) -> None:
        """The sheet, then each page of the original with its number; the original itself is left alone."""
        case = mixed_case()
        done = filed(case, tmp_path / "out")
        (line,) = [line for line in done.listed if "Lettre" in line.label]
        command = ["pdftotext", "-raw", str(tmp_path / "out" / line.file), "-"]
        pages = subprocess.run(command, capture_output=True, check=True).stdout.decode().split("\f")

        assert line.pages == 3
        assert [f"page {place}/2" in page for place, page in enumerate(pages[1:3], start=1)] == [True, True]
        assert hashlib.sha256(case.originals[line.original]).hexdigest() == line.original

    def test_a_picture_stands_under_its_sheet_where_it_prints_no_smaller(self, tmp_path: Path) -> None:
        """A small window shares the page of its sheet; a wide screen and a tall telephone keep pages of their own."""
        case = make_case(3, lambda n: [shot(*[(800, 500), (1920, 1080), (1080, 2340)][n], number=n)])
        done = filed(case, tmp_path / "out")

        assert [line.pages for line in done.listed] == [1, 2, 2]

    def test_a_file_handed_in_again_is_listed_once_for_both(self, tmp_path: Path) -> None:
        """The inventory leads from either attempt to the one exhibit."""
        done = filed(mixed_case(), tmp_path / "out")
        (line,) = [line for line in done.listed if "tentative n° 4" in line.label]

        assert line.label.endswith("tentative n° 4 ; aussi tentative n° 5")

    def test_a_series_follows_the_declared_times(self, tmp_path: Path) -> None:
        """Whatever was recorded first: by month, then by time; those without a time come last."""
        builder = CaseBuilder()
        builder.open()
        for number, day in enumerate((40, 3, None, 0)):
            at = None if day is None else declared(START + dt.timedelta(days=day))
            attempt = builder.attempt(occurred_at=at)
            picture = shot(60, 40, number=number)
            builder.exhibit(picture.data, picture.width, picture.height, attempt=attempt)
        done = filed(builder.built(), tmp_path / "out", Filing(series=True))

        assert [(line.called, line.index) for line in done.listed] == [("1-1", 8), ("1-2", 4), ("2", 2), ("3", 6)]
        assert "heure non déclarée : " in done.listed[-1].label

    @pytest.mark.parametrize("attempts", [0, 1, 2, 60])
    @pytest.mark.parametrize("series", [False, True])
    def test_any_number_of_attempts(self, tmp_path: Path, attempts: int, *, series: bool) -> None:
        """A case without any exhibit gives an inventory alone, and the check says that nothing is there."""
        case = make_case(attempts, lambda n: [shot(60, 40, number=n, legible=False)], dt.timedelta(days=2))
        filed(case, tmp_path / "out", Filing(series=series))

        assert all_passed(tmp_path / "out") is bool(attempts)
        assert (tmp_path / "out" / PDF).is_file()

    def test_a_series_is_parted_between_exhibits(self, tmp_path: Path) -> None:
        """Under the limit, numbered on, nothing lost; a single exhibit above it is made and named."""
        case = make_case(9, lambda n: [shot(400, 300, number=n)], dt.timedelta(hours=20))
        done = filed(case, tmp_path / "out", Filing(series=True, most_bytes=150_000))

        assert len({line.file for line in done.listed}) > 1
        assert len(done.listed) == 9
        assert done.too_large == ()
        assert verdicts(tmp_path / "out", 150_000)["size"] == "passed"
        files = {line.file for line in done.listed}
        assert {file[3:] for file in files if "partie" in file} == {file[3:] for file in files}
        assert len({file[3:] for file in files}) == len(files)
        small = filed(case, tmp_path / "small", Filing(most_bytes=1000))
        assert len(small.too_large) == 9

    def test_a_series_weighs_pictures_as_the_pdf_holds_them(self, tmp_path: Path) -> None:
        """A PDF holds no WebP: these pictures are five times as large in it, and the limit is kept all the same."""
        case = make_case(3, lambda n: [noise(n)], dt.timedelta(hours=20))
        done = filed(case, tmp_path / "out", Filing(series=True, most_bytes=400_000))

        assert sum(map(len, case.originals.values())) < 130_000
        assert [line.called for line in done.listed] == ["1", "2", "3"]
        assert done.too_large == ()

    def test_same_case_same_bytes(self, tmp_path: Path) -> None:
        """Nothing of the moment goes in but the moment that is printed."""
        case = mixed_case()
        for name in "ab":
            filed(case, tmp_path / name)

        one, other = ({path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} for name in "ab")
        assert one == other

    @pytest.mark.needs("javac")
    def test_conforms(self, tmp_path: Path) -> None:
        """All but the pages of others is an archive; what carries those does not say that it is."""
        done = filed(mixed_case(), tmp_path / "out")

        for path in sorted((tmp_path / "out").glob("*.pdf")):
            if "lettre" in path.name:
                with pikepdf.open(path) as pdf:
                    assert "/Metadata" not in pdf.Root
            else:
                assert broken_rules(path) == [], path.name
        assert any("lettre" in line.file for line in done.listed)

    def test_an_altered_original_stops_the_folder(self, tmp_path: Path) -> None:
        case = make_case(1, [shot()])
        (digest,) = case.originals
        case.originals[digest] += b"x"

        with pytest.raises(ExportError, match="no longer the one that was recorded"):
            filed(case, tmp_path / "out")

    @pytest.mark.parametrize("media_type", ["application/pdf", "text/plain"])
    def test_so_does_an_altered_document(self, tmp_path: Path, media_type: str) -> None:
        case = one_document(a_pdf(), media_type)
        (digest,) = case.originals
        case.originals[digest] += b"x"

        with pytest.raises(ExportError, match="no longer the one that was recorded"):
            filed(case, tmp_path / "out")


def _renamed(to: str) -> Callable[[Path], object]:
    return lambda path: path.rename(path.parent / to)


def _longer(by: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(path.read_bytes() + by)


def _another_page(path: Path) -> None:
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.add_blank_page(page_size=(595, 842))
        pdf.save(path)


def _table(old: bytes, new: bytes) -> Callable[[Path], object]:
    def change(path: Path) -> None:
        table = path.parent / CSV
        assert old in table.read_bytes()
        table.write_bytes(table.read_bytes().replace(old, new))

    return change


def _other_inventory(path: Path) -> None:
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(path.parent / PDF)


BREAKAGES: dict[str, tuple[Callable[[Path], object], set[str]]] = {
    "renamed with a blank": (_renamed("02_a b.pdf"), {"names", "inventory"}),
    "without its number": (_renamed("x.pdf"), {"names", "numbers", "inventory"}),
    "removed": (Path.unlink, {"numbers", "inventory"}),
    "put twice": (lambda path: shutil.copy(path, path.parent / "02_autre.pdf"), {"numbers", "inventory"}),
    "under another number": (_renamed("09_autre.pdf"), {"numbers", "inventory", "stamps"}),
    "not a PDF": (lambda path: path.write_bytes(b"no"), {"inventory", "opens"}),
    "another page": (_another_page, {"inventory", "pages"}),
    "without its inventory for people": (lambda path: (path.parent / PDF).unlink(), {"inventory"}),
    "beside the inventory of another case": (_other_inventory, {"inventory"}),
    "called by another number": (_table(b"n\xc2\xb0 2;", b"n\xc2\xb0 9;"), {"inventory"}),
    "beside a folder": (lambda path: (path.parent / "autres").mkdir(), {"names"}),
    "beside what systems leave": (lambda path: (path.parent / ".DS_Store").touch(), set()),
    "altered": (_longer(b"\n"), {"inventory"}),
    "too large": (_longer(bytes(LIMIT)), {"inventory", "size"}),
}


def saved(pdf: pikepdf.Pdf, **options: Any) -> bytes:
    data = io.BytesIO()
    pdf.save(data, **options)
    return data.getvalue()


def written(pdf: pikepdf.Pdf, text: str, size: tuple[float, float] = (595, 842)) -> pikepdf.Page:
    """A new page of `pdf` with one line in its middle."""
    page = pdf.add_blank_page(page_size=size)
    page.obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=HELVETICA))
    page.obj.Contents = pdf.make_stream(b"BT /F1 30 Tf 200 400 Td (%s) Tj ET" % text.encode())
    return page


HELVETICA = pikepdf.Dictionary(
    Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
)  # fmt: skip


class TestCarriedPages:
    """What becomes of a PDF that was handed in: its pages in copy, seen as they were, doing nothing."""

    @pytest.mark.parametrize("turn", [0, 90, 180, 270, -90])
    def test_the_stamp_stands_where_people_look(self, turn: int) -> None:
        """At the top left of the page as it is shown, level, however it is turned and cropped."""
        pdf = pikepdf.new()
        page = written(pdf, "Bonjour", (900, 1000))
        page.obj.CropBox = pikepdf.Array([100, 150, 700, 800])
        page.obj.Rotate = turn
        copy = stamped(saved(pdf), "Pièce n° 7")
        assert copy is not None
        with pypdfium2.PdfDocument(copy.data) as document:
            image = document[0].render(scale=1, grayscale=True).to_pil().convert("L")

        ink = image.crop((0, 0, 200, 40)).point(lambda level: 255 * (level < 128)).getbbox()
        assert ink is not None
        left, top, right, bottom = ink
        assert (left, top) >= (12, 10)
        assert right - left > 8 * (bottom - top)

    def test_nothing_in_a_copy_acts(self) -> None:
        """Links, scripts, attached files and form fields are gone; what the reader of a form saw is there."""
        pdf = pikepdf.new()
        page = written(pdf, "Formulaire")
        page.obj.AA = pikepdf.Dictionary(O=pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)"))
        attached = pikepdf.Dictionary(
            Type=pikepdf.Name.Filespec, F="a.exe", EF=pikepdf.Dictionary(F=pdf.make_stream(b"MZ"))
        )
        look = pdf.make_stream(
            b"BT /F1 12 Tf 5 5 Td (Diallo) Tj ET", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form,
            BBox=[0, 0, 100, 20], Resources=pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=HELVETICA)),
        )  # fmt: skip
        field = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Widget, FT=pikepdf.Name.Tx, T="nom", V="Diallo", F=4,
            Rect=[100, 700, 200, 720], AP=pikepdf.Dictionary(N=look),
        )  # fmt: skip
        link = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 50, 50],
            A=pikepdf.Dictionary(S=pikepdf.Name.Launch, F="calc.exe"),
        )  # fmt: skip
        pin = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.FileAttachment, Rect=[0, 0, 9, 9], FS=attached
        )  # fmt: skip
        page.obj.Annots = pikepdf.Array([pdf.make_indirect(each) for each in (field, link, pin)])
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([page.obj.Annots[0]]))
        copy = stamped(saved(pdf), "Pièce n° 7")
        assert copy is not None

        with pikepdf.open(io.BytesIO(copy.data)) as made, pypdfium2.PdfDocument(copy.data) as document:
            assert set(made.pages[0].obj.keys()) <= {"/Type", "/Parent", "/MediaBox", "/Contents", "/Resources"}
            assert set(made.Root.keys()) == {"/Type", "/Pages"}
            acting = ("Launch", "JavaScript", "EmbeddedFile", "Filespec", "Widget")
            assert not [word for word in acting for each in made.objects if f"/{word}" in repr(each)]
            text = document[0].get_textpage().get_text_bounded()
        assert "Diallo" in text
        assert "Formulaire" in text

    def test_a_layer_that_was_hidden_stays_hidden(self, tmp_path: Path) -> None:
        """The pages look as they did, in the file that is filed too."""
        pdf = pikepdf.new()
        page = written(pdf, "Bonjour")
        layer = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name="brouillon"))
        page.obj.Resources.Properties = pikepdf.Dictionary(L1=layer)
        page.obj.Contents = pdf.make_stream(b"/OC /L1 BDC 0 g 0 0 595 400 re f EMC")
        pdf.Root.OCProperties = pikepdf.Dictionary(OCGs=[layer], D=pikepdf.Dictionary(OFF=[layer]))
        (line,) = filed(one_document(saved(pdf)), tmp_path / "out").listed

        with pypdfium2.PdfDocument(tmp_path / "out" / line.file) as document:
            page_image = document[1].render(scale=0.5, grayscale=True).to_pil()
        assert page_image.getpixel((100, 350)) == 255

    def test_the_sheet_says_what_follows(self, tmp_path: Path) -> None:
        sheet, *copied = texts_of(one_document(a_pdf(2)), tmp_path / "out")

        assert "en copie : 2 pages de l’original" in sheet
        assert ["copie, page 1/2" in copied[0], "copie, page 2/2" in copied[1]] == [True, True]

    @pytest.mark.parametrize(
        "data",
        [
            b"%PDF-1.7\nnothing",
            b"%PDF-1.4",
            saved(pikepdf.new()),
            saved(pikepdf.open(io.BytesIO(a_pdf())), encryption=pikepdf.Encryption(user="x", owner="y")),
        ],
        ids=["nothing", "a head alone", "no page", "locked"],
    )
    def test_what_cannot_be_copied_is_never_promised(self, tmp_path: Path, data: bytes) -> None:
        """The sheet stands alone and says so; the folder is made and keeps the rules."""
        (sheet,) = texts_of(one_document(data), tmp_path / "out")

        assert "n’ont pas pu être copiées : il est chiffré ou endommagé" in sheet
        assert "À la suite" not in sheet

    def test_a_mended_original_is_called_damaged(self, tmp_path: Path) -> None:
        """Its end is cut off: what could still be read follows, and the sheet says that this is so."""
        sheet, *copied = texts_of(one_document(a_pdf()[:-60]), tmp_path / "out")

        assert copied
        assert "L’original est endommagé : seules ses pages lisibles figurent ici." in sheet

    @pytest.mark.parametrize(
        ("coding", "said"), [("utf-8", "Texte de l’original :"), ("cp1252", "codage cp1252"), ("utf-16", "utf-16")]
    )
    def test_a_text_is_read_as_it_is_coded(self, tmp_path: Path, coding: str, said: str) -> None:
        (sheet,) = texts_of(one_document("Reçu à 9 h".encode(coding), "text/plain"), tmp_path / "out")

        assert said in sheet
        assert "Reçu à 9 h" in sheet


class TestTable:
    """The inventory for machines, once people have opened it."""

    @pytest.mark.parametrize(
        ("coding", "separator"), [("utf-8-sig", ";"), ("cp1252", ";"), ("utf-8", ","), ("utf-16", "\t")]
    )
    def test_survives_a_spreadsheet(self, tmp_path: Path, coding: str, separator: str) -> None:
        """Saved again in the ways of spreadsheets, it says the same."""
        done = filed(mixed_case(), tmp_path / "out", Filing(series=True))
        rows = csv.reader(io.StringIO((tmp_path / "out" / CSV).read_text("utf-8-sig")), delimiter=";")
        again = io.StringIO()
        csv.writer(again, delimiter=separator).writerows(rows)

        assert read_csv(again.getvalue().encode(coding)) == done.listed

    def test_numbers_are_no_dates(self, tmp_path: Path) -> None:
        """« 2-1 » would become the second of January in a spreadsheet."""
        filed(mixed_case(), tmp_path / "out", Filing(series=True))
        rows = list(csv.reader(io.StringIO((tmp_path / "out" / CSV).read_text("utf-8-sig")), delimiter=";"))

        assert [row[0] for row in rows[1:3]] == ["n° 1-1", "n° 1-2"]


def a_foreign_folder(folder: Path, stamp: str | None) -> Path:
    """What somebody else made with other means: two exhibits of one page, with a stamp of their own or none."""
    folder.mkdir()
    for number in (1, 2):
        pdf = pikepdf.new()
        if stamp is None:
            pdf.add_blank_page(page_size=(595, 842))
        else:
            written(pdf, stamp.format(number))
        pdf.save(folder / f"{number:02}_piece.pdf")
    return folder


class TestCheck:
    @pytest.mark.parametrize("how", BREAKAGES)
    def test_each_rule_that_is_broken_is_found(self, tmp_path: Path, how: str) -> None:
        """One exhibit harmed in one way: those rules fail, and no other."""
        folder = tmp_path / "out"
        done = filed(mixed_case(), folder)
        harm, expected = BREAKAGES[how]
        harm(folder / done.listed[1].file)

        assert {rule for rule, state in verdicts(folder).items() if state == "failed"} == expected

    @pytest.mark.parametrize("table", [None, b"", b"a;b\r\n", b"\xff\xfe", b"\xff\xfe\0", b"a\0;b", b"a\rb"])
    def test_without_a_table_two_rules_cannot_be_checked(self, tmp_path: Path, table: bytes | None) -> None:
        """A folder that somebody else made is checked as far as it goes, and what was not checked is said."""
        folder = tmp_path / "out"
        filed(mixed_case(), folder)
        (folder / CSV).unlink() if table is None else (folder / CSV).write_bytes(table)

        found = verdicts(folder)
        assert {rule for rule, state in found.items() if state == "indeterminate"} == {"inventory", "pages"}
        assert "failed" not in found.values()

    @pytest.mark.parametrize(
        ("stamp", "state"),
        [("PIECE N. 0{}", "passed"), ("Piece {}", "passed"), ("Annexe {}", "failed"), ("Piece {}1", "failed"),
         (None, "indeterminate")],
    )  # fmt: skip
    def test_stamps_of_others_are_read_as_they_write_them(self, tmp_path: Path, stamp: str | None, state: str) -> None:
        """A scan without text may carry a number that no program reads: that is said, and breaks nothing."""
        assert verdicts(a_foreign_folder(tmp_path / "out", stamp))["stamps"] == state

    def test_a_file_that_does_not_open_is_found_without_a_table(self, tmp_path: Path) -> None:
        folder = a_foreign_folder(tmp_path / "out", "Piece {}")
        (folder / "02_piece.pdf").write_bytes(b"no")

        assert verdicts(folder)["opens"] == "failed"

    def test_what_is_not_named_is_counted(self, tmp_path: Path) -> None:
        """Five findings of a rule are named, and how many more there are."""
        for number in range(9):
            (tmp_path / f"piece {number}.pdf").write_bytes(b"no")
        (opens,) = [found for found in check_folder(tmp_path, LIMIT) if found.rule == "opens"]

        assert [render(message, "en") for message in opens.detail][5:] == ["and 4 more"]

    def test_an_empty_folder_keeps_nothing(self, tmp_path: Path) -> None:
        """No rule is said to be kept by a folder in which there was nothing to check."""
        found = verdicts(tmp_path)

        assert found.pop("names") == "failed"
        assert set(found.values()) == {"indeterminate"}

    def test_files_without_a_number_keep_no_rule_about_numbers(self, tmp_path: Path) -> None:
        """Each is named by the rule about names; that numbers are continuous and stand on pages is not said."""
        folder = a_foreign_folder(tmp_path / "out", "Piece {}")
        for file in list(folder.iterdir()):
            file.rename(folder / file.name[3:].replace(".pdf", f"{file.name[1]}.pdf"))

        found = verdicts(folder)
        assert (found["names"], found["numbers"], found["stamps"]) == ("failed", "indeterminate", "indeterminate")
        assert found["opens"] == "passed"

    def test_one_file_without_a_number_is_not_passed_over(self, tmp_path: Path) -> None:
        """That every page carries the number of its exhibit cannot be said of a file that has none."""
        folder = a_foreign_folder(tmp_path / "out", "Piece {}")
        (folder / "02_piece.pdf").rename(folder / "piece.pdf")

        found = verdicts(folder)
        assert (found["names"], found["numbers"], found["stamps"]) == ("failed", "passed", "indeterminate")

    def test_pages_of_a_file_that_does_not_open_are_not_said_to_be_checked(self, tmp_path: Path) -> None:
        folder = a_foreign_folder(tmp_path / "out", "Piece {}")
        (folder / "02_piece.pdf").write_bytes(b"no")

        assert verdicts(folder)["stamps"] == "indeterminate"

    def test_rules_are_all_checked(self, tmp_path: Path) -> None:
        """Each rule that is listed is checked, in the order in which it is listed."""
        assert list(verdicts(tmp_path)) == list(RULES)


class TestCommand:
    @pytest.fixture
    def program(self, tmp_path: Path) -> Cli:
        program = prepared(tmp_path)
        paper = tmp_path / "contrat.txt"
        paper.write_text("Contrat\n")
        program.done("exhibit", paper, "--kind", "contract")
        return program

    def test_makes_a_folder_that_keeps_the_rules(self, program: Cli, tmp_path: Path) -> None:
        """The ledger names the digest of the table, which carries that of every file."""
        told = program.json("export", "exhibits", "-o", tmp_path / "out")
        said = program.json("show", told["size"])["entry"]["says"]
        checked = program.json("check-exhibits", tmp_path / "out")

        assert told["files"] == ["01_Contrat-contrat.pdf"]
        table = hashlib.sha256((tmp_path / "out" / CSV).read_bytes()).hexdigest()
        assert (said["export"], said["sha256"], told["sha256"]) == ("exhibits", table, table)
        assert {row["verdict"] for row in checked["checks"]} == {"passed"}

    def test_a_broken_folder_is_exit_code_1(self, program: Cli, tmp_path: Path) -> None:
        program.done("export", "exhibits", "-o", tmp_path / "out")
        (tmp_path / "out" / "01_Contrat-contrat.pdf").rename(tmp_path / "out" / "contrat.pdf")
        answer = program("check-exhibits", tmp_path / "out")

        assert answer.code == 1
        assert "does not begin with a number" in answer.out
        assert "Checked against these rules, and no others:" in answer.out

    def test_an_empty_folder_is_exit_code_1(self, program: Cli, tmp_path: Path) -> None:
        (tmp_path / "empty").mkdir()
        answer = program("--json", "check-exhibits", tmp_path / "empty")

        assert answer.code == 1
        assert "passed" not in {check["verdict"] for check in answer.json()["checks"]}

    def test_a_folder_that_is_there_is_left_alone(self, program: Cli, tmp_path: Path) -> None:
        """Nothing is written into a folder with anything in it; an empty one is filled; no unfinished folder stays."""
        (tmp_path / "full").mkdir()
        (tmp_path / "full" / "mine.txt").write_text("x")
        (tmp_path / "empty").mkdir()
        answer = program("export", "exhibits", "-o", tmp_path / "full")

        assert (answer.code, "is not an empty folder" in answer.err) == (StorageError.exit_code, True)
        assert [path.name for path in (tmp_path / "full").iterdir()] == ["mine.txt"]
        program.done("export", "exhibits", "-o", tmp_path / "empty")
        assert len(list((tmp_path / "empty").iterdir())) == 3
        assert not list(tmp_path.glob(".unfinished-*"))

    @pytest.mark.parametrize("options", [("--first", "0"), ("--first", "10000"), ("--max-size", "0")])
    def test_senseless_numbers_are_refused(self, program: Cli, tmp_path: Path, options: tuple[str, str]) -> None:
        assert program("export", "exhibits", "-o", tmp_path / "out", *options).code == 2
        assert not (tmp_path / "out").exists()

    def test_no_such_folder(self, program: Cli, tmp_path: Path) -> None:
        assert "not a folder that can be read" in program("check-exhibits", tmp_path / "none").err

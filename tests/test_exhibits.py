"""The folder of exhibits: names, numbers, inventory, stamps; and every rule broken on purpose and found."""

import datetime as dt
import hashlib
import io
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from builders import START, BuiltCase, CaseBuilder, declared, make_case
from cli_runner import Cli, prepared
from hypothesis import given
from hypothesis import strategies as st
from test_dossier import MADE_AT, poppler, shot
from verapdf import broken_rules

from evidence_vault import kinds
from evidence_vault.errors import ExportError, StorageError
from evidence_vault.exports.dossier_case import DossierInput
from evidence_vault.exports.exhibit_files import Filed, Filing, write_exhibits
from evidence_vault.exports.exhibit_names import LONGEST, NUMBER, faults, file_name
from evidence_vault.exports.inventory import CSV, PDF, read_csv
from evidence_vault.folder_check import RULES, check_folder

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


class TestNames:
    @given(st.text(max_size=200), st.text(max_size=120), st.integers(1, 9999))
    def test_always_keep_the_rules(self, label: str, prefix: str, number: int) -> None:
        """Whatever people type, in any alphabet: number first, 80 signs, letters, digits, `-` and `_` alone."""
        name = file_name(number, label, prefix=prefix[:40])

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

    @pytest.mark.parametrize("damage", [b"%PDF-1.7\nnothing", b"%PDF-1.4"])
    def test_a_damaged_pdf_costs_its_pages_alone(self, tmp_path: Path, damage: bytes) -> None:
        """What cannot be opened is named on its sheet; the folder is made and keeps the rules."""
        builder = CaseBuilder()
        builder.open()
        builder.exhibit(damage, None, None, document="letter", name="l.pdf", media_type="application/pdf", frames=None)
        filed(builder.built(), tmp_path / "out")

        assert all_passed(tmp_path / "out")

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
        small = filed(case, tmp_path / "small", Filing(most_bytes=1000))
        assert len(small.too_large) == 9

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


def _renamed(to: str) -> Callable[[Path], object]:
    return lambda path: path.rename(path.parent / to)


def _longer(by: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(path.read_bytes() + by)


def _another_page(path: Path) -> None:
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.add_blank_page(page_size=(595, 842))
        pdf.save(path)


BREAKAGES: dict[str, tuple[Callable[[Path], object], set[str]]] = {
    "renamed with a blank": (_renamed("02_a b.pdf"), {"names", "inventory"}),
    "without its number": (_renamed("x.pdf"), {"names", "numbers", "inventory"}),
    "removed": (Path.unlink, {"numbers", "inventory"}),
    "put twice": (lambda path: shutil.copy(path, path.parent / "02_autre.pdf"), {"numbers", "inventory"}),
    "under another number": (_renamed("09_autre.pdf"), {"numbers", "inventory", "stamps"}),
    "not a PDF": (lambda path: path.write_bytes(b"no"), {"inventory", "pages"}),
    "another page": (_another_page, {"inventory", "pages", "stamps"}),
    "altered": (_longer(b"\n"), {"inventory"}),
    "too large": (_longer(bytes(LIMIT)), {"inventory", "size"}),
}


class TestCheck:
    @pytest.mark.parametrize("how", BREAKAGES)
    def test_each_rule_that_is_broken_is_found(self, tmp_path: Path, how: str) -> None:
        """One exhibit harmed in one way: those rules fail, and no other."""
        folder = tmp_path / "out"
        done = filed(mixed_case(), folder)
        harm, expected = BREAKAGES[how]
        harm(folder / done.listed[1].file)

        assert {rule for rule, state in verdicts(folder).items() if state == "failed"} == expected

    @pytest.mark.parametrize("table", [None, b"", b"a;b\r\n", b"\xff\xfe"])
    def test_without_a_table_two_rules_cannot_be_checked(self, tmp_path: Path, table: bytes | None) -> None:
        """A folder that somebody else made is checked as far as it goes, and what was not checked is said."""
        folder = tmp_path / "out"
        filed(mixed_case(), folder)
        (folder / CSV).unlink() if table is None else (folder / CSV).write_bytes(table)

        found = verdicts(folder)
        assert {rule for rule, state in found.items() if state == "indeterminate"} == {"inventory", "pages"}
        assert "failed" not in found.values()

    def test_an_empty_folder_keeps_nothing(self, tmp_path: Path) -> None:
        assert verdicts(tmp_path)["names"] == "failed"

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

        assert told["files"] == ["01_Contrat-contrat-txt.pdf"]
        table = hashlib.sha256((tmp_path / "out" / CSV).read_bytes()).hexdigest()
        assert (said["export"], said["sha256"], told["sha256"]) == ("exhibits", table, table)
        assert {row["verdict"] for row in checked["checks"]} == {"passed"}

    def test_a_broken_folder_is_exit_code_1(self, program: Cli, tmp_path: Path) -> None:
        program.done("export", "exhibits", "-o", tmp_path / "out")
        (tmp_path / "out" / "01_Contrat-contrat-txt.pdf").rename(tmp_path / "out" / "contrat.pdf")
        answer = program("check-exhibits", tmp_path / "out")

        assert answer.code == 1
        assert "does not begin with a number" in answer.out
        assert "Checked against these rules, and no others:" in answer.out

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

"""Redactions: what is covered or withheld is in nothing that is handed over, and the rest still verifies."""

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from cli_runner import Cli, DictatedEngine, prepared
from helpers import draw
from PIL import Image

from evidence_vault.attachment import embedded_bundle
from evidence_vault.capture.pictures import covered_png
from evidence_vault.kinds import Reading
from evidence_vault.redacting import clipped, places_of
from evidence_vault.values import Box, Fact, Quote, Word

NOTE, SUMMARY, STREET = "Une note de Mariam Traoré", "Demande de Mariam Traoré", "rue des Lilas"
WORD = "créneau"
TITLE = ("--title", "carte de résident", "--title-expiry", "2027-01-01")


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Two attempts with a picture each, the first with a note, and a step."""
    monkeypatch.setattr("evidence_vault.ocr.engine.probe", DictatedEngine)
    program = prepared(tmp_path)
    for number in range(2):
        picture = tmp_path / f"Mariam-Traore-{number}.png"
        picture.write_bytes(draw(size=(500 + number, 160)))
        note = ("--note", NOTE) if number == 0 else ()
        program.done("log", picture, "--outcome", "no_slot", "--yes", *note)
    program.done("step", "email", "--summary", SUMMARY, "--to", "la préfecture")
    return program


def entry(program: Cli, kind: str, nth: int = 0) -> int:
    """Index of an entry of this kind."""
    size = program.json("list")["size"]
    found = [index for index in range(size) if program.json("show", index)["entry"]["kind"] == kind]
    return found[nth]


def exported(program: Cli, folder: Path, *options: str) -> Path:
    path = folder / "dossier.pdf"
    program.done("export", "dossier", "--unsigned", "--no-print-check", "-o", path, *options)
    return path


def archive_of(pdf: Path) -> dict[str, bytes]:
    with embedded_bundle(pdf) as archive, zipfile.ZipFile(archive) as found:
        return {name: found.read(name) for name in found.namelist()}


def text_of(pdf: Path) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        pages = " ".join(page.get_textpage().get_text_bounded() for page in document)
    return " ".join(pages.split())


def bodies(files: dict[str, bytes]) -> Iterator[dict[str, Any]]:
    yield from (json.loads(line) or {} for line in files["ledger/bodies.jsonl"].splitlines())


class TestPictures:
    def test_nothing_is_left_under_what_is_covered(self) -> None:
        """Every pixel of the boxes is black, every other one is as it was, and the file holds no other picture."""
        original = draw(size=(400, 120))
        box = Box(left=10, top=20, width=30, height=40)
        with Image.open(io.BytesIO(covered_png(original, [box]))) as image, Image.open(io.BytesIO(original)) as before:
            inside = {
                (x, y) for x in range(box.left, box.left + box.width) for y in range(box.top, box.top + box.height)
            }
            for x in range(image.width):
                for y in range(image.height):
                    expected = (0, 0, 0) if (x, y) in inside else before.convert("RGB").getpixel((x, y))
                    assert image.getpixel((x, y)) == expected

    def test_a_covered_picture_is_printed_covered(self, program: Cli, tmp_path: Path) -> None:
        """The picture in the PDF is black there, and the picture beside it, of the other attempt, is untouched."""
        covered = entry(program, "exhibit")
        program.done("redact", covered, "--box", "0,0,500,80")
        pictures = {}
        with pikepdf.open(exported(program, tmp_path)) as pdf:
            for each in pdf.objects:
                if isinstance(each, pikepdf.Stream) and each.get("/Subtype") == "/Image":
                    image = pikepdf.PdfImage(each).as_pil_image().convert("RGB")
                    pictures[image.width] = image.crop((0, 0, image.width, 80)).getcolors()

        assert pictures[500] == [(500 * 80, (0, 0, 0))]
        assert pictures[501] != [(501 * 80, (0, 0, 0))]

    def test_words_are_found_where_they_were_read(self) -> None:
        box = Box(left=10, top=10, width=50, height=10)
        other = Box(left=70, top=10, width=50, height=10)
        reading = Reading(
            words=(
                Word(text="Mme", box=box, confidence=90),
                Word(text="Traoré,", box=other, confidence=90),
                Word(text="https://x.example/?nom=traore", box=box, confidence=90),
            )
        )

        assert len(places_of(reading, "mme TRAORE")) == 2
        assert len(places_of(reading, "Traoré")) == 2
        assert places_of(reading, "Traoré Mme") == ()
        assert places_of(reading, " ,") == ()
        (place, *_) = places_of(reading, "Mme")
        assert (place.left, place.top, place.width, place.height) == (7, 7, 56, 16)

    @pytest.mark.parametrize(
        ("box", "part"),
        [((-5, -5, 20, 20), (0, 0, 15, 15)), ((90, 40, 50, 50), (90, 40, 10, 10)), ((100, 0, 5, 5), None),
         ((0, 0, 0, 5), None)],
    )  # fmt: skip
    def test_boxes_end_where_the_picture_ends(self, box: tuple[int, ...], part: tuple[int, ...] | None) -> None:
        left, top, width, height = box
        found = clipped(Box(left=left, top=top, width=width, height=height), 100, 50)

        assert (None if found is None else (found.left, found.top, found.width, found.height)) == part


class TestHandedOver:
    """Nothing that is exported holds what was kept back."""

    def test_of_a_covered_picture(self, program: Cli, tmp_path: Path) -> None:
        """Neither its original nor the words read on it are in the archive, and the pages say so."""
        index = entry(program, "exhibit")
        digest = program.json("show", index)["entry"]["says"]["sha256"]
        kept = entry(program, "exhibit", 1)
        other = program.json("show", kept)["entry"]["says"]["sha256"]
        program.done("redact", index, "--text", WORD, "--reason", "nom d’un tiers")
        pdf = exported(program, tmp_path)
        files, text = archive_of(pdf), text_of(pdf)
        readings = [body for body in bodies(files) if "engine" in {**body["disclosed"], **body["withheld"]}]

        assert f"exhibits/{digest}.png" not in files
        assert f"exhibits/{other}.png" in files
        assert [("words" in body["disclosed"], "text" in body["disclosed"]) for body in readings] == [
            (False, False), (True, True)
        ]  # fmt: skip
        assert "1 zone couverte en noir par la partie" in text
        assert "nom d’un tiers" in text
        assert "sauf 1 original dont l’image est occultée" in text
        assert text.count("Aucun créneau disponible") == text_of(pdf).count("Aucun créneau disponible") > 0

    def test_of_withheld_fields(self, program: Cli, tmp_path: Path) -> None:
        """Of an attempt, a step, an exhibit and the case: said to be withheld where they stood, and in no file."""
        program.done("redact", entry(program, "attempt"), "--field", "note")
        program.done("redact", entry(program, "step"), "--field", "summary")
        program.done("redact", 0, "--field", "address", "--field", "email")
        for number in range(2):
            program.done("redact", entry(program, "exhibit", number), "--field", "name")
        pdf = exported(program, tmp_path)
        files, text = archive_of(pdf), text_of(pdf)
        handed = text.encode() + b"".join(files.values())

        for secret in (NOTE, SUMMARY, STREET, "awa@example.org", "Mariam-Traore"):
            assert secret.encode() not in handed
        assert text.count("[non communiqué]") >= 5
        assert "images sont couvertes" not in text
        # On the cover, on the page that a judge reads, and among the limits.
        assert text.count("6 mentions ne sont pas communiquées (inscriptions n° ") == 3

    @pytest.mark.parametrize(
        "command",
        [("petition", "x.docx"), ("complaint", "x.pdf"), ("justification", "x.pdf"), ("card", "x.pdf"),
         ("collective", "x.pdf"), ("bundle", "x.zip"), ("exhibits", "folder")],
    )  # fmt: skip
    def test_by_every_export(self, program: Cli, tmp_path: Path, command: tuple[str, str]) -> None:
        program.done("redact", entry(program, "attempt"), "--field", "note")
        program.done("redact", entry(program, "step"), "--field", "summary")
        program.done("redact", 0, "--field", "address", "--field", "email")
        for number in range(2):
            program.done("redact", entry(program, "exhibit", number), "--field", "name", "--text", WORD)
        program.done(
            "case", "update", "--request", "renewal", "--title", "carte de résident", "--title-expiry", "2027-01-01"
        )
        out = tmp_path / command[1]
        program.done("export", command[0], "-o", out)
        handed = b"".join(map(_readable, out.iterdir() if out.is_dir() else [out]))

        for secret in (NOTE, SUMMARY, STREET, "awa@example.org", "Mariam-Traore"):
            assert secret.encode() not in handed

    def test_by_the_record_of_one_attempt(self, program: Cli, tmp_path: Path) -> None:
        index, out = entry(program, "attempt"), tmp_path / "x.pdf"
        program.done("redact", index, "--field", "note")
        program.done("redact", entry(program, "exhibit"), "--text", WORD)
        program.done("export", "record", index, "--unsigned", "-o", out)
        files = archive_of(out)

        assert NOTE.encode() not in text_of(out).encode() + b"".join(files.values())
        assert not [name for name in files if name.startswith("exhibits/")]
        assert program("verify", out).code == 3
        assert checks(program, out)["exhibits"] == "passed"

    def test_a_later_remark_on_the_same_entry_tells_nothing_either(self, program: Cli, tmp_path: Path) -> None:
        """Whoever withholds a note means what was added to it too, before or after."""
        index, out = entry(program, "attempt"), tmp_path / "x.zip"
        program.done("correct", index, "--note", "Oumar Kanté était avec moi")
        program.done("redact", index, "--field", "note")
        program.done("correct", index, "--note", "Oumar Kanté est venu aussi")
        program.done("export", "bundle", "-o", out)

        assert b"Oumar" not in _readable(out)

    def test_an_update_of_the_case_tells_nothing_either(self, program: Cli, tmp_path: Path) -> None:
        """What a later entry says of the same field is withheld with it."""
        program.done("case", "update", "--address", "1 quai Mariam Traoré")
        program.done("redact", 0, "--field", "address")

        assert b"quai Mariam" not in b"".join(archive_of(exported(program, tmp_path)).values())

    def test_a_field_changed_with_another_cannot_be_withheld_apart(self, program: Cli) -> None:
        """An update is withheld whole: the expiry of the permit would go with the address."""
        program.done("case", "update", "--address", "1 quai Mariam Traoré", "--title-expiry", "2027-01-01")
        answer = program("redact", 0, "--field", "address")

        assert answer.code == 2
        assert "address cannot be withheld" in answer.err

    def test_a_name_that_dates_an_attempt_cannot_be_withheld(self, program: Cli, tmp_path: Path) -> None:
        """It stands in the declared time of the attempt as well, and would be told there."""
        shots = tmp_path / "shots"
        shots.mkdir()
        (shots / "Screenshot_20260302-081412_Mariam.png").write_bytes(draw(size=(520, 160)))
        (shots / "Mariam sans date.png").write_bytes(draw(size=(521, 160)))
        program.done("import", shots, "--yes")
        named = {program.json("show", index)["entry"]["says"]["name"]: index
                 for index in (entry(program, "exhibit", 2), entry(program, "exhibit", 3))}  # fmt: skip
        refused = program("redact", named["Screenshot_20260302-081412_Mariam.png"], "--field", "name")

        assert refused.code == 2
        assert "name cannot be withheld" in refused.err
        program.done("redact", named["Mariam sans date.png"], "--field", "name")

    def test_of_what_covers_the_message(self) -> None:
        """What a machine read under the boxes is withheld, what it read elsewhere is told."""
        from evidence_vault.redacting import _under

        here, there = Box(left=0, top=0, width=10, height=10), Box(left=50, top=50, width=10, height=10)
        reading = Reading(
            quotes=(Quote(phrase="full", text="Aucun", box=there),),
            facts=(Fact(fact="address", text="a", box=here), Fact(fact="screen_clock", text="b", box=there)),
        )

        assert _under(reading, [here]) == {"text", "words", "facts", "address", "platform_dates"}
        assert _under(reading, [there]) == {"text", "words", "facts", "quotes", "screen_clock", "platform_dates"}
        assert "quotes" in _under(Reading(quotes=(Quote(phrase="full", text="Aucun"),)), [here])


def _readable(path: Path) -> bytes:
    """The bytes of a file that words can be looked for in."""
    data = path.read_bytes()
    if path.suffix == ".pdf":
        return data + text_of(path).encode()
    if path.suffix in {".zip", ".docx"}:
        with zipfile.ZipFile(path) as archive:
            return b"".join(archive.read(name) for name in archive.namelist())
    return data


def checks(program: Cli, path: Path) -> dict[str, str]:
    report = program("--json", "verify", path).json()
    return {check["name"]: check["verdict"] for check in report["checks"]}


class TestVerified:
    def test_withheld_originals_are_counted(self, program: Cli, tmp_path: Path) -> None:
        """All that is there still holds, and the verifier says how many originals are not."""
        program.done("redact", entry(program, "exhibit"), "--text", WORD)
        answer = program("verify", exported(program, tmp_path))

        assert "Originals withheld, because parts of their pictures are: 1." in " ".join(answer.out.split())
        assert {name: verdict for name, verdict in checks(program, tmp_path / "dossier.pdf").items()
                if name in {"bodies", "exhibits", "chain", "checkpoints"}} == dict.fromkeys(
            ("bodies", "exhibits", "chain", "checkpoints"), "passed"
        )  # fmt: skip

    def test_an_original_that_is_missing_without_a_redaction_is_not_counted_so(
        self, program: Cli, tmp_path: Path
    ) -> None:
        """Shown again, it must be there: left out by hand, the verdict stays open."""
        index = entry(program, "exhibit")
        program.done("redact", index, "--text", WORD)
        program.done("redact", index, "--lift")
        files = archive_of(exported(program, tmp_path))
        held = [name for name in files if name.startswith("exhibits/")]

        assert len(held) == 2
        path = tmp_path / "without.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for name, data in files.items():
                lines = (
                    [line for line in data.decode().splitlines(True) if held[0] not in line]
                    if name == "SHA256SUMS"
                    else []
                )
                if name != held[0]:
                    archive.writestr(name, "".join(lines) or data)
        assert checks(program, path)["exhibits"] == "indeterminate"


class TestCommand:
    def test_redactions_add_up_until_they_are_lifted(self, program: Cli) -> None:
        index = entry(program, "exhibit")
        program.done("redact", index, "--box", "1,2,3,4", "--reason", "un tiers")
        told = program.json("redact", index, "--box", "5,6,7,8", "--field", "name")

        assert (told["boxes"], told["fields"], told["reason"]) == ([[1, 2, 3, 4], [5, 6, 7, 8]], ["name"], "un tiers")
        size = program.json("list")["size"]
        assert program.json("redact", index) == told
        assert program.json("list")["size"] == size
        assert program.json("redact", index, "--lift")["boxes"] == []
        assert "Nothing of entry" in program("redact", index).out

    def test_the_original_stays(self, program: Cli, tmp_path: Path) -> None:
        """The vault gives it as before, and `verify` on the vault finds nothing missing."""
        program.done("redact", entry(program, "exhibit"), "--text", WORD)

        assert checks(program, program.vault)["exhibits"] == "passed"
        assert "Originals withheld" not in program("verify", program.vault).out

    def test_a_preview_shows_what_will_be_printed(self, program: Cli, tmp_path: Path) -> None:
        program.done("redact", entry(program, "attempt"), "--box", "0,0,40,40", "--preview", tmp_path / "seen.png")
        with Image.open(tmp_path / "seen.png") as image:
            assert image.crop((0, 0, 40, 40)).getcolors() == [(1600, (0, 0, 0))]

    @pytest.mark.parametrize(
        ("options", "said"),
        [
            (("--text", "Traoré"), "was not read on picture"),
            (("--box", "1,2,3"), "takes four whole numbers"),
            (("--box", "1,2,3,-4"), "takes four whole numbers"),
            (("--box", "900,900,5,5"), "lies outside of the picture, which has 500 × 160 pixels"),
            (("--field", "sha256"), "sha256 cannot be withheld"),
            (("--field", "label"), "label cannot be withheld"),
            (("--lift", "--field", "name"), "goes with no other choice"),
        ],
    )
    def test_what_cannot_be_done_records_nothing(self, program: Cli, options: tuple[str, ...], said: str) -> None:
        index, size = entry(program, "exhibit"), program.json("list")["size"]
        answer = program("redact", index, *options)

        assert answer.code == 2
        assert said in " ".join(answer.err.split())
        assert program.json("list")["size"] == size

    def test_an_entry_that_is_not_there(self, program: Cli) -> None:
        answer = program("redact", 999, "--field", "note")

        assert answer.code != 0
        assert "There is no entry 999" in answer.err

    def test_boxes_need_one_picture(self, program: Cli) -> None:
        answer = program("redact", entry(program, "step"), "--box", "1,2,3,4")

        assert answer.code == 2
        assert "is not one picture" in answer.err

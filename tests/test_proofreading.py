"""The pages of a dossier read again, from a picture to the report beside the PDF and the words of the command."""

import contextlib
import io
import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from PIL import Image
from test_dossier_prints import MESSAGE, page, printed, turn_back

from evidence_vault import i18n, kinds, values
from evidence_vault.commands.proof import _tell_failure
from evidence_vault.commands.session import Session
from evidence_vault.errors import OcrError, StorageError
from evidence_vault.exports.print_check import CheckedText, judged
from evidence_vault.exports.printed import PrintedPicture, PrintedText, Spot
from evidence_vault.exports.rendering import for_engine, rendered, stacked
from evidence_vault.ocr.engine import Engine, Look, probe
from evidence_vault.ocr.lines import Line
from evidence_vault.proofreading import proofread, report_path
from tests.cli_runner import Cli, DictatedEngine, files_in, prepared

tesseract = pytest.mark.needs("tesseract")


class Speaking:
    """An engine that reads the given words somewhere on every picture, or nothing but a status."""

    def __init__(self, text: str, status: str = "read") -> None:
        self.text, self.status, self.looks = text, status, 0

    def describe(self) -> str:
        return "speaking 1"

    def look(self, picture: Path, psm: int, timeout: float, *, dark_on_white: bool = False) -> Look:
        self.looks += 1
        box = values.Box(left=20, top=30, width=100, height=16)
        words = tuple(values.Word(text=word, box=box, confidence=90) for word in self.text.split())
        return Look(self.status, (Line(words),) if words else ())  # type: ignore[arg-type]


def looked(pdf: Path, pictures: tuple[PrintedPicture, ...], engine: object) -> list[tuple[str, str | None]]:
    proof = proofread(pdf, pictures, engine)  # type: ignore[arg-type]
    return [(found.result, found.reason) for found in proof.pictures]


class TestRendering:
    def test_a_rectangle_is_drawn_at_its_place_and_size(self, tmp_path: Path) -> None:
        """150 dots an inch, in grey: the enlargement of a message is dark letters on white, and nothing around it."""
        (found,) = printed(tmp_path / "d.pdf", page(1920, 1080, 16))
        (spot,) = found.texts[0].spots

        with rendered(tmp_path / "d.pdf") as pages:
            image = pages.look(spot)

        assert image.mode == "L"
        assert image.width == pytest.approx(spot.width * 150 / 72, abs=2)
        assert image.height == pytest.approx(spot.height * 150 / 72, abs=2)
        inner = image.crop((4, 4, image.width - 4, image.height - 4))
        assert inner.getextrema() == (pytest.approx(0, abs=20), 255)

    def test_a_jpeg_is_drawn_in_full_detail(self, tmp_path: Path) -> None:
        """A small rectangle of a large photograph shows the pixels of the original, not blocks of eight."""
        data, reading = page(1920, 1080, 16)
        Image.open(io.BytesIO(data)).save(tmp_path / "p.jpg", quality=95)
        (found,) = printed(tmp_path / "d.pdf", ((tmp_path / "p.jpg").read_bytes(), reading))
        with rendered(tmp_path / "d.pdf") as pages:
            image = pages.look(found.texts[0].spots[0])

        dark = [level for level in image.crop((6, 6, image.width - 6, image.height - 6)).tobytes() if level < 90]
        assert len(dark) > 0.02 * image.width * image.height

    def test_light_on_dark_is_turned_to_dark_on_light(self) -> None:
        """A clock on a black task bar is read like any text."""
        image = Image.new("L", (40, 20), 30)
        image.paste(240, (10, 5, 14, 15))

        ready = for_engine(image)

        paper, ink = ready.getpixel((14, 14)), ready.getpixel((12 + 24, 12 + 20))
        assert paper > 200
        assert ink < 50

    def test_pictures_stacked_keep_apart(self) -> None:
        """Each knows its rows on the sheet, and white lies between two."""
        sheet, rows = stacked([Image.new("L", (30, 10), 0), Image.new("L", (50, 20), 0)])

        assert sheet.size == (50, 10 + 20 + 2 * 40)
        assert rows == ((0, 10), (50, 70))
        assert sheet.getpixel((10, 30)) == 255


class TestProofreading:
    @tesseract
    def test_messages_are_read_again(self, tmp_path: Path) -> None:
        """A desktop page, a phone, a turned one, one over several sheets: real pictures, a real engine, all pass."""
        shown = [page(1920, 1080, 16), page(900, 1900, 26), turn_back(*page(1600, 900, 15), 270), page(1920, 12000, 16)]
        pictures = printed(tmp_path / "d.pdf", *shown)

        assert [found.choice for found in pictures] == ["enlarged", "whole", "enlarged", "crop"]
        assert looked(tmp_path / "d.pdf", pictures, probe()) == [("passed", None)] * 4

    @tesseract
    def test_a_tiny_text_fails(self, tmp_path: Path) -> None:
        """Letters of three pixels print as squares: the page says at which size, the report that they are not read."""
        pictures = printed(tmp_path / "d.pdf", page(400, 160, 3))

        assert looked(tmp_path / "d.pdf", pictures, probe()) == [("failed", "not_read")]

    @tesseract
    def test_faint_ink_fails(self, tmp_path: Path) -> None:
        """What is told by a shade that grey print loses is not read again."""
        pictures = printed(tmp_path / "d.pdf", page(1920, 1080, 16), page(1920, 1080, 16, ink="#fefefe"))

        assert looked(tmp_path / "d.pdf", pictures, probe()) == [("passed", None), ("failed", "not_read")]

    def test_words_elsewhere_on_the_page_do_not_count(self, tmp_path: Path) -> None:
        """Only the rectangle of the text is read: one run for a picture that passes, two for one that fails."""
        pictures = printed(tmp_path / "d.pdf", page(1920, 1080, 16))
        good, bad = Speaking(MESSAGE), Speaking("tout autre chose")

        assert looked(tmp_path / "d.pdf", pictures, good) == [("passed", None)]
        assert looked(tmp_path / "d.pdf", pictures, bad) == [("failed", "not_read")]
        assert (good.looks, bad.looks) == (1, 2)

    def test_no_message_is_not_checked(self, tmp_path: Path) -> None:
        """A picture without a recognised message costs no look, and the report says why."""
        data, reading = page(1920, 1080, 16)
        pictures = printed(tmp_path / "d.pdf", (data, kinds.replace(reading, quotes=())))
        engine = Speaking(MESSAGE)

        assert looked(tmp_path / "d.pdf", pictures, engine) == [("not_checked", "no_key_text")]
        assert engine.looks == 0

    @pytest.mark.parametrize(
        ("engine", "reason"),
        [(None, "not_asked"), (OcrError("none"), "no_engine"), (Speaking("", "timeout"), "engine_failed")],
    )
    def test_nobody_looked(self, tmp_path: Path, engine: object, reason: str) -> None:
        """Not asked for, no engine, an engine that fails: never a failure of the page."""
        pictures = printed(tmp_path / "d.pdf", page(1920, 1080, 16))

        assert looked(tmp_path / "d.pdf", pictures, engine) == [("not_checked", reason)]

    def test_a_file_that_cannot_be_drawn(self, tmp_path: Path) -> None:
        """What is no PDF is not checked, and nothing is raised."""
        pictures = printed(tmp_path / "d.pdf", page(1920, 1080, 16))
        (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7 and no more")

        assert looked(tmp_path / "broken.pdf", pictures, Speaking(MESSAGE)) == [("not_checked", "no_renderer")]

    def test_a_page_that_is_not_there(self, tmp_path: Path) -> None:
        """Nor is a page beyond the last."""
        (found,) = printed(tmp_path / "d.pdf", page(1920, 1080, 16))
        text = found.texts[0]
        beyond = type(text)(text.kind, text.phrases, text.points, (Spot(900, 10, 10, 90, 20),))
        moved = type(found)(1, 1, None, "0" * 64, (900,), "whole", (beyond,))

        assert looked(tmp_path / "d.pdf", (moved,), Speaking(MESSAGE)) == [("not_checked", "no_renderer")]

    def test_progress_counts_pictures(self, tmp_path: Path) -> None:
        """The caller hears of each picture once."""
        pictures = printed(tmp_path / "d.pdf", page(1920, 1080, 16), page(1366, 768, 15), page(300, 200, 9))
        heard: list[int] = []
        engine: Engine = Speaking(MESSAGE)  # type: ignore[assignment]

        proofread(tmp_path / "d.pdf", pictures, engine, lambda: heard.append(1))

        assert len(heard) == 3

    @pytest.mark.parametrize(
        ("pdf", "report"),
        [("dossier.pdf", "dossier.render.json"), ("a.b.PDF", "a.b.render.json"), ("piece.12", "piece.12.render.json")],
    )
    def test_where_the_report_stands(self, pdf: str, report: str) -> None:
        """Beside the PDF, under its name."""
        assert report_path(Path("/somewhere") / pdf) == Path("/somewhere") / report


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cli:
    """A vault with one attempt whose screenshot says what the engine reads everywhere."""
    monkeypatch.setattr("evidence_vault.ocr.engine.probe", DictatedEngine)
    made = prepared(tmp_path)
    (tmp_path / "shot.png").write_bytes(page(480, 160, 26)[0])
    made.done("log", tmp_path / "shot.png", "--yes")
    return made


def report_of(pdf: Path) -> dict[str, object]:
    return dict(json.loads(report_path(pdf).read_text("utf-8")))


class TestCommand:
    def test_the_report_names_the_file_that_it_is_about(self, program: Cli, tmp_path: Path) -> None:
        """Beside the PDF, with its digest; the answer in JSON counts what was found; the code is 0."""
        out = tmp_path / "d.pdf"
        told = program.json("export", "dossier", "-o", out)
        report = report_of(out)

        assert report["pdf"] == {"name": "d.pdf", "sha256": sha256(out.read_bytes()).hexdigest()}
        assert report["counts"] == {"passed": 1, "failed": 0, "not_checked": 0}
        assert told["print_check"] == {"report": str(report_path(out)), "passed": 1, "failed": 0, "not_checked": 0}

    def test_a_page_that_fails_is_named_and_the_code_stays_0(
        self, program: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The exhibit, its page and what to do are said, even when quiet; the dossier is made."""
        monkeypatch.setattr("evidence_vault.ocr.engine.probe", lambda: Speaking("illisible"))
        answer = program("--quiet", "export", "dossier", "-o", tmp_path / "d.pdf")

        assert answer.code == 0
        assert "Exhibit 1 of the dossier, page " in answer.err
        assert "its message is no longer read once it is printed in grey" in answer.err
        assert "enlarge the page" in answer.err
        assert report_of(tmp_path / "d.pdf")["counts"] == {"passed": 0, "failed": 1, "not_checked": 0}

    def test_words_tell_the_message_from_the_rest(self, capsys: pytest.CaptureFixture[str]) -> None:
        """An address that is not read again is another matter than a message that is not."""
        spot = Spot(7, 0, 0, 90, 20)
        message = CheckedText(PrintedText("message", ("Aucun créneau",), 11, (spot,)), "passed", "Aucun créneau", 1.0)
        address = CheckedText(PrintedText("address", ("rdv.example.org",), 5, (spot,)), "failed", "rd", 0.1)
        small = CheckedText(address.text, "passed", "rdv.example.org", 1.0)
        picture = PrintedPicture(4, 2, "a.png", "0" * 64, (7,), "enlarged", (message.text, address.text))
        i18n.activate("en")
        _tell_failure(Session(), judged(picture, (message, address)))
        _tell_failure(Session(), judged(picture, (message, small)))
        unread, tiny = capsys.readouterr().err.splitlines()

        assert unread.endswith("its message is still read, but not the address or the clock.")
        assert tiny == "Exhibit 2 of the dossier, page 7: its text prints at 5 points, under the 8 that paper needs."

    def test_it_can_be_left_out(self, program: Cli, tmp_path: Path) -> None:
        """With --no-print-check nobody looks, and no report of an earlier file is left to be believed."""
        program.done("export", "dossier", "-o", tmp_path / "d.pdf")
        answer = program.done("export", "dossier", "-o", tmp_path / "d.pdf", "--no-print-check")
        report = report_of(tmp_path / "d.pdf")

        assert "grey" not in answer.err
        assert report["counts"] == {"passed": 0, "failed": 0, "not_checked": 1}
        assert report["pdf"] == {"name": "d.pdf", "sha256": sha256((tmp_path / "d.pdf").read_bytes()).hexdigest()}

    def test_without_an_engine_it_is_said(self, program: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """The dossier is made, the code is 0, and the words say what to install."""

        def none() -> Engine:
            raise OcrError("Tesseract is not installed.")

        monkeypatch.setattr("evidence_vault.ocr.engine.probe", none)
        answer = program.done("export", "dossier", "-o", tmp_path / "d.pdf")

        assert "nobody read its pages again" in answer.err
        assert "evidence-vault doctor" in answer.err
        assert report_of(tmp_path / "d.pdf")["engine"] is None

    def test_a_picture_without_a_message_is_named(
        self, program: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Not checked is neither passed nor failed: the words tell them apart."""
        monkeypatch.setattr("evidence_vault.ocr.engine.probe", lambda: DictatedEngine(""))
        (tmp_path / "blank.png").write_bytes(page(500, 170, 26)[0])
        program.done("log", tmp_path / "blank.png", "--yes")
        monkeypatch.setattr("evidence_vault.ocr.engine.probe", DictatedEngine)
        answer = program.done("export", "dossier", "-o", tmp_path / "d.pdf")

        assert "no message was recognised on them: exhibits 2." in answer.err
        assert report_of(tmp_path / "d.pdf")["counts"] == {"passed": 1, "failed": 0, "not_checked": 1}

    def test_a_failed_export_leaves_neither_file(self, program: Cli, tmp_path: Path) -> None:
        """Where the dossier cannot be made there is no report, and the files before it are as they were."""
        (out := tmp_path / "made").mkdir()
        with full_disk("evidence_vault.exports.dossier.write_dossier"):
            assert program("export", "dossier", "-o", out / "d.pdf").code == 16
        assert files_in(out) == {}
        program.done("export", "dossier", "-o", out / "d.pdf")
        before = files_in(out)
        with full_disk("evidence_vault.exports.dossier.write_dossier"):
            assert program("export", "dossier", "-o", out / "d.pdf").code == 16
        assert files_in(out) == before

    def test_a_report_that_cannot_be_written_costs_no_dossier(self, program: Cli, tmp_path: Path) -> None:
        """The disk is full when the report comes: the dossier stays, what is missing is said, nothing is half there."""
        with full_disk("evidence_vault.proofreading.durable.write_file"):
            answer = program.done("export", "dossier", "-o", tmp_path / "d.pdf", "--unsigned")

        assert "only the report on its printed pages is missing" in answer.err
        assert (tmp_path / "d.pdf").is_file()
        assert not report_path(tmp_path / "d.pdf").exists()

    def test_a_folder_in_the_place_of_the_report(self, program: Cli, tmp_path: Path) -> None:
        """Found out before anything is made: no dossier, no entry."""
        report_path(tmp_path / "d.pdf").mkdir()
        size = program.json("list")["size"]

        assert program("export", "dossier", "-o", tmp_path / "d.pdf").code == 16
        assert not (tmp_path / "d.pdf").exists()
        assert program.json("list")["size"] == size

    @tesseract
    def test_from_screenshot_to_report(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """The real engine on the original, then on the page: a good picture passes, one of tiny letters is named."""
        program = prepared(tmp_path)
        (tmp_path / "good.png").write_bytes(page(1920, 1080, 17)[0])
        program.done("log", tmp_path / "good.png", "--yes")
        (tmp_path / "tiny.png").write_bytes(page(480, 160, 3)[0])
        with monkeypatch.context() as patch:  # better eyes than any
            patch.setattr("evidence_vault.ocr.engine.probe", DictatedEngine)
            program.done("log", tmp_path / "tiny.png", "--yes")
        answer = program.done("export", "dossier", "-o", tmp_path / "d.pdf")
        good, tiny = report_of(tmp_path / "d.pdf")["exhibits"]  # type: ignore[misc]

        assert (good["name"], good["result"]) == ("good.png", "passed")
        assert good["texts"][0]["points"] >= 8
        assert (tiny["name"], tiny["result"], tiny["reason"]) == ("tiny.png", "failed", "not_read")
        assert (
            "read again as printed in grey: 1. Not read again, or printed too small: 1. Not checked: 0." in answer.err
        )
        assert f"Exhibit 2 of the dossier, page {tiny['pages'][0]}: its message is no longer read" in answer.err
        assert "The report on the printed pages is in" in answer.err


@contextlib.contextmanager
def full_disk(name: str) -> Iterator[None]:
    """Let the function `name` meet a full disk."""

    def full(*_given: object, **_named: object) -> None:
        raise StorageError("The disk is full.")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(name, full)
        yield

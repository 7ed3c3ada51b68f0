"""Tesseract as a foreign tool: found, run with its own environment, timed out, and never believed to be there."""

import hashlib
import os
import stat
import sys
from pathlib import Path

import pytest
from ocr_pages import picture
from PIL import Image, ImageOps

from evidence_vault.errors import OcrError
from evidence_vault.ocr import engine
from evidence_vault.ocr.engine import TESSDATA, Engine, probe

NONE = Engine("tesseract", "5.0.0", "0" * 64)


@pytest.fixture
def page(tmp_path: Path) -> Path:
    file = tmp_path / f"page{engine.SHEET}"
    picture("Aucun créneau disponible").convert("L").save(file)
    return file


def stand_in(folder: Path, body: str, version: str = "print('tesseract 5.0.0')") -> None:
    """Put a program named `tesseract` first on the path; `body` is Python, run with `sys` and `os` at hand.

    `version` is run instead where that is asked for: pytesseract asks before the first picture of a process.
    """
    program = folder / "tesseract"
    asked = f"if '--version' in sys.argv:\n    {version}\n    sys.exit()"
    program.write_text(f"#!{sys.executable}\nimport os, sys, time\n{asked}\n{body}\n", encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)


def test_the_model_that_travels_with_the_package_is_the_one_its_licence_names() -> None:
    digest = hashlib.sha256((TESSDATA / "fra.traineddata").read_bytes()).hexdigest()

    assert digest in (TESSDATA / "LICENSE.tessdata").read_text(encoding="utf-8")


@pytest.mark.needs("tesseract")
def test_probe_names_engine_version_and_model() -> None:
    found = probe({})

    assert found.name == "tesseract"
    assert found.describe().startswith(f"tesseract {found.version}, fra sha256:ced037562e8c80c1")


def test_without_any_engine_one_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine.shutil, "which", lambda _: None)
    monkeypatch.setattr(engine, "find_spec", lambda _: None)

    with pytest.raises(OcrError) as refused:
        probe({})

    for word in ("Debian", "Fedora", "macOS", "Windows", "evidence-vault[ocr]"):
        assert word in str(refused.value)


def test_a_missing_model_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(engine, "TESSDATA", tmp_path)

    with pytest.raises(OcrError, match="French model"):
        probe({})


@pytest.mark.skipif(os.name == "nt", reason="a stand-in for Tesseract is a script")
class TestForeignProgram:
    @pytest.fixture(autouse=True)
    def first_on_the_path(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")

    def test_the_child_alone_gets_one_thread_and_our_model(self, page: Path, tmp_path: Path) -> None:
        stand_in(
            tmp_path,
            "seen = os.environ['OMP_THREAD_LIMIT'] + os.environ['TESSDATA_PREFIX']\n"
            f"open({str(tmp_path / 'seen')!r}, 'w').write(seen)\n"
            "open(sys.argv[2] + '.tsv', 'w').close()",
        )
        before = dict(os.environ)

        assert NONE.look(page, 3, 30).status == "read"

        assert (tmp_path / "seen").read_text() == f"1{TESSDATA}"
        assert dict(os.environ) == before

    def test_no_line_of_a_sheet_dark_on_white_is_read_inverted_as_well(self, page: Path, tmp_path: Path) -> None:
        stand_in(
            tmp_path,
            f"open({str(tmp_path / 'seen')!r}, 'w').write(' '.join(sys.argv))\nopen(sys.argv[2] + '.tsv', 'w').close()",
        )

        assert NONE.look(page, 3, 30, dark_on_white=True).status == "read"

        assert "-c tessedit_do_invert=0 -c invert_threshold=0" in (tmp_path / "seen").read_text()

    def test_a_program_that_fails_is_a_status(self, page: Path, tmp_path: Path) -> None:
        stand_in(tmp_path, "sys.exit(1)")

        assert NONE.look(page, 3, 30) == engine.Look("failed")

    def test_a_program_that_writes_nonsense_is_a_status(self, page: Path, tmp_path: Path) -> None:
        stand_in(tmp_path, "open(sys.argv[2] + '.tsv', 'wb').write(b'\\xff\\xfe')")

        assert NONE.look(page, 3, 30) == engine.Look("failed")

    def test_a_program_that_does_not_end_is_killed(self, page: Path, tmp_path: Path) -> None:
        stand_in(tmp_path, f"open({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid()))\ntime.sleep(600)")

        assert NONE.look(page, 3, 1) == engine.Look("timeout")

        with pytest.raises(ProcessLookupError):
            os.kill(int((tmp_path / "pid").read_text()), 0)

    def test_a_version_too_old_is_refused(self, tmp_path: Path) -> None:
        stand_in(tmp_path, "", version="print('tesseract 3.05.02')")

        with pytest.raises(OcrError, match="too old"):
            probe({})

    def test_a_program_that_does_not_answer_is_refused(self, tmp_path: Path) -> None:
        stand_in(tmp_path, "", version="sys.exit(3)")

        with pytest.raises(OcrError, match="does not answer"):
            probe({})


def test_no_time_left_is_a_timeout_without_running_anything(tmp_path: Path) -> None:
    assert NONE.look(tmp_path / "absent.pgm", 3, 0) == engine.Look("timeout")


@pytest.mark.parametrize("name", ["tesseract", "tesserocr"])
def test_light_writing_is_read_unless_there_is_said_to_be_none(name: str, page: Path) -> None:
    try:
        found = probe({engine.CHOICE: name})
    except OcrError:
        pytest.skip(f"{name} is not installed")
    ImageOps.invert(Image.open(page)).save(page)

    for dark_on_white in (False, True, False):  # one engine reads many sheets of both kinds
        read = [line.text for line in found.look(page, 6, 60, dark_on_white=dark_on_white).lines]
        assert (read == ["Aucun créneau disponible"]) is not dark_on_white


@pytest.mark.needs("tesseract")
def test_words_come_in_lines_with_boxes_and_confidence(page: Path) -> None:
    look = probe({}).look(page, 3, 60)

    (line,) = look.lines
    assert line.text == "Aucun créneau disponible"
    assert all(0 <= word.confidence <= 100 and word.box.width > 0 for word in line.words)


class TestInProcess:
    @pytest.fixture
    def inside(self) -> Engine:
        pytest.importorskip("tesserocr", reason="the extra `ocr` is not installed")
        return probe({engine.CHOICE: "tesserocr"})

    def test_the_second_back_end_reads_the_same(self, inside: Engine, page: Path) -> None:
        assert inside.name == "tesserocr"
        for _ in range(2):  # the engine is kept warm between pictures
            assert [line.text for line in inside.look(page, 3, 60).lines] == ["Aucun créneau disponible"]

    def test_the_environment_is_as_before(self, inside: Engine, page: Path) -> None:
        before = dict(os.environ)

        inside.look(page, 3, 60)

        assert dict(os.environ) == before

    def test_a_file_it_cannot_open_is_a_status(self, inside: Engine, tmp_path: Path) -> None:
        assert inside.look(tmp_path / "absent.pgm", 3, 60).status == "failed"

    def test_half_a_page_is_not_the_page(self, inside: Engine, page: Path) -> None:
        assert inside.look(page, 3, 0.001) == engine.Look("timeout")

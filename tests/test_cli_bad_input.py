"""Bad input, interruptions and broken machines: one clear sentence, the right code, nothing written, nothing lost."""

import contextlib
import errno
import io
import json
import os
import select
import shutil
import signal
import sqlite3
import struct
import subprocess
import sys
import zlib
from collections.abc import Iterator
from importlib.abc import MetaPathFinder
from pathlib import Path

import pytest
from PIL import Image

from evidence_vault import database
from evidence_vault.__main__ import main as start
from evidence_vault.commands.session import Session
from evidence_vault.ocr import engine
from evidence_vault.recording import Recorder
from tests.cli_runner import CASE, PERSON, PROGRAM, Answer, Cli, DictatedEngine, call, environment, files_in, prepared
from tests.helpers import draw
from tests.test_capture_pictures import HEIC


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder, where a stray file would show, and no vault of the tester's."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("EVIDENCE_VAULT", str(tmp_path / "nowhere"))
    monkeypatch.delenv("EVIDENCE_VAULT_PASSPHRASE", raising=False)
    return folder


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cli:
    """A case with one attempt and one document, and an engine that reads "Aucun créneau disponible" everywhere."""
    monkeypatch.setattr("evidence_vault.ocr.engine.probe", DictatedEngine)
    made = prepared(tmp_path)
    shot = tmp_path / "first.png"
    shot.write_bytes(draw(size=(481, 160)))
    made.done("log", shot, "--yes")
    return made


@pytest.fixture
def unchanged(program: Cli, here: Path) -> Iterator[None]:
    """What the case lists and every file of the vault are the same after the test; the working folder is empty."""
    listed, files = program.done("--json", "list").out, files_in(program.vault)
    yield
    assert program.done("--json", "list").out == listed
    assert files_in(program.vault).keys() == files.keys()
    assert {name: data for name, data in files_in(program.vault).items() if not name.endswith(".sqlite")} == {
        name: data for name, data in files.items() if not name.endswith(".sqlite")
    }
    assert list(here.iterdir()) == []
    assert program("verify", program.vault).code == 3


def one_sentence(answer: Answer, code: int, words: str) -> None:
    """The answer is a refusal as people should meet it: this code, these words, one line, no data, no traceback."""
    assert (answer.code, answer.out) == (code, ""), answer
    assert words in answer.err
    assert answer.err.count("\n") == 1, answer.err
    assert "Traceback" not in answer.err


def encoded(picture: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few hundred bytes whose header announces so many pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    content = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + content


BAD_FILES = {
    "text.png": (b"hello", "is not a picture"),
    "page.png": (b"<!DOCTYPE html><p>", "HTML"),
    "letter.png": (b"%PDF-1.7", "PDF"),
    "cut.png": (draw()[:400], "damaged or incomplete"),
    "tail.png": (draw()[:-12], "damaged or incomplete"),
    "cut.jpg": (encoded(Image.effect_noise((200, 200), 90), "JPEG")[:2000], "damaged or incomplete"),
    "empty.png": (b"", "is empty (0 bytes)"),
    "bomb.png": (bomb(30_000, 30_000), "too many for a screenshot"),
}


@pytest.mark.usefixtures("unchanged")
class TestBadFiles:
    @pytest.mark.parametrize("name", BAD_FILES)
    def test_refused(self, program: Cli, tmp_path: Path, name: str) -> None:
        """A file that is no whole picture is refused with what is wrong with it and what to do."""
        data, words = BAD_FILES[name]
        (tmp_path / name).write_bytes(data)
        one_sentence(program("log", tmp_path / name, "--yes"), 14, words)
        for command in (["import", "--yes"], ["check"]):
            answer = program(*command, tmp_path / name)
            assert 10 <= answer.code < 70
            assert name in answer.err
            assert words in answer.err
            assert answer.out == ""

    def test_one_bad_among_good(self, program: Cli, tmp_path: Path) -> None:
        """An attempt with one bad screenshot is not recorded by halves."""
        good, bad = tmp_path / "good.png", tmp_path / "bad.png"
        good.write_bytes(draw(size=(500, 170)))
        bad.write_bytes(b"nothing")

        one_sentence(program("log", good, bad, "--yes"), 14, "bad.png is not a picture")

    @pytest.mark.parametrize("command", ["log", "import", "check", "exhibit", "step other"])
    def test_no_ordinary_file(self, program: Cli, tmp_path: Path, command: str) -> None:
        """A pipe, which would be waited on for ever, a folder, and what is not there."""
        os.mkfifo(tmp_path / "pipe")
        words = [*command.split(), *(["--yes"] if command in {"log", "import"} else [])]
        for path, said in ((tmp_path / "pipe", "is not an ordinary file"), (tmp_path / "missing", "does not exist")):
            one_sentence(program(*words, path), 14, said)
        if command != "import":
            one_sentence(program(*words, tmp_path), 14, "is a folder")

    def test_folder_without_pictures(self, program: Cli, tmp_path: Path) -> None:
        """An import that finds nothing says so."""
        (tmp_path / "empty").mkdir()

        one_sentence(program("import", tmp_path / "empty", "--yes"), 15, "No screenshot was found")

    def test_damaged_archive(self, program: Cli, tmp_path: Path) -> None:
        """A zip that lost its end."""
        (tmp_path / "phone.zip").write_bytes(b"PK\x03\x04" + bytes(100))

        one_sentence(program("import", tmp_path / "phone.zip", "--yes"), 14, "damaged archive")

    def test_heic_without_its_component(self, program: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Where HEIC cannot be read, the two ways out are named."""
        monkeypatch.setitem(sys.modules, "pi_heif", None)
        (tmp_path / "IMG_0042.HEIC").write_bytes(HEIC)
        answer = program("log", tmp_path / "IMG_0042.HEIC", "--yes")

        one_sentence(answer, 14, "pip install 'evidence-vault[heic]'")
        assert "convert" in answer.err

    @pytest.mark.parametrize("command", ["log", "import", "exhibit"])
    def test_empty_document(self, program: Cli, tmp_path: Path, command: str) -> None:
        """Nothing is kept of nothing."""
        (tmp_path / "empty.pdf").touch()
        answer = program(command, tmp_path / "empty.pdf", *(() if command == "exhibit" else ("--yes",)))

        assert answer.code in {14, 15}
        assert "empty (0 bytes)" in answer.err

    @pytest.mark.parametrize(
        ("target", "code"), [("missing", 20), ("folder", 20), ("pipe", 20), ("text", 20), ("zip", 20), ("pdf", 20)]
    )
    def test_nothing_to_verify(self, tmp_path: Path, target: str, code: int) -> None:
        """What is no evidence is neither passed nor failed: it is refused."""
        (tmp_path / "folder").mkdir()
        os.mkfifo(tmp_path / "pipe")
        (tmp_path / "text").write_text("hello")
        (tmp_path / "zip").write_bytes(b"PK\x05\x06" + bytes(18))
        (tmp_path / "pdf").write_bytes(b"%PDF-1.7\n%%EOF")

        one_sentence(call("--lang", "en", "verify", tmp_path / target), code, target)


class TestUnusualFiles:
    """What phones and programs produce, and is taken."""

    @pytest.mark.parametrize(
        ("name", "media_type"),
        [
            ("photo.HEIC", "image/heif"),
            ("photo.webp", "image/webp"),
            ("animated.gif", "image/gif"),
            ("wrong extension.jpg", "image/png"),
            ("no extension", "image/png"),
            ("big.bmp", "image/bmp"),
        ],
    )
    def test_taken(self, program: Cli, tmp_path: Path, name: str, media_type: str) -> None:
        """The content decides, never the extension; the bytes are kept as they are and verify."""
        if media_type == "image/heif":
            pytest.importorskip("pi_heif", reason="pi-heif is not installed: pip install '.[heic]'")
        page = Image.open(io.BytesIO(draw(size=(490, 165))))
        data = {
            "image/heif": HEIC,
            "image/webp": encoded(page, "WEBP"),
            "image/gif": encoded(page, "GIF", save_all=True, append_images=[page.rotate(180)]),
            "image/png": encoded(page, "PNG"),
            "image/bmp": encoded(page, "BMP"),
        }[media_type]
        (tmp_path / name).write_bytes(data)
        told = program.json("log", tmp_path / name, "--yes")

        (exhibit,) = told["exhibits"]
        assert (exhibit["name"], exhibit["media_type"], exhibit["size"]) == (name, media_type, len(data))
        program.done("export", "dossier", "-o", tmp_path / "d.pdf")
        assert call("verify", tmp_path / "d.pdf").code == 3

    @pytest.mark.parametrize(
        "name",
        [
            "écran 😀 لقطة شاشة.png",
            "line\nbreak.png",
            "escape\x1b[31m.png",
            "txt.\u202egnp.png",
            "not unicode \udcff.png",
            "{braces} %s [bold].png",
            "-dash.png",
            "x" * 250 + ".png",
        ],
    )
    def test_names(self, program: Cli, tmp_path: Path, name: str) -> None:
        """Any name that a disk allows goes through to the dossier; what could mislead is shown as `�`."""
        path = tmp_path / "named" / name
        path.parent.mkdir()
        path.write_bytes(draw(size=(490, 165)))
        logged = program.done("log", path, "--yes")
        told = program.done("--json", "check", path).out
        shown = program.done("check", path).out + program.done("list").out

        recorded = json.loads(program.done("--json", "list").out)["attempts"][-1]["exhibits"][0]["name"]
        assert not set(recorded) & set("\n\x1b\u202e\udcff")
        assert "�" in recorded or recorded == name
        for text in (logged.err, told, shown):
            text.encode()  # a lone surrogate would stop a terminal in UTF-8
            assert not set(text) & set("\x1b\u202e")
        program.done("export", "dossier", "-o", tmp_path / "d.pdf")
        assert call("verify", tmp_path / "d.pdf").code == 3

    def test_symbolic_link(self, program: Cli, tmp_path: Path) -> None:
        """A link that a person names is followed; one found in a folder is not, and it is said."""
        (tmp_path / "folder").mkdir()
        (tmp_path / "real.png").write_bytes(draw(size=(490, 165)))
        link = tmp_path / "folder" / "link.png"
        link.symlink_to(tmp_path / "real.png")

        assert "symbolic link" in program("import", tmp_path / "folder", "--yes").err
        assert program.json("log", link, "--yes")["exhibits"][0]["name"] == "link.png"


@pytest.mark.usefixtures("unchanged")
class TestBadValues:
    @pytest.mark.parametrize(
        ("stated", "words"),
        [
            ("soon", "This is not a date"),
            ("", ""),
            ("2024-02-30", "This is not a date"),
            ("31/12/2199", "is in the future"),
            ("1999-12-31", "before the year 2000"),
            ("2024-03-31T02:30", "does not exist in Europe/Paris"),
            ("2024-10-27T02:30", "occurred twice in Europe/Paris"),
            ("2024-03-11T25:00", "This is not a date"),
            ("x" * 100_000, "This is not a date"),
        ],
    )
    def test_time(self, program: Cli, stated: str, words: str) -> None:
        """A time that cannot have been is refused; an empty one is no permission to write down the present."""
        for command in (["log", "--yes"], ["step", "email"], ["correct", "1"]):
            one_sentence(program(*command, "--occurred-at", stated), 15, words)

    @pytest.mark.parametrize("flag", ["--note", "--url", "--platform", "--browser"])
    def test_text(self, program: Cli, flag: str) -> None:
        """Texts that are empty or hold control characters are refused, whatever the flag."""
        for value in ("", "   ", "\x1b[31mred", "nul\x00", "half \udcff"):
            one_sentence(program("log", "--yes", flag, value), 15, flag)

    @pytest.mark.parametrize(
        "address",
        [
            "https://awa:secret@www.example.org/page?token=abc",
            "https://awa@www.example.org/",
            "HTTPS://:secret@www.example.org",
            "https:/awa:secret@www.example.org",
            "awa:secret@www.example.org/page",
            "ftp://awa:secret@www.example.org/",
        ],
    )
    def test_address_with_credentials(self, program: Cli, tmp_path: Path, address: str) -> None:
        """A user name or a password in the address of a page is refused, never recorded and never shown."""
        (tmp_path / "a.png").write_bytes(draw())
        before = files_in(program.vault)
        for command in (["log", "--yes"], ["import", tmp_path / "a.png", "--yes"]):
            answer = program(*command, "--url", address)
            one_sentence(answer, 2, "holds a user name or a password")
            assert "secret" not in answer.err

        assert files_in(program.vault) == before

    @pytest.mark.parametrize(
        "address",
        [
            "javascript:alert(1)",
            "not a url",
            "page",
            "ftp://www.example.org/",
            "file:///etc/passwd",
            "https://",
            "/page",
        ],
    )
    def test_address_of_no_page(self, program: Cli, address: str) -> None:
        """What is no address of a page on the web is refused, with what is expected."""
        before = files_in(program.vault)
        one_sentence(program("log", "--yes", "--url", address), 2, "such as https://www.example.org/page")

        assert files_in(program.vault) == before

    @pytest.mark.parametrize(
        ("flag", "value"),
        [
            ("--born", "1990-13-01"),
            ("--born", "12/04/1990 08:00"),
            ("--title-expiry", "someday"),
            ("--time-zone", "Mars/Phobos"),
            ("--time-zone", "../../etc/passwd"),
            ("--time-zone", ""),
            ("--applicant", ""),
            ("--applicant", "Awa\nDiallo"),
        ],
    )
    def test_case(self, program: Cli, flag: str, value: str) -> None:
        """What a case says of a person must be possible; neither an update nor a new case is recorded otherwise."""
        one_sentence(program("case", "update", flag, value), 15, "othing was recorded")
        given = dict(zip(CASE[::2], CASE[1::2], strict=True)) | {flag: value}
        answer = program("case", "new", *(word for pair in given.items() for word in pair))
        assert answer.code in {2, 15}

    @pytest.mark.parametrize(
        "line",
        [
            "frob",
            "log --frob",
            "log --outcome frob --yes",
            "import --yes",
            "import x --group-minutes -1 --yes",
            "import x --group-minutes many --yes",
            "step",
            "step fax",
            "exhibit",
            "exhibit x --kind frob",
            "show",
            "show one",
            "correct",
            "correct 1",
            "case",
            "case frob",
            "export",
            "export frob",
            "verify a b",
            "--lang de list",
            "init --capacity king",
        ],
    )
    def test_usage(self, program: Cli, line: str) -> None:
        """A call that is not as documented: exit 2, one sentence that points to --help or names the flag."""
        answer = program(*line.split())

        assert answer.code == 2
        assert "Traceback" not in answer.err
        assert answer.out == "" or line in {"case", "export"}
        assert "--" in answer.err or line in {"case", "export"}


class TestBadStep:
    @pytest.mark.parametrize(
        ("flags", "code", "words"),
        [
            ("--answered-on 2024-03-12", 2, "Add --answer, or leave --answered-on out."),
            ("--occurred-at 2024-03-12 --answer Non --answered-on 2024-03-11", 15, "comes before the step"),
            # 23:30 UTC is the next day in Paris, the zone of the case.
            ("--occurred-at 2024-03-11T23:30Z --answer Non --answered-on 2024-03-11", 15, "comes before the step"),
            ("--answer Non --answered-on 2098-01-01", 15, "2098-01-01 is in the future"),
            ("--occurred-at 2098-01-01", 15, "2098-01-01 is in the future"),
        ],
        ids=["no-answer", "day-before", "day-before-in-the-zone", "future-answer", "future-step"],
    )
    def test_dates_that_cannot_be(self, program: Cli, flags: str, code: int, words: str) -> None:
        """An answer of which only the day is told, one before its step, a day to come: refused, nothing recorded."""
        before = files_in(program.vault)
        one_sentence(program("step", "phone", *flags.split()), code, words)

        assert files_in(program.vault) == before


class TestBadVault:
    @pytest.mark.parametrize("command", ["list", "log --yes", "status", "case list", "case show", "export bundle"])
    def test_no_vault(self, tmp_path: Path, here: Path, command: str) -> None:
        """Where there is no vault, the sentence says how to make one, and none is made."""
        (tmp_path / "folder").mkdir()
        (tmp_path / "file").touch()
        for name in ("missing", "folder", "file"):
            one_sentence(Cli(tmp_path / name)(*command.split()), 11, "There is no vault at")

        assert list(here.iterdir()) == list((tmp_path / "folder").iterdir()) == []

    @pytest.mark.parametrize(
        "command",
        [
            *("list", "log --yes", "status", "step phone", "case show", "show 0", "checkpoint"),
            *("import . --yes", "export bundle", "export dossier", "export collective", "verify"),
        ],
    )
    def test_missing_ledger(self, program: Cli, here: Path, command: str) -> None:
        """A case that lost its ledger is no empty vault: its folder is named, and no ledger is made in its place."""
        (here / "a.png").write_bytes(draw())
        (program.case / "ledger.sqlite").unlink()
        before = files_in(program.vault)
        one_sentence(program(*command.split()), 18, f"The ledger of the case is missing from {program.case}")

        assert files_in(program.vault) == before
        assert [path.name for path in here.iterdir()] == ["a.png"]

    def test_missing_ledger_of_one_case(self, program: Cli) -> None:
        """Beside a whole case, one that lost its ledger is listed as such, and nothing is recorded in the other."""
        broken = program.case
        program.done("case", "new", *CASE)
        (broken / "ledger.sqlite").unlink()
        listed = program.done("case", "list")

        assert "The ledger of the case is missing" in listed.out + listed.err
        one_sentence(program("log", "--yes"), 12, "There are several cases.")
        one_sentence(program("--case", broken.name, "list"), 18, "The ledger of the case is missing")
        assert program("doctor").code == 18
        assert not (broken / "ledger.sqlite").exists()

    def test_missing_settings(self, program: Cli) -> None:
        """A vault that lost its settings is not offered to be made anew: its cases are there."""
        (program.vault / "vault.json").unlink()
        before = files_in(program.vault)
        for command in ("list", "log --yes", "doctor"):
            answer = program(*command.split())
            assert answer.code == 11
            assert f"vault.json is missing from the vault at {program.vault}" in answer.out + answer.err

        assert files_in(program.vault) == before

    def test_vault_over_something(self, program: Cli, tmp_path: Path) -> None:
        """A vault is never made over another, in a folder that holds something, or over a file."""
        before = files_in(program.vault)
        one_sentence(program("init", *PERSON), 11, "There is a vault at")
        assert files_in(program.vault) == before

        (tmp_path / "photos").mkdir()
        (tmp_path / "photos" / "a.png").touch()
        one_sentence(Cli(tmp_path / "photos")("init", *PERSON), 11, "is not empty")
        one_sentence(Cli(tmp_path / "first.png")("init", *PERSON), 16, "first.png")
        assert [path.name for path in (tmp_path / "photos").iterdir()] == ["a.png"]

    @pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"null", b"\xff\xfe", b'{"format": 1}', b"{" * 5000])
    def test_damaged_settings(self, program: Cli, content: bytes) -> None:
        """Settings that cannot be read are told; what is recorded can still be verified."""
        (program.vault / "vault.json").write_bytes(content)

        one_sentence(program("list"), 11, "vault")
        assert program("verify", program.vault).code == 3

    @pytest.mark.parametrize("command", ["list", "log --yes", "status", "export bundle", "checkpoint"])
    def test_newer_vault(self, program: Cli, here: Path, command: str) -> None:
        """A vault of a newer program is left alone."""
        settings = program.vault / "vault.json"
        settings.write_bytes(settings.read_bytes().replace(b"vault/1", b"vault/2"))
        before = files_in(program.vault)

        one_sentence(program(*command.split()), 11, "newer version")
        assert files_in(program.vault) == before
        assert list(here.iterdir()) == []

    @pytest.mark.parametrize("command", ["list", "log --yes", "case show", "export bundle", "verify"])
    def test_newer_ledger(self, program: Cli, here: Path, command: str) -> None:
        """So is a ledger of a newer program."""
        with contextlib.closing(sqlite3.connect(program.case / "ledger.sqlite")) as connection:
            connection.execute(f"PRAGMA user_version = {database.FORMAT_VERSION + 1}")
        before = files_in(program.vault)

        one_sentence(program(*command.split()), 11, "newer version")
        assert files_in(program.vault) == before
        assert list(here.iterdir()) == []

    @pytest.mark.parametrize("command", ["list", "show 1", "status", "log --yes", "read", "checkpoint", "case show"])
    @pytest.mark.parametrize("damage", ["no database", "overwritten"])
    def test_damaged_ledger(self, program: Cli, command: str, damage: str) -> None:
        """A ledger that the disk spoiled is told as such, with what to do, by every command."""
        ledger = program.case / "ledger.sqlite"
        data = ledger.read_bytes()
        ledger.write_bytes(b"no database" if damage == "no database" else data[:12288].ljust(len(data), b"U"))

        one_sentence(program(*command.split()), 18, "damaged")

    @pytest.mark.parametrize("kept", [0, 100, 12288])
    def test_damaged_ledger_never_passes(self, program: Cli, kept: int) -> None:
        """Nor does it ever pass verification."""
        ledger = program.case / "ledger.sqlite"
        data = ledger.read_bytes()
        ledger.write_bytes(data[:kept].ljust(len(data) if kept else 0, b"U"))
        answer = program("verify", program.vault)

        assert answer.code in {1, 18}
        assert "Traceback" not in answer.err

    def test_missing_key(self, program: Cli) -> None:
        """Without its key, a case can be read and verified, and nothing can be added."""
        (program.case / "key.pem").unlink()

        one_sentence(program("log", "--yes"), 11, "key.pem is missing")
        assert len(program.json("list")["attempts"]) == 1
        assert program("verify", program.vault).code == 3

    @pytest.mark.parametrize("kind", ["bundle", "dossier"])
    def test_missing_exhibit(self, program: Cli, here: Path, kind: str) -> None:
        """A dossier is not made from originals that are gone."""
        shutil.rmtree(program.case / "exhibits")

        one_sentence(program("export", kind, "-o", here / "out"), 18, "exhibit is missing")
        assert list(here.iterdir()) == []
        assert program("verify", program.vault).code == 1

    def test_half_made_case(self, program: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
        """A case whose making was cut short does not exist, for any command, and can be made again."""

        def cut(*_: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr("evidence_vault.durable.move_folder", cut)
            assert program("case", "new", *CASE).code == 130
        # A power cut leaves what an interruption can still take away.
        shutil.copytree(program.case, program.vault / "cases" / ".new-0123", dirs_exist_ok=True)

        assert len(program.json("case", "list")["cases"]) == 1
        assert len(program.json("list")["attempts"]) == 1
        assert len(call("--json", "verify", program.vault).json()["cases"]) == 1

    def test_interrupted_case_leaves_nothing(self, program: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
        """Where the program is still alive to do it, it takes away the folder of a case that it could not make."""

        def full(*_: object) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        before = files_in(program.vault)
        with monkeypatch.context() as patch:
            patch.setattr("evidence_vault.durable._sync_folder", full)
            assert program("case", "new", *CASE).code == 16
        assert files_in(program.vault) == before


class TestBadSigner:
    @pytest.mark.parametrize("command", ["export dossier", "export record 1"])
    @pytest.mark.parametrize(
        ("options", "option"),
        [("--card X", "--card"), ("--certificate foo", "--certificate"), ("--unsigned --card X", "--card")],
    )
    def test_card_without_its_library(self, program: Cli, here: Path, command: str, options: str, option: str) -> None:
        """A card or its certificate without the library that opens it is refused: the case's own would sign instead."""
        program.done("log", "--yes")
        before = files_in(program.vault)
        answer = program(*command.split(), "-o", here / "out.pdf", *options.split())
        one_sentence(answer, 2, f"{option} means something on a card only, and --pkcs11")

        assert files_in(program.vault) == before
        assert list(here.iterdir()) == []


NO_TEXT = os.fsdecode(b"ab\xff")
NONE = "--no-passphrase"


class TestPassphrase:
    @pytest.fixture
    def protected(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cli:
        """A vault with a passphrase, which the environment no longer gives."""
        program = Cli(tmp_path / "protected")
        monkeypatch.setenv("EVIDENCE_VAULT_PASSPHRASE", "open sesame")
        program.done("init", *(word for word in PERSON if word != "--no-passphrase"))
        program.done("case", "new", *CASE)
        monkeypatch.delenv("EVIDENCE_VAULT_PASSPHRASE")
        return program

    @pytest.mark.parametrize(
        ("stated", "words"),
        [(None, "none was given"), ("wrong", "is not the one"), ("", ""), (NO_TEXT, "not text in UTF-8")],
    )
    def test_missing_or_wrong(
        self, protected: Cli, here: Path, monkeypatch: pytest.MonkeyPatch, stated: str | None, words: str
    ) -> None:
        """What signs needs the right passphrase, and leaves no trace without it."""
        if stated is not None:
            monkeypatch.setenv("EVIDENCE_VAULT_PASSPHRASE", stated)
        before = files_in(protected.vault)
        for command in (
            "log --yes",
            "step email",
            "checkpoint",
            "export bundle",
            "export dossier",
            "correct 0 --note x",
        ):
            one_sentence(protected(*command.split()), 13, words)
        one_sentence(protected("case", "new", *CASE), 13, words)

        assert files_in(protected.vault) == before
        assert list(here.iterdir()) == []

    def test_reading_needs_none(self, protected: Cli) -> None:
        """What only looks asks for none."""
        assert protected.json("list")["attempts"] == []
        assert protected("verify", protected.vault).code == 3

    def test_right_one(self, protected: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
        """With it, everything goes on."""
        monkeypatch.setenv("EVIDENCE_VAULT_PASSPHRASE", "open sesame")

        assert protected.json("log", "--yes")["index"] == 1
        assert b"ENCRYPTED" in (protected.case / "key.pem").read_bytes()

    @pytest.mark.parametrize(("stated", "words"), [(None, NONE), ("", NONE), (NO_TEXT, "not text in UTF-8")])
    def test_none_for_a_new_vault(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stated: str | None, words: str
    ) -> None:
        """A vault is not left unprotected because nobody answered."""
        if stated is not None:
            monkeypatch.setenv("EVIDENCE_VAULT_PASSPHRASE", stated)

        one_sentence(Cli(tmp_path / "v")("init", "--operator", "Awa Diallo", "--offline"), 13, words)
        assert not (tmp_path / "v").exists()


class TestDisk:
    @pytest.fixture
    def shot(self, tmp_path: Path) -> Path:
        path = tmp_path / "shot.png"
        path.write_bytes(draw(size=(490, 165)))
        return path

    @pytest.mark.usefixtures("unchanged")
    @pytest.mark.parametrize("command", ["log", "exhibit", "step letter", "import"])
    def test_full_for_exhibits(self, program: Cli, shot: Path, command: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """A disk that is full when the bytes are written: nothing of them and no entry remains."""

        def full(_handle: int) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        words = [*command.split(), shot, *(["--yes"] if command in {"log", "import"} else [])]
        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", full)
            one_sentence(program(*words), 16, "The disk is full")

    @pytest.mark.usefixtures("unchanged")
    def test_full_for_the_ledger(self, program: Cli, shot: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A disk that is full when the ledger grows: the transaction is undone, and its exhibits with it."""

        def connect(path: Path) -> sqlite3.Connection:
            connection = database.connect(path)
            (pages,) = connection.execute("PRAGMA page_count").fetchone()
            connection.execute(f"PRAGMA max_page_count = {pages}")
            return connection

        with monkeypatch.context() as patch:
            patch.setattr("evidence_vault.ledger.connect", connect)
            one_sentence(program("log", shot, "--yes", "--note", "x" * 100_000), 16, "The disk is full")

    def test_full_in_the_middle_of_an_import(
        self, program: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Attempts recorded before the disk filled up stay, and the sentence says so; what waits is read later."""
        for number in range(12):
            (tmp_path / f"{number}.png").write_bytes(draw(size=(490 + number, 165)))
        shots = [tmp_path / f"{number}.png" for number in range(12)]
        most: list[int] = []
        before = program.json("list")["attempts"]

        def connect(path: Path) -> sqlite3.Connection:
            connection = database.connect(path)
            (pages,) = connection.execute("PRAGMA page_count").fetchone()
            most.append(pages + 8)
            connection.execute(f"PRAGMA max_page_count = {most[0]}")
            return connection

        with monkeypatch.context() as patch:
            patch.setattr("evidence_vault.ledger.connect", connect)
            answer = program("import", *shots, "--yes")
        recorded = program.json("list")["attempts"]
        again = program.json("import", *shots, "--yes")
        program.done("read")

        assert (answer.code, answer.out) == (16, "")
        assert "What was recorded until then stays recorded" in answer.err
        assert len(before) < len(recorded)
        assert not all(shot["read"] for attempt in recorded for shot in attempt["exhibits"])
        assert len(again["attempts"]) == len(before) + len(shots) - len(recorded)
        after = program.json("list")["attempts"]
        assert len(after) == len(before) + len(shots)
        assert all(shot["read"] for attempt in after for shot in attempt["exhibits"])

    @pytest.mark.usefixtures("unchanged")
    @pytest.mark.parametrize(
        ("limit", "command"),
        [
            (500, "log {shot} --yes"),
            (20_000, "log --yes --note {long}"),
            (20_000, "export bundle -o {here}/b.zip"),
            (20_000, "export dossier --unsigned -o {here}/d.pdf"),  # signed, it would first issue its certificate
            (10, "checkpoint -o {here}/note"),
        ],
    )
    def test_full_for_the_system(self, program: Cli, shot: Path, here: Path, limit: int, command: str) -> None:
        """The same with the system itself refusing to write: files may not grow beyond so many bytes."""
        words = [
            word.format(shot=shot, long="x" * 100_000, here=here)
            for word in ["--vault", str(program.vault), "--lang", "en", *command.split()]
        ]
        wrapper = (
            f"import resource, runpy; resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit})); "
            "runpy.run_module('evidence_vault', run_name='__main__')"
        )
        run = subprocess.run(
            [sys.executable, "-c", wrapper, *words],
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
            env=environment(
                PATH="",
                EVIDENCE_VAULT_OCR="tesseract",
                COVERAGE_PROCESS_START=None,  # its own file would be cut short as well
                COVERAGE_PROCESS_CONFIG=None,
            ),
        )

        assert run.returncode == 16, run
        assert "Traceback" not in run.stderr
        assert run.stdout == ""

    def test_unreadable_file(self, plain_user: Path) -> None:
        """A file that we may not read is told as such, whether it is named or lies in a folder."""
        program = prepared(plain_user)
        folder = plain_user / "shots"
        folder.mkdir()
        closed = folder / "closed.png"
        closed.write_bytes(draw())
        closed.chmod(0)
        for command in ("log", "import", "check", "exhibit"):
            words = [command, str(closed), *(["--yes"] if command in {"log", "import"} else [])]
            one_sentence(program(*words), 14 if command != "check" else program(*words).code, "may not be read by you")
        answer = program("import", folder, "--yes")

        assert "may not be read by you" in answer.err
        assert program.json("list")["attempts"] == []

    def test_folder_that_is_closed(self, plain_user: Path) -> None:
        """Where we may not write, nothing is made: neither a vault, nor an entry, nor an export."""
        program = prepared(plain_user)
        closed = plain_user / "closed"
        closed.mkdir(mode=0o500)
        one_sentence(Cli(closed / "vault")("init", *PERSON), 16, "does not let us write")
        for command in ("export bundle", "export dossier --unsigned", "checkpoint"):
            one_sentence(program(*command.split(), "-o", closed / "out"), 16, "does not let us write")
        assert list(closed.iterdir()) == []
        assert program.json("list")["size"] == 1

    def test_what_cannot_be_read(self, plain_user: Path, here: Path) -> None:
        """What cannot be read is told as that, and never as an answer that could not be written."""
        program = prepared(plain_user)
        program.done("export", "bundle", "-o", program.vault / "bundle.zip")
        program.vault.chmod(0)

        one_sentence(call("--lang", "en", "verify", program.vault), 20, "cannot be read (Permission denied)")
        inside = program.vault / "bundle.zip"
        one_sentence(call("--lang", "en", "verify", inside), 20, "cannot be read (Permission denied)")
        one_sentence(Cli(program.vault / "new")("init", *PERSON), 16, "does not let us write")
        one_sentence(program("list"), 16, "The vault at")
        program.vault.chmod(0o700)
        (program.vault / "cases").rename(program.vault / "elsewhere")
        one_sentence(program("list"), 16, "The vault at")
        one_sentence(call("--lang", "en", "verify", program.vault), 20, "cannot be read")

    @pytest.mark.parametrize(
        ("error", "words"),
        [
            (OSError(errno.ENOSPC, "Full"), "The answer could not be written (Full)"),
            (PermissionError(errno.EACCES, "Closed", "/a/key.pem"), "/a/key.pem cannot be read or written (Closed)"),
        ],
        ids=["answer", "file"],
    )
    def test_an_error_that_no_room_told(
        self, program: Cli, monkeypatch: pytest.MonkeyPatch, error: OSError, words: str
    ) -> None:
        """Only an error of the system that names no file is taken for one of the answer."""

        def fail(*_: object) -> None:
            raise error

        monkeypatch.setattr(Session, "answer", fail)

        one_sentence(program("list"), 16, words)

    def test_vault_that_cannot_be_written(self, plain_user: Path) -> None:
        """A vault on a disk that is read-only can be looked at and verified; recording is refused."""
        program = prepared(plain_user)
        program.done("step", "email")
        for folder in (program.case, program.vault / "cases", program.vault):
            folder.chmod(0o500)
        for file in program.case.glob("ledger*"):
            file.chmod(0o400)

        assert len(program.json("list")["steps"]) == 1
        assert call("verify", program.vault).code == 3
        assert program("log", "--yes").code == 16
        assert program("case", "new", *CASE).code == 16
        assert program.json("list")["size"] == 2

    def test_busy(self, program: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
        """While another program writes, reading goes on and recording says to wait."""
        monkeypatch.setattr(database, "BUSY_SECONDS", 0)
        listed = program.done("--json", "list").out
        with contextlib.closing(sqlite3.connect(program.case / "ledger.sqlite", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            one_sentence(program("log", "--yes"), 21, "Another program is writing")
            assert program.done("--json", "list").out == listed
            assert program("verify", program.vault).code == 3
        program.done("log", "--yes")


class TestNoEngine:
    @pytest.fixture(params=["no program", "no model"])
    def program(self, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cli:
        """A machine without Tesseract, or an installation without the French model."""
        made = prepared(tmp_path)
        if request.param == "no program":
            monkeypatch.setenv("PATH", "")
            monkeypatch.setenv(engine.CHOICE, "tesseract")
        else:
            monkeypatch.setattr(engine, "TESSDATA", tmp_path)
        return made

    @pytest.fixture
    def shot(self, tmp_path: Path) -> Path:
        path = tmp_path / "shot.png"
        path.write_bytes(draw(size=(490, 165)))
        return path

    def test_check_and_doctor(self, program: Cli, shot: Path) -> None:
        """What cannot be done without it says what to install."""
        one_sentence(program("check", shot), 17, "nothing was read")
        one_sentence(program("read"), 17, "nothing was read")
        assert program("doctor").code == 17

    def test_log(self, program: Cli, shot: Path) -> None:
        """The attempt and its screenshot are recorded all the same; it is said that nobody read them, and why."""
        answer = program.done("log", shot, "--outcome", "no_slot")
        attempt = program.attempt(1)

        assert "was not read" in answer.err
        assert "evidence-vault doctor" in answer.err
        assert (attempt["outcome"], attempt["confirmed_by"]) == ("no_slot", "flag")
        assert (attempt["exhibits"][0]["read"], attempt["legible"]) == ("unavailable", False)
        assert program("verify", program.vault).code == 3

    def test_import_then_read(self, program: Cli, shot: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """An import records too; once the engine is there, `read` makes good for it."""
        program.done("import", shot, "--yes")
        assert program.attempt(1)["exhibits"][0]["read"] == "unavailable"

        monkeypatch.setattr(engine, "probe", DictatedEngine)
        program.done("read")
        attempt = program.attempt(1)
        assert (attempt["exhibits"][0]["read"], attempt["legible"], attempt["outcome"]) == ("read", True, "no_slot")


class TestNames:
    def test_person(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Emoji, Arabic, Hebrew, Chinese and combining letters go from the command line into a dossier."""
        monkeypatch.setattr("evidence_vault.ocr.engine.probe", DictatedEngine)
        program = Cli(tmp_path / "v")
        name = "عوا ديالو 😀 李明 דיאלו Nguyê\u0303n"
        program.done("init", "--operator", name, "--no-passphrase", "--offline")
        program.done("case", "new", "--applicant", name, "--prefecture", "Préfecture 🏛️", "--procedure", "طلب")
        shot = tmp_path / "لقطة 😀.png"
        shot.write_bytes(draw())
        program.done("log", shot, "--yes", "--note", "ملاحظة 🙃 <b>&amp;</b> {x}")
        program.done("step", "email", "--to", name, "--summary", "<para>&</para>")
        program.done("export", "dossier", "-o", tmp_path / "d.pdf")

        assert program.json("list")["applicant"] == "عوا ديالو 😀 李明 דיאלו Nguyễn"
        assert name[:9] in program.done("case", "list").out
        assert call("verify", tmp_path / "d.pdf").code == 3

    def test_long_texts(self, program: Cli, tmp_path: Path) -> None:
        """A note as long as a command line allows still makes a dossier."""
        program.done("log", "--yes", "--note", "mot " * 6_000)
        program.done("log", "--yes", "--note", "m" * 20_000)
        program.done("log", "--yes", "--note", "\n" * 3 + "ligne\n" * 1_500)
        program.done("export", "dossier", "-o", tmp_path / "d.pdf")

        assert call("verify", tmp_path / "d.pdf").code == 3


class TestMany:
    def test_two_thousand_files(self, program: Cli, tmp_path: Path) -> None:
        """A folder of thousands of screenshots is recorded whole, in few transactions, and verifies."""
        folder = tmp_path / "many"
        folder.mkdir()
        page = Image.new("L", (8, 8))
        for number in range(2000):
            page.putpixel((number % 8, number // 8 % 8), number // 64 + 1)
            (folder / f"Screenshot_20240311-{number // 3600:02}{number // 60 % 60:02}{number % 60:02}.png").write_bytes(
                encoded(page, "PNG")
            )
        told = program.json("import", folder, "--yes", "--no-ocr")

        assert len(told["attempts"]) + len(told["already_recorded"]) == 2000
        assert len(told["attempts"]) > 1900
        assert told["skipped"] == []
        assert program("verify", program.vault).code == 3
        with contextlib.closing(sqlite3.connect(program.case / "ledger.sqlite")) as connection:
            assert connection.execute("SELECT count(*) FROM checkpoints").fetchone()[0] < 60


class Stalled:
    """The program with a `tesseract` of our own that says when it was started and then waits to be let go."""

    def __init__(self, folder: Path, *arguments: object) -> None:
        tools = folder / "tools"
        tools.mkdir()
        os.mkfifo(folder / "started")
        os.mkfifo(folder / "go")
        tesseract = tools / "tesseract"
        tesseract.write_text(
            "#!/bin/sh\n"
            'case "$1" in --version) echo "tesseract 5.3.0"; exit 0;; esac\n'
            f"echo reading > '{folder}/started'\n"
            f"read -r word < '{folder}/go'\n"
            "exit 1\n"
        )
        tesseract.chmod(0o700)
        # Open for both, so that neither end waits for the other to open.
        self.started, self.go = (os.open(folder / name, os.O_RDWR) for name in ("started", "go"))
        self.process = subprocess.Popen(
            [*PROGRAM, *map(str, arguments)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            env=environment(PATH=f"{tools}:{os.environ['PATH']}"),
        )

    def wait_until_reading(self) -> None:
        """Return once a picture is being read."""
        ready, _, _ = select.select([self.started], [], [], 60)
        if not ready:
            self.process.kill()
        assert ready, f"no picture was read within a minute: {self._end()}"

    def interrupt(self) -> tuple[int, str]:
        """What Ctrl-C does: the program and its children are told; its exit code and its words."""
        os.killpg(self.process.pid, signal.SIGINT)
        os.write(self.go, b"\n" * 20)  # for a child that was started a moment after the others were told
        said = self._end()
        return self.process.returncode, said

    def kill(self) -> None:
        """Nothing is left time for."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self._end()

    def _end(self) -> str:
        """What was said on standard error, once the program has ended."""
        _, said = self.process.communicate(timeout=60)
        os.close(self.started)
        os.close(self.go)
        return said


ENDS_ITSELF = """
import os, signal, sys
from evidence_vault import cli
from evidence_vault.exports import archival

number = int(sys.argv.pop(1))
signal.signal(number, signal.SIG_DFL)  # whoever runs the tests may have had it ignored
archival.require_archival = lambda _pages: os.kill(os.getpid(), number)
cli.main()
"""
"""The program, asked to end once the pages and the archive of a dossier are in temporary files."""


class TestInterruptions:
    @pytest.mark.skipif(os.name != "posix", reason="signals as POSIX has them")
    @pytest.mark.parametrize(("number", "code"), [(1, 129), (15, 143)], ids=["SIGHUP", "SIGTERM"])
    def test_ended_by_the_system_during_an_export(
        self, program: Cli, tmp_path: Path, here: Path, unchanged: None, number: int, code: int
    ) -> None:
        """A terminal that is closed, or a shutdown: no clear text stays behind, in whatever folder."""
        temporary = tmp_path / "temporary"
        temporary.mkdir()
        words = ["--vault", str(program.vault), "--lang", "en", "export", "dossier", "--unsigned", "-o", "dossier.pdf"]
        run = subprocess.run(
            [sys.executable, "-c", ENDS_ITSELF, str(number), *words],
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
            env=environment(TMPDIR=str(temporary)),
        )

        assert (run.returncode, run.stdout) == (code, ""), run
        assert "Interrupted. What was recorded before is safe" in run.stderr
        assert "Traceback" not in run.stderr
        assert list(temporary.iterdir()) == list(here.iterdir()) == []

    def test_interrupted_import(self, program: Cli, tmp_path: Path) -> None:
        """Ctrl-C while screenshots are read: exit 130, what was recorded verifies, running again completes it."""
        folder = tmp_path / "shots"
        folder.mkdir()
        for number in range(5):
            (folder / f"{number}.png").write_bytes(draw(size=(500 + number, 160)))
        stalled = Stalled(tmp_path, "--vault", program.vault, "--lang", "en", "import", folder, "--yes")
        stalled.wait_until_reading()
        code, words = stalled.interrupt()

        assert code == 130
        assert "Interrupted. What was recorded before is safe" in words
        assert "Attempts that this import recorded before it was stopped: 5." in words
        assert "Traceback" not in words
        assert len(program.json("list")["attempts"]) == 6
        assert program("verify", program.vault).code == 3

        told = program.done("import", folder, "--yes").err
        again = program.json("import", folder, "--yes")
        assert "Screenshots not read yet: 5. `evidence-vault read` reads them." in told
        assert again["unread"] == 5
        assert (program.json("status")["unread"], "Screenshots not read yet: 5." in program.done("status").out) == (
            5,
            True,
        )
        program.done("read")
        assert "not read yet" not in program.done("import", folder, "--yes").err
        assert program.json("status")["unread"] == 0
        attempts = program.json("list")["attempts"]
        assert (again["attempts"], len(again["already_recorded"])) == ([], 5)
        assert [(item["outcome"], item["legible"]) for item in attempts] == [("no_slot", True)] * 6
        assert program("verify", program.vault).code == 3

    def test_killed_while_reading(self, program: Cli, tmp_path: Path) -> None:
        """A kill during OCR: the attempt and its screenshot are in the ledger, verify, and can be read later."""
        shot = tmp_path / "shot.png"
        shot.write_bytes(draw(size=(500, 160)))
        stalled = Stalled(tmp_path, "--vault", program.vault, "log", shot, "--yes")
        stalled.wait_until_reading()
        stalled.kill()

        attempt = program.json("list")["attempts"][-1]
        assert [item["name"] for item in attempt["exhibits"]] == ["shot.png"]
        assert program("verify", program.vault).code == 3
        program.done("read")
        assert program.json("list")["attempts"][-1]["outcome"] == "no_slot"
        program.done("export", "bundle", "-o", tmp_path / "b.zip")
        assert call("verify", tmp_path / "b.zip").code == 3

    def test_interrupted_log_keeps_what_the_person_said(self, program: Cli, tmp_path: Path) -> None:
        """What the person stated by a flag is not lost with the OCR that was interrupted."""
        shot = tmp_path / "shot.png"
        shot.write_bytes(draw(size=(500, 160)))
        stalled = Stalled(
            tmp_path, *("--vault", program.vault, "--lang", "en"), *("log", shot, "--outcome", "captcha_failure")
        )
        stalled.wait_until_reading()
        code, words = stalled.interrupt()

        assert code == 130
        attempt = program.json("list")["attempts"][-1]
        assert f"Attempt {attempt['index']} is recorded, with what came of it and its screenshots" in words
        assert "`evidence-vault read` reads them." in words
        assert (attempt["outcome"], attempt["confirmed_by"]) == ("captcha_failure", "flag")

    @pytest.mark.parametrize(
        ("options", "told"),
        [
            ((), "is recorded, with its screenshots: do not record it again. `evidence-vault read` reads them, and"),
            (("--json",), "is recorded, with its screenshots: do not record it again."),
        ],
        ids=["words", "json"],
    )
    def test_interrupted_log_names_the_attempt(
        self, program: Cli, tmp_path: Path, options: tuple[str, ...], told: str
    ) -> None:
        """Whoever stops `log` while a picture is read learns the number of the attempt, and how its picture is read."""
        shot = tmp_path / "shot.png"
        shot.write_bytes(draw(size=(500, 160)))
        stalled = Stalled(tmp_path, "--vault", program.vault, "--lang", "en", *options, "log", shot, "--yes")
        stalled.wait_until_reading()
        code, words = stalled.interrupt()
        index = program.json("list")["attempts"][-1]["index"]

        assert code == 130
        assert f"Attempt {index} {told}" in words
        assert f"Attempt {index} is recorded" in words
        program.done("read")
        assert program.json("list")["attempts"][-1]["outcome"] == "no_slot"

    def test_interrupted_while_it_is_loaded(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Ctrl-C before the program can answer it: exit 130, and no traceback."""

        class Interrupting(MetaPathFinder):
            def find_spec(self, name: str, *_: object) -> None:
                if name == "evidence_vault.cli":
                    raise KeyboardInterrupt

        monkeypatch.setattr(sys, "meta_path", [Interrupting(), *sys.meta_path])
        monkeypatch.delitem(sys.modules, "evidence_vault.cli")
        with pytest.raises(SystemExit) as caught:
            start()

        assert caught.value.code == 130
        assert capsys.readouterr() == ("", "")

    def test_nothing_recorded_names_no_attempt(self, program: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
        """Where `log` was stopped before anything was recorded, no attempt is named."""
        before = files_in(program.vault)

        def stopped(*_: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(Recorder, "attempts", stopped)
        answer = program("log", "--yes")

        assert answer.code == 130
        assert "is recorded" not in answer.err
        assert files_in(program.vault) == before

    def test_two_at_once(self, program: Cli, tmp_path: Path) -> None:
        """Two programs that log the same file at the same time make two attempts, one exhibit, one unbroken ledger."""
        shot = tmp_path / "shot.png"
        shot.write_bytes(draw(size=(500, 160)))
        command = [*PROGRAM, "--vault", str(program.vault), "--json", "log", str(shot), "--yes"]
        variables = environment(PATH="", EVIDENCE_VAULT_OCR="tesseract")
        runs = [
            subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=variables)
            for _ in range(3)
        ]
        answers = [run.communicate(timeout=60) for run in runs]

        assert [run.returncode for run in runs] == [0, 0, 0], answers
        attempts = program.json("list")["attempts"][1:]
        assert len({item["exhibits"][0]["index"] for item in attempts}) == 1
        assert len(attempts) == 3
        assert len(list((program.case / "exhibits").glob("*/*"))) == 2
        assert program("verify", program.vault).code == 3

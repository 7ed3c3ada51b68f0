"""The command line as a contract: what goes where, with which exit code, and what the ledger holds afterwards."""

import contextlib
import json
import os
import pty
import select
import shlex
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from evidence_vault import __version__, i18n
from evidence_vault.errors import StorageError
from evidence_vault.signing.note import parse_note
from tests.cli_runner import CASE, PERSON, PROGRAM, Cli, DictatedEngine, call, environment, files_in, prepared
from tests.helpers import draw


@pytest.fixture(autouse=True)
def quiet_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder, where a stray file would show, and no vault of the tester's."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("EVIDENCE_VAULT", str(tmp_path / "nowhere"))
    monkeypatch.delenv("EVIDENCE_VAULT_PASSPHRASE", raising=False)
    return folder


@pytest.fixture
def dictated(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Reads "Aucun créneau disponible" on every picture; call it to have something else read."""

    def dictate(text: str) -> None:
        monkeypatch.setattr("evidence_vault.ocr.engine.probe", lambda: DictatedEngine(text))

    dictate("Aucun créneau disponible")
    return dictate


@pytest.fixture
def program(tmp_path: Path, dictated: Callable[[str], None]) -> Cli:
    return prepared(tmp_path)


@pytest.fixture
def picture(tmp_path: Path) -> Callable[..., Path]:
    """Writes a screenshot: `picture("a.png")`; each name has bytes of its own."""
    folder = tmp_path / "pictures"

    def write(name: str, text: str = "Aucun créneau disponible") -> Path:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(draw(text, size=(480 + sum(name.encode()) % 97, 160)))
        return path

    return write


def certified(program: Cli, folder: Path) -> None:
    """Make a dossier: with the first one the case issues the certificate of its pages, and records it."""
    program.done("export", "dossier", "-o", folder / "first.pdf")
    (folder / "first.pdf").unlink()
    (folder / "first.render.json").unlink()


SESSION = """
evidence-vault --vault V init --operator "Awa Diallo" --capacity applicant --no-passphrase --offline
evidence-vault --vault V case new --applicant "Awa Diallo" --born 1990-04-12 --nationality "Sénégal" \
    --address "12 rue des Lilas, 93200 Saint-Denis" --email awa@example.org \
    --prefecture "Seine-Saint-Denis" --procedure "Admission exceptionnelle au séjour"
evidence-vault --vault V log shot.png --url https://www.example.org/booking/create/1 --outcome no_slot --yes
evidence-vault --vault V import FOLDER --yes
evidence-vault --vault V --json list
evidence-vault --vault V export dossier -o dossier.pdf
evidence-vault --vault V export bundle -o bundle.zip
evidence-vault --json verify V
evidence-vault --json verify dossier.pdf
evidence-vault --json verify bundle.zip
"""


class TestWholeProgram:
    @pytest.mark.needs("tesseract")
    def test_unattended_session(self, quiet_place: Path) -> None:
        """The commands that scripts rely on work word for word, as a program of its own, with nobody to ask."""
        (quiet_place / "FOLDER").mkdir()
        (quiet_place / "shot.png").write_bytes(draw("Aucun créneau disponible", size=(700, 200)))
        (quiet_place / "FOLDER" / "Screenshot_20240311-081500.png").write_bytes(draw("Service indisponible"))
        answers = []
        for line in SESSION.strip().replace("\\\n", " ").splitlines():
            run = subprocess.run(
                [*PROGRAM, *shlex.split(line)[1:]],
                env=environment(),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
            )
            assert run.returncode == (3 if "verify" in line else 0), run
            if "--json" in line:
                answers.append(json.loads(run.stdout))
            else:
                assert run.stdout == ""

        listed, *verified = answers
        assert listed["attempts"][0]["outcome"] == "no_slot"
        assert len(listed["attempts"]) == 2
        assert [(answer["kind"], answer["verdict"]) for answer in verified] == [
            ("vault", "indeterminate"),
            ("dossier", "indeterminate"),
            ("bundle", "indeterminate"),
        ]
        assert all((answer["intact"], answer["complete"]) == ("passed", "passed") for answer in verified)
        assert [answer["attempts"] for answer in verified] == [2, 2, 2]
        assert sorted(path.name for path in quiet_place.iterdir()) == [
            *("FOLDER", "V", "bundle.zip", "dossier.pdf", "dossier.render.json", "shot.png")
        ]

    def test_as_a_module(self) -> None:
        """`python -m evidence_vault` is the same program."""
        run = subprocess.run([*PROGRAM, "--version"], capture_output=True, text=True, check=True, env=environment())

        assert run.stdout == f"evidence-vault {__version__}\n"

    def test_completion(self) -> None:
        """The shell is offered the commands that begin with what was typed."""
        variables = {"COMP_WORDS": "evidence-vault ch", "COMP_CWORD": "1", "_EVIDENCE_VAULT_COMPLETE": "complete_bash"}
        script = "import sys; from evidence_vault.cli import main; sys.argv[0] = 'evidence-vault'; main()"
        run = subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environment(**variables)
        )

        assert run.stdout.split() == ["check", "checkpoint", "check-exhibits"]

    def test_reader_that_goes_away(self, program: Cli) -> None:
        """`verify | head` is no failed verification: the exit code stays that of the verdict, or 0."""
        reading, writing = os.pipe()
        os.close(reading)
        with os.fdopen(writing, "wb") as closed:
            run = subprocess.run(
                [*PROGRAM, "verify", program.vault],
                stdout=closed,
                stderr=subprocess.PIPE,
                text=True,
                check=False,
                env=environment(),
            )

        assert run.returncode in {0, 3}
        assert "Traceback" not in run.stderr

    def test_output_that_cannot_say_a_letter(self, program: Cli) -> None:
        """A terminal of another encoding shows something else for a letter; it is no reason to fail."""
        for arguments in (["list"], ["--json", "list"]):
            run = subprocess.run(
                [*PROGRAM, "--vault", program.vault, *arguments],
                capture_output=True,
                check=False,
                env=environment(PYTHONIOENCODING="ascii"),
            )

            assert (run.returncode, run.stderr) == (0, b"")

    def test_fault_of_the_program(self, program: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
        """What nobody foresaw is one sentence and an exit code of its own, never that of a failed verification."""

        def burst(_path: Path) -> None:
            raise RuntimeError("unforeseen")

        monkeypatch.setattr("evidence_vault.opening.open_evidence", burst)
        answer = program("verify")

        assert answer.code == 70
        assert "Traceback" not in answer.err
        assert answer.out == ""


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Cli:
    """A case with an attempt, and a folder of files to hand in."""
    folder = tmp_path_factory.mktemp("used")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("evidence_vault.ocr.engine.probe", DictatedEngine)
        program = prepared(folder)
        files = folder / "files"
        files.mkdir()
        for name in ("a.png", "b.png", "c.png"):
            (files / name).write_bytes(draw(size=(480 + ord(name[0]), 160)))
        program.done("log", files / "a.png", "--yes")
    return program


@pytest.mark.usefixtures("dictated")
class TestOutput:
    """What goes to standard output and what to standard error; these tests share a vault and only add to it."""

    @pytest.mark.parametrize(
        "line",
        [
            "log --yes",
            "log {files}/b.png --yes",
            "log {files}/a.png --outcome no_slot",
            "import {files} --yes --url https://www.example.org/",
            "read",
            "step email --to prefecture --summary demande",
            "exhibit {files}/c.png --kind title --label titre",
            "correct 1 --note lue",
            "list",
            "show 0",
            "show 1",
            "status",
            "check {files}/a.png {files}/b.png",
            "case list",
            "case show",
            "case update --phone 0600000000",
            "checkpoint",
            "checkpoint -o {files}/note.txt",
            "export bundle -o {files}/bundle.zip",
            "export dossier -o {files}/dossier.pdf --light",
            "export words 2 -o {files}/words.hocr",
            "doctor",
            "authorities",
        ],
    )
    def test_json_alone(self, used: Cli, line: str) -> None:
        """With --json, standard output is one JSON document and standard error is silent."""
        answer = used("--json", *line.format(files=used.vault.parent / "files").split())

        assert (answer.code, answer.err) == (0, "")
        assert isinstance(answer.json(), dict)
        assert answer.out.endswith("}\n")

    def test_json_of_verify(self, used: Cli) -> None:
        """The same for `verify`, whose exit code is its verdict."""
        answer = call("--json", "verify", used.vault)

        assert (answer.code, answer.err) == (3, "")
        told = answer.json()
        assert {"verdict", "intact", "dated", "complete", "checks", "entries", "attempts"} <= told.keys()
        assert [check["number"] for check in told["checks"]] == list(range(1, len(told["checks"]) + 1))
        assert {key for check in told["checks"] for key in check} >= {"number", "name", "verdict", "detail"}

    def test_words_on_stderr(self, used: Cli) -> None:
        """What is said of a recording are words, not data."""
        answer = used.done("log", "--yes")

        assert answer.out == ""
        assert "Attempt recorded under number" in answer.err

    def test_data_on_stdout(self, used: Cli) -> None:
        """What is asked for are data."""
        answer = used.done("list")

        assert "Awa Diallo — Seine-Saint-Denis" in answer.out
        assert answer.err == ""

    def test_quiet(self, used: Cli, tmp_path: Path) -> None:
        """--quiet leaves out words, not answers, warnings or errors."""
        page = tmp_path / "page.html"
        page.write_text("<html>")

        assert used.done("--quiet", "log", "--yes").err == ""
        assert used.done("--quiet", "status").out != ""
        assert "page.html" in used.done("--quiet", "import", page.parent, used.vault.parent / "files", "--yes").err
        assert used("--quiet", "show", "9999").err.startswith("There is no entry 9999")

    def test_program_alone(self) -> None:
        """Without a command, the help page and exit code 0."""
        answer = call("--lang", "en")

        assert answer.code == 0
        assert "Usage: evidence-vault" in answer.out


class TestLanguage:
    @pytest.mark.parametrize("stated", [{}, {"LANG": "C"}, {"LANG": "fr_FR.UTF-8"}, {"LANG": "de_DE.UTF-8"}])
    def test_french_where_nothing_better_is_known(
        self, stated: dict[str, str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """French where the locale is French, or says nothing that we speak."""
        for name in ("LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE"):
            monkeypatch.delenv(name, raising=False)
        for name, value in stated.items():
            monkeypatch.setenv(name, value)

        assert call("--help").out == call("--lang", "fr", "--help").out
        assert i18n.current() == "fr"

    def test_english_locale(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """English where the locale is English."""
        monkeypatch.delenv("LC_ALL", raising=False)
        monkeypatch.delenv("LC_MESSAGES", raising=False)
        monkeypatch.setenv("LANG", "en_GB.UTF-8")

        assert call("--help").out == call("--lang", "en", "--help").out

    def test_option_before_locale(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """--lang overrules the locale, for refusals too, and the two languages differ."""
        monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
        french, english = call("--lang", "fr", "list"), call("list")

        assert french.code == english.code == 11
        assert english.err.startswith("There is no vault at")
        assert not french.err.startswith("There is no vault at")
        assert call("--lang=fr", "--frob").err != call("--frob").err

    @pytest.mark.parametrize(
        ("line", "told"),
        [
            ("bogus", "La commande bogus n’existe pas."),
            ("b'o", "La commande b'o n’existe pas."),
            ("lits", "La commande lits n’existe pas. La plus proche : list."),
            ("case", "Il manque une commande : new, list, show, update."),
            ("export bogus", "La commande bogus n’existe pas."),
            ("correct one --note x", "La valeur de INDEX n’est pas comprise ; valeur attendue : un nombre entier."),
            ("export dossier --exhibit x", "valeur attendue : un nombre entier."),
            ("import x --group-minutes 5000", "valeur attendue : un nombre entier de 0 à 1440."),
            ("stamp --timeout x", "valeur attendue : un nombre entier de 1 à 600."),
            ("log --url", "L’option --url demande une valeur."),
            ("--quiet=1 list", "L’option --quiet ne prend pas de valeur."),
            ("list a b", "Il y a trop de mots : a b."),
        ],
    )
    def test_usage_in_french(self, line: str, told: str) -> None:
        """Nothing that the library says in English is left in what a person reads in French."""
        answer = call("--lang", "fr", *line.split())

        assert answer.code == 2
        assert told in " ".join(answer.err.split())
        assert answer.err.endswith("Ajoutez --help pour voir comment l’utiliser.\n")

    def test_unknown_language(self) -> None:
        """A language that we do not speak is a usage error."""
        assert call("--lang", "de", "list").code == 2


class TestLog:
    def test_how_far_it_got_is_recorded(self, program: Cli) -> None:
        """When it ended and what it reached; an end before the beginning is refused, and nothing is recorded."""
        given = ("log", "--outcome", "site_error", "--occurred-at", "2026-03-02T09:12")
        told = program.json(*given, "--ended-at", "2026-03-02T09:20", "--reached", "étape 3")

        assert (told["ended_at"]["text"], told["ended_at"]["confirmed_by"]) == ("2026-03-02T09:20", "flag")
        assert told["reached"] == "étape 3"
        before = program.json("list")["size"]
        assert program(*given, "--ended-at", "2026-03-02T09:11").code == 2
        assert program.json("list")["size"] == before

    @pytest.mark.parametrize(
        ("begun", "ended"), [("2026-03-02", "2026-03-02T09:30"), ("2026-03-02T14:00", "2026-03-02")]
    )
    def test_a_day_stands_for_no_hour(self, program: Cli, begun: str, ended: str) -> None:
        """An attempt of which one end is known by its day alone is recorded: that end may be any hour of the day."""
        told = program.json("log", "--outcome", "site_error", "--occurred-at", begun, "--ended-at", ended)

        assert told["ended_at"]["text"] == ended

    def test_without_screenshot(self, program: Cli) -> None:
        """An attempt without a picture is an attempt: it is recorded and counted."""
        program.done("log", "--note", "La page n'a jamais fini de charger.", "--outcome", "site_error")
        attempt = program.attempt(1)

        assert (attempt["outcome"], attempt["confirmed_by"], attempt["exhibits"]) == ("site_error", "flag", [])
        assert attempt["legible"] is False
        status = program.json("status")
        assert (status["attempts"], status["screenshots"], status["outcomes"]) == (1, 0, {"site_error": 1})

    def test_accepting_what_is_proposed(self, program: Cli, picture: Callable[..., Path]) -> None:
        """--yes retains what the machine proposes; the ledger says that nobody confirmed it."""
        answer = program.done("log", picture("a.png"), "--yes")
        attempt = program.attempt(1)

        assert "a.png: legible." in answer.err
        assert "Aucun créneau disponible" in answer.err
        assert (attempt["proposed"], attempt["outcome"], attempt["confirmed_by"]) == ("no_slot", "no_slot", "none")
        assert (attempt["occurred_at"]["source"], attempt["occurred_at"]["confirmed_by"]) == ("now", "none")
        assert attempt["exhibits"][0]["legible"] is True

    def test_outcome_stated_by_a_flag(self, program: Cli, picture: Callable[..., Path]) -> None:
        """The outcome of a flag is retained beside the proposal, which it does not hide."""
        program.done("log", picture("a.png"), "--outcome", "captcha_failure")
        shown = program.json("show", "1")["attempt"]

        assert (shown["proposed"], shown["outcome"], shown["confirmed_by"]) == ("no_slot", "captcha_failure", "flag")

    @pytest.mark.parametrize(
        "address",
        [
            "https://www.example.org/booking?x=a@b.example#@",
            "HTTP://intranet:8080",
            "https://[2001:db8::1]/x",
            "www.rdv.example/créneau",
            "rdv-préfecture.example:8443",
        ],
    )
    def test_address_of_a_page(self, program: Cli, address: str) -> None:
        """An address is recorded as it was typed, with the scheme that browsers hide or without."""
        program.done("log", "--yes", "--url", address)

        assert program.json("list")["attempts"][-1]["url"] == address

    def test_what_is_stated(self, program: Cli) -> None:
        """Address, platform, note, time and browser are recorded as stated, each with who said so."""
        program.done(
            *("log", "--yes", "--url", "https://www.example.org/1", "--platform", "RDV", "--note", "ligne 1\nligne 2"),
            *("--occurred-at", "11/03/2024 à 8h12", "--browser", "Firefox 140"),
        )
        attempt = program.attempt(1)

        assert (attempt["url"], attempt["platform"], attempt["note"]) == (
            *("https://www.example.org/1", "RDV", "ligne 1\nligne 2"),
        )
        assert attempt["occurred_at"] == {
            "text": "11/03/2024 à 8h12",
            "instant": "2024-03-11T07:12:00.000Z",
            "zone": "Europe/Paris",
            "source": "flag",
            "precision": "minute",
            "confirmed_by": "flag",
        }
        said = program.json("show", "1")["entry"]["says"]
        items = {item["name"]: (item["value"], item["basis"]) for item in said["environment"]}
        assert items["browser"] == ("Firefox 140", "declared")
        assert items["program"] == (f"evidence-vault {__version__}", "measured")
        assert items["os"][1] == "measured"
        assert said["origin"] == "log"

    def test_illegible(self, program: Cli, picture: Callable[..., Path], dictated: Callable[[str], None]) -> None:
        """An illegible screenshot is kept and marked, told with its reasons, and never counted as legible."""
        dictated("")
        answer = program.done("log", picture("a.png"), "--outcome", "no_slot")
        attempt = program.attempt(1)
        status = program.json("status")

        assert "a.png: NOT LEGIBLE." in answer.err
        assert "No text can be read" in answer.err
        assert attempt["exhibits"][0]["legible"] is attempt["legible"] is False
        assert attempt["exhibits"][0]["reasons"]
        assert (status["screenshots"], status["legible"], status["attempts_with_legible"]) == (1, 0, 0)
        assert "0 of 1 legible" in program.done("list").out
        assert program("verify", program.vault).code == 3

    def test_contradicting_time(self, program: Cli, picture: Callable[..., Path]) -> None:
        """Where the name of the file contradicts the time stated, both stay and it is said."""
        answer = program.done(
            *("log", picture("Screenshot_20240312-081500.png"), "--yes", "--occurred-at", "2024-03-11T08:15"),
        )

        assert "The name of the file states 2024-03-12 08:15" in answer.err
        assert program.attempt(1)["occurred_at"]["text"] == "2024-03-11T08:15"

    def test_nobody_to_ask(self, program: Cli, picture: Callable[..., Path]) -> None:
        """Without --yes, --outcome or a person, nothing is recorded at all."""
        before = files_in(program.vault)
        answer = program("log", picture("a.png"))

        assert answer.code == 2
        assert "--yes" in answer.err
        assert files_in(program.vault) == before

    def test_answers_in_json(self, program: Cli, picture: Callable[..., Path]) -> None:
        """The JSON answer of `log` holds the attempt and what was read on each screenshot."""
        told = program.json("log", picture("a.png"), "--yes")

        assert (told["index"], told["outcome"]) == (1, "no_slot")
        (reading,) = told["readings"]
        assert (reading["exhibit"], reading["recorded_before"], reading["text"]) == (
            *(2, False, "Aucun créneau disponible"),
        )
        assert reading["outcome_evidence"][0]["text"] == "Aucun créneau disponible"
        assert told["warnings"] == []


class TestSameFile:
    def test_twice_in_one_attempt(self, program: Cli, picture: Callable[..., Path]) -> None:
        """The same bytes handed in twice for one attempt are one exhibit, and it is said."""
        first = picture("a.png")
        again = first.with_name("copy.png")
        again.write_bytes(first.read_bytes())
        answer = program.done("log", first, again, "--yes")

        assert [exhibit["name"] for exhibit in program.attempt(1)["exhibits"]] == ["a.png"]
        assert "copy.png" in answer.err

    def test_in_two_attempts(self, program: Cli, picture: Callable[..., Path]) -> None:
        """A screenshot logged again belongs to both attempts, is recorded once, and it is said."""
        shot = picture("a.png")
        program.done("log", shot, "--yes")
        answer = program.done("log", shot, "--yes")
        listed = program.json("list")["attempts"]

        assert "a.png is exhibit 2 already; it was recorded once." in answer.err
        assert [[exhibit["index"] for exhibit in attempt["exhibits"]] for attempt in listed] == [[2], [2]]
        assert [attempt["outcome"] for attempt in listed] == ["no_slot", "no_slot"]
        assert len(list((program.case / "exhibits").glob("*/*"))) == 1
        assert program.json("status")["screenshots"] == 1

    def test_in_two_imports(self, program: Cli, picture: Callable[..., Path]) -> None:
        """An import can be run again: what the case holds is not recorded a second time."""
        folder = picture("a.png").parent
        picture("b.png")
        program.done("import", folder, "--yes")
        before = program.done("--json", "list").out
        again = program.json("import", folder, "--yes")

        assert (again["attempts"], len(again["already_recorded"])) == ([], 2)
        assert program.done("--json", "list").out == before

    def test_document_that_becomes_a_screenshot(self, program: Cli, picture: Callable[..., Path]) -> None:
        """A picture first added as a document is read when it is given to an attempt."""
        shot = picture("a.png")
        program.done("exhibit", shot)
        program.done("log", shot, "--yes")
        attempt = program.attempt(2)

        assert (attempt["proposed"], attempt["legible"]) == ("no_slot", True)

    def test_unread_screenshot_logged(self, program: Cli, picture: Callable[..., Path]) -> None:
        """A screenshot imported without reading is read when it is logged."""
        shot = picture("a.png")
        program.done("import", shot, "--no-ocr", "--yes")
        told = program.json("log", shot, "--yes")

        assert told["readings"][0]["legible"] is True
        assert told["outcome"] == "no_slot"

    def test_document_of_two_steps(self, program: Cli, tmp_path: Path) -> None:
        """A document given with two steps shows beside both."""
        letter = tmp_path / "letter.pdf"
        letter.write_bytes(b"%PDF-1.7 letter")
        program.done("step", "letter", letter)
        program.done("step", "registered_letter", letter)
        steps = program.json("list")["steps"]

        assert [[exhibit["index"] for exhibit in step["exhibits"]] for step in steps] == [[2], [2]]


class TestImport:
    def test_folder(self, program: Cli, picture: Callable[..., Path]) -> None:
        """One attempt for each screenshot, dated by its file; what is no picture is passed over and told."""
        picture("Screenshot_20240311-081500.png")
        picture("sub/Screenshot_20240312-091500.png")
        folder = picture("without a date.png").parent
        (folder / "notes.txt").write_text("rien")
        answer = program.done("import", folder, "--yes", "--url", "https://www.example.org/")
        listed = program.json("list")["attempts"]

        assert "notes.txt was left out" in answer.err
        assert "Attempts recorded: 3." in answer.err
        assert "Attempts without a date: 1." in answer.err
        assert {(item["occurred_at"] or {}).get("instant") for item in listed} == {
            *("2024-03-11T07:15:00.000Z", "2024-03-12T08:15:00.000Z", None),
        }
        assert {(item["origin"], item["url"], item["confirmed_by"]) for item in listed} == {
            ("import", "https://www.example.org/", "none")
        }
        assert [item["outcome"] for item in listed] == ["no_slot"] * 3

    def test_archive(self, program: Cli, picture: Callable[..., Path], tmp_path: Path) -> None:
        """A zip archive is read like a folder."""
        archive = tmp_path / "phone.zip"
        with zipfile.ZipFile(archive, "w") as file:
            for name in ("Screenshot_20240311-081500.png", "Screenshot_20240312-081500.png"):
                file.write(picture(name), f"DCIM/{name}")
        told = program.json("import", archive, "--yes")

        assert [item["readings"][0]["file"] for item in told["attempts"]] == [
            *("Screenshot_20240311-081500.png", "Screenshot_20240312-081500.png"),
        ]

    @pytest.mark.parametrize(("minutes", "attempts"), [("0", 3), ("5", 2), ("2000000000000", 1)])
    def test_groups(self, program: Cli, picture: Callable[..., Path], minutes: str, attempts: int) -> None:
        """Screenshots taken within so many minutes of each other are one attempt, however many minutes are stated."""
        for name in ("081500", "081800", "101800"):
            folder = picture(f"Screenshot_20240311-{name}.png").parent
        answer = program("--json", "import", folder, "--yes", "--group-minutes", minutes)

        if minutes == "2000000000000" and answer.code == 2:
            return  # refused as no sensible number: as good
        assert len(answer.json()["attempts"]) == attempts

    def test_recording_now_and_reading_later(self, program: Cli, picture: Callable[..., Path]) -> None:
        """With --no-ocr nothing is read; `read` then reads everything, once, and states the outcomes."""
        folder = picture("a.png").parent
        picture("b.png")
        program.done("import", folder, "--yes", "--no-ocr")
        unread = program.json("list")["attempts"]
        first, second = program.json("read"), program.json("read")

        assert [(item["exhibits"][0]["read"], item["outcome"]) for item in unread] == [(None, "unclassified")] * 2
        assert "not read yet" not in program.done("list").out
        assert [item["legible"] for item in first["results"]] == [True, True]
        assert second["results"] == []
        assert [item["outcome"] for item in program.json("list")["attempts"]] == ["no_slot"] * 2

    def test_outcome_for_all(self, program: Cli, picture: Callable[..., Path]) -> None:
        """An outcome stated for an import is that of a flag, for each of its attempts."""
        program.done("import", picture("a.png"), "--yes", "--outcome", "maintenance")

        assert (program.attempt(1)["outcome"], program.attempt(1)["confirmed_by"]) == ("maintenance", "flag")

    def test_without_a_person(self, program: Cli, picture: Callable[..., Path]) -> None:
        """An import asks before it records; where nobody can be asked it refuses."""
        assert program("import", picture("a.png")).code == 2
        assert program.json("list")["attempts"] == []


class TestOtherEntries:
    def test_step_with_document(self, program: Cli, tmp_path: Path) -> None:
        """A step is recorded with all that is said of it, and its documents as they are."""
        letter = tmp_path / "lettre.pdf"
        letter.write_bytes(b"%PDF-1.7 letter")
        told = program.json(
            *("step", "registered_letter", letter, "--occurred-at", "2024-03-11", "--to", "Préfecture"),
            *("--reference", "1A 000", "--summary", "Demande", "--answer", "Refus", "--answered-on", "12/04/2024"),
        )

        assert (told["step"], told["recipient"], told["reference"]) == ("registered_letter", "Préfecture", "1A 000")
        assert (told["summary"], told["answer"], told["answered_on"]) == ("Demande", "Refus", "2024-04-12")
        assert (told["occurred_at"]["precision"], told["occurred_at"]["confirmed_by"]) == ("day", "flag")
        assert [(item["name"], item["media_type"]) for item in told["exhibits"]] == [("lettre.pdf", "application/pdf")]
        assert told.pop("warnings") == []
        assert program.json("list")["steps"] == [told]
        assert program.json("status")["steps"] == 1

    def test_an_erased_attempt_does_not_vanish(self, program: Cli) -> None:
        """An attempt whose contents somebody deleted from the database is said to be there."""
        assert program.json("list")["untold"] == program.json("status")["untold"] == []
        assert "erased" not in program.done("list").out + program.done("status").out
        index = program.json("log", "--outcome", "no_slot", "--yes")["index"]
        (ledger,) = program.vault.glob("cases/*/ledger.sqlite")
        with contextlib.closing(sqlite3.connect(ledger, isolation_level=None)) as connection:
            connection.execute('DELETE FROM bodies WHERE "index" = ?', (index,))

        for command in ("list", "status"):
            assert program.json(command)["untold"] == [index]
            shown = " ".join(program.done(command).out.split())
            assert f"Entries whose contents were erased: {index}; attempts among them: 1." in shown

    def test_step_without_a_date(self, program: Cli) -> None:
        """The date of a step that was not given counts as not stated; it is said, with the command that gives it."""
        (warning,) = program.json("step", "phone")["warnings"]
        said = program.done("--quiet", "step", "visit").err
        program.done("correct", "1", "--occurred-at", "2024-03-11")
        first, second = program.json("list")["steps"]

        assert "`evidence-vault correct 1 --occurred-at DATE` gives it" in warning
        assert "The date of this step was not given, and counts as not stated: `evidence-vault correct 2" in said
        assert (first["occurred_at"]["source"], first["occurred_at"]["precision"]) == ("flag", "day")
        assert second["occurred_at"]["source"] == "now"
        assert "The date of this step" not in program.done("step", "visit", "--occurred-at", "2024-03-11").err

    @pytest.mark.parametrize(
        "when", [("--occurred-at", "2024-03-11T09:00"), ("--occurred-at", "2024-03-11"), ()], ids=["time", "day", "now"]
    )
    def test_step_answered_the_same_day(self, program: Cli, when: tuple[str, ...]) -> None:
        """An answer may come on the day of the step; where the step's date is not stated, on any day until today."""
        told = program.json("step", "phone", *when, "--answer", "Non", "--answered-on", "2024-03-11")

        assert told["answered_on"] == "2024-03-11"

    def test_exhibit(self, program: Cli, tmp_path: Path) -> None:
        """A document is kept under its kind and label; handed in again, it is not recorded again and it is said."""
        contract = tmp_path / "contrat.txt"
        contract.write_text("contrat")
        program.done("exhibit", contract, "--kind", "contract", "--label", "Contrat de travail")
        again = program.done("exhibit", contract)

        (document,) = program.json("list")["documents"]
        assert (document["document"], document["label"]) == ("contract", "Contrat de travail")
        assert "contrat.txt is exhibit 1 already" in again.err

    @pytest.mark.parametrize(
        ("flag", "value", "field", "expected"),
        [
            ("--outcome", "no_slot", "outcome", "no_slot"),
            ("--note", "lu au téléphone", "note", None),
            ("--occurred-at", "2024-03-11T08:15", "occurred_at", "2024-03-11T07:15:00.000Z"),
        ],
    )
    def test_correction(self, program: Cli, flag: str, value: str, field: str, expected: object) -> None:
        """A correction counts from then on, names its reason, and leaves what was recorded first where it was."""
        program.done("log", "--outcome", "site_error")
        first = program.json("show", "1")["entry"]
        told = program.json("correct", "1", flag, value, "--reason", "erreur de saisie")
        attempt = program.attempt(1)

        found = attempt[field]["instant"] if field == "occurred_at" else attempt[field]
        assert found == expected
        assert attempt["corrections"] == [told["index"]]
        assert (told["kind"], told["says"]["reason"]) == ("correction", "erreur de saisie")
        assert program.json("show", "1")["entry"] == first
        assert program("verify", program.vault).code == 3

    @pytest.mark.parametrize("target", ["0", "2", "99", "-1"])
    def test_correction_of_nothing(self, program: Cli, target: str) -> None:
        """Only attempts and steps are corrected; anything else is refused and nothing is recorded."""
        program.done("log", "--yes")
        before = program.done("--json", "list").out
        answer = program("correct", "--note", "x", "--", target)

        assert answer.code == 12
        assert f"Number {target}" in answer.err
        assert program.done("--json", "list").out == before

    @pytest.mark.parametrize("flags", [[], ["--note", "x", "--outcome", "no_slot"]])
    def test_correction_of_several_things(self, program: Cli, flags: list[str]) -> None:
        """One correction corrects one thing."""
        program.done("log", "--yes")

        assert program("correct", "1", *flags).code == 2

    @pytest.mark.parametrize("index", ["-1", "3", "99999999999999999999999"])
    def test_entry_that_is_not_there(self, program: Cli, index: str) -> None:
        """An index outside the ledger is told with the indices that there are."""
        program.done("log", "--yes")
        answer = program("show", "--", index)

        assert answer.code == 12
        assert "the ledger runs from 0 to 2" in answer.err

    def test_every_entry_is_shown_with_its_proof(self, program: Cli, picture: Callable[..., Path]) -> None:
        """`show` gives any entry with its place in the ledger, for people and for machines."""
        program.done("log", picture("a.png"), "--yes")
        kinds = []
        for index in range(5):
            told = program.json("show", str(index))
            kinds.append(told["entry"]["kind"])
            assert told["proof"]["size"] == 5
            assert told["proof"]["inclusion"]
            assert kinds[-1] in program.done("show", str(index)).out

        assert kinds == ["case_opened", "attempt", "exhibit", "reading", "outcome"]


class TestCases:
    def test_fields(self, tmp_path: Path) -> None:
        """Everything that a case can say is recorded; dates are understood as they are written in France."""
        program = Cli(tmp_path / "v")
        program.done("init", *PERSON)
        told = program.json(
            *("case", "new", *CASE, "--birthplace", "Thiès", "--phone", "+33 6", "--agdref", "9900000000"),
            *("--request", "renewal", "--title", "Étudiant", "--title-expiry", "30/09/2026", "--r431-2"),
            *("--time-zone", "Indian/Mayotte"),
        )
        shown = program.json("case", "show")

        assert (told["born"], told["title_expiry"], told["on_r431_2_list"]) == ("1990-04-12", "2026-09-30", True)
        assert (told["birthplace"], told["agdref"], told["request"]) == ("Thiès", "9900000000", "renewal")
        assert (told["title_held"], told["time_zone"]) == ("Étudiant", "Indian/Mayotte")
        assert (told["operator"], told["capacity"]) == ("Awa Diallo", "applicant")
        assert shown == told

    def test_update(self, program: Cli) -> None:
        """What is updated counts from then on; the entry that opened the case is as it was."""
        opened = program.json("show", "0")
        told = program.json("case", "update", "--address", "3 place du Marché, 69001 Lyon")

        assert told["address"] == "3 place du Marché, 69001 Lyon"
        assert told["index"] == 1
        assert program.json("show", "0")["entry"] == opened["entry"]
        assert program("case", "update", "--address", "3 place du Marché, 69001 Lyon").code == 15
        assert program("case", "update").code == 2

    def test_two_cases(self, program: Cli) -> None:
        """As soon as there are two, a command must name one, by any beginning of its number that fits only one."""
        program.done("case", "new", "--applicant", "Bo Li", "--prefecture", "Rhône", "--procedure", "Renouvellement")
        cases = {item["applicant"]: item["id"] for item in program.json("case", "list")["cases"]}
        first, second = cases["Awa Diallo"], cases["Bo Li"]
        short = next(second[:n] for n in range(1, 33) if not first.startswith(second[:n]))

        assert program("list").code == program("log", "--yes").code == 12
        assert program.json("--case", short, "list")["applicant"] == "Bo Li"
        assert program.json("--case", first.upper(), "list")["applicant"] == "Awa Diallo"
        assert program("--case", "zz", "list").code == 12
        assert program("--case", "", "list").code == 12
        assert "Bo Li" in program.done("case", "list").out

    def test_no_case_yet(self, tmp_path: Path) -> None:
        """A vault without a case says how to open one."""
        program = Cli(tmp_path / "v")
        program.done("init", *PERSON)

        assert program("list").code == 12
        assert "case new" in program("list").err
        assert program.json("case", "list") == {"cases": []}

    def test_vault_from_the_environment(self, program: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
        """EVIDENCE_VAULT names the vault where --vault does not."""
        monkeypatch.setenv("EVIDENCE_VAULT", str(program.vault))

        assert call("--json", "list").json()["applicant"] == "Awa Diallo"
        assert call("--json", "verify").json()["kind"] == "vault"

    @pytest.mark.parametrize("missing", ["--applicant", "--prefecture", "--procedure"])
    def test_missing_answer(self, tmp_path: Path, missing: str) -> None:
        """Where nobody can be asked, the sentence names the flag that answers, and no case is opened."""
        program = Cli(tmp_path / "v")
        program.done("init", *PERSON)
        answers = {"--applicant": "A", "--prefecture": "P", "--procedure": "Q"}
        del answers[missing]
        answer = program("case", "new", *(word for pair in answers.items() for word in pair))

        assert answer.code == 2
        assert missing in answer.err
        assert list((program.vault / "cases").iterdir()) == []


class TestCheck:
    def test_answer(self, program: Cli, picture: Callable[..., Path]) -> None:
        """`check` says of each picture whether it is legible, what it says and on which words; it records nothing."""
        before = files_in(program.vault)
        shots = [picture("a.png"), picture("b.png")]
        told = program.json("check", *shots)
        shown = program.done("check", *shots)

        assert [item["file"] for item in told["results"]] == [str(shot) for shot in shots]
        for item in told["results"]:
            assert (item["legible"], item["outcome"]) == (True, "no_slot")
            assert 0 < item["score"] <= 1
            assert item.keys() >= {"reasons", "text", "confidence", "outcome_detail", "outcome_evidence", "engine"}
        assert f"{shots[0]}: legible" in shown.out
        assert files_in(program.vault) == before

    def test_one_unusable(self, program: Cli, picture: Callable[..., Path], tmp_path: Path) -> None:
        """One file that is no picture spoils neither the others nor the JSON; the exit code tells of it."""
        text = tmp_path / "note.txt"
        text.write_text("rien")
        answer = program("--json", "check", text, picture("a.png"))
        told = answer.json()

        assert answer.code == 14
        assert [item["legible"] for item in told["results"]] == [True]
        assert [item["file"] for item in told["errors"]] == [str(text)]

    @pytest.mark.needs("tesseract")
    def test_real_engine(self, tmp_path: Path) -> None:
        """The same with Tesseract, from pixels."""
        shot = tmp_path / "shot.png"
        shot.write_bytes(draw("Aucun créneau disponible", size=(700, 200)))
        (told,) = call("--json", "check", shot).json()["results"]

        assert (told["legible"], told["outcome"]) == (True, "no_slot")
        assert "disponible" in told["text"]
        assert told["engine"].startswith("tesser")


class TestVerify:
    @pytest.fixture
    def exported(self, program: Cli, picture: Callable[..., Path], tmp_path: Path) -> Path:
        """A folder with the bundle and the dossier of a case of one attempt."""
        program.done("log", picture("a.png"), "--yes")
        program.done("export", "bundle", "-o", tmp_path / "bundle.zip")
        program.done("export", "dossier", "-o", tmp_path / "dossier.pdf")
        return tmp_path

    def evidence(self, program: Cli, exported: Path) -> dict[str, Path]:
        return {
            "vault": program.vault,
            "case": program.case,
            "bundle": exported / "bundle.zip",
            "dossier": exported / "dossier.pdf",
        }

    def test_everything_that_can_be_verified(self, program: Cli, exported: Path) -> None:
        """Vault, case, bundle and dossier: without a key indeterminate, with the right one the signer passes."""
        key = program.json("case", "show")["public_key"]
        pem = exported / "key.pem"
        with zipfile.ZipFile(exported / "bundle.zip") as bundle:
            pem.write_bytes(bundle.read(next(name for name in bundle.namelist() if name.startswith("keys/"))))
        for kind, path in self.evidence(program, exported).items():
            alone = call("--json", "verify", path)
            assert (alone.code, alone.json()["kind"], alone.json()["signer"]) == (3, kind, "indeterminate")
            for given in (pem, key):
                told = call("--json", "verify", path, "--key", given)
                assert (told.code, told.json()["signer"], told.json()["dated"]) == (3, "passed", "indeterminate")

    def test_wrong_key(self, program: Cli, exported: Path, tmp_path: Path) -> None:
        """Another key than the signer's is a failure, told by its own check."""
        other = prepared(tmp_path / "other").json("case", "show")["public_key"]
        for path in self.evidence(program, exported).values():
            answer = call("--json", "verify", path, "--key", other)
            assert (answer.code, answer.json()["signer"], answer.json()["intact"]) == (1, "failed", "passed")

    @pytest.mark.parametrize("given", ["zz", "", "00", "nothing.pem", "f" * 63])
    def test_no_key(self, program: Cli, given: str) -> None:
        """What is no key is refused before anything is checked."""
        answer = program("verify", program.vault, "--key", given)

        assert answer.code == 15
        assert answer.out == ""

    def test_file_that_is_no_key(self, program: Cli, tmp_path: Path) -> None:
        """Nor is any file one."""
        (tmp_path / "key.pem").write_bytes(b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n")

        assert program("verify", program.vault, "--key", tmp_path / "key.pem").code == 15

    def test_altered_bundle(self, exported: Path) -> None:
        """One byte of an exhibit changed, with the zip itself made good again: exit 1, and the check says which."""
        altered = exported / "altered.zip"
        with zipfile.ZipFile(exported / "bundle.zip") as old, zipfile.ZipFile(altered, "w") as new:
            for info in old.infolist():
                data = old.read(info)
                new.writestr(info, data[:-1] + b"!" if info.filename.startswith("exhibits/") else data)
        answer = call("--json", "verify", altered)

        assert (answer.code, answer.json()["intact"]) == (1, "failed")

    @pytest.mark.parametrize(
        ("name", "kept"), [("bundle.zip", 0.5), ("dossier.pdf", 0.5), ("bundle.zip", 0.99), ("dossier.pdf", 0.05)]
    )
    def test_cut_short(self, exported: Path, name: str, kept: float) -> None:
        """A file that lost its end never passes, and says so without a traceback."""
        path = exported / name
        path.write_bytes(path.read_bytes()[: int(path.stat().st_size * kept)])
        answer = call("--lang", "en", "verify", path)

        assert answer.code in {1, 20}
        assert answer.err == "" if answer.code == 1 else path.name in answer.err

    def test_altered_vault(self, program: Cli, exported: Path) -> None:
        """An exhibit altered on disk fails in the vault, and not in the bundle that was made before."""
        (kept,) = (program.case / "exhibits").glob("*/*")
        kept.write_bytes(bytes(kept.stat().st_size))

        assert call("verify", program.vault).code == 1
        assert call("verify", exported / "bundle.zip").code == 3

    def test_for_people(self, program: Cli, exported: Path) -> None:
        """For people: every numbered check, the four answers, and what it does not prove."""
        answer = program("verify", exported / "dossier.pdf")

        assert answer.code == 3
        assert "Overall: INDETERMINATE" in answer.out
        assert "digests of exhibits" in answer.out
        assert "does not prove who that person is" in answer.out
        checks = call("--json", "verify", exported / "dossier.pdf").json()["checks"]
        assert [item["verdict"] for item in checks if item["name"] == "document"] == ["passed"]
        checks = call("--json", "verify", exported / "bundle.zip").json()["checks"]
        assert "document" not in {item["name"] for item in checks}

    def test_case_named(self, program: Cli) -> None:
        """--case restricts the verification of a vault to that case."""
        program.done("case", "new", "--applicant", "Bo Li", "--prefecture", "Rhône", "--procedure", "Renouvellement")
        first = program.json("case", "list")["cases"][0]["id"]
        answer = program("--json", "--case", first, "verify")

        assert [item["case"] for item in answer.json()["cases"]] == [first]


class TestExport:
    @pytest.mark.parametrize("kind", ["bundle", "dossier"])
    def test_export_is_recorded(self, program: Cli, tmp_path: Path, kind: str) -> None:
        """What was made is named with its digest in the answer and in an entry after it."""
        out = tmp_path / "out"
        told = program.json("export", kind, "-o", out)
        (entry,) = [program.json("show", str(told["size"]))["entry"]]

        assert (told["path"], told["bytes"]) == (str(out), out.stat().st_size)
        assert (entry["kind"], entry["says"]["export"], entry["says"]["sha256"]) == ("export", kind, told["sha256"])

    @pytest.mark.parametrize("kind", ["bundle", "dossier"])
    def test_overwriting(self, program: Cli, tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """An export takes the place of an earlier one at the end, or leaves it as it was."""
        certified(program, tmp_path)
        out = tmp_path / "out"
        out.write_bytes(b"earlier")
        names = sorted(tmp_path.iterdir())
        ledger = program.done("--json", "list").out

        def full(*_arguments: object, **_named: object) -> None:
            raise StorageError("The disk is full.")

        with monkeypatch.context() as patch:
            patch.setattr("evidence_vault.frozen_case.write_bundle", full)
            assert program("export", kind, "-o", out).code == 16
        assert out.read_bytes() == b"earlier"
        assert sorted(tmp_path.iterdir()) == names
        assert program.done("--json", "list").out == ledger

        program.done("export", kind, "-o", out)
        assert out.read_bytes() != b"earlier"
        assert call("verify", out).code == 3

    @pytest.mark.parametrize("command", [["export", "bundle"], ["export", "dossier"], ["checkpoint"]])
    def test_folder_that_is_not_there(self, program: Cli, quiet_place: Path, command: list[str]) -> None:
        """A missing folder is named; nothing is made and no export is recorded."""
        certified(program, quiet_place)
        before = program.done("--json", "list").out
        answer = program(*command, "-o", quiet_place / "missing" / "out")

        assert answer.code == 16
        assert str(quiet_place / "missing") in answer.err
        assert list(quiet_place.iterdir()) == []
        assert program.done("--json", "list").out == before

    @pytest.mark.parametrize("command", [["export", "bundle"], ["export", "dossier"], ["checkpoint"]])
    def test_what_is_no_ordinary_file(self, program: Cli, quiet_place: Path, command: list[str]) -> None:
        """A folder, a pipe or a device is never replaced by an export."""
        certified(program, quiet_place)
        (quiet_place / "folder").mkdir()
        os.mkfifo(quiet_place / "pipe")
        before = program.done("--json", "list").out
        for name in ("folder", "pipe"):
            assert program(*command, "-o", quiet_place / name).code == 16

        assert (quiet_place / "folder").is_dir()
        assert (quiet_place / "pipe").is_fifo()
        assert program.done("--json", "list").out == before

    def test_light(self, program: Cli, picture: Callable[..., Path], tmp_path: Path) -> None:
        """--light leaves the originals out and says so; the rest still verifies."""
        program.done("log", picture("a.png"), "--yes")
        program.done("export", "bundle", "--light", "-o", tmp_path / "light.zip")
        told = call("--json", "verify", tmp_path / "light.zip")

        with zipfile.ZipFile(tmp_path / "light.zip") as bundle:
            assert not [name for name in bundle.namelist() if name.startswith("exhibits/")]
        assert told.code == 3
        assert told.json()["exhibits"] == 1


class TestCheckpoint:
    def test_note(self, program: Cli, tmp_path: Path) -> None:
        """The signed state goes to standard output, or to a file as it is; asked again, it is the same."""
        shown = program.done("checkpoint").out
        program.done("checkpoint", "-o", tmp_path / "note")

        assert (tmp_path / "note").read_text() == shown
        head = parse_note((tmp_path / "note").read_bytes()).checkpoint
        assert head.size == 1
        assert program.json("checkpoint")["root"] == head.root.hex()

    def test_saved_by_another_program(self, program: Cli, tmp_path: Path) -> None:
        """A checkpoint that passed through Windows and a mail program is still the one that was sent."""
        note = program.done("checkpoint").out.encode()
        (tmp_path / "note.txt").write_bytes(b"\xef\xbb\xbf" + note.replace(b"\n", b"\r\n") + b"\r\n")

        check = program("--json", "verify", "--checkpoint", tmp_path / "note.txt").json()["checks"][8]

        assert (check["name"], check["verdict"]) == ("checkpoints", "passed")

    @pytest.mark.parametrize("content", [b"", b"Apache License\n", b"\xff\xd8\xff\xe0" + bytes(99), b"> quoted\n"])
    def test_another_file(self, program: Cli, tmp_path: Path, content: bytes) -> None:
        """A file that is no checkpoint is refused by its name; no verdict is given on the ledger."""
        (tmp_path / "letter").write_bytes(content)

        answer = program("verify", "--checkpoint", tmp_path / "letter")

        assert (answer.code, answer.out) == (14, "")
        assert "letter" in answer.err

    def test_of_another_case(self, program: Cli, tmp_path: Path) -> None:
        """A sound checkpoint of another case makes nothing fail, and is said to be one."""
        program.done("checkpoint", "-o", tmp_path / "note")
        other = (tmp_path / "note").read_bytes().replace(b"invalid/", b"invalid/f")
        (tmp_path / "note").write_bytes(other)

        answer = program("--json", "verify", "--checkpoint", tmp_path / "note")

        assert answer.code == 3
        assert answer.json()["checks"][8]["verdict"] == "indeterminate"


class TestDoctor:
    def test_all_is_well(self, program: Cli) -> None:
        """Everything needed is there: exit 0, one line for each thing."""
        checks = {item["name"]: item for item in program.json("doctor")["checks"]}

        assert checks["ocr"]["detail"] == "dictated 1"
        assert checks["python"]["ok"]
        assert checks["vault"]["ok"]
        assert "+ vault:" in program.done("doctor").out

    @pytest.mark.usefixtures("dictated")
    def test_before_the_first_vault(self, quiet_place: Path) -> None:
        """On a new machine, a vault that does not exist yet is no fault, and none is made."""
        assert call("--vault", quiet_place / "v", "doctor").code == 0
        assert list(quiet_place.iterdir()) == []

    def test_damaged_ledger(self, program: Cli) -> None:
        """A ledger that cannot be opened is found."""
        (program.case / "ledger.sqlite").write_bytes(b"no database")

        assert program("doctor").code == 18


class Terminal:
    """The program at a terminal of its own, without OCR; what is typed is sent after the question that it answers.

    A question for a passphrase ends with a blank once the terminal has stopped to echo: wait for that too.
    """

    def __init__(self, arguments: list[str]) -> None:
        self.master, slave = pty.openpty()
        self.seen = ""
        # The terminal must be the controlling one, or Ctrl-C would not interrupt.
        wrapper = "import fcntl, runpy, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); "
        self.process = subprocess.Popen(
            [sys.executable, "-c", wrapper + "runpy.run_module('evidence_vault', run_name='__main__')", *arguments],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            env=environment(TERM="dumb", EVIDENCE_VAULT_OCR="tesseract", PATH=""),
        )
        os.close(slave)

    def answer(self, question: str, typed: str) -> None:
        """Wait for the question, then type."""
        self.wait_for(question)
        os.write(self.master, typed.encode())

    def wait_for(self, text: str) -> None:
        """Read until `text` is seen; whatever was seen before is done with."""
        while text not in self.seen:
            self.seen += self._read(f"{text!r} was not asked")
        self.seen = self.seen.split(text, 1)[1]

    def interrupt(self, question: str) -> None:
        """Wait for the whole question, then press Ctrl-C; once more where nothing came of it.

        CPython notices no signal that comes between its last look and the read it then blocks in: a person presses
        again, and so does this.
        """
        self.wait_for(question)
        for _ in range(3):
            os.write(self.master, b"\x03")
            while "Interrupted" not in self.seen and select.select([self.master], [], [], 10)[0] and self._alive():
                pass
            if "Interrupted" in self.seen:
                break

    def finish(self) -> int:
        """Read to the end; the exit code."""
        while self._alive():
            pass
        os.close(self.master)
        return self.process.wait(timeout=30)

    def _alive(self) -> bool:
        try:
            self.seen += self._read("it did not end")
        except EOFError:
            return False
        return True

    def _read(self, otherwise: str) -> str:
        ready, _, _ = select.select([self.master], [], [], 30)
        assert ready, f"{otherwise}; seen: {self.seen}"
        try:
            data = os.read(self.master, 4096)
        except OSError as error:  # how Linux says that the other end is closed
            raise EOFError(f"{otherwise}; seen: {self.seen}") from error
        if not data:
            raise EOFError(f"{otherwise}; seen: {self.seen}")
        return data.decode()


class TestTerminal:
    """A person at a terminal; without OCR, so that the proposal is `unclassified`."""

    def arguments(self, program: Cli, *command: str) -> list[str]:
        return ["--vault", str(program.vault), "--lang", "en", *command]

    def test_choosing_a_number(self, program: Cli, picture: Callable[..., Path]) -> None:
        """The person's choice is recorded beside the proposal; what is no number of the list is asked again."""
        terminal = Terminal(self.arguments(program, "log", str(picture("a.png"))))
        terminal.answer("What came of it?", "99\n")
        terminal.answer("Type a number between 1 and 14.", "7\n")
        code = terminal.finish()
        shown = program.json("show", "1")["attempt"]

        assert code == 0
        assert (shown["proposed"], shown["outcome"], shown["confirmed_by"]) == ("unclassified", "site_error", "person")

    def test_accepting_the_proposal(self, program: Cli) -> None:
        """Enter retains the proposal, now confirmed by a person."""
        terminal = Terminal(self.arguments(program, "log"))
        terminal.answer("What came of it?", "\n")

        assert terminal.finish() == 0
        assert program.attempt(1)["confirmed_by"] == "person"

    def test_walking_away(self, program: Cli, picture: Callable[..., Path]) -> None:
        """Ctrl-C at the question: exit 130, and the attempt with its screenshot is in the ledger."""
        terminal = Terminal(self.arguments(program, "log", str(picture("a.png"))))
        terminal.interrupt("Number, or Enter for the proposal [14]: ")

        assert terminal.finish() == 130
        assert "Interrupted. What was recorded before is safe" in terminal.seen
        assert "Attempt 1 is recorded: do not record it again. `evidence-vault correct 1 --outcome" in terminal.seen
        attempt = program.attempt(1)
        assert ([item["name"] for item in attempt["exhibits"]], attempt["outcome"]) == (["a.png"], "unclassified")
        assert program("verify", program.vault).code == 3

    def test_refusing_an_import(self, program: Cli, picture: Callable[..., Path]) -> None:
        """An import that is not agreed to records nothing."""
        terminal = Terminal(self.arguments(program, "import", str(picture("a.png"))))
        terminal.answer("Record every screenshot found there?", "n\n")

        assert terminal.finish() == 130
        assert program.json("list")["attempts"] == []

    def test_passphrase(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A passphrase is typed twice for a new vault, asked for once by what signs, and never shown."""
        program = Cli(tmp_path / "v")
        terminal = Terminal(self.arguments(program, "init", "--offline"))
        terminal.answer("First name and surname", "Awa Diallo\n")
        terminal.answer("nobody can recover it): ", "open sesame\n")
        terminal.answer("Type it again: ", "open sesame\n")
        assert terminal.finish() == 0
        assert "sesame" not in terminal.seen
        monkeypatch.setenv("EVIDENCE_VAULT_PASSPHRASE", "open sesame")
        program.done("case", "new", *CASE)
        monkeypatch.delenv("EVIDENCE_VAULT_PASSPHRASE")

        terminal = Terminal(self.arguments(program, "log", "--yes"))
        terminal.answer("Passphrase of the vault: ", "open sesame\n")
        assert terminal.finish() == 0
        assert len(program.json("list")["attempts"]) == 1

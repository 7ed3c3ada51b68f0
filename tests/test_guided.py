"""The guided mode: plain questions, ordinary commands, and no way to fall out of it by mistyping."""

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli_runner import Answer, Cli, DictatedEngine, call, prepared
from tests.helpers import draw

Guided = Callable[..., Answer]


@pytest.fixture
def guided(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Guided:
    """Runs `evidence-vault` alone for a person who types the lines given, then leaves with Ctrl-D."""
    monkeypatch.setattr("evidence_vault.commands.session.Session.is_interactive", lambda _session: True)
    monkeypatch.setattr("evidence_vault.ocr.engine.probe", DictatedEngine)
    monkeypatch.chdir(tmp_path)

    def run(*lines: str) -> Answer:
        monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
        return call("--vault", tmp_path / "vault", "--lang", "en")

    return run


@pytest.fixture
def shot(tmp_path: Path) -> Path:
    path = tmp_path / "capture d'écran 1.png"
    path.write_bytes(draw())
    return path


def test_first_time(guided: Guided, tmp_path: Path, shot: Path) -> None:
    """A new person is led to a vault, a case, a first attempt and a dossier, and is shown each command."""
    person = ["Awa Diallo", "y", "n", "n"]
    case = ["Awa Diallo", "Seine-Saint-Denis", "Séjour", "12/04/1990", "", "", "awa@example.org"]
    attempt = ["1", str(shot), "https://www.example.org/", "", ""]
    answer = guided(*person, *case, *attempt, "4", "5", "6", "", "0")
    program = Cli(tmp_path / "vault")
    (recorded,) = program.json("list")["attempts"]

    assert answer.code == 0
    assert "$ evidence-vault init --operator 'Awa Diallo' --no-passphrase" in answer.err
    assert "--born 12/04/1990 --email awa@example.org" in answer.err
    assert (recorded["outcome"], recorded["confirmed_by"]) == ("no_slot", "person")
    assert recorded["url"] == "https://www.example.org/"
    assert program.json("case", "show")["born"] == "1990-04-12"
    assert call("verify", tmp_path / "dossier.pdf").code == 3


def test_helper(guided: Guided, tmp_path: Path) -> None:
    """Who acts for somebody else is recorded as a helper."""
    guided("Lou Martin", "n", "n", "n", "Awa Diallo", "Rhône", "Séjour", "", "", "", "", "0")

    shown = Cli(tmp_path / "vault").json("case", "show")
    assert (shown["operator"], shown["capacity"], shown["applicant"]) == ("Lou Martin", "helper", "Awa Diallo")


@pytest.mark.parametrize("answer", ["y", "n", ""])
def test_agreement(guided: Guided, tmp_path: Path, answer: str) -> None:
    """Third parties are contacted only if the person says so; who just presses Enter has not."""
    shown = guided("Awa Diallo", "y", "n", answer, "Awa Diallo", "Rhône", "Séjour", "", "", "", "", "0")

    assert json.loads((tmp_path / "vault" / "vault.json").read_bytes())["network"] is (answer == "y")
    assert "They would be sent a digest" in shown.err


@pytest.mark.parametrize("how", ["{}", "'{}'", '"{}"', "  {}  "])
def test_dragged_file(guided: Guided, tmp_path: Path, how: str) -> None:
    """A file dragged onto the terminal comes in quotes, or not."""
    program = prepared(tmp_path)
    folder = tmp_path / "my shots"
    folder.mkdir()
    (folder / "1.png").write_bytes(draw())
    guided("2", how.format(folder), "0")

    assert len(program.json("list")["attempts"]) == 1


@pytest.mark.parametrize("typed", ["l'écran.png", 'half "quoted.png', "missing.png", "a b c", "\\", "--yes"])
def test_mistyped_file(guided: Guided, tmp_path: Path, typed: str) -> None:
    """A path that leads nowhere is told, nothing is recorded, and the menu comes back."""
    program = prepared(tmp_path)
    answer = guided("1", typed, "", "", "0")

    assert answer.code == 0
    assert answer.err.count("Your choice") == 2
    assert program.json("list")["attempts"] == []


def test_mistyped_choice(guided: Guided, tmp_path: Path) -> None:
    """A choice that is none is asked again."""
    prepared(tmp_path)
    answer = guided("99", "x", "-1", "²", "0")

    assert answer.code == 0
    assert answer.err.count("Your choice") == 5


def test_step(guided: Guided, tmp_path: Path) -> None:
    """A letter or a call is recorded with its time; a time that is none is told and nothing is recorded."""
    program = prepared(tmp_path)
    guided("3", "phone", "Préfecture", "Demande", "11/03/2024 10:05", "3", "email", "x", "y", "soon", "0")
    (step,) = program.json("list")["steps"]

    assert (step["step"], step["recipient"], step["summary"]) == ("phone", "Préfecture", "Demande")
    assert step["occurred_at"]["instant"] == "2024-03-11T09:05:00.000Z"


def test_leaving(guided: Guided, tmp_path: Path, shot: Path) -> None:
    """Leaving in the middle of a question loses nothing that was recorded: exit 130."""
    program = prepared(tmp_path)
    answer = guided("1", str(shot), "", "")

    assert answer.code == 130
    assert "Attempt 1 is recorded: do not record it again." in answer.err
    assert len(program.json("list")["attempts"]) == 1


def test_vault_that_cannot_be_opened(guided: Guided, tmp_path: Path) -> None:
    """A vault that exists and cannot be opened is told as such: no new one is proposed."""
    program = prepared(tmp_path)
    settings = program.vault / "vault.json"
    settings.write_bytes(settings.read_bytes().replace(b"vault/1", b"vault/2"))
    answer = guided()

    assert answer.code == 11
    assert "newer version" in answer.err
    assert "You have no vault yet" not in answer.err


def test_several_cases(guided: Guided, tmp_path: Path) -> None:
    """Who has several cases is asked which one, or told how to name it, before anything else."""
    program = prepared(tmp_path)
    program.done("case", "new", "--applicant", "Bo Li", "--prefecture", "Rhône", "--procedure", "Séjour")
    answer = guided("4", "0")

    assert "--case" in answer.err or "Bo Li" in answer.err

"""The program as a person meets it: called in this process, or run on its own where signals or a terminal matter."""

import contextlib
import datetime as dt
import io
import json
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from evidence_vault import cli
from evidence_vault.kinds import Reading
from evidence_vault.ocr.engine import Look
from evidence_vault.ocr.lines import Line
from evidence_vault.recording import Recorder
from evidence_vault.values import Box, Fact, Word
from evidence_vault.vault import Vault

Argument = str | Path | int

PERSON = ("--operator", "Awa Diallo", "--capacity", "applicant", "--no-passphrase", "--offline")
CASE = (
    *("--applicant", "Awa Diallo", "--born", "1990-04-12", "--nationality", "Sénégal"),
    *("--address", "12 rue des Lilas, 93200 Saint-Denis", "--email", "awa@example.org"),
    *("--prefecture", "Seine-Saint-Denis", "--procedure", "Admission exceptionnelle au séjour"),
)
PROGRAM = (sys.executable, "-m", "evidence_vault")


@dataclass(frozen=True, slots=True)
class Answer:
    """What one call gave."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """The one JSON document on standard output; anything beside it is an error."""
        return json.loads(self.out)


def call(*arguments: Argument) -> Answer:
    """Call the program in this process; what it does not catch goes through."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = cli.run([str(argument) for argument in arguments])
    return Answer(code, out.getvalue(), err.getvalue())


@dataclass(frozen=True, slots=True)
class Cli:
    """The program with its vault named, in English."""

    vault: Path

    def __call__(self, *arguments: Argument) -> Answer:
        """Call it, whatever the outcome."""
        return call("--vault", self.vault, "--lang", "en", *arguments)

    def done(self, *arguments: Argument) -> Answer:
        """Call it; it must succeed."""
        answer = self(*arguments)
        assert answer.code == 0, answer
        return answer

    def json(self, *arguments: Argument) -> Any:
        """Call it with --json; it must succeed."""
        return self.done("--json", *arguments).json()

    def attempt(self, index: int) -> dict[str, Any]:
        """One attempt of `list --json`."""
        (found,) = (item for item in self.json("list")["attempts"] if item["index"] == index)
        return dict(found)

    @property
    def case(self) -> Path:
        """The folder of the only case."""
        (folder,) = (self.vault / "cases").iterdir()
        return folder


def prepared(folder: Path) -> Cli:
    """A vault without a passphrase, with one case."""
    program = Cli(folder / "vault")
    program.done("init", *PERSON)
    program.done("case", "new", *CASE)
    return program


def files_in(folder: Path) -> dict[str, bytes]:
    """Every file under `folder` with its bytes, except the two that SQLite keeps beside an open ledger."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.endswith(("-wal", "-shm"))
    }


def show_facts(program: Cli, exhibit: int) -> None:
    """Add a reading of a picture that shows a clock, an address and dates, some of which contradict the attempt."""
    case = Vault(program.vault, lambda: dt.datetime.now(dt.UTC)).case(None)
    box = Box(left=1, top=2, width=30, height=4)
    shown = {"screen_clock": "08:12 01/03/2026", "address": "example.net/", "last_release": "2 mars 2026"}
    facts = [Fact(fact=name, text=text, box=box, confidence=90) for name, text in shown.items()]  # type: ignore[arg-type]
    facts.append(Fact(fact="reopening", text="1er mars 2020"))
    Recorder(case, case.signer(lambda: None)).readings(
        [Reading(exhibit=exhibit, status="read", legible=True, facts=tuple(facts))]
    )


@dataclass(frozen=True, slots=True)
class DictatedEngine:
    """An OCR engine that reads the same words on every picture, where `helpers.draw` writes them."""

    text: str = "Aucun créneau disponible"

    def describe(self) -> str:
        return "dictated 1"

    def look(self, picture: Path, psm: int, timeout: float, *, dark_on_white: bool = False) -> Look:
        # The seam of `Engine`.
        if not self.text:
            return Look("read", ())
        with Image.open(picture) as image:
            ink = image.convert("L").point([255] * 128 + [0] * 128).getbbox()
        return Look("read", (Line(tuple(self._words(*(ink or (20, 62, 320, 88))))),))

    def _words(self, left: int, top: int, right: int, bottom: int) -> Iterator[Word]:
        """The words over the ink, each as wide as it has letters."""
        letter = (right - left) / len(self.text)
        at = 0
        for word in self.text.split():
            box = Box(left=left + int(at * letter), top=top, width=int(len(word) * letter), height=bottom - top)
            yield Word(text=word, box=box, confidence=95)
            at += len(word) + 1


def environment(**changes: str | None) -> Mapping[str, str]:
    """The variables of a subprocess: nothing of the tester's vault, language or terminal."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("EVIDENCE_VAULT", "LC_"))}
    stated = kept | {"LANG": "C.UTF-8"} | changes
    return {name: value for name, value in stated.items() if value is not None}

"""The table of docs/threat-model.md is true: tests exist, vectors do what it says, residuals are printed."""

import ast
import json
import re
import shutil
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from builders import CaseBuilder, make_case
from stamped_case import StampedBuilder
from test_dossier import clock, flat, shot, stamped, write  # noqa: F401  # `clock` is what `stamped` asks for
from tsa import Authority

from evidence_vault import kinds, values
from evidence_vault.exports.checked import PageSigner
from evidence_vault.exports.dossier_limits import LIMITS
from evidence_vault.findings import STEPS

TESTS = Path(__file__).parent
PAGE = TESTS.parent / "docs" / "threat-model.md"
HEADER = ("attacker", "attack", "answered by", "what is left", "printed as", "test")
NOTHING = "—"
WORDS = {"none", "refused", "not kept", "unmoved"}
ATTACKERS = {"Applicant", "Helper", "Other side", "Thief", "Authority", "Messenger"}


@dataclass(frozen=True)
class Row:
    attacker: str
    attack: str
    answered: str
    left: str
    printed: str
    test: str

    @property
    def answers(self) -> tuple[str, ...]:
        return tuple(self.answered.split(", "))

    @property
    def vectors(self) -> tuple[str, ...]:
        parts = [part for part in self.test.split("; ") if part.startswith("vectors: ")]
        return tuple(name for part in parts for name in part.removeprefix("vectors: ").split(", "))

    @property
    def functions(self) -> tuple[str, ...]:
        return tuple(part for part in self.test.split("; ") if not part.startswith("vectors: "))

    @property
    def phrases(self) -> tuple[str, ...]:
        return tuple(re.findall(r"« (.+?) »", self.printed))


def table() -> list[Row]:
    lines = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("|")]
    cells = [tuple(cell.strip() for cell in line.strip("|").split(" | ")) for line in lines]
    assert cells[0] == HEADER
    assert set(lines[1]) <= set("|- ")
    return [Row(*found) for found in cells[2:]]


ROWS = table()
CASES: dict[str, dict[str, Any]] = {
    found["name"]: found for found in json.loads((TESTS / "vectors" / "cases.json").read_text("utf-8"))["cases"]
}


def named(row: Row) -> str:
    return re.sub(r"[^a-z]+", "-", f"{row.attacker} {row.attack}".lower())[:70]


@cache
def functions_of(name: str) -> frozenset[str]:
    """The tests of a file: functions, and methods behind the name of their class."""
    found = set()
    for node in ast.parse((TESTS / name).read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.ClassDef):
            found |= {f"{node.name}::{each.name}" for each in node.body if isinstance(each, ast.FunctionDef)}
            found |= {each.name for each in node.body if isinstance(each, ast.FunctionDef)}
    return frozenset(each for each in found if each.rpartition("::")[2].startswith("test_"))


def verdict(name: str, number: int) -> str:
    """What a vector expects of a check; passed where the check is not taken."""
    return str(CASES[name].get("expected", {}).get("checks", {}).get(str(number), "passed"))


class TestTable:
    def test_attackers(self) -> None:
        """Everybody who could cheat is in the table, and nobody else."""
        assert {row.attacker for row in ROWS} == ATTACKERS
        assert all(f"**{name}**" in PAGE.read_text("utf-8") or name == "Helper" for name in ATTACKERS)

    def test_rows_differ(self) -> None:
        """No attack stands there twice."""
        assert len({(row.attacker, row.attack) for row in ROWS}) == len(ROWS)

    def test_every_check_answers_something(self) -> None:
        """Each check of the procedure is in the table: a check that answers no attack would be of no use."""
        numbers = {int(answer.split()[0]) for row in ROWS for answer in row.answers if answer[0].isdigit()}

        assert numbers == set(range(1, len(STEPS) + 1))

    @pytest.mark.parametrize("row", ROWS, ids=named)
    def test_form(self, row: Row) -> None:
        """An answer is a check, a check left open, or a word explained; what is left is printed."""
        for answer in row.answers:
            assert answer in WORDS or re.fullmatch(r"1?[0-9]( open)?", answer), answer
        assert "none" not in row.answers or len(row.answers) == 1
        assert (row.left == NOTHING) == (row.printed == NOTHING)
        assert row.printed == NOTHING or row.phrases
        assert row.answered != "none" or row.left != NOTHING


class TestTests:
    @pytest.mark.parametrize("row", ROWS, ids=named)
    def test_they_exist(self, row: Row) -> None:
        """Every row names at least one test, and every test that is named is there."""
        assert row.vectors or row.functions
        for name in row.vectors:
            assert name in CASES, name
        for function in row.functions:
            file, _, name = function.partition("::")
            assert (TESTS / file).is_file(), file
            assert name in functions_of(file), function

    @pytest.mark.parametrize("row", [row for row in ROWS if row.vectors], ids=named)
    def test_vectors_do_what_is_said(self, row: Row) -> None:
        """Each check that answers fails, or stays open, in a vector of the row; what none answers fails nothing."""
        for answer in row.answers:
            number, _, opened = answer.partition(" ")
            if answer == "refused":
                assert all(CASES[name].get("refused") for name in row.vectors)
            elif number.isdigit():
                wanted = "indeterminate" if opened else "failed"
                assert wanted in {verdict(name, int(number)) for name in row.vectors}, answer
        if row.answered in {"none", "unmoved"}:
            for name in row.vectors:
                assert CASES[name]["expected"]["verdict"] != "failed", name
        else:
            assert all(
                CASES[name].get("refused") or CASES[name]["expected"]["verdict"] != "passed" for name in row.vectors
            )


@pytest.fixture(scope="module")
def printed(stamped: Path, tmp_path_factory: pytest.TempPathFactory) -> str:  # noqa: F811  # a fixture of test_dossier
    """All that dossiers print, with proofs of time, without, under a root of one's own, signed, redacted."""
    folder = tmp_path_factory.mktemp("printed")
    signer, page = PageSigner("self_issued", 1), "0" * 64
    plain = write(make_case(1), folder / "plain.pdf")
    archive = folder / "bundle.zip"
    archive.write_bytes(b"PK")
    signed = write(
        make_case(1), folder / "signed.pdf", page_signer=signer, page_sha256=page, bundle=archive, bundle_sha256=page
    )
    builder = StampedBuilder()
    builder.open()
    own = Authority.create(name="Horloge du demandeur")
    builder.stamp(own)
    case, given = builder.printed(own)
    chosen = write(case, folder / "chosen.pdf", **given)
    covering = CaseBuilder()
    covering.open()
    picture = shot(40, 20)
    covered = covering.exhibit(picture.data, 40, 20, attempt=covering.attempt())
    covering.add(kinds.Redaction(target=covered, boxes=(values.Box(left=1, top=1, width=5, height=5),)))
    redacted = write(covering.built(), folder / "redacted.pdf")
    texts = [flat(path) for path in (plain, signed, stamped, chosen, redacted)]
    assert all(LIMITS in text for text in texts)
    return " ".join(texts)


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext (poppler) is not installed")
@pytest.mark.parametrize("phrase", sorted({phrase for row in ROWS for phrase in row.phrases}))
def test_residuals_are_printed(printed: str, phrase: str) -> None:
    """What no check answers is said in the dossier, in French."""
    assert phrase in printed
